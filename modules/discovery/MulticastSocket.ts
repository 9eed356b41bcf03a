import UDP from "host/udp";
import { interfaces, onChange, type NetworkInterface } from "host/network";
import type { DnsReader, DnsWriter } from "./Dns";
import { Link } from "./Link";

export const MDNS_PORT = 5353;

/** 224.0.0.251 and ff02::fb. */
const GROUP_4 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 224, 0, 0, 251);
const GROUP_6 = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb);
const SOCKET_ADDRESS = 22;

/** What multicast DNS needs of its host: a socket on port 5353 and the interfaces. */
export interface Multicast {
	open(onReadable: () => void): Pick<UDP, "read" | "write" | "join" | "close">;
	interfaces(): NetworkInterface[];
	onChange(callback: (() => void) | undefined): void;
}

const platform: Multicast = Object.freeze({
	open: (onReadable: () => void) => new UDP({ port: MDNS_PORT, reuse: true, onReadable }),
	interfaces,
	onChange,
});

/** The socket of multicast DNS: in both groups, IPv6 and IPv4, on every interface that is up. */
export class MulticastSocket {
	/** the interfaces in use */
	links: Link[] = [];
	/** who sent the datagram that was read last: socket address, 22 bytes */
	readonly from: Uint8Array;

	private network: Multicast;
	private udp: ReturnType<Multicast["open"]>;

	/** @throws Error when port 5353 cannot be had. */
	constructor(onReadable: () => void, network = platform, from: Uint8Array = new Uint8Array(SOCKET_ADDRESS)) {
		this.from = from;
		this.network = network;
		this.udp = network.open(onReadable);
		this.join();
	}

	/** Joins the groups on the interfaces in use. @returns whether there is a new one; undefined when nothing has changed */
	join(): boolean | undefined {
		const links = inUse(this.network.interfaces()).map((link) => new Link(link));
		const before = this.links;
		if (links.length === before.length && links.every((link, i) => link.equals(before[i]!))) return undefined;
		this.links = links;
		let isNew = false;
		for (let i = 0; i < links.length; i++) {
			const link = links[i]!;
			if (before.some((other) => other.index === link.index)) continue;
			isNew = true;
			this.udp.join(GROUP_6, link.index);
			this.udp.join(GROUP_4, link.index);
		}
		return isNew;
	}

	/** Calls back when interfaces or addresses may have changed; undefined to stop. */
	onChange(callback: (() => void) | undefined): void {
		this.network.onChange(callback);
	}

	/** Takes the next datagram that came in by an interface in use. @returns which; undefined when no datagram is left */
	receive(reader: DnsReader): Link | undefined {
		for (;;) {
			const length = this.udp.read(reader.bytes, this.from);
			if (length < 0) return undefined;
			const from = this.from;
			const index = from[18]! | (from[19]! << 8) | (from[20]! << 16) | (from[21]! << 24);
			const link = this.link(index);
			if (link === undefined) continue;
			reader.reset(length);
			if (!reader.failed) return link;
		}
	}

	/** By its index. */
	link(index: number): Link | undefined {
		return this.links.find((link) => link.index === index);
	}

	/** Sends over an interface: to a socket address or, where none is given, to the groups. */
	send(writer: DnsWriter, link: Link, to?: Uint8Array): void {
		const length = writer.finish();
		if (to !== undefined) this.udp.write(to, writer.bytes, 0, length);
		else
			for (const group of [GROUP_6, GROUP_4]) {
				if (hasAddress(link, group === GROUP_4))
					this.udp.write(groupAddress(group, link.index), writer.bytes, 0, length);
			}
	}

	close(): void {
		this.onChange(undefined);
		this.udp.close();
	}
}

function hasAddress(link: Link, isVersion4: boolean): boolean {
	for (let i = 0; i < link.length; i++) if (isMapped(link.address(i)) === isVersion4) return true;
	return false;
}

function groupAddress(group: Uint8Array, index: number): Uint8Array {
	const to = new Uint8Array(SOCKET_ADDRESS);
	to.set(group);
	to[16] = MDNS_PORT >> 8;
	to[17] = MDNS_PORT & 0xff;
	to[18] = index;
	to[19] = index >> 8;
	to[20] = index >> 16;
	to[21] = index >> 24;
	return to;
}

/** Those that are up. Loopback serves where there is nothing else, as in a network namespace for tests. */
export function inUse(links: readonly NetworkInterface[]): NetworkInterface[] {
	const up = links.filter((link) => link.up && link.addresses.length > 0);
	return up.some((link) => !link.loopback) ? up.filter((link) => !link.loopback) : up;
}

/** Whether 16 bytes are an IPv4 address as IPv6 maps it. */
export function isMapped(address: Uint8Array): boolean {
	for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
	return address[10] === 0xff && address[11] === 0xff;
}

/** The port of a socket address. */
export function portOf(address: Uint8Array): number {
	return (address[16]! << 8) | address[17]!;
}

import { interfaces, type NetworkInterface } from "host/network";
import { equalBytes } from "../codec/Bytes";
import type { Log } from "../diagnostics/Log";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import { groupAddress } from "../fabric/GroupKeys";

/** Who hears groups: UdpTransport. */
export interface GroupTransport {
	/** @param group 16 bytes. @returns false when the interface cannot */
	join(group: Uint8Array, interfaceIndex: number): boolean;
	leave(group: Uint8Array, interfaceIndex: number): void;
}

interface Membership {
	/** 16 bytes */
	readonly address: Uint8Array;
	readonly interfaceIndex: number;
}

const NONE: readonly Membership[] = Object.freeze([]);

/**
 * Has the network deliver the messages of the groups that this node's endpoints belong to: one address for each fabric and
 * group (Matter Core 2.5.6.2), on every interface in use.
 */
export class GroupMulticast implements FabricListener {
	#fabrics: FabricTable;
	#transport: GroupTransport;
	#log: Log;
	#interfaces: () => NetworkInterface[];
	#joined = NONE;

	/** @param options.interfaces the host's in the device */
	constructor(options: {
		fabrics: FabricTable;
		transport: GroupTransport;
		log: Log;
		interfaces?: () => NetworkInterface[];
	}) {
		this.#fabrics = options.fabrics;
		this.#transport = options.transport;
		this.#log = options.log;
		this.#interfaces = options.interfaces ?? interfaces;
		options.fabrics.addListener(this);
	}

	onGroupsChanged(): void {
		this.update();
	}

	onFabricRemoved(): void {
		this.update();
	}

	/** Groups or interfaces may have changed: joins what is missing, leaves what is not wanted any more. */
	update(): void {
		const wanted = this.#wanted();
		if (wanted.length === 0 && this.#joined.length === 0) return;
		for (const membership of this.#joined)
			if (!includes(wanted, membership)) this.#transport.leave(membership.address, membership.interfaceIndex);
		const joined: Membership[] = [];
		for (const membership of wanted)
			if (
				includes(this.#joined, membership) ||
				this.#transport.join(membership.address, membership.interfaceIndex)
			)
				joined.push(membership);
			else this.#log.warn("group", `interface ${membership.interfaceIndex} does not take another group`);
		this.#joined = joined;
	}

	#wanted(): readonly Membership[] {
		const wanted: Membership[] = [];
		let links: NetworkInterface[] | undefined;
		for (const fabric of this.#fabrics.fabrics)
			for (const { groupId } of fabric.groups) {
				// Without a key nothing that comes for the group can be opened.
				if (fabric.groupKeySetOf(groupId) < 0) continue;
				const address = groupAddress(fabric.fabricId, groupId);
				for (const { index } of (links ??= this.#links())) wanted.push({ address, interfaceIndex: index });
			}
		return wanted;
	}

	/** Loopback serves where there is nothing else, as for DNS. */
	#links(): NetworkInterface[] {
		const links = this.#interfaces().filter(({ up, addresses }) => up && addresses.length > 0);
		return links.some(({ loopback }) => !loopback) ? links.filter(({ loopback }) => !loopback) : links;
	}
}

function includes(memberships: readonly Membership[], { address, interfaceIndex }: Membership): boolean {
	for (const other of memberships)
		if (other.interfaceIndex === interfaceIndex && equalBytes(other.address, address)) return true;
	return false;
}

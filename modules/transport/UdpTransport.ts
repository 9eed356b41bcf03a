import ticks from "host/ticks";
import UDP from "host/udp";
import { SOCKET_ADDRESS_LENGTH } from "./SocketAddress";
import type { DatagramReceiver, Transport } from "./Transport";

/** The longest datagram taken: peers may send a little more than MAX_DATAGRAM on a link that carries it. */
export const RECEIVE_LENGTH = 1280;
/** Where messages to groups go (Matter Core 2.5.6.3). */
export const GROUP_PORT = 5540;
/** Datagrams taken in one go before timers and others have their turn; the host calls again for the rest. */
const BATCH = 8;
/** ms after which no further one is taken: acknowledgements are not to wait for a slow chip. */
const LONGEST_BATCH = 20;

/** Matter over UDP (Matter Core 4.4.4): one socket, one receive buffer. A second socket hears groups, where this node has another port. */
export class UdpTransport implements Transport {
	/** whose onDatagram() takes what comes; without, it is lost */
	receiver: { onDatagram: DatagramReceiver } | undefined;

	private socket: UDP;
	declare private groups: UDP | undefined;
	private buffer: Uint8Array;
	private from: Uint8Array;
	private closed = false;

	/**
	 * @param options.port 0 for any free one
	 * @param options.buffer RECEIVE_LENGTH bytes; others may use it between datagrams
	 * @param options.from SOCKET_ADDRESS_LENGTH bytes, likewise
	 * @throws Error "port N is in use"
	 */
	constructor(options: { port: number; buffer?: Uint8Array; from?: Uint8Array }) {
		this.buffer = options.buffer ?? new Uint8Array(RECEIVE_LENGTH);
		this.from = options.from ?? new Uint8Array(SOCKET_ADDRESS_LENGTH);
		this.socket = new UDP({ port: options.port, onReadable: () => this.read(this.socket) });
	}

	get port(): number {
		return this.socket.port;
	}

	/** Datagrams that were too long, or more than the platform could hold. */
	get dropped(): number {
		return this.socket.dropped;
	}

	send(to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
		return !this.closed && this.socket.write(to, bytes, start, end);
	}

	/**
	 * Hears what is sent to a multicast group.
	 * @param group 16 bytes
	 * @returns false when the interface cannot, or the port for groups is another program's
	 */
	join(group: Uint8Array, interfaceIndex: number): boolean {
		try {
			this.groups ??= this.port === GROUP_PORT ? this.socket : this.openGroups();
			return this.groups.join(group, interfaceIndex);
		} catch {
			return false;
		}
	}

	leave(group: Uint8Array, interfaceIndex: number): void {
		this.groups?.leave(group, interfaceIndex);
	}

	close(): void {
		if (this.closed) return;
		this.closed = true;
		this.socket.close();
		this.groups?.close();
	}

	/** Several nodes of a computer may share the port: each hears what is sent to a group. */
	private openGroups(): UDP {
		const socket: UDP = new UDP({ port: GROUP_PORT, reuse: true, onReadable: () => this.read(socket) });
		return socket;
	}

	private read(socket: UDP): void {
		const until = ticks() + LONGEST_BATCH;
		for (let i = 0; i < BATCH && !this.closed && (i === 0 || ticks() < until); i++) {
			const length = socket.read(this.buffer, this.from);
			if (length < 0) return;
			this.receiver?.onDatagram(this.buffer, length, this.from);
		}
	}
}

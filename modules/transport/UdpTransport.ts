import UDP from "host/udp";
import { SOCKET_ADDRESS_LENGTH } from "./SocketAddress";
import type { DatagramReceiver, Transport } from "./Transport";

/** The longest datagram taken: peers may send a little more than MAX_DATAGRAM on a link that carries it. */
const RECEIVE_LENGTH = 1280;
/** Datagrams taken in one go before timers and others have their turn; the host calls again for the rest. */
const BATCH = 8;

/** Matter over UDP (Matter Core 4.4.4): one socket, one receive buffer. */
export class UdpTransport implements Transport {
	#socket: UDP;
	#onDatagram: DatagramReceiver;
	#buffer = new Uint8Array(RECEIVE_LENGTH);
	#from = new Uint8Array(SOCKET_ADDRESS_LENGTH);
	#closed = false;

	/**
	 * @param options.port 0 for any free one
	 * @throws Error "port N is in use"
	 */
	constructor(options: { port: number; onDatagram: DatagramReceiver }) {
		this.#onDatagram = options.onDatagram;
		this.#socket = new UDP({ port: options.port, onReadable: () => this.#read() });
	}

	get port(): number {
		return this.#socket.port;
	}

	/** Datagrams that were too long, or more than the platform could hold. */
	get dropped(): number {
		return this.#socket.dropped;
	}

	send(to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
		return !this.#closed && this.#socket.write(to, bytes, start, end);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#socket.close();
	}

	#read(): void {
		for (let i = 0; i < BATCH && !this.#closed; i++) {
			const length = this.#socket.read(this.#buffer, this.#from);
			if (length < 0) return;
			this.#onDatagram(this.#buffer, length, this.#from);
		}
	}
}

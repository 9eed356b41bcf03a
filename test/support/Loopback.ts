import { Deadline } from "../../modules/time/Deadline";
import type { Scheduler } from "../../modules/time/Scheduler";
import type { DatagramReceiver, Transport } from "../../modules/transport/Transport";

/** A socket address, 22 bytes: fd00::`host`, port 5540. */
export function testAddress(host: number): Uint8Array {
	const address = new Uint8Array(22);
	address[0] = 0xfd;
	address[15] = host;
	address[16] = 5540 >> 8;
	address[17] = 5540 & 0xff;
	return address;
}

/** What happens to a datagram: delivered so many times (0: lost), each after so many ms. */
export type Fate = readonly number[];

/** One end of a link in memory. Datagrams arrive through the scheduler, never within send(). */
export class LoopbackTransport implements Transport {
	readonly address: Uint8Array;
	/** takes what arrives */
	onDatagram: DatagramReceiver | undefined;
	/** every datagram sent, a copy each, lost ones too */
	readonly sent: Uint8Array[] = [];
	/** delays of the copies of the n-th datagram sent from here; after 1 ms by default */
	fate: (packet: Uint8Array, index: number) => Fate = () => [1];
	peer!: LoopbackTransport;

	#scheduler: Scheduler;
	#buffer = new Uint8Array(1280);

	constructor(scheduler: Scheduler, host: number) {
		this.#scheduler = scheduler;
		this.address = testAddress(host);
	}

	/** Two ends that reach each other. */
	static pair(scheduler: Scheduler): [LoopbackTransport, LoopbackTransport] {
		const a = new LoopbackTransport(scheduler, 1);
		const b = new LoopbackTransport(scheduler, 2);
		a.peer = b;
		b.peer = a;
		return [a, b];
	}

	send(_to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
		const packet = bytes.slice(start, end);
		this.sent.push(packet);
		for (const delay of this.fate(packet, this.sent.length - 1))
			new Deadline(this.#scheduler, () => this.peer.deliver(packet, this.address)).start(delay);
		return true;
	}

	/** Hands a datagram in, as if it had come from `from`. */
	deliver(packet: Uint8Array, from: Uint8Array): void {
		this.#buffer.fill(0xee);
		this.#buffer.set(packet);
		this.onDatagram?.(this.#buffer, packet.length, from.slice());
	}
}

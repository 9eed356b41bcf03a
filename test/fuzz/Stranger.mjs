/** Begins handshakes as anybody may, and says the next step whenever the device gets that far. */
import { createSocket } from "node:dgram";
import { INITIATOR, RELIABLE, parsePayload, writePayload } from "./SessionClient.mjs";

/** What follows the device's answer: Pake1, Pake3, Sigma3 (Matter Core 4.11.1). */
const NEXT = { 0x21: 0x22, 0x23: 0x24, 0x31: 0x32 };
const STANDALONE_ACK = 0x10;
/** message flags of an answer without a session: the destination is there */
const TO_NODE = 0x01;

export class Stranger {
	/** datagrams that are to be said next */
	queue = [];
	#counter = 1;
	#node = Buffer.alloc(8);
	#steps;
	#alter;
	#socket = createSocket("udp6");

	/**
	 * @param unsecured recorded datagrams, which the steps are taken from
	 * @param alter gives the payload that is said instead of the recorded one
	 */
	static async open(port, unsecured, alter) {
		const stranger = new Stranger();
		stranger.port = port;
		stranger.#alter = alter;
		stranger.#steps = new Map();
		for (const datagram of unsecured) {
			const plain = datagram.subarray(headerLength(datagram));
			const message = parsePayload(plain);
			if (message && message.protocol === 0) stranger.#steps.set(message.opcode, Buffer.from(message.payload));
		}
		await new Promise((resolve) => stranger.#socket.bind(0, "::1", resolve));
		stranger.#socket.on("message", (datagram) => stranger.#receive(datagram));
		return stranger;
	}

	#datagram(plain, node = this.#node) {
		const header = Buffer.alloc(16);
		header[0] = 0x04;
		header.writeUInt32LE(this.#counter++, 4);
		node.copy(header, 8);
		return Buffer.concat([header, plain]);
	}

	/** The first message of a handshake, `opcode`, as recorded or altered, from a node id of its own. */
	begin(opcode, number, altered) {
		this.#node.writeUInt32LE(number >>> 0, 0);
		const payload = this.#steps.get(opcode);
		return this.#datagram(
			writePayload(INITIATOR | RELIABLE, opcode, number & 0xffff, 0, altered ? this.#alter(payload) : payload),
		);
	}

	#receive(datagram) {
		const message = parsePayload(datagram.subarray(headerLength(datagram)));
		if (!message || !(message.flags & RELIABLE) || datagram[0] !== TO_NODE) return;
		const node = datagram.subarray(8, 16);
		const counter = datagram.readUInt32LE(4);
		const next = NEXT[message.opcode];
		const payload = this.#steps.get(next);
		this.queue.push(
			this.#datagram(
				payload
					? writePayload(INITIATOR | RELIABLE, next, message.exchange, 0, this.#alter(payload), counter)
					: writePayload(INITIATOR, STANDALONE_ACK, message.exchange, 0, undefined, counter),
				node,
			),
		);
	}

	send(datagram) {
		this.#socket.send(datagram, this.port, "::1");
	}

	close() {
		this.#socket.close();
	}
}

/** Bytes of a packet header without extensions. */
export function headerLength(datagram) {
	return 8 + (datagram[0] & 0x04 ? 8 : 0) + [0, 8, 2, 0][datagram[0] & 0x03];
}

/** Begins handshakes as anybody may, and says the next step whenever the device gets that far; or shouts and does not listen. */
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { INITIATOR, RELIABLE, parsePayload, writePayload } from "./SessionClient.mjs";

/** What follows the device's answer: Pake1, Pake3, Sigma3 (Matter Core 4.11.1). */
const NEXT = { 0x21: 0x22, 0x23: 0x24, 0x31: 0x32 };
const STANDALONE_ACK = 0x10;
const PBKDF_REQUEST = 0x20;
const SIGMA1 = 0x30;
const STATUS_REPORT = 0x40;
/** what asks for a next step: PBKDFParamResponse, Pake2, Sigma2, Sigma2Resume */
const STEPS = [0x21, 0x23, 0x31, 0x33];
/** failure, secure channel, InvalidParameter */
const GIVES_UP = Buffer.from("0100000000000200", "hex");
const BUSY = 4;
/** Longer than a device keeps a place for whoever it told to come back; ms. */
const PATIENCE = 40_000;
/** message flags of an answer without a session: the destination is there */
const TO_NODE = 0x01;

/** the node id of who knocks */
const KNOCKER = Buffer.from("ffffffff00000001", "hex");

export class Stranger {
	/** datagrams that are to be said next */
	queue = [];
	#counter = 1;
	#node = Buffer.alloc(8);
	#steps;
	#alter;
	#socket = createSocket("udp6");
	#aside = createSocket("udp6");
	/** by node and exchange: handshakes that the device waits in */
	#begun = new Map();
	/** by exchange: whoever waits for the device's word on a knock */
	#knocks = new Map();
	#knock = 0;

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
		await new Promise((resolve) => stranger.#aside.bind(0, "::1", resolve));
		stranger.#socket.on("message", (datagram) => stranger.#receive(datagram));
		stranger.#aside.on("message", (datagram) => {
			const heard = asked(datagram);
			if (heard) stranger.#note(heard, stranger.#aside);
		});
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
		const heard = asked(datagram);
		if (!heard) return;
		const { message, node, counter } = heard;
		const acknowledgement = () =>
			this.#datagram(writePayload(INITIATOR, STANDALONE_ACK, message.exchange, 0, undefined, counter), node);
		const knock = node.equals(KNOCKER) ? this.#knocks.get(message.exchange) : undefined;
		if (knock) {
			this.send(acknowledgement());
			knock(message.payload.length < 8 ? -1 : message.payload.readUInt16LE(6));
			return;
		}
		this.#note(heard, this.#socket);
		const next = NEXT[message.opcode];
		const payload = this.#steps.get(next);
		this.queue.push(
			payload
				? this.#datagram(
						writePayload(INITIATOR | RELIABLE, next, message.exchange, 0, this.#alter(payload), counter),
						node,
					)
				: acknowledgement(),
		);
	}

	/** Keeps what would end the handshake that the device is in, until the device ends it. */
	#note({ message, node, counter }, socket) {
		const key = `${node.toString("hex")} ${message.exchange}`;
		if (message.opcode === STATUS_REPORT) this.#begun.delete(key);
		if (!STEPS.includes(message.opcode)) return;
		const plain = writePayload(INITIATOR, STATUS_REPORT, message.exchange, 0, GIVES_UP, counter);
		this.#begun.set(key, { plain, node: Buffer.from(node), socket });
	}

	/**
	 * Half a handshake keeps others waiting, for seconds: lets what was begun come to its end, or gives it up. The device
	 * has read all that was sent then, and would take a handshake of anybody.
	 * @returns what is wrong, undefined for nothing
	 */
	async calm() {
		for (let left = 40; left > 0 && this.queue.length > 0; left--) {
			this.send(this.queue.shift());
			await sleep(2);
		}
		const until = performance.now() + PATIENCE;
		for (const opcode of [PBKDF_REQUEST, SIGMA1])
			for (let unanswered = 0; ;) {
				const code = await this.#knockAt(opcode);
				// What was sent before the knock was answered before it.
				await sleep(1);
				const begun = [...this.#begun.values()];
				this.#begun.clear();
				for (const { plain, node, socket } of begun) socket.send(this.#datagram(plain, node), this.port, "::1");
				this.queue.length = 0;
				if (code !== undefined && code !== BUSY && begun.length === 0) break;
				if (code === undefined && ++unanswered === 20) return "handshakes are not answered any more";
				if (performance.now() > until) return "a handshake that nobody goes on with keeps its place";
				if (begun.length === 0) await sleep(50);
			}
	}

	/** Begins a handshake with nothing. @returns what the device says to that, a code of its secure channel; undefined for nothing */
	#knockAt(opcode) {
		const exchange = this.#knock++ & 0xffff;
		return new Promise((resolve) => {
			const end = (code) => {
				clearTimeout(timer);
				this.#knocks.delete(exchange);
				resolve(code);
			};
			const timer = setTimeout(end, 500);
			this.#knocks.set(exchange, end);
			this.send(this.#datagram(writePayload(INITIATOR | RELIABLE, opcode, exchange, 0), KNOCKER));
		});
	}

	/** Sends it from where nobody answers what comes. */
	shout(datagram) {
		this.#aside.send(datagram, this.port, "::1");
	}

	send(datagram) {
		this.#socket.send(datagram, this.port, "::1");
	}

	close() {
		this.#socket.close();
		this.#aside.close();
	}
}

/** A message of the device outside of any session that wants an answer: whom it is for, and its counter. */
function asked(datagram) {
	const message = parsePayload(datagram.subarray(headerLength(datagram)));
	if (!message || !(message.flags & RELIABLE) || datagram[0] !== TO_NODE) return undefined;
	return { message, node: datagram.subarray(8, 16), counter: datagram.readUInt32LE(4) };
}

/** Bytes of a packet header without extensions. */
export function headerLength(datagram) {
	return 8 + (datagram[0] & 0x04 ? 8 : 0) + [0, 8, 2, 0][datagram[0] & 0x03];
}

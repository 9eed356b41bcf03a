/** A client of one session whose keys it knows: it can say anything in it, and sees what comes back. */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { createSocket } from "node:dgram";

const MIC_LENGTH = 16;
const HEADER_LENGTH = 8;
export const INITIATOR = 0x01;
export const ACKNOWLEDGEMENT = 0x02;
export const RELIABLE = 0x04;
const VENDOR = 0x10;
const EXTENSIONS = 0x08;
const STANDALONE_ACK = 0x10;
const STATUS_REPORT = 0x40;
/** success, secure channel, CloseSession */
const CLOSE_SESSION = Buffer.from("0000000000000300", "hex");
const INTERACTION = 1;

/** Splits what was encrypted into the header's fields and the payload; undefined where it is cut off. */
export function parsePayload(plain) {
	if (plain.length < 6) return undefined;
	const flags = plain[0];
	let at = 6;
	let acknowledged;
	if (flags & VENDOR) at += 2;
	if (flags & ACKNOWLEDGEMENT && at + 4 <= plain.length) {
		acknowledged = plain.readUInt32LE(at);
		at += 4;
	}
	if (flags & EXTENSIONS && at + 2 <= plain.length) at += 2 + plain.readUInt16LE(at);
	if (at > plain.length) return undefined;
	return {
		flags,
		opcode: plain[1],
		exchange: plain.readUInt16LE(2),
		protocol: plain.readUInt16LE(flags & VENDOR ? 6 : 4),
		acknowledged,
		payload: plain.subarray(at),
	};
}

/** A protocol header without options but an acknowledgement, and the payload. */
export function writePayload(flags, opcode, exchange, protocol, payload = Buffer.alloc(0), acknowledged = undefined) {
	const header = Buffer.alloc(acknowledged === undefined ? 6 : 10);
	header[0] = flags | (acknowledged === undefined ? 0 : ACKNOWLEDGEMENT);
	header[1] = opcode;
	header.writeUInt16LE(exchange, 2);
	header.writeUInt16LE(protocol, 4);
	if (acknowledged !== undefined) header.writeUInt32LE(acknowledged, 6);
	return Buffer.concat([header, payload]);
}

export class SessionClient {
	/** asked with each message of the device that wants an answer; gives what is said in return, or undefined */
	answer = undefined;
	closed = false;
	/** told of each message of the device that could be opened */
	heard = undefined;
	#keys;
	#port;
	#socket = createSocket("udp6");
	#exchange = 0x4000;
	#waiting = new Map();

	/**
	 * @param keys of the session: `id` is the device's, `localId` ours; `encrypt` and `decrypt`, each with the node id
	 * (8 bytes) of its nonces; `counter` is the last that was used
	 */
	static async open(port, keys) {
		const client = new SessionClient();
		client.#port = port;
		client.#keys = keys;
		client.id = keys.id;
		client.counter = keys.counter;
		await new Promise((resolve) => client.#socket.bind(0, "::1", resolve));
		client.#socket.on("message", (datagram) => client.#receive(datagram));
		return client;
	}

	nextExchange() {
		this.#exchange = (this.#exchange + 1) & 0xffff;
		return this.#exchange;
	}

	/** The genuine datagram that carries `plain`, protocol header and payload. */
	seal(plain, counter = ++this.counter) {
		const header = Buffer.alloc(HEADER_LENGTH);
		header.writeUInt16LE(this.#keys.id, 1);
		header.writeUInt32LE(counter, 4);
		const cipher = createCipheriv("aes-128-ccm", this.#keys.encrypt.key, nonce(header, this.#keys.encrypt.node), {
			authTagLength: MIC_LENGTH,
		});
		cipher.setAAD(header, { plaintextLength: plain.length });
		const sealed = cipher.update(plain);
		cipher.final();
		return Buffer.concat([header, sealed, cipher.getAuthTag()]);
	}

	send(datagram) {
		this.#socket?.send(datagram, this.#port, "::1");
	}

	#open(datagram) {
		if (datagram.length < HEADER_LENGTH + MIC_LENGTH || datagram.readUInt16LE(1) !== this.#keys.localId)
			return undefined;
		const header = datagram.subarray(0, HEADER_LENGTH);
		const end = datagram.length - MIC_LENGTH;
		try {
			const cipher = createDecipheriv(
				"aes-128-ccm",
				this.#keys.decrypt.key,
				nonce(header, this.#keys.decrypt.node),
				{ authTagLength: MIC_LENGTH },
			);
			cipher.setAuthTag(datagram.subarray(end));
			cipher.setAAD(header, { plaintextLength: end - HEADER_LENGTH });
			const plain = cipher.update(datagram.subarray(HEADER_LENGTH, end));
			cipher.final();
			return plain;
		} catch {
			return undefined;
		}
	}

	#receive(datagram) {
		const plain = this.#open(datagram);
		const message = plain && parsePayload(plain);
		if (!message) return;
		this.heard?.(message);
		if (message.acknowledged !== undefined) this.#settle(`ack ${message.acknowledged}`, message);
		this.#settle(`${message.opcode} in ${message.exchange}`, message);
		// A status report that nobody asked for closes the session.
		if (message.protocol === 0 && message.opcode === STATUS_REPORT && message.flags & INITIATOR) this.closed = true;
		if (!(message.flags & RELIABLE)) return;
		const counter = datagram.readUInt32LE(4);
		const mine = message.flags & INITIATOR ? 0 : INITIATOR;
		const answer = this.answer?.(message);
		if (answer === "nothing") return;
		const plainAnswer = answer
			? writePayload(mine | RELIABLE, answer.opcode, message.exchange, INTERACTION, answer.payload, counter)
			: writePayload(mine, STANDALONE_ACK, message.exchange, 0, undefined, counter);
		this.send(this.seal(plainAnswer));
	}

	#settle(key, message) {
		this.#waiting.get(key)?.(message);
		this.#waiting.delete(key);
	}

	/** Resolves to the message that `key` names; to undefined after `timeout` ms. */
	#wait(key, timeout) {
		return new Promise((resolve) => {
			const timer = setTimeout(() => {
				this.#waiting.delete(key);
				resolve(undefined);
			}, timeout);
			this.#waiting.set(key, (message) => {
				clearTimeout(timer);
				resolve(message);
			});
		});
	}

	/** Has the device acknowledge a message of no consequence: all that was sent before has been read. */
	async pulse(timeout = 10_000) {
		const plain = writePayload(RELIABLE, 0x01, this.nextExchange(), INTERACTION);
		const datagram = this.seal(plain);
		const answer = this.#wait(`ack ${this.counter}`, timeout);
		this.send(datagram);
		return (await answer) !== undefined;
	}

	/** A request in an exchange of its own. @returns the message with `opcode`, undefined when none came */
	async request(opcode, payload, answerOpcode, { counter = ++this.counter, timeout = 10_000 } = {}) {
		const exchange = this.nextExchange();
		const datagram = this.seal(writePayload(INITIATOR | RELIABLE, opcode, exchange, INTERACTION, payload), counter);
		const answer = this.#wait(`${answerOpcode} in ${exchange}`, timeout);
		this.send(datagram);
		// What found no room is served when it comes again.
		const again = setInterval(() => this.send(datagram), 1500);
		const message = await answer;
		clearInterval(again);
		return { datagram, exchange, answer: message };
	}

	/** Whether `opcode` comes in `exchange` before all that was sent has been read. */
	async comes(opcode, exchange) {
		let came = false;
		void this.#wait(`${opcode} in ${exchange}`, 10_000).then((message) => (came ||= message !== undefined));
		const alive = await this.pulse();
		return came || !alive;
	}

	/** Ends the session on the device's side too (Matter Core 4.11.1.4). */
	sayGoodbye() {
		this.send(this.seal(writePayload(INITIATOR, STATUS_REPORT, this.nextExchange(), 0, CLOSE_SESSION)));
		this.closed = true;
	}

	close() {
		this.closed = true;
		this.#socket?.close();
		this.#socket = undefined;
	}
}

function nonce(header, node) {
	return Buffer.concat([header.subarray(3, 8), node]);
}

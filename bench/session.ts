/**
 * What encoding and decoding a message costs on the engine, and how much of that is the cipher: one JSON line of
 * microseconds a message, by name and payload length. Run by tools/bench.mjs.
 */
import { print } from "host/console";
import { args } from "host/process";
import ticks from "host/ticks";
import Ccm from "../modules/crypto/ccm";
import { HEADROOM, MAX_DATAGRAM, Message, MIC_LENGTH, RELIABILITY } from "../modules/message/Message";
import { decodePacketHeader, PACKET_HEADER_LENGTH } from "../modules/message/PacketHeader";
import { SecureSession } from "../modules/session/SecureSession";

/** Messages that are encoded before they are decoded. */
const BATCH = 500;

const sizes = [100, 1200];
const { rounds, batches } = JSON.parse(args()[0]!) as { rounds: number; batches: number };
const keyA = new Uint8Array(16).fill(0x11);
const keyB = new Uint8Array(16).fill(0x22);
const secret = new Uint8Array(32);
const none = (): void => undefined;

const sender = new SecureSession(undefined, 1, undefined, 0n, 2, secret, keyA, keyB, keyA, none);
const receiver = new SecureSession(undefined, 2, undefined, 0n, 1, secret, keyB, keyA, keyA, none);

/** A buffer for transmission as long as the largest datagram needs. */
function buffer(): Message {
	return new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM));
}

const messages = Array.from({ length: BATCH }, buffer);

function prepare(message: Message, size: number): void {
	message.prepare(RELIABILITY, 0x1234, 1, 0x08);
	message.payloadStart = HEADROOM;
	message.payloadEnd = HEADROOM + size;
}

/** Both directions of a session: [encode, decode] in microseconds a message. */
function session(size: number): [number, number] {
	let encode = 0;
	let decode = 0;
	for (let batch = 0; batch < batches; batch++) {
		for (const message of messages) prepare(message, size);
		let began = ticks();
		for (const message of messages) sender.encode(message);
		encode += ticks() - began;
		began = ticks();
		for (const message of messages) {
			if (!decodePacketHeader(message) || receiver.decode(message) === undefined || message.isDuplicate) {
				throw new Error("a message was not accepted");
			}
		}
		decode += ticks() - began;
	}
	return [(encode * 1000) / (BATCH * batches), (decode * 1000) / (BATCH * batches)];
}

/** The cipher alone, called as a session calls it: [seal, open] in microseconds a message. */
function cipher(size: number): [number, number] {
	const ccm = new Ccm(keyA);
	const nodeId = new Uint8Array(8);
	let seal = 0;
	let open = 0;
	const plain = PACKET_HEADER_LENGTH;
	// What a session encrypts is the payload and a payload header of six bytes.
	const end = plain + 6 + size;
	for (let batch = 0; batch < batches; batch++) {
		let began = ticks();
		for (const message of messages) ccm.sealPacket(message.bytes, 0, plain, end, nodeId);
		seal += ticks() - began;
		began = ticks();
		for (const message of messages) {
			if (ccm.openPacket(message.bytes, 0, plain, end + MIC_LENGTH, nodeId) < 0)
				throw new Error("the tag does not verify");
		}
		open += ticks() - began;
	}
	ccm.close();
	return [(seal * 1000) / (BATCH * batches), (open * 1000) / (BATCH * batches)];
}

const results: Record<string, number[]> = {};

function add(name: string, value: number): void {
	(results[name] ??= []).push(value);
}

// The first round warms the caches.
for (let round = 0; round <= rounds; round++) {
	for (const size of sizes) {
		const [encode, decode] = session(size);
		const [seal, open] = cipher(size);
		if (round === 0) continue;
		add(`encode ${size}`, encode);
		add(`decode ${size}`, decode);
		add(`seal ${size}`, seal);
		add(`open ${size}`, open);
	}
}
print(JSON.stringify(results));

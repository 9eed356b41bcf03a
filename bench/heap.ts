/**
 * What messages leave on the engine's heap: one JSON line for each step. A step ends with a line, and the next begins half a
 * second later, so that whoever reads can look at the process meanwhile. Run by tools/bench.mjs.
 */
import board from "host/board";
import { print } from "host/console";
import { args, collect } from "host/process";
import ticks from "host/ticks";
import { readUint16LE } from "../modules/codec/Bytes";
import { ExchangeManager } from "../modules/exchange/ExchangeManager";
import {
	ACKNOWLEDGEMENT,
	HEADROOM,
	INITIATOR,
	MAX_DATAGRAM,
	Message,
	ProtocolId,
	RELIABILITY,
} from "../modules/message/Message";
import { decodePacketHeader } from "../modules/message/PacketHeader";
import type { SecureSession } from "../modules/session/SecureSession";
import { SessionManager } from "../modules/session/SessionManager";
import { SessionParameters } from "../modules/session/SessionParameters";
import { Scheduler } from "../modules/time/Scheduler";

const { messages } = JSON.parse(args()[0]!) as { messages: number[] };
/** So few that nothing is collected while they are counted. */
const COUNTED = 200;
const PAYLOAD = 100;
const STANDALONE_ACK = 0x10;

const address = new Uint8Array(22);
const scheduler = new Scheduler();
const deviceSessions = new SessionManager({ scheduler });
const clientSessions = new SessionManager({ scheduler });
const answer = new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM));
/** the answer as it came: decoding is in place */
const packet = new Uint8Array(MAX_DATAGRAM);
let answerLength = 0;
const transport = {
	send(_to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
		copy(bytes, start, end, answer.bytes);
		copy(bytes, start, end, packet);
		answerLength = end - start;
		return true;
	},
};

/** Views would be counted with what is measured. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array): void {
	for (let i = start; i < end; i++) to[i - start] = from[i]!;
}

const device = new ExchangeManager({ transport, sessions: deviceSessions, scheduler });
const payload = new Uint8Array(PAYLOAD).fill(0x5a);
device.register(ProtocolId.InteractionModel, {
	onExchange(exchange) {
		exchange.begin().raw(payload);
		exchange.send(ProtocolId.InteractionModel, 9);
		exchange.close();
	},
});

function connect(sessions: SessionManager, id: number, peerSessionId: number, isInitiator: boolean): SecureSession {
	return sessions.createSecure({
		id,
		fabric: undefined,
		peerNodeId: 0n,
		peerSessionId,
		sharedSecret: new Uint8Array(32),
		salt: new Uint8Array(0),
		isInitiator,
		isResumption: false,
		parameters: new SessionParameters(),
		address,
		isPase: true,
	});
}

const ids = [deviceSessions.reserveId(), clientSessions.reserveId()] as const;
connect(deviceSessions, ids[0], ids[1], false);
const client = connect(clientSessions, ids[1], ids[0], true);
const request = new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM));
const datagram = new Uint8Array(MAX_DATAGRAM);
let exchangeId = 0;

function say(flags: number, protocolId: number, opcode: number, length: number): number {
	request.prepare(flags, exchangeId, protocolId, opcode);
	request.ackCounter = answer.counter;
	request.payloadStart = HEADROOM;
	request.payloadEnd = HEADROOM + length;
	client.encode(request);
	copy(request.bytes, request.start, request.end, datagram);
	return request.end - request.start;
}

/** A request, its answer, and the acknowledgement of that, with both ends' encoding and decoding. */
function roundTrip(): void {
	exchangeId = (exchangeId + 1) & 0xffff;
	device.onDatagram(datagram, say(INITIATOR | RELIABILITY, ProtocolId.InteractionModel, 8, PAYLOAD), address);
	answer.receive(answer.bytes, answerLength);
	if (!decodePacketHeader(answer) || !client.decode(answer) || answer.exchangeId !== exchangeId)
		throw new Error("no answer");
	const length = say(INITIATOR | ACKNOWLEDGEMENT, ProtocolId.SecureChannel, STANDALONE_ACK, 0);
	device.onDatagram(datagram, length, address);
	if (device.length !== 0) throw new Error("an exchange is left");
}

function encode(): void {
	say(INITIATOR | RELIABILITY, ProtocolId.InteractionModel, 8, PAYLOAD);
}

function decode(): void {
	copy(packet, 0, answerLength, answer.bytes);
	answer.receive(answer.bytes, answerLength);
	if (!decodePacketHeader(answer) || !client.decode(answer)) throw new Error("not genuine");
}

function used(): number {
	collect();
	return board.memory().used;
}

/** Bytes that one call leaves until they are collected. */
function left(action: () => void): number {
	action();
	const before = used();
	for (let i = 0; i < COUNTED; i++) action();
	return (board.memory().used - before) / COUNTED;
}

function pause(): void {
	for (const began = ticks(); ticks() - began < 500;) readUint16LE(address, 0);
}

const result = { step: "left", encode: left(encode), decode: 0, roundTrip: left(roundTrip) };
result.decode = left(decode);
print(JSON.stringify(result));
for (const count of messages) {
	const before = used();
	for (let i = 0; i < count / 3; i++) roundTrip();
	const after = used();
	print(JSON.stringify({ step: "messages", count, before, after }));
	pause();
}

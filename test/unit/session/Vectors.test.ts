import { fromHex, nodeIdBytes, toHex } from "../../../modules/codec/Bytes";
import type { Fabric } from "../../../modules/fabric/Fabric";
import {
	ACKNOWLEDGEMENT,
	HEADROOM,
	INITIATOR,
	Message,
	MIC_LENGTH,
	RELIABILITY,
} from "../../../modules/message/Message";
import { MessageCounter } from "../../../modules/message/MessageCounter";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import { SecureSession } from "../../../modules/session/SecureSession";
import { UnsecuredSession } from "../../../modules/session/UnsecuredSession";

// What matter.js 0.17.9's session and message codec make of these keys, ids and fields.
const KEY_A = fromHex("000102030405060708090a0b0c0d0e0f");
const KEY_B = fromHex("101112131415161718191a1b1c1d1e1f");
const NODE = 0x1122334455667788n;
const PEER = 0x99aabbccddeeff00n;
const COUNTER = 0x81234567;
const PAYLOAD = fromHex("152800280136021537002400012401062402021818181824ff0c18");

const PLAIN = INITIATOR | RELIABILITY;

function sender(isCase: boolean): SecureSession {
	const fabric = { index: 1, nodeId: PEER, nodeIdBytes: nodeIdBytes(PEER) } as unknown as Fabric;
	const [fabricOrNone, peer] = isCase ? [fabric, NODE] : [undefined, 0n];
	const options = { counter: COUNTER };
	return new SecureSession(
		undefined,
		0x0304,
		fabricOrNone,
		peer,
		0x0102,
		KEY_A,
		KEY_B,
		KEY_A,
		KEY_A,
		() => undefined,
		500,
		300,
		4,
		options,
	);
}

function receiver(isCase: boolean): SecureSession {
	const fabric = { index: 1, nodeId: NODE, nodeIdBytes: nodeIdBytes(NODE) } as unknown as Fabric;
	const [fabricOrNone, peer] = isCase ? [fabric, PEER] : [undefined, 0n];
	return new SecureSession(
		undefined,
		0x0102,
		fabricOrNone,
		peer,
		0x0304,
		KEY_A,
		KEY_A,
		KEY_B,
		KEY_A,
		() => undefined,
	);
}

function outgoing(flags: number, ackCounter: number, payload: Uint8Array): Message {
	const message = new Message(new Uint8Array(HEADROOM + payload.length + MIC_LENGTH));
	message.prepare(flags, 0xbeef, 1, 8);
	message.ackCounter = ackCounter;
	message.payloadStart = HEADROOM;
	message.payloadEnd = HEADROOM + payload.length;
	message.bytes.set(payload, HEADROOM);
	return message;
}

describe("Packets that matter.js makes are those that this node makes and takes", () => {
	it.each([
		[
			"CASE",
			true,
			PLAIN,
			0,
			"0002010067452381 267894923cc3f538b6501ae8e58ec79a6fb32ea761d480387c7b402928c1a5584c2fce220c9c9007a1fcda343b49a55640",
		],
		[
			"CASE, acknowledging, unreliable",
			true,
			INITIATOR | ACKNOWLEDGEMENT,
			0x89abcdef,
			"0002010067452381 207894923cc30fdd1df10ef6e7b3f1ac49a6188344d2a51e7f657c3332fd424c4cedeb42941d13afd592b26014f34ebbda3b3a976a",
		],
		[
			"CASE, acknowledging",
			true,
			PLAIN | ACKNOWLEDGEMENT,
			1,
			"0002010067452381 247894923cc3e110b6780ef6e7b3f1ac49a6188344d2a51e7f657c3332fd424c4cedeb42948edeb0a23c276eae8a049ebddfdd71dc",
		],
		[
			"PASE",
			false,
			PLAIN,
			0,
			"0002010067452381 7e197661888340f44f749958c6bf23861c6e424bb423e94113729e1bbffbb6bb86068f68dc765c43cd4537f2dfa67a0a10",
		],
		[
			"PASE, acknowledging, unreliable",
			false,
			INITIATOR | ACKNOWLEDGEMENT,
			0x89abcdef,
			"0002010067452381 781976618883ba11e4d58d46c48215b03a7b746f9125cc67106ca201a5c751af8609a32b3610653419ed77a76395b7191a158a5116",
		],
	])("%s", (_name, isCase, flags, ackCounter, hex) => {
		const expected = fromHex(hex);
		const sent = sender(isCase).encode(outgoing(flags, ackCounter, PAYLOAD));
		expect(toHex(sent.bytes.slice(sent.start, sent.end))).toBe(toHex(expected));

		const received = new Message(expected);
		received.receive(expected, expected.length);
		expect(decodePacketHeader(received)).toBe(true);
		expect(received.sessionId).toBe(0x0102);
		expect(received.counter).toBe(COUNTER);
		expect(receiver(isCase).decode(received)).toBe(received);
		expect(toHex(received.payload())).toBe(toHex(PAYLOAD));
		expect(received.exchangeHead & 0xff).toBe(flags);
		expect(received.exchangeId).toBe(0xbeef);
		expect(received.protocolId).toBe(1);
		expect(received.opcode).toBe(8);
		if (flags & ACKNOWLEDGEMENT) expect(received.ackCounter).toBe(ackCounter);
	});

	it.each([
		["of an initiator", true, PLAIN, 0x20, "040000000d0c0b0a 0807060504030201 0520114700001518"],
		[
			"to an initiator",
			false,
			RELIABILITY | ACKNOWLEDGEMENT,
			0x21,
			"010000000d0c0b0a 0807060504030201 0621114700000d0c0b0a1518",
		],
	])("unsecured, %s", (_name, isInitiator, flags, opcode, hex) => {
		const session = new UnsecuredSession(
			isInitiator,
			nodeIdBytes(0x0102030405060708n),
			new Uint8Array(22),
			new MessageCounter(0x0a0b0c0d),
			() => 0,
			() => undefined,
		);
		const message = outgoing(flags, 0x0a0b0c0d, fromHex("1518"));
		message.prepare(flags, 0x4711, 0, opcode);
		session.encode(message);
		expect(toHex(message.bytes.slice(message.start, message.end))).toBe(toHex(fromHex(hex)));
	});
});

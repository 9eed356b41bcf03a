import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { HEADROOM, Message } from "../../../modules/message/Message";
import { decodePacketHeader, encodePacketHeader, isGroupSession, PRIVACY } from "../../../modules/message/PacketHeader";

function packet(hex: string): Message {
	const bytes = fromHex(hex);
	const message = new Message(new Uint8Array(0));
	message.receive(bytes, bytes.length);
	return message;
}

function decoded(hex: string): Message {
	const message = packet(hex);
	expect(decodePacketHeader(message)).toBe(true);
	return message;
}

describe("Packet header (Matter Core 4.4.1)", () => {
	it("of a secure unicast message", () => {
		const message = decoded("00 3412 00 78563412 aabb");
		expect(message.sessionId).toBe(0x1234);
		expect(message.counter).toBe(0x12345678);
		expect(message.headerEnd).toBe(8);
		expect(message.sourceOffset).toBe(-1);
		expect(message.sourceNodeId).toBeUndefined();
		expect(message.destinationOffset).toBe(-1);
		expect(isGroupSession(message)).toBe(false);
		expect(message.head & PRIVACY).toBe(0);
	});

	it("of an unsecured message with a source", () => {
		const message = decoded("04 0000 00 ffffffff 8877665544332211");
		expect(message.sessionId).toBe(0);
		expect(message.counter).toBe(0xffffffff);
		expect(message.sourceOffset).toBe(8);
		expect(message.sourceNodeId).toBe(0x1122334455667788n);
		expect(message.headerEnd).toBe(16);
	});

	it.each([
		["a destination node", "01 0000 00 01000000 8877665544332211", 16, 8, false],
		["source and destination", "05 0000 00 01000000 0100000000000000 8877665544332211 ff", 24, 16, false],
		["a group", "06 cdab 01 01000000 0100000000000000 3412", 18, 16, true],
		["message extensions", "00 0100 20 01000000 0300 aabbcc dd", 13, -1, false],
		["empty extensions", "00 0100 20 01000000 0000", 10, -1, false],
		["extensions behind a destination", "01 0100 20 01000000 8877665544332211 0100 aa", 19, 8, false],
		["reserved bits", "08 0100 1c 01000000", 8, -1, false],
		["extensions hidden by privacy", "00 0100 a0 01000000 ffff", 8, -1, false],
	])("with %s", (_name, hex, headerEnd, destination, isGroup) => {
		const message = decoded(hex);
		expect(message.headerEnd).toBe(headerEnd);
		expect(message.destinationOffset).toBe(destination);
		expect(message.hasGroupDestination).toBe(isGroup);
		expect(isGroupSession(message)).toBe(isGroup);
	});

	it("privacy", () => {
		expect(decoded("00 0100 80 01000000").head & PRIVACY).not.toBe(0);
	});

	it.each([
		["7 bytes", "00 0000 00 010000"],
		["nothing", ""],
		["version 1", "10 0100 00 01000000"],
		["version 15", "f0 0100 00 01000000"],
		["the reserved destination size", "03 0100 00 01000000 0000000000000000"],
		["session type 2", "00 0100 02 01000000"],
		["session type 3", "00 0100 03 01000000"],
		["a source cut off", "04 0000 00 01000000 88776655443322"],
		["a destination cut off", "01 0000 00 01000000 88776655443322"],
		["a group cut off", "02 0000 01 01000000 88"],
		["the extensions' length cut off", "00 0100 20 01000000 03"],
		["extensions cut off", "00 0100 20 01000000 0300 aabb"],
		["extensions of 65535 bytes", "00 0100 20 01000000 ffff aabb"],
	])("refuses %s", (_name, hex) => {
		expect(decodePacketHeader(packet(hex))).toBe(false);
	});

	it("looks no further than the datagram in the receive buffer", () => {
		const buffer = fromHex("04 0000 00 01000000 8877665544332211");
		const message = new Message(buffer);
		message.receive(buffer, 15);
		expect(decodePacketHeader(message)).toBe(false);
		message.receive(buffer, 16);
		expect(decodePacketHeader(message)).toBe(true);
	});

	it.each([
		["no ids", undefined, undefined, "00 efbe 00 78563492"],
		["a source", "8877665544332211", undefined, "04 efbe 00 78563492 8877665544332211"],
		["a destination", undefined, "8877665544332211", "01 efbe 00 78563492 8877665544332211"],
		["both", "0100000000000000", "8877665544332211", "05 efbe 00 78563492 0100000000000000 8877665544332211"],
	])("writes %s", (_name, source, destination, hex) => {
		const message = new Message(new Uint8Array(HEADROOM));
		encodePacketHeader(
			message,
			26,
			0xbeef,
			0x92345678,
			source === undefined ? undefined : fromHex(source),
			destination === undefined ? undefined : fromHex(destination),
		);
		expect(message.headerEnd).toBe(26);
		message.end = 26;
		expect(toHex(message.bytes.slice(message.start, 26))).toBe(toHex(fromHex(hex)));
		expect(decodePacketHeader(message)).toBe(true);
		expect(message.headerEnd).toBe(26);
		expect(message.sessionId).toBe(0xbeef);
		expect(message.counter).toBe(0x92345678);
	});
});

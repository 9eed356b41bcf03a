import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { ACKNOWLEDGEMENT, HEADROOM, INITIATOR, Message, RELIABILITY } from "../../../modules/message/Message";
import { decodePayloadHeader, encodePayloadHeader } from "../../../modules/message/PayloadHeader";

function received(hex: string): Message {
	const message = new Message(fromHex(hex));
	message.headerEnd = 0;
	message.payloadEnd = message.bytes.length;
	return message;
}

describe("Protocol header (Matter Core 4.4.3)", () => {
	it("with an acknowledgement", () => {
		const message = received("07 02 3412 0100 efbeadde 1518");
		expect(decodePayloadHeader(message)).toBe(true);
		expect(message.isInitiator).toBe(true);
		expect(message.hasAck).toBe(true);
		expect(message.needsAck).toBe(true);
		expect(message.opcode).toBe(2);
		expect(message.exchangeId).toBe(0x1234);
		expect(message.protocolId).toBe(1);
		expect(message.vendorId).toBe(0);
		expect(message.ackCounter).toBe(0xdeadbeef);
		expect(toHex(message.payload())).toBe("1518");
	});

	it.each([
		["nothing else", "00 40 ffff 0000", 6, 0],
		["a vendor", "10 40 0100 f1ff 0500 aa", 8, 0xfff1],
		["vendor and acknowledgement", "12 40 0100 f1ff 0500 04030201 aa", 12, 0xfff1],
		["secured extensions", "08 40 0100 0000 0200 aabb cc", 10, 0],
		["all", "1a 40 0100 f1ff 0500 04030201 0100 aa cc", 15, 0xfff1],
		["reserved bits", "e0 40 0100 0000 aa", 6, 0],
	])("with %s", (_name, hex, payloadStart, vendorId) => {
		const message = received(hex);
		expect(decodePayloadHeader(message)).toBe(true);
		expect(message.payloadStart).toBe(payloadStart);
		expect(message.vendorId).toBe(vendorId);
		expect(message.protocolId).toBe(vendorId ? 5 : 0);
		expect(message.opcode).toBe(0x40);
		expect(message.isInitiator).toBe(false);
	});

	it.each([
		["5 bytes", "00 40 0100 00"],
		["a vendor cut off", "10 40 0100 0000 f1"],
		["an acknowledgement cut off", "02 40 0100 0000 040302"],
		["the extensions' length cut off", "08 40 0100 0000 02"],
		["extensions cut off", "08 40 0100 0000 0200 aa"],
		["extensions of 65535 bytes", "08 40 0100 0000 ffff aa"],
	])("refuses %s", (_name, hex) => {
		const message = received(hex);
		expect(decodePayloadHeader(message)).toBe(false);
		// A buffer that goes on changes nothing.
		const longer = received(hex + "00".repeat(40));
		longer.payloadEnd = message.bytes.length;
		expect(decodePayloadHeader(longer)).toBe(false);
	});

	it("does not take over a vendor of the message before", () => {
		const message = received("10 40 0100 f1ff 0500");
		decodePayloadHeader(message);
		message.bytes.set(fromHex("00 40 0100 0500 f1ff"));
		decodePayloadHeader(message);
		expect(message.vendorId).toBe(0);
	});

	it.each([
		["plain", INITIATOR | RELIABILITY, "05 24 fdfe 0100"],
		["acknowledging", ACKNOWLEDGEMENT, "02 24 fdfe 0100 04030281"],
	])("writes one %s", (_name, flags, hex) => {
		const message = new Message(new Uint8Array(HEADROOM));
		message.prepare(flags, 0xfefd, 1, 0x24);
		message.ackCounter = 0x81020304;
		message.payloadStart = HEADROOM;
		const start = encodePayloadHeader(message);
		expect(toHex(message.bytes.slice(start))).toBe(toHex(fromHex(hex)));
		message.headerEnd = start;
		message.payloadEnd = HEADROOM;
		expect(decodePayloadHeader(message)).toBe(true);
		expect(message.exchangeId).toBe(0xfefd);
		expect(message.protocolId).toBe(1);
		expect(message.opcode).toBe(0x24);
	});
});

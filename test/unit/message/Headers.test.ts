import { toHex } from "../../../modules/codec/Bytes";
import { Message } from "../../../modules/message/Message";
import { decodePacketHeader, encodePacketHeader } from "../../../modules/message/PacketHeader";
import { decodePayloadHeader, encodePayloadHeader } from "../../../modules/message/PayloadHeader";
import { seededRandom } from "../../support/SeededRandom";

const ROUNDS = 2000;
/** for the longest headers that are written, with both node ids */
const ROOM = 40;
/** flags of the protocol header that are written: initiator, acknowledgement, reliability */
const WRITTEN = 0x07;

describe.each([1, 2, 3])("headers at random (seed %d)", (seed) => {
	const random = seededRandom(seed);
	const four = new Uint8Array(4);
	const below = (limit: number): number => {
		random(four);
		return ((four[0]! | (four[1]! << 8) | (four[2]! << 16) | (four[3]! << 24)) >>> 0) % limit;
	};

	it("are read as they were written", () => {
		const payload = new Uint8Array(20);
		for (let round = 0; round < ROUNDS; round++) {
			const written = new Message(new Uint8Array(ROOM + 100));
			const fields = [below(WRITTEN + 1), below(0x10000), below(0x10000), below(0x100)] as const;
			const [sessionId, counter, ackCounter] = [below(0x10000), below(0x100000000), below(0x100000000)];
			const ids = [0, 1].map(() => {
				const id = new Uint8Array(8);
				random(id);
				return below(2) ? id : undefined;
			});
			random(payload);
			written.prepare(...fields);
			written.ackCounter = ackCounter;
			written.payloadStart = ROOM;
			written.payloadEnd = ROOM + payload.length;
			written.bytes.set(payload, ROOM);
			encodePacketHeader(written, encodePayloadHeader(written), sessionId, counter, ids[0], ids[1]);

			const read = new Message(written.bytes.slice(written.start, written.payloadEnd));
			read.receive(read.bytes, read.bytes.length);
			expect(decodePacketHeader(read)).toBe(true);
			expect([read.sessionId, read.counter]).toEqual([sessionId, counter]);
			const id = (offset: number) => (offset < 0 ? undefined : toHex(read.bytes.slice(offset, offset + 8)));
			expect([id(read.sourceOffset), id(read.destinationOffset)]).toEqual(ids.map((one) => one && toHex(one)));
			read.payloadEnd = read.end;
			expect(decodePayloadHeader(read)).toBe(true);
			const [flags, exchangeId, protocolId, opcode] = fields;
			expect([read.exchangeHead & 0xff, read.exchangeId, read.protocolId, read.opcode, read.vendorId]).toEqual([
				flags,
				exchangeId,
				protocolId,
				opcode,
				0,
			]);
			if (read.hasAck) expect(read.ackCounter).toBe(ackCounter);
			expect(toHex(read.payload())).toBe(toHex(payload));
		}
	});

	it("of any bytes lead to no place outside of the packet", () => {
		for (let round = 0; round < ROUNDS; round++) {
			const bytes = new Uint8Array(64);
			random(bytes);
			// Mostly what could be one.
			if (below(4)) bytes[0] = bytes[0]! & 0x07;
			if (below(4)) bytes[3] = bytes[3]! & 0xe1;
			const length = below(bytes.length + 1);
			const message = new Message(bytes);
			message.receive(bytes, length);
			if (!decodePacketHeader(message)) continue;
			expect(message.headerEnd >= 8 && message.headerEnd <= length).toBe(true);
			for (const offset of [message.sourceOffset, message.destinationOffset])
				expect(offset < 0 || offset + 8 <= length || message.hasGroupDestination).toBe(true);
			message.payloadEnd = length;
			if (!decodePayloadHeader(message)) continue;
			expect(message.payloadStart >= message.headerEnd + 6 && message.payloadStart <= length).toBe(true);
		}
	});
});

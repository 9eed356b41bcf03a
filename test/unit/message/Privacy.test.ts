import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { Message } from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import { revealHeader, togglePrivacy } from "../../../modules/message/Privacy";

const KEY = fromHex("01f8d1927126f194082572d49b1fdc73");

/** Its header decoded, as far as it is in the clear. */
function received(hex: string): Message {
	const bytes = fromHex(hex);
	const message = new Message(bytes);
	message.receive(bytes, bytes.length);
	expect(decodePacketHeader(message)).toBe(true);
	return message;
}

/**
 * To group 0x0103 of session 0xb9f7, sealed and hidden by matter.js 0.17.9 with the keys of the specification's example:
 * counter 0x12345678, source 0x1122334455667788.
 */
const CLEAR = "06f7b981" + "78563412" + "8877665544332211" + "0301";
const HIDDEN = "06f7b98128a3d7219ca287bd260cc12b6c3e";
const SEALED = "f62fcbf0417c33c90f48a7ab9063f5b8b52a98a14ff5f0cb3d5778c29449cc";

describe("Privacy of packet headers (Matter Core 4.9)", () => {
	it("reveals what matter.js hid", () => {
		const message = received(HIDDEN + SEALED);
		expect(revealHeader(message, KEY)).toBe(true);
		expect(toHex(message.bytes)).toBe(CLEAR + SEALED);
		expect(message.counter).toBe(0x12345678);
		expect(message.sourceNodeId).toBe(0x1122334455667788n);
		expect(message.headerEnd).toBe(18);
	});

	it("hides by the same operation", () => {
		const message = received(CLEAR + SEALED);
		togglePrivacy(message, KEY);
		expect(toHex(message.bytes)).toBe(HIDDEN + SEALED);
	});

	it("leaves flags, session id, extensions and what is sealed as they are", () => {
		const clear = "06f7b9a1" + "00".repeat(14) + "0300aabbcc";
		const message = received(clear + SEALED);
		togglePrivacy(message, KEY);
		const hidden = toHex(message.bytes);
		expect(hidden.slice(0, 8)).toBe("06f7b9a1");
		expect(hidden.slice(36)).toBe(`0300aabbcc${SEALED}`);
		expect(revealHeader(message, KEY)).toBe(true);
		expect(toHex(message.bytes)).toBe(clear + SEALED);
		expect(message.headerEnd).toBe(23);
	});

	it.each([
		["without a whole tag", "06f7b981" + "00".repeat(14) + "11".repeat(15)],
		["whose extensions are cut off", "06f7b9a1" + "00".repeat(14) + "ffff" + "11".repeat(16)],
	])("refuses a packet %s", (_what, hex) => {
		const message = received(hex);
		expect(revealHeader(message, KEY)).toBe(false);
	});
});

import { fromHex, toHex } from "../../../modules/codec/Bytes";
import type { Tag } from "../../../modules/codec/Tlv";
import { TlvReader } from "../../../modules/codec/TlvReader";
import { ANONYMOUS, TlvOverflow, TlvWriter } from "../../../modules/codec/TlvWriter";

function write(what: (writer: TlvWriter) => void): string {
	const writer = new TlvWriter(new Uint8Array(400));
	what(writer);
	return toHex(writer.finish());
}

function hex(text: string): string {
	return toHex(fromHex(text));
}

describe("TlvWriter: the examples of Matter Core A.12, in the fewest bytes", () => {
	it.each([
		[42, "00 2a"],
		[-17, "00 ef"],
		[-128, "00 80"],
		[127, "00 7f"],
		[128, "01 80 00"],
		[-129, "01 7f ff"],
		[-32768, "01 00 80"],
		[32768, "02 00 80 00 00"],
		[-170000, "02 f0 67 fd ff"],
		[-2147483648, "02 00 00 00 80"],
		[40000000000, "03 00 90 2f 50 09 00 00 00"],
		[-40000000000, "03 00 70 d0 af f6 ff ff ff"],
	])("signed %d", (value, bytes) => {
		expect(write((w) => w.signed(ANONYMOUS, value))).toBe(hex(bytes));
		expect(write((w) => w.signed(ANONYMOUS, BigInt(value)))).toBe(hex(bytes));
	});

	it.each([
		[0, "04 00"],
		[42, "04 2a"],
		[255, "04 ff"],
		[256, "05 00 01"],
		[65535, "05 ff ff"],
		[65536, "06 00 00 01 00"],
		[4294967295, "06 ff ff ff ff"],
		[4294967296, "07 00 00 00 00 01 00 00 00"],
		[40000000000, "07 00 90 2f 50 09 00 00 00"],
	])("unsigned %d", (value, bytes) => {
		expect(write((w) => w.unsigned(ANONYMOUS, value))).toBe(hex(bytes));
		expect(write((w) => w.unsigned(ANONYMOUS, BigInt(value)))).toBe(hex(bytes));
	});

	it("64-bit extremes", () => {
		expect(write((w) => w.unsigned(1, 0xfedcba9876543210n))).toBe(hex("27 01 10 32 54 76 98 ba dc fe"));
		expect(write((w) => w.signed(1, -0x8000000000000000n))).toBe(hex("23 01 00 00 00 00 00 00 00 80"));
	});

	it.each([
		["single 17.9", (w: TlvWriter) => w.float(ANONYMOUS, 17.9), "0a 33 33 8f 41"],
		["double 17.9", (w: TlvWriter) => w.double(ANONYMOUS, 17.9), "0b 66 66 66 66 66 e6 31 40"],
		["single infinity", (w: TlvWriter) => w.float(ANONYMOUS, Infinity), "0a 00 00 80 7f"],
		["false", (w: TlvWriter) => w.boolean(ANONYMOUS, false), "08"],
		["true", (w: TlvWriter) => w.boolean(7, true), "29 07"],
		["null", (w: TlvWriter) => w.null(ANONYMOUS), "14"],
		["Hello!", (w: TlvWriter) => w.string(ANONYMOUS, "Hello!"), "0c 06 48 65 6c 6c 6f 21"],
		["Tschüs", (w: TlvWriter) => w.string(ANONYMOUS, "Tschüs"), "0c 07 54 73 63 68 c3 bc 73"],
		["octets", (w: TlvWriter) => w.octets(ANONYMOUS, fromHex("00 01 02 03 04")), "10 05 00 01 02 03 04"],
		["some octets", (w: TlvWriter) => w.octets(2, fromHex("00 01 02 03 04"), 1, 3), "30 02 02 01 02"],
		["no octets", (w: TlvWriter) => w.octets(2, fromHex("00 01"), 1, 1), "30 02 00"],
		["raw", (w: TlvWriter) => w.raw(fromHex("00 24 01 05 00"), 1, 4), "24 01 05"],
	] as [string, (w: TlvWriter) => void, string][])("%s", (_name, what, bytes) => {
		expect(write(what)).toBe(hex(bytes));
	});

	it("containers", () => {
		expect(
			write((w) => {
				w.array(ANONYMOUS);
				w.signed(ANONYMOUS, 42);
				w.signed(ANONYMOUS, -170000);
				w.structure(ANONYMOUS);
				w.end();
				w.float(ANONYMOUS, 17.9);
				w.string(ANONYMOUS, "Hello!");
				w.list(ANONYMOUS);
				w.end();
				w.end();
			}),
		).toBe(hex("16 00 2a 02 f0 67 fd ff 15 18 0a 33 33 8f 41 0c 06 48 65 6c 6c 6f 21 17 18 18"));
	});

	it.each([
		[ANONYMOUS, "04 2a"],
		[1, "24 01 2a"],
		[255, "24 ff 2a"],
		[{ vendorId: 0, profile: 0, tag: 1 }, "44 01 00 2a"],
		[{ profile: 0, tag: 100000 }, "64 a0 86 01 00 2a"],
		[{ tag: 1 }, "84 01 00 2a"],
		[{ tag: 100000 }, "a4 a0 86 01 00 2a"],
		[{ vendorId: 0xfff1, profile: 0xdeed, tag: 1 }, "c4 f1 ff ed de 01 00 2a"],
		[{ vendorId: 0xfff1, profile: 0, tag: 1 }, "c4 f1 ff 00 00 01 00 2a"],
		[{ vendorId: 0xfff1, profile: 0xdeed, tag: 0xaa55feed }, "e4 f1 ff ed de ed fe 55 aa 2a"],
	] as [Tag, string][])("tag %j", (tag, bytes) => {
		expect(write((w) => w.unsigned(tag, 42))).toBe(hex(bytes));
	});

	it("lengths of one and two bytes", () => {
		expect(write((w) => w.octets(ANONYMOUS, new Uint8Array(255))).slice(0, 4)).toBe("10ff");
		expect(write((w) => w.octets(ANONYMOUS, new Uint8Array(256))).slice(0, 6)).toBe("110001");
	});
});

describe("TlvWriter: bounds", () => {
	const WRITES: [string, number, (w: TlvWriter) => void][] = [
		["null", 1, (w) => w.null(ANONYMOUS)],
		["tagged boolean", 2, (w) => w.boolean(1, true)],
		["unsigned", 3, (w) => w.unsigned(1, 1)],
		["unsigned 16", 4, (w) => w.unsigned(1, 0x100)],
		["unsigned 64", 10, (w) => w.unsigned(1, 0x100000000)],
		["bigint", 10, (w) => w.unsigned(1, 0x100000000n)],
		["signed", 3, (w) => w.signed(1, -1)],
		["signed 64", 10, (w) => w.signed(1, -0x100000000n)],
		["single", 5, (w) => w.float(ANONYMOUS, 1)],
		["double", 9, (w) => w.double(ANONYMOUS, 1)],
		["string", 6, (w) => w.string(1, "abc")],
		["octets", 6, (w) => w.octets(1, new Uint8Array(3))],
		["structure", 2, (w) => w.structure(1)],
		["array", 2, (w) => w.array(1)],
		["list", 2, (w) => w.list(1)],
		["end", 1, (w) => w.end()],
		["raw", 3, (w) => w.raw(fromHex("24 01 01"))],
		["qualified", 6, (w) => w.unsigned({ tag: 0x10000 }, 1)],
	];

	it.each(WRITES)("%s overflows without a trace when one byte is missing", (_name, length, what) => {
		const bytes = new Uint8Array(20).fill(0xee);
		const writer = new TlvWriter(bytes, 2, 2 + length - 1);
		expect(() => what(writer)).toThrow(TlvOverflow);
		expect(writer.position).toBe(2);
		expect(bytes[2 + length - 1]).toBe(0xee);
		const fits = new TlvWriter(bytes, 2, 2 + length);
		what(fits);
		expect(fits.position).toBe(2 + length);
		expect(bytes[2 + length]).toBe(0xee);
	});

	it("refuses what is no such value, and stays where it was", () => {
		const writer = new TlvWriter(new Uint8Array(20), 1);
		for (const what of [
			() => writer.unsigned(1, -1),
			() => writer.unsigned(1, 1.5),
			() => writer.unsigned(1, NaN),
			() => writer.unsigned(1, 2 ** 53),
			() => writer.unsigned(1, -1n),
			() => writer.unsigned(1, 2n ** 64n),
			() => writer.signed(1, 0.5),
			() => writer.signed(1, 2n ** 63n),
			() => writer.signed(1, -(2n ** 63n) - 1n),
			() => writer.unsigned(256, 1),
			() => writer.unsigned(-2, 1),
			() => writer.octets(1, new Uint8Array(2), 1, 3),
			() => writer.octets(1, new Uint8Array(2), 2, 1),
			() => writer.raw(new Uint8Array(2), 0, 3),
		]) {
			expect(what).toThrow(RangeError);
			expect(writer.position).toBe(1);
		}
	});

	it("starts anywhere, goes back, and starts again", () => {
		const bytes = new Uint8Array(8);
		const writer = new TlvWriter(bytes, 3);
		writer.unsigned(1, 1);
		const mark = writer.position;
		writer.boolean(2, true);
		writer.position = mark;
		expect(toHex(writer.finish())).toBe("240101");
		writer.reset(bytes, 0, 3);
		writer.unsigned(2, 2);
		expect(toHex(writer.finish())).toBe("240202");
		expect(() => writer.end()).toThrow(TlvOverflow);
	});

	it("what it writes a reader reads", () => {
		for (let value = -1n; value > -(1n << 63n); value = value * 3n + 1n) {
			const reader = new TlvReader(fromHex(write((w) => w.signed(9, value))));
			reader.next();
			expect(reader.signed64()).toBe(value);
		}
		for (let value = 1n; value < 1n << 64n; value = value * 3n + 1n) {
			const bytes = fromHex(write((w) => w.unsigned(9, value)));
			const reader = new TlvReader(bytes);
			reader.next();
			expect(reader.unsigned64()).toBe(value);
		}
		for (const text of ["", "ü", "a\0b", "\0", "😀", "x".repeat(300)]) {
			const reader = new TlvReader(fromHex(write((w) => w.string(9, text))));
			reader.next();
			expect(reader.string()).toBe(text);
		}
	});
});

import { ANONYMOUS, TlvError, TlvOverflow } from "../../../modules/codec/Tlv";
import { TlvReader } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { Status, StatusError } from "../../../modules/datamodel/Status";
import {
	BOOLEAN,
	FLOAT32,
	FLOAT64,
	INT16,
	INT64,
	UINT16,
	UINT64,
	UINT8,
	choice,
	decodeValue,
	encodeAlone,
	encodeValue,
	field,
	int,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../../modules/datamodel/Types";
import type { FabricScope, Type } from "../../../modules/datamodel/Types";

const PAIR = struct([field(0, "a", UINT8), field(1, "b", string(0, 4), true)]);
const SCOPED = struct([field(1, "open", UINT8), field(2, "secret", UINT8, true, true)], true);

function decode(type: Type, bytes: Uint8Array, fabricIndex?: number): unknown {
	const reader = new TlvReader(bytes);
	reader.next();
	return decodeValue(reader, type, fabricIndex);
}

function written(write: (writer: TlvWriter) => void): Uint8Array {
	const writer = new TlvWriter(new Uint8Array(256));
	write(writer);
	return writer.finish();
}

function statusOf(action: () => unknown): number | undefined {
	try {
		action();
	} catch (error) {
		if (error instanceof StatusError) return error.status;
		throw error;
	}
	return undefined;
}

describe("values go over TLV and back", () => {
	it.each([
		["bool", BOOLEAN, true],
		["uint8", UINT8, 255],
		["int16", INT16, -300],
		["uint64", UINT64, 0xffffffffffffffffn],
		["a small uint64", UINT64, 5n],
		["int64", INT64, -5n],
		["single", FLOAT32, 1.5],
		["double", FLOAT64, 0.1],
		["string", string(0, 8), "Zürich"],
		["octets", octets(0, 3), Uint8Array.of(1, 2, 3)],
		["null", nullable(UINT8), null],
		["list", list(UINT16), [1, 2, 300]],
		["empty list", list(UINT16), []],
		["struct", PAIR, { a: 1, b: "x" }],
		["struct without its optional field", PAIR, { a: 1 }],
		["list of structs", list(PAIR), [{ a: 1 }, { a: 2, b: "" }]],
		["fabric-scoped struct", SCOPED, { open: 1, secret: 2, fabricIndex: 3 }],
	])("%s", (_, type, value) => {
		expect(decode(type as Type, encodeAlone(type as Type, value))).toEqual(value);
	});
});

describe("decodeValue refuses", () => {
	it.each([
		["a number below the range", uint(5, 9), encodeAlone(UINT8, 4)],
		["a number above the range", uint(5, 9), encodeAlone(UINT8, 10)],
		["a number too wide for the type", UINT8, encodeAlone(UINT16, 256)],
		["the value that stands for null elsewhere", nullable(uint(0, 254)), encodeAlone(UINT8, 255)],
		["a negative number below the range", int(-5, 5), encodeAlone(INT16, -6)],
		["a value that an enumeration doesn't define", choice([1, 2, 5]), encodeAlone(UINT8, 3)],
		["a long string, in bytes", string(0, 4), encodeAlone(string(0, 9), "Züri")],
		["a short string", string(2, 2), encodeAlone(string(0, 9), "C")],
		["long octets", octets(0, 2), encodeAlone(octets(0, 9), new Uint8Array(3))],
		["a long list", list(UINT8, 0, 2), encodeAlone(list(UINT8), [1, 2, 3])],
		["a short list", list(UINT8, 1), encodeAlone(list(UINT8), [])],
		["null", UINT8, encodeAlone(nullable(UINT8), null)],
	])("%s with ConstraintError", (_, type, bytes) => {
		expect(statusOf(() => decode(type as Type, bytes))).toBe(Status.ConstraintError);
	});

	it.each([
		["another type", UINT8, encodeAlone(BOOLEAN, true)],
		["a signed number for an unsigned", UINT8, encodeAlone(INT16, 1)],
		["octets for a string", string(0, 4), encodeAlone(octets(0, 4), Uint8Array.of(65))],
		["a struct for a list", list(UINT8), encodeAlone(PAIR, { a: 1 })],
		["a list for a struct", PAIR, encodeAlone(list(UINT8), [1])],
		["a struct without a mandatory field", PAIR, encodeAlone(struct([]), {})],
		[
			"a field that comes twice",
			PAIR,
			written((writer) => {
				writer.structure(ANONYMOUS);
				writer.unsigned(0, 1);
				writer.unsigned(0, 2);
				writer.end();
			}),
		],
	])("%s with TlvError", (_, type, bytes) => {
		expect(() => decode(type as Type, bytes)).toThrow(TlvError);
	});

	it("but passes over fields it doesn't know", () => {
		const bytes = written((writer) => {
			writer.structure(ANONYMOUS);
			writer.array(7);
			writer.boolean(ANONYMOUS, true);
			writer.end();
			writer.unsigned(0, 1);
			writer.string({ vendorId: 0xfff1, profile: 1, tag: 0 }, "x");
			writer.end();
		});
		expect(decode(PAIR, bytes)).toEqual({ a: 1 });
	});
});

describe("fabric-scoped values (Matter Core 7.13)", () => {
	const entries = [
		{ open: 1, secret: 10, fabricIndex: 1 },
		{ open: 2, secret: 20, fabricIndex: 2 },
	];

	function seen(scope: FabricScope | undefined): unknown {
		return decode(
			list(SCOPED),
			written((writer) => encodeValue(writer, ANONYMOUS, list(SCOPED), entries, scope)),
		);
	}

	it("are left out for other fabrics when filtered", () => {
		expect(seen({ fabricIndex: 2, fabricFiltered: true })).toEqual([entries[1]]);
		expect(seen({ fabricIndex: 0, fabricFiltered: true })).toEqual([]);
	});

	it("lack sensitive fields for other fabrics when not filtered", () => {
		expect(seen({ fabricIndex: 2, fabricFiltered: false })).toEqual([{ open: 1, fabricIndex: 1 }, entries[1]]);
		expect(seen({ fabricIndex: 0, fabricFiltered: false })).toEqual([
			{ open: 1, fabricIndex: 1 },
			{ open: 2, fabricIndex: 2 },
		]);
	});

	it("are complete in storage", () => {
		expect(seen(undefined)).toEqual(entries);
	});

	it("belong to who writes them, whatever the data says", () => {
		expect(decode(list(SCOPED), encodeAlone(list(SCOPED), entries), 7)).toEqual([
			{ open: 1, secret: 10, fabricIndex: 7 },
			{ open: 2, secret: 20, fabricIndex: 7 },
		]);
	});
});

describe("encodeValue", () => {
	it("says that a server forgot a field", () => {
		expect(() => encodeAlone(PAIR, { b: "x" })).toThrow("field a is missing");
	});

	it("writes null for nullable types only", () => {
		expect(() => encodeAlone(UINT8, null)).toThrow(TypeError);
	});

	it("tells when there is no room", () => {
		const writer = new TlvWriter(new Uint8Array(8));
		expect(() => encodeValue(writer, ANONYMOUS, list(UINT16), [300, 300, 300, 300])).toThrow(TlvOverflow);
	});

	it("grows for what stands alone", () => {
		expect(decode(octets(0, 5000), encodeAlone(octets(0, 5000), new Uint8Array(5000)))).toHaveLength(5000);
	});
});

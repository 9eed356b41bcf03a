import { CLASS_IN, DnsReader, DnsWriter, TYPE_PTR, TYPE_SRV, wireName } from "../../../modules/discovery/Dns";

const type = wireName(["_matter", "_tcp", "local"]);
const instance = wireName(["2906C908D115D362-8FC7772401CD0696", "_matter", "_tcp", "local"]);

function read(bytes: number[]): DnsReader {
	const reader = new DnsReader(Uint8Array.from([...new Array<number>(12).fill(0), ...bytes]));
	reader.reset(12 + bytes.length);
	reader.position = 12;
	return reader;
}

describe("DNS names", () => {
	test("are labels with their lengths", () => {
		expect(Array.from(wireName(["ab", "c"]))).toEqual([2, 0x61, 0x62, 1, 0x63, 0]);
		expect(Array.from(wireName(["DN=ä"]))).toEqual([5, 0x44, 0x4e, 0x3d, 0xc3, 0xa4, 0]);
		expect(() => wireName([""])).toThrow(RangeError);
		expect(() => wireName(["ä".repeat(32)])).toThrow(RangeError);
		expect(() => wireName(["x".repeat(64)])).toThrow(RangeError);
	});

	test("compare without case and through pointers", () => {
		const reader = read([2, 0x41, 0x62, 0, 1, 0x63, 0xc0, 12]);
		expect(reader.isName(12, wireName(["aB"]))).toBe(true);
		expect(reader.isName(16, wireName(["C", "ab"]))).toBe(true);
		expect(reader.isName(16, wireName(["C"]))).toBe(false);
		expect(reader.isName(16, wireName(["C", "ab", "d"]))).toBe(false);
	});

	test("that point to themselves, run over the end or hold a reserved length are no names", () => {
		expect(read([0xc0, 12]).isName(12, wireName(["a"]))).toBe(false);
		expect(read([5, 0x61]).isName(12, wireName(["abcde"]))).toBe(false);
		for (const bytes of [[5, 0x61], [0xc0], [0x40, 0], []]) {
			const reader = read(bytes);
			reader.name();
			expect(reader.failed).toBe(true);
		}
	});

	test("are compressed where a suffix stands already", () => {
		const writer = new DnsWriter(new Uint8Array(200));
		writer.begin(0, 0);
		expect(writer.record(1, type, TYPE_PTR, CLASS_IN, 120, undefined, instance)).toBe(true);
		const length = writer.finish();
		// type, type and class, seconds, length, then the instance label and a pointer to the type
		expect(length).toBe(12 + type.length + 10 + 34 + 2);
		const reader = new DnsReader(writer.bytes);
		reader.reset(length);
		expect(reader.isName(12, type)).toBe(true);
		expect(reader.isName(12 + type.length + 10, instance)).toBe(true);
	});

	test("a record without room leaves no trace", () => {
		const writer = new DnsWriter(new Uint8Array(12 + type.length + 10 + 20));
		writer.begin(0, 0);
		expect(writer.record(1, type, TYPE_PTR, CLASS_IN, 120, undefined, instance)).toBe(false);
		expect(writer.records).toBe(0);
		expect(writer.finish()).toBe(12);
		expect(writer.record(1, type, TYPE_SRV, CLASS_IN, 120, new Uint8Array(20))).toBe(true);
		const reader = new DnsReader(writer.bytes);
		reader.reset(writer.finish());
		expect(reader.isName(12, type)).toBe(true);
	});
});

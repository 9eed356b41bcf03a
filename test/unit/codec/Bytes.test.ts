import {
	bigintFromBytes,
	concatBytes,
	equalBytes,
	fromHex,
	nodeIdBytes,
	readUint16BE,
	readUint16LE,
	readUint32LE,
	readUint64LE,
	toHex,
	writeUint16BE,
	writeUint16LE,
	writeUint32LE,
	writeUint64LE,
} from "../../../modules/codec/Bytes";

describe("Bytes", () => {
	it("hexadecimal", () => {
		expect(toHex(new Uint8Array([0, 0x0f, 0xa5, 0xff]))).toBe("000fa5ff");
		expect(toHex(fromHex("00 0F:a5\nFf"))).toBe("000fa5ff");
		expect(() => fromHex("0")).toThrow(RangeError);
		expect(() => fromHex("0g")).toThrow(RangeError);
	});

	it("comparison and concatenation", () => {
		expect(equalBytes(fromHex("0102"), fromHex("0102"))).toBe(true);
		expect(equalBytes(fromHex("0102"), fromHex("0103"))).toBe(false);
		expect(equalBytes(fromHex("0102"), fromHex("010203"))).toBe(false);
		expect(toHex(concatBytes(fromHex("01"), fromHex(""), fromHex("0203")))).toBe("010203");
	});

	it("numbers", () => {
		const bytes = new Uint8Array(10);
		writeUint16LE(bytes, 1, 0xfedc);
		expect(toHex(bytes.slice(0, 4))).toBe("00dcfe00");
		expect(readUint16LE(bytes, 1)).toBe(0xfedc);
		writeUint16BE(bytes, 1, 0xfedc);
		expect(toHex(bytes.slice(0, 4))).toBe("00fedc00");
		expect(readUint16BE(bytes, 1)).toBe(0xfedc);
		writeUint32LE(bytes, 1, 0xfedcba98);
		expect(toHex(bytes.slice(0, 6))).toBe("0098badcfe00");
		expect(readUint32LE(bytes, 1)).toBe(0xfedcba98);
		writeUint64LE(bytes, 1, 0xfedcba9876543210n);
		expect(toHex(bytes)).toBe("001032547698badcfe00");
		expect(readUint64LE(bytes, 1)).toBe(0xfedcba9876543210n);
	});

	it("node ids", () => {
		expect(toHex(nodeIdBytes(0x1122334455667788n))).toBe("8877665544332211");
		expect(bigintFromBytes(nodeIdBytes(0xfedcba9876543210n))).toBe(0xfedcba9876543210n);
		expect(bigintFromBytes(new Uint8Array())).toBe(0n);
	});
});

import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { decode, encode } from "../../../modules/codec/Utf8";

describe("UTF-8 (RFC 3629)", () => {
	it.each([
		["", ""],
		["A", "41"],
		["Aü€😀", "41 c3bc e282ac f09f9880"],
		["\u0000", "00"],
		["a\u0000b\u0000", "61 00 62 00"],
		["\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}", "c280 dfbf e0a080 efbfbf f0908080 f48fbfbf"],
		["\ud7ff\ue000", "ed9fbf ee8080"],
	])("%j", (text, hex) => {
		expect(toHex(encode(text))).toBe(toHex(fromHex(hex)));
		expect(decode(fromHex(hex))).toBe(text);
	});

	it("replaces unpaired surrogates", () => {
		expect(toHex(encode("a\ud800b"))).toBe("61efbfbd62");
		expect(toHex(encode("\udc00"))).toBe("efbfbd");
		expect(toHex(encode("\ud83d" + "\ude00"))).toBe("f09f9880");
	});

	it.each([
		["a continuation alone", "80"],
		["overlong NUL", "c080"],
		["overlong in two", "c1bf"],
		["overlong in three", "e09fbf"],
		["overlong in four", "f08fbfbf"],
		["a surrogate", "eda080"],
		["past U+10FFFF", "f4908080"],
		["a first byte f5", "f5808080"],
		["cut in two", "c3"],
		["cut in three", "e282"],
		["cut in four", "f09f98"],
		["a bad third byte", "e28241"],
		["a bad fourth byte", "f09f9841"],
	])("refuses %s", (_name, hex) => {
		expect(decode(fromHex(hex))).toBeUndefined();
		expect(decode(fromHex("61" + hex + "61"))).toBeUndefined();
	});

	it("reads a part, in an array with an offset", () => {
		const bytes = new Uint8Array(fromHex("ff 61 62 63 ff").buffer, 1, 4);
		expect(decode(bytes, 1, 3)).toBe("bc");
		expect(decode(bytes, 1, 1)).toBe("");
	});
});

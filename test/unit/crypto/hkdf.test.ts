import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { encode } from "../../../modules/codec/Utf8";
import hkdf from "../../../modules/crypto/hkdf";
import { hkdf as wycheproof } from "./Wycheproof";

/** Called as a script without types could. */
const loose = hkdf as unknown as (...values: readonly unknown[]) => Uint8Array;

function sequence(from: number, to: number): string {
	let result = "";
	for (let i = from; i <= to; i++) {
		result += toHex(new Uint8Array([i]));
	}
	return result;
}

// RFC 5869, A.1 to A.3
it.each([
	[
		"0b".repeat(22),
		sequence(0x00, 0x0c),
		sequence(0xf0, 0xf9),
		"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
	],
	[
		sequence(0x00, 0x4f),
		sequence(0x60, 0xaf),
		sequence(0xb0, 0xff),
		"b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
	],
	["0b".repeat(22), "", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"],
])("RFC 5869 %s", (secret, salt, info, output) => {
	expect(toHex(hkdf(fromHex(secret), fromHex(salt), fromHex(info), output.length / 2))).toBe(output);
});

it.each(wycheproof)("Wycheproof %s %s %s %d", (secret, salt, info, length, output) => {
	const run = () => hkdf(fromHex(secret), fromHex(salt), fromHex(info), length);
	if (output === "") {
		expect(run).toThrow(RangeError);
	} else {
		expect(toHex(run())).toBe(output);
	}
});

it("takes info as a string", () => {
	const secret = fromHex("00112233");
	for (const info of ["", "SessionKeys", "CompressedFabric", "naïve €"]) {
		expect(toHex(hkdf(secret, secret, info, 48))).toBe(toHex(hkdf(secret, secret, encode(info), 48)));
	}
});

it.each([0, -1, 8161])("throws on a length of %d", (length) => {
	expect(() => hkdf(new Uint8Array(1), new Uint8Array(0), "", length)).toThrow(RangeError);
});

it("throws on what is no bytes", () => {
	expect(() => loose("secret", new Uint8Array(0), "", 16)).toThrow(TypeError);
	expect(() => loose(new Uint8Array(1), undefined, "", 16)).toThrow(TypeError);
	expect(() => loose(new Uint8Array(1), new Uint8Array(0), 5, 16)).toThrow(TypeError);
	expect(() => loose(new Uint8Array(1), new Uint8Array(0), "")).toThrow(TypeError);
});

import { fromHex, toHex } from "../../../modules/codec/Bytes";
import ctr from "../../../modules/crypto/ctr";

const KEY = fromHex("2b7e151628aed2a6abf7158809cf4f3c");
const COUNTER = fromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
const PLAIN =
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
const CIPHER =
	"874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff" +
	"5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee";

/** Called as a script without types could. */
const loose = ctr as unknown as (...values: readonly unknown[]) => void;

describe("AES-128 in counter mode", () => {
	it.each([
		["encrypts (NIST SP 800-38A F.5.1)", PLAIN, CIPHER],
		["decrypts (NIST SP 800-38A F.5.2)", CIPHER, PLAIN],
	])("%s", (_what, input, output) => {
		const bytes = fromHex(input);
		ctr(KEY, COUNTER, bytes, 0, bytes.length);
		expect(toHex(bytes)).toBe(output);
		expect(toHex(COUNTER)).toBe("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
	});

	it.each([0, 1, 14, 15, 16, 17, 22, 31, 33])("works on %d bytes within others", (length) => {
		const bytes = fromHex(`aabb${PLAIN}`);
		ctr(KEY, COUNTER, bytes, 2, 2 + length);
		expect(toHex(bytes)).toBe(`aabb${CIPHER.slice(0, 2 * length)}${PLAIN.slice(2 * length)}`);
	});

	it("carries into the whole counter block", () => {
		const counter = new Uint8Array(16).fill(0xff);
		const zeros = new Uint8Array(16);
		const bytes = new Uint8Array(32);
		ctr(KEY, counter, bytes, 0, 32);
		ctr(KEY, new Uint8Array(16), zeros, 0, 16);
		expect(toHex(bytes.subarray(16))).toBe(toHex(zeros));
	});

	it.each([
		["a short key", KEY.subarray(1), COUNTER, 0, 16],
		["a long counter", KEY, new Uint8Array(17), 0, 16],
		["a start before the buffer", KEY, COUNTER, -1, 16],
		["an end before the start", KEY, COUNTER, 9, 8],
		["an end behind the buffer", KEY, COUNTER, 0, 17],
	])("refuses %s", (_what, key, counter, start, end) => {
		const bytes = new Uint8Array(16);
		expect(() => ctr(key, counter, bytes, start, end)).toThrow(RangeError);
		expect(toHex(bytes)).toBe("00".repeat(16));
	});

	it("refuses missing arguments", () => {
		expect(() => loose(KEY, COUNTER, new Uint8Array(16), 0)).toThrow(TypeError);
		expect(() => loose(KEY, COUNTER, "text", 0, 1)).toThrow();
	});
});

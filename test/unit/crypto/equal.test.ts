import equal from "../../../modules/crypto/equal";

/** Called as a script without types could. */
const loose = equal as unknown as (...values: readonly unknown[]) => boolean;

it("compares", () => {
	const a = new Uint8Array([1, 2, 3]);
	expect(equal(a, new Uint8Array([1, 2, 3]))).toBe(true);
	expect(equal(a, new Uint8Array([1, 2, 4]))).toBe(false);
	expect(equal(a, new Uint8Array([0, 2, 3]))).toBe(false);
	expect(equal(a, new Uint8Array([1, 2]))).toBe(false);
	expect(equal(a, new Uint8Array([1, 2, 3, 0]))).toBe(false);
	expect(equal(new Uint8Array(0), new Uint8Array(0))).toBe(true);
	expect(equal(a.subarray(1), new Uint8Array([2, 3]))).toBe(true);
});

it("throws on what is no bytes", () => {
	expect(() => loose("a", "a")).toThrow(TypeError);
	expect(() => loose(new Uint8Array(1))).toThrow(TypeError);
});

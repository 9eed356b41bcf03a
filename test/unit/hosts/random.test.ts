import random from "host/random";

describe("random", () => {
	it("fills the whole of a view, and nothing besides", () => {
		const whole = new Uint8Array(300);
		const part = whole.subarray(10, 290);
		random(part);
		expect(whole.subarray(0, 10).every((byte) => byte === 0)).toBe(true);
		expect(whole.subarray(290).every((byte) => byte === 0)).toBe(true);
		// 280 bytes: a value that shows 20 times would be one in 10^16
		const counts = new Map<number, number>();
		for (const byte of part) counts.set(byte, (counts.get(byte) ?? 0) + 1);
		expect(Math.max(...counts.values())).toBeLessThan(20);
	});

	it("takes an empty buffer and refuses what is none", () => {
		random(new Uint8Array(0));
		expect(() => random(5 as unknown as Uint8Array)).toThrow();
	});
});

import board from "host/board";
import config from "mc/config";
import makeCode from "qrcode";

describe("board", () => {
	it("knows its memory", () => {
		const { free, peak, used } = board.memory();
		expect(used).toBeGreaterThan(0);
		expect(peak >= used).toBe(true);
		expect(free >= 0).toBe(true);
	});
});

describe("config", () => {
	it("has the manifest's values and cannot be written", () => {
		expect(config.port).toBe(5540);
		expect(config.discriminator).toBe(3840);
		expect(() => ((config as { port: number }).port = 1)).toThrow(TypeError);
	});
});

describe("qrcode", () => {
	it("draws the three finders of version 1", () => {
		const code = makeCode({ input: "MT:Y.K90", maxVersion: 6 });
		const { size } = code;
		const modules = new Uint8Array(code);
		expect(modules).toHaveLength(size * size);
		for (const [x, y] of [
			[0, 0],
			[size - 7, 0],
			[0, size - 7],
		] as const)
			for (let i = 0; i < 7; i++) {
				expect(modules[y * size + x + i]).toBe(1);
				expect(modules[(y + 6) * size + x + i]).toBe(1);
				expect(modules[(y + 3) * size + x + i]).toBe(i === 1 || i === 5 ? 0 : 1);
			}
	});
});

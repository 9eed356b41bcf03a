class Point {
	#secret = 1;
	x: number;
	constructor(x: number) {
		this.x = x;
	}
	get secret(): number {
		return this.#secret;
	}
}

describe("expect on the engine", () => {
	it("compares by identity", () => {
		expect(1).toBe(1);
		expect(NaN).toBe(NaN);
		expect(0).not.toBe(-0);
		expect(() => expect({}).toBe({})).toThrow("expect(received).toBe(expected)");
		expect(() => expect(1).not.toBe(1)).toThrow();
	});

	it.each<[string, unknown, unknown, boolean]>([
		["numbers", 1, 2, false],
		["bigints", 5n, 5n, true],
		["bigint and number", 5n, 5, false],
		["bytes", Uint8Array.of(1, 2), Uint8Array.of(1, 2), true],
		["other bytes", Uint8Array.of(1, 2), Uint8Array.of(1, 3), false],
		["shorter bytes", Uint8Array.of(1), Uint8Array.of(1, 3), false],
		["kinds of typed arrays", Uint8Array.of(1, 2), Int8Array.of(1, 2), false],
		["buffers", Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2).buffer, true],
		["part of a buffer", Uint8Array.of(1, 2, 3).subarray(1), Uint8Array.of(2, 3), true],
		["nested objects", { a: [{ b: 1n }] }, { a: [{ b: 1n }] }, true],
		["undefined properties", { a: 1, b: undefined }, { a: 1 }, true],
		["classes", new Point(1), { x: 1 }, true],
		[
			"maps in any order",
			new Map([
				["a", 1],
				["b", 2],
			]),
			new Map([
				["b", 2],
				["a", 1],
			]),
			true,
		],
		["maps", new Map([["a", 1]]), new Map([["a", 2]]), false],
		["sets", new Set([1, 2]), new Set([2, 1]), true],
		["array lengths", [1, undefined], [1], false],
		["null and undefined", null, undefined, false],
		["errors", new RangeError("a"), new RangeError("a"), true],
		["errors of other classes", new RangeError("a"), new Error("a"), false],
		["any", { a: 3 }, { a: expect.any(Number) }, true],
	])("toEqual: %s", (_name, a, b, same) => {
		if (same) expect(a).toEqual(b);
		else expect(a).not.toEqual(b);
	});

	it("compares strictly", () => {
		expect(new Point(1)).not.toStrictEqual({ x: 1 });
		expect({ a: 1, b: undefined }).not.toStrictEqual({ a: 1 });
		expect(new Point(1)).toStrictEqual(new Point(1));
	});

	it("knows what was thrown", () => {
		const fail = (): never => {
			throw new RangeError("out of reach");
		};
		expect(fail).toThrow();
		expect(fail).toThrow(RangeError);
		expect(fail).toThrow("of reach");
		expect(fail).toThrow(/^out/);
		expect(fail).not.toThrow(TypeError);
		expect(() => 1).not.toThrow();
		expect(() => expect(() => 1).toThrow()).toThrow();
		expect(() => expect(fail).toThrow("within")).toThrow();
	});

	it("has the other matchers", () => {
		expect(undefined).toBeUndefined();
		expect(0).toBeDefined();
		expect(null).toBeNull();
		expect(1).toBeTruthy();
		expect("").toBeFalsy();
		expect(2).toBeGreaterThan(1);
		expect(2n).toBeGreaterThanOrEqual(2);
		expect(1).toBeLessThan(2);
		expect(2).toBeLessThanOrEqual(2);
		expect(0.1 + 0.2).toBeCloseTo(0.3);
		expect([1, 2]).toContain(2);
		expect("abc").toContain("b");
		expect([{ a: 1 }]).toContainEqual({ a: 1 });
		expect(new Uint8Array(3)).toHaveLength(3);
		expect({ a: { b: [1, 2] } }).toHaveProperty("a.b[1]", 2);
		expect({ a: 1 }).not.toHaveProperty("b");
		expect("reading").toMatch(/^read/);
		expect({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 2 } });
		expect(new Point(1)).toBeInstanceOf(Point);
	});

	it("refuses what is not a number", () => {
		expect(() => expect("2").toBeGreaterThan(1)).toThrow(TypeError);
	});

	it("counts calls of a mock", () => {
		const mock = jest.fn((a: number) => a + 1);
		expect(mock(1)).toBe(2);
		expect(mock).toHaveBeenCalledTimes(1);
		expect(mock).toHaveBeenCalledWith(1);
	});
});

describe("asynchronous tests", () => {
	const steps: string[] = [];
	beforeAll(() => void steps.push("all"));
	beforeEach(async () => {
		await Promise.resolve();
		steps.push("each");
	});
	afterEach(() => void steps.push("after"));

	it("are waited for", async () => {
		await expect(Promise.resolve(3)).resolves.toBe(3);
		await expect(Promise.reject(new RangeError("no"))).rejects.toThrow(RangeError);
		await expect(expect(Promise.resolve(3)).rejects.toThrow()).rejects.toThrow();
	});

	it("run hooks in their order", () => {
		expect(steps).toEqual(["all", "each", "after", "each"]);
	});

	it.failing("can be known to fail", () => {
		throw new Error("known");
	});
});

describe.each([{ a: 1, b: 2 }])("titles of a table: $a and $b", ({ a, b }) => {
	it("gets the row", () => {
		expect(a + b).toBe(3);
	});
});

import { list, move, read, remove, write } from "host/files";

describe("files", () => {
	afterEach(() => {
		for (const name of list()) remove(name);
	});

	it.each([[0], [1], [4096], [70000]])("keeps %d bytes", (length) => {
		const bytes = new Uint8Array(length as number).map((_, i) => (i * 7) & 0xff);
		write("record", bytes, true);
		expect(read("record")).toEqual(bytes);
	});

	it("truncates what was longer", () => {
		write("record", new Uint8Array(100), false);
		write("record", new Uint8Array([1, 2]), false);
		expect(read("record")).toEqual(new Uint8Array([1, 2]));
	});

	it("writes a view's own part of its buffer", () => {
		write("record", new Uint8Array([1, 2, 3, 4]).subarray(1, 3), false);
		expect(read("record")).toEqual(new Uint8Array([2, 3]));
	});

	it("replaces by moving", () => {
		write("record", new Uint8Array([1]), true);
		write("record.new", new Uint8Array([2]), true);
		move("record.new", "record", true);
		expect(read("record")).toEqual(new Uint8Array([2]));
		expect(read("record.new")).toBeUndefined();
		expect(list()).toEqual(["record"]);
	});

	it("replaces again and again without flush, by shorter and longer ones", () => {
		for (const length of [5, 300, 2, 80, 80, 0, 9]) {
			const bytes = new Uint8Array(length).fill(length & 0xff);
			write("record.new", bytes, false);
			move("record.new", "record", false);
			expect(read("record")).toEqual(bytes);
			expect(read("record.new")).toBeUndefined();
			expect(list()).toEqual(["record"]);
		}
		move("record", "record.new", true);
		expect(remove("record.new")).toBe(true);
		expect(list()).toEqual([]);
	});

	it("lists, removes and knows nothing of what is not there", () => {
		write("b-1.x_Y", new Uint8Array(1), false);
		write("a", new Uint8Array(1), false);
		expect(list().sort()).toEqual(["a", "b-1.x_Y"]);
		expect(remove("a")).toBe(true);
		expect(remove("a")).toBe(false);
		expect(read("a")).toBeUndefined();
		expect(() => move("a", "b", false)).toThrow("cannot be moved");
	});

	it.each([[""], ["."], [".."], ["../x"], ["a/b"], ["/etc/passwd"], [".hidden"], ["a b"], ["ä"], ["x".repeat(65)]])(
		"refuses the name %j",
		(name) => {
			expect(() => read(name as string)).toThrow(RangeError);
			expect(() => write(name as string, new Uint8Array(1), false)).toThrow(RangeError);
			expect(() => remove(name as string)).toThrow(RangeError);
			expect(() => move("a", name as string, false)).toThrow(RangeError);
		},
	);

	it("refuses what is no buffer", () => {
		expect(() => write("record", 5 as unknown as Uint8Array, false)).toThrow();
		expect(() => write("record", "text" as unknown as Uint8Array, false)).toThrow();
	});
});

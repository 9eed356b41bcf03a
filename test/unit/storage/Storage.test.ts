import * as files from "host/files";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { crc32 } from "../../../modules/storage/crc32";
import type { Files } from "../../../modules/storage/Files";
import { Storage } from "../../../modules/storage/Storage";
import { CutFiles, PowerCut } from "../../support/CutFiles";

let lines: string[];
let counters: Counters;

function open(from: Files = files): Storage {
	return new Storage(new Log("info", (line) => lines.push(line)), counters, from);
}

function text(bytes: Uint8Array | undefined): string | undefined {
	return bytes && String.fromCharCode(...bytes);
}

function bytes(content: string): Uint8Array {
	return Uint8Array.from(content, (character) => character.charCodeAt(0));
}

beforeEach(() => {
	for (const name of files.list()) files.remove(name);
	lines = [];
	counters = new Counters();
});

describe("crc32", () => {
	it("has the check value of CRC-32/ISO-HDLC", () => {
		expect(crc32(bytes("123456789"), 0, 9, 0)).toBe(0xcbf43926);
	});

	it("goes on where it was", () => {
		expect(crc32(bytes("56789"), 0, 5, crc32(bytes("1234"), 0, 4, 0))).toBe(0xcbf43926);
	});
});

describe("crc32, misused", () => {
	it.each([
		[0, 10, 0],
		[-1, 9, 0],
		[5, 4, 0],
		[NaN, 9, 0],
		[0, 9, -1],
		[0, 9, 0x1_0000_0000],
	])("refuses start %d, end %d, crc %d", (start, end, crc) => {
		expect(() => crc32(bytes("123456789"), start, end, crc)).toThrow(RangeError);
	});
});

describe("Storage", () => {
	it("keeps records over a start", () => {
		open().set("one", bytes("first"));
		open().set("one", bytes("second"));
		open().set("empty", new Uint8Array(0), false);
		const storage = open();
		expect(text(storage.get("one"))).toBe("second");
		expect(storage.get("empty")).toHaveLength(0);
		expect(storage.get("none")).toBeUndefined();
		expect(lines).toEqual([]);
	});

	it("lists by prefix, sorted", () => {
		const storage = open();
		for (const name of ["b-2", "a", "b-1"]) storage.set(name, bytes(name));
		expect(storage.names()).toEqual(["a", "b-1", "b-2"]);
		expect(storage.names("b-")).toEqual(["b-1", "b-2"]);
	});

	it("removes one, and all", () => {
		const storage = open();
		storage.set("a", bytes("a"));
		storage.set("b", bytes("b"));
		expect(storage.remove("a")).toBe(true);
		expect(storage.remove("a")).toBe(false);
		expect(storage.names()).toEqual(["b"]);
		storage.clear();
		expect(files.list()).toEqual([]);
	});

	it("leaves files that are no records alone", () => {
		files.write("notes.txt", bytes("mine"), false);
		open().clear();
		expect(files.list()).toEqual(["notes.txt"]);
	});

	it.each(["", "a/b", "..", ".a", "a b", "ä", "x".repeat(49)])("refuses %p as a name", (name) => {
		expect(() => open().set(name, bytes("x"))).toThrow(RangeError);
		expect(() => open().get(name)).toThrow(RangeError);
	});

	it("writes what docs/STORAGE.md says", () => {
		open().set("a", bytes("Matter"));
		expect(Array.from(files.read("a.rec")!)).toEqual([
			...[0x58, 0x53, 0x4d, 0x52],
			...[1, 0, 0, 0],
			...[6, 0, 0, 0],
			...[0xff, 0xa5, 0x63, 0x6a],
			...bytes("Matter"),
		]);
	});

	describe("meets damage", () => {
		const damages: [string, (record: Uint8Array) => Uint8Array, string][] = [
			["empty file", () => new Uint8Array(0), "only 0 bytes"],
			["cut in the header", (record) => record.subarray(0, 15), "only 15 bytes"],
			["cut in the payload", (record) => record.subarray(0, record.length - 1), "payload"],
			["grown", (record) => Uint8Array.from([...record, 0]), "payload"],
			["another file", (record) => Uint8Array.from(record, (byte, i) => (i === 0 ? 0 : byte)), "no record"],
			[
				"another version",
				(record) => Uint8Array.from(record, (byte, i) => (i === 4 ? 2 : byte)),
				"format version 2",
			],
		];
		it.each(damages)("%s", (_title, damage, words) => {
			open().set("a", bytes("content"));
			files.write("a.rec", damage(files.read("a.rec")!), false);
			expect(open().get("a")).toBeUndefined();
			expect(lines).toHaveLength(1);
			expect(lines[0]).toContain(words);
			expect(counters.get("recordDamaged")).toBe(1);
		});

		it("any flipped bit", () => {
			open().set("a", bytes("content"));
			const record = files.read("a.rec")!;
			for (let bit = 0; bit < record.length * 8; bit++) {
				const damaged = record.slice();
				damaged[bit >> 3]! ^= 1 << (bit & 7);
				files.write("a.rec", damaged, false);
				expect(open().get("a")).toBeUndefined();
			}
		});

		it("and writes the record anew", () => {
			files.write("a.rec", bytes("rubbish"), false);
			const storage = open();
			storage.set("a", bytes("good"));
			expect(text(storage.get("a"))).toBe("good");
		});
	});

	describe("after a cut", () => {
		// Every operation of replacing a record, cut before it, in its middle and after it.
		const moments = [0, 1, 2].flatMap((operation) =>
			(["before", "within", "after"] as const).map((where) => [operation, where] as const),
		);

		it.each(moments)("at operation %d, %s: the old content or the new", (operation, where) => {
			open().set("a", bytes("old content"));
			const cut = new CutFiles(operation, where);
			let done = false;
			try {
				open(cut).set("a", bytes("new content, longer"));
				done = true;
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			const content = text(open().get("a"));
			if (done) expect(content).toBe("new content, longer");
			else expect(["old content", "new content, longer"]).toContain(content);
			expect(files.list()).toEqual(["a.rec"]);
		});

		it.each(moments)("at operation %d, %s: a first record is whole or absent", (operation, where) => {
			try {
				open(new CutFiles(operation, where)).set("a", bytes("content"));
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			expect(["content", undefined]).toContain(text(open().get("a")));
			expect(counters.get("recordDamaged")).toBe(0);
		});

		it.each(moments.slice(0, 6))("at operation %d, %s, of a removal: it is there or not", (operation, where) => {
			open().set("a", bytes("content"));
			try {
				open(new CutFiles(operation, where)).remove("a");
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			expect(text(open().get("a"))).toBe(operation === 0 && where !== "after" ? "content" : undefined);
			expect(files.list().filter((name) => name.endsWith(".tmp"))).toEqual([]);
		});

		it("tells which content stands", () => {
			const storage = open();
			storage.set("a", bytes("old"));
			files.write("a.tmp", bytes("half"), false);
			files.write("b.tmp", bytes("half"), false);
			expect(text(open().get("a"))).toBe("old");
			expect(lines).toHaveLength(2);
			expect(lines.join()).toContain("record a: a change was cut off, its content before stands");
			expect(lines.join()).toContain("record b: a change was cut off, it is absent");
			expect(files.list()).toEqual(["a.rec"]);
		});
	});

	it("keeps the old content when the medium refuses, and says so", () => {
		const full: Files = {
			...files,
			write: () => {
				throw new Error("no space left");
			},
		};
		open().set("a", bytes("old"));
		expect(() => open(full).set("a", bytes("new"))).toThrow("no space left");
		expect(text(open().get("a"))).toBe("old");
		expect(lines[0]).toContain("record a could not be written: no space left");
	});
});

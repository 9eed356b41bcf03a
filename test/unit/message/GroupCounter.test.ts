import * as files from "host/files";
import { readUint32LE, writeUint32LE } from "../../../modules/codec/Bytes";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { GroupCounter, RESERVE } from "../../../modules/message/GroupCounter";
import type { Files } from "../../../modules/storage/Files";
import { Storage } from "../../../modules/storage/Storage";
import { CutFiles, PowerCut } from "../../support/CutFiles";
import { seededRandom } from "../../support/SeededRandom";

const RECORD = "group.counter";

function open(from: Files = files): Storage {
	return new Storage(new Log("none"), new Counters(), from);
}

function start(seed = 1, from?: Files): GroupCounter {
	return new GroupCounter(open(from), seededRandom(seed));
}

function keep(counter: number): void {
	const record = new Uint8Array(4);
	writeUint32LE(record, 0, counter);
	open().set(RECORD, record);
}

const kept = () => readUint32LE(open().get(RECORD)!, 0);

describe("The node's counter for messages to groups (Matter Core 4.6.1.3)", () => {
	beforeEach(() => {
		for (const name of files.list()) files.remove(name);
	});

	it("begins at random in 1..2^28, and goes on by one", () => {
		const all = (byte: number) => new GroupCounter(open(), (bytes) => void bytes.fill(byte));
		expect(all(0).next()).toBe(1);
		files.remove(`${RECORD}.rec`);
		const last = all(0xff);
		expect(last.next()).toBe(2 ** 28);
		expect(last.next()).toBe(2 ** 28 + 1);
		files.remove(`${RECORD}.rec`);
		expect(start(2).next()).not.toBe(start(3).next());
	});

	it("writes nothing before it is used, and then once for each thousand", () => {
		let writes = 0;
		let flushed = true;
		const counting: Files = {
			...files,
			write: (name, bytes, flush) => {
				writes++;
				flushed &&= flush;
				files.write(name, bytes, flush);
			},
		};
		const counter = start(1, counting);
		expect(files.list()).toEqual([]);
		const first = counter.next();
		expect(kept()).toBe(first + RESERVE);
		for (let i = 1; i < RESERVE; i++) counter.next();
		expect(writes).toBe(1);
		expect(counter.next()).toBe(first + RESERVE);
		expect([writes, kept(), flushed]).toEqual([2, first + 2 * RESERVE, true]);
	});

	const used = [0, 1, 2, RESERVE - 1, RESERVE, RESERVE + 1, 2 * RESERVE];
	it.each(used)("after a SIGKILL with %d used gives none of them again", (count) => {
		const counter = start(5);
		let last = 0;
		for (let i = 0; i < count; i++) last = counter.next();
		const after = start(6).next();
		if (count > 0) {
			expect(after).toBeGreaterThan(last);
			expect(after - last).toBeLessThan(RESERVE + 1);
		}
	});

	// Each end of a reserve is one write and one move.
	const moments = [0, 1, 2, 3, 4, 5].flatMap((operation) =>
		(["before", "within", "after"] as const).map((where) => [operation, where] as const),
	);
	it.each(moments)("after a cut at operation %d, %s, gives none again that was given out", (operation, where) => {
		const given: number[] = [];
		for (let life = 0; life < 3; life++) {
			try {
				const counter = start(7, new CutFiles(operation, where));
				for (let i = 0; i < 2 * RESERVE + 1; i++) given.push(counter.next());
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
		}
		for (let i = 0; i < 3; i++) given.push(start(8 + i).next());
		for (let i = 1; i < given.length; i++) if (given[i]! <= given[i - 1]!) throw new Error(`${i}: ${given[i]}`);
	});

	it("rolls over, also where a reserve does, and after a restart", () => {
		keep(0xffffffff - 1);
		const counter = start();
		expect([counter.next(), counter.next(), counter.next(), counter.next()]).toEqual([
			0xfffffffe, 0xffffffff, 0, 1,
		]);
		expect(kept()).toBe(RESERVE - 2);
		expect(start().next()).toBe(RESERVE - 2);
		keep(0x1_0000_0000 - RESERVE);
		const next = start();
		for (let i = 0; i < RESERVE; i++) next.next();
		expect(kept()).toBe(0);
		expect(next.next()).toBe(0);
		expect(kept()).toBe(RESERVE);
	});

	it("gives none where storage refuses, and the same one when it does not any more", () => {
		let refuses = true;
		const counter = start(1, {
			...files,
			write: (name, bytes, flush) => {
				if (refuses) throw new Error("full");
				files.write(name, bytes, flush);
			},
		});
		expect(() => counter.next()).toThrow("full");
		expect(() => counter.next()).toThrow("full");
		refuses = false;
		const first = counter.next();
		refuses = true;
		for (let i = 1; i < RESERVE; i++) counter.next();
		expect(() => counter.next()).toThrow("full");
		refuses = false;
		expect(counter.next()).toBe(first + RESERVE);
	});

	it.each([
		["damaged", (): void => files.write(`${RECORD}.rec`, Uint8Array.of(1, 2, 3), true)],
		["of another length", (): void => open().set(RECORD, new Uint8Array(3))],
	])("does not begin anew where its record is %s", (_how, spoil) => {
		start().next();
		spoil();
		expect(() => start()).toThrow("lost");
		open().clear();
		start().next();
	});
});

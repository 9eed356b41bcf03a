import { initialCounter, MessageCounter } from "../../../modules/message/MessageCounter";
import { ReceptionState } from "../../../modules/message/ReceptionState";
import { seededRandom } from "../../support/SeededRandom";

/** Feeds counters; "+" for each that is accepted, "-" for each duplicate. */
function feed(take: (counter: number) => boolean, counters: number[]): string {
	return counters.map((counter) => (take(counter) ? "+" : "-")).join("");
}

describe("ReceptionState: encrypted unicast (Matter Core 4.6.5.2.1)", () => {
	it.each([
		["in order", [1, 2, 3], "+++"],
		["counter 0 was never sent", [0, 1], "-+"],
		["the same again", [5, 5, 6, 5, 6], "+-+--"],
		["out of order", [10, 8, 9, 8, 9, 10], "+++---"],
		["32 before the greatest, not 33", [100, 68, 67, 68], "++--"],
		["a shift by 1", [100, 101, 100, 69, 68], "++-+-"],
		["a shift by 31", [100, 131, 100, 99, 98, 101], "++-+-+"],
		["a shift by 32", [100, 132, 100, 101, 99], "++-+-"],
		["a shift by 33", [100, 133, 100, 101, 102, 101], "++-++-"],
		["a shift by 64", [100, 164, 132, 133, 164], "++++-"],
		["what a shift by 32 leaves is clear", [90, 95, 100, 132, 131, 127, 122, 101], "+++" + "+++++"],
		["what a shift by 31 leaves", [100, 99, 131, 130, 99, 100], "+++" + "+--"],
		["up to the last counter", [0xffffffff, 0xfffffffe, 0xffffffff], "++-"],
		["no roll-over", [0xffffffff, 0, 1], "+--"],
		["the window's top bit", [1000, 968, 968, 1001, 969, 968], "++-+" + "+-"],
	])("%s", (_name, counters, expected) => {
		const state = new ReceptionState();
		expect(feed((counter) => state.accept(counter), counters)).toBe(expected);
	});

	it("agrees with a set of all counters seen", () => {
		const random = seededRandom(7);
		const bytes = new Uint8Array(1);
		const state = new ReceptionState();
		const seen = new Set<number>();
		let max = 1000;
		state.accept(max);
		seen.add(max);
		for (let round = 0; round < 5000; round++) {
			random(bytes);
			const counter = max + (bytes[0]! % 90) - 45;
			const isNew = counter > max || (counter >= max - 32 && !seen.has(counter));
			expect(state.accept(counter)).toBe(isNew);
			seen.add(counter);
			max = Math.max(max, counter);
		}
	});
});

describe("ReceptionState: unencrypted (Matter Core 4.6.5.3)", () => {
	it.each([
		["in order and again", 100, [101, 100, 101, 102], "+--+"],
		["out of order", 100, [99, 99, 68, 68], "+-+-"],
		["older than the window starts anew", 100, [67, 67, 66, 68], "+-++"],
		["older than the window forgets", 100, [20, 100], "++"],
		["a roll-over", 0xffffffff, [0, 1, 0xffffffff, 0], "++--"],
		["behind a roll-over", 1, [0xffffffff, 0xffffffff, 0], "+-+"],
		["a shift by 32", 100, [132, 100, 101], "+-+"],
		["a shift by 33", 100, [133, 100, 101], "+++"],
		["a shift by 31", 100, [131, 100, 101], "+-+"],
		["a far jump", 100, [0x7fffff00, 0x7fffff00], "+-"],
	])("%s", (_name, first, counters, expected) => {
		const state = new ReceptionState(first);
		expect(feed((counter) => state.acceptUnencrypted(counter), counters)).toBe(expected);
	});
});

describe("ReceptionState: what was refused may come again", () => {
	/** "n" takes a counter, "-n" forgets it. */
	it.each([
		["the greatest", [10, -10, 10, 10], "+ +-"],
		["an older one", [10, 12, -10, 10, 10, 11, 12], "++ +-+-"],
		["the greatest, after newer ones", [10, -10, 12, 13, 10, 10], "+ +++-"],
		["two of them", [10, -10, 11, -11, 10, 11, 10, 11], "+ + ++--"],
		["two of them, the newer first", [10, -10, 11, -11, 11, 10, 10, 11], "+ + ++--"],
		["at the window's end", [10, -10, 42, -42, 10, 42, 10], "+ + ++-"],
		["not beyond the window", [10, -10, 43, -43, 10, 43], "+ + -+"],
		["not beyond the window, without another", [10, -10, 43, 10], "+ +-"],
	])("%s", (_name, counters, expected) => {
		for (const take of ["accept", "acceptUnencrypted"] as const) {
			if (take === "acceptUnencrypted" && counters.includes(43)) continue;
			const state = new ReceptionState();
			const heard = counters.map((counter) => {
				if (counter < 0) {
					state.forget(-counter);
					return " ";
				}
				return state[take](counter) ? "+" : "-";
			});
			expect(heard.join("")).toBe(expected);
		}
	});
});

describe("MessageCounter (Matter Core 4.6.1)", () => {
	it("starts in 1..2^28", () => {
		expect(initialCounter((bytes) => bytes.fill(0))).toBe(1);
		expect(initialCounter((bytes) => bytes.fill(0xff))).toBe(2 ** 28);
	});

	it("rolls over", () => {
		const counter = new MessageCounter(0xfffffffe);
		expect([counter.next(), counter.next(), counter.next(), counter.next()]).toEqual([
			0xfffffffe, 0xffffffff, 0, 1,
		]);
	});
});

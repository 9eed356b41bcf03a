import { Deadline } from "../../../modules/time/Deadline";
import { Scheduler } from "../../../modules/time/Scheduler";
import { VirtualClock } from "../../support/VirtualClock";

describe("Scheduler", () => {
	let clock: VirtualClock;
	let scheduler: Scheduler;
	let seen: string[];

	beforeEach(() => {
		clock = new VirtualClock(1000);
		scheduler = new Scheduler(clock);
		seen = [];
	});

	function deadline(name: string): Deadline {
		return new Deadline(scheduler, () => seen.push(`${name}@${scheduler.now()}`));
	}

	it("calls in the order of time, then of arming", () => {
		const [a, b, c, d] = [deadline("a"), deadline("b"), deadline("c"), deadline("d")];
		c.start(30);
		a.start(10);
		d.start(30);
		b.start(20);
		clock.advance(15);
		expect(seen).toEqual(["a@1010"]);
		expect(a.armed).toBe(false);
		expect(b.armed).toBe(true);
		expect(b.at).toBe(1020);
		clock.advance(100);
		expect(seen).toEqual(["a@1010", "b@1020", "c@1030", "d@1030"]);
		expect(clock.next).toBeUndefined();
	});

	it("start replaces, stop forgets", () => {
		const [a, b, c] = [deadline("a"), deadline("b"), deadline("c")];
		a.start(10);
		b.start(20);
		c.start(30);
		a.start(25);
		b.stop();
		b.stop();
		clock.advance(100);
		expect(seen).toEqual(["a@1025", "c@1030"]);
	});

	it("the one timer follows the first deadline", () => {
		const [a, b] = [deadline("a"), deadline("b")];
		b.start(20);
		expect(clock.next).toBe(1020);
		a.start(10);
		expect(clock.next).toBe(1010);
		a.stop();
		expect(clock.next).toBe(1020);
		b.stop();
		expect(clock.next).toBeUndefined();
	});

	it("a callback may arm and stop others and itself", () => {
		const b = deadline("b");
		const again = new Deadline(scheduler, () => {
			seen.push(`again@${scheduler.now()}`);
			if (seen.length < 3) again.start(10);
			b.stop();
		});
		again.start(10);
		b.start(10);
		clock.advance(100);
		expect(seen).toEqual(["again@1010", "again@1020", "again@1030"]);
	});

	it("what is due at once waits for the next turn", () => {
		let turns = 0;
		const again = new Deadline(scheduler, () => {
			if (++turns < 5) again.start(0);
		});
		let wakes = 0;
		const wake = clock.wake.bind(clock);
		clock.wake = (at, sleeper) => {
			wakes++;
			wake(at, sleeper);
		};
		again.start(0);
		clock.advance(0);
		expect(turns).toBe(5);
		expect(wakes).toBe(6);
	});

	it("an error is reported and stops nobody", () => {
		const errors: unknown[] = [];
		scheduler.onError = (error) => errors.push(error);
		const bad = new Deadline(scheduler, () => {
			throw new Error("bad");
		});
		bad.start(10);
		deadline("b").start(10);
		deadline("c").start(20);
		clock.advance(100);
		expect(seen).toEqual(["b@1010", "c@1020"]);
		expect(errors).toHaveLength(1);
	});

	it("goes on even when reporting fails", () => {
		scheduler.onError = (error) => {
			throw error;
		};
		const bad = new Deadline(scheduler, () => {
			throw new Error("bad");
		});
		bad.start(10);
		deadline("b").start(20);
		expect(() => clock.advance(10)).toThrow("bad");
		deadline("c").start(5);
		clock.advance(100);
		expect(seen).toEqual(["c@1015", "b@1020"]);
	});

	it("close forgets all and takes no more", () => {
		const a = deadline("a");
		a.start(10);
		deadline("b").start(20);
		scheduler.close();
		expect(a.armed).toBe(false);
		deadline("c").start(5);
		clock.advance(100);
		expect(seen).toEqual([]);
		expect(clock.next).toBeUndefined();
	});

	it("refuses what is no time", () => {
		expect(() => deadline("a").start(NaN)).toThrow(RangeError);
	});
});

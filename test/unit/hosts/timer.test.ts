import { collect } from "host/process";
import ticks from "host/ticks";
import Timer from "host/timer";

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => new Timer(resolve).set(ms));
}

describe("ticks", () => {
	it("never goes back and has a fraction", () => {
		const samples = Array.from({ length: 100 }, () => ticks());
		for (let i = 1; i < samples.length; i++) expect(samples[i]! >= samples[i - 1]!).toBe(true);
		expect(samples.some((sample) => sample !== Math.floor(sample))).toBe(true);
	});
});

describe("Timer", () => {
	it("fires once, not early and not much later", async () => {
		let fired = 0;
		const started = ticks();
		let after = 0;
		const timer = new Timer(() => {
			fired++;
			after = ticks() - started;
		});
		timer.set(10);
		await pause(60);
		expect(fired).toBe(1);
		expect(after >= 10).toBe(true);
		expect(after).toBeLessThan(50);
	});

	it("fires in the order of time, and of setting where that is the same", async () => {
		const order: string[] = [];
		const make = (name: string, ms: number): void => new Timer(() => order.push(name)).set(ms);
		make("c", 20);
		make("a", 0);
		make("b", 10);
		make("a2", 0);
		await pause(40);
		expect(order).toEqual(["a", "a2", "b", "c"]);
	});

	it("never fires from set", async () => {
		let fired = false;
		new Timer(() => (fired = true)).set(0);
		expect(fired).toBe(false);
		await pause(5);
		expect(fired).toBe(true);
	});

	it("is replaced by a later set, and cleared", async () => {
		let fired = 0;
		const replaced = new Timer(() => fired++);
		replaced.set(1);
		replaced.set(30);
		const cleared = new Timer(() => fired++);
		cleared.set(1);
		cleared.clear();
		cleared.clear();
		await pause(15);
		expect(fired).toBe(0);
		await pause(30);
		expect(fired).toBe(1);
	});

	it("may set itself again, and clear another that is due in the same turn", async () => {
		let fired = 0;
		const timer = new Timer(() => {
			if (++fired < 3) timer.set(0);
		});
		timer.set(0);
		const other = new Timer(() => (fired += 100));
		const first = new Timer(() => other.clear());
		first.set(5);
		other.set(5);
		await pause(20);
		expect(fired).toBe(3);
	});

	it("lives while it is set, without anybody holding it", async () => {
		let fired = 0;
		for (let i = 0; i < 50; i++) new Timer(() => fired++).set(5);
		collect();
		await pause(20);
		expect(fired).toBe(50);
	});

	it("is collected when it is not", () => {
		for (let i = 0; i < 50; i++) {
			const timer = new Timer(() => {});
			timer.set(1000);
			timer.clear();
		}
		collect();
	});

	it("runs promise jobs before the next timer", async () => {
		const order: string[] = [];
		new Timer(() => {
			order.push("first");
			void Promise.resolve().then(() => order.push("job"));
		}).set(1);
		new Timer(() => order.push("second")).set(1);
		await pause(10);
		expect(order).toEqual(["first", "job", "second"]);
	});

	it("refuses a callback that is none, and a time that is no number", () => {
		expect(() => new Timer(5 as unknown as () => void)).toThrow(TypeError);
		const timer = new Timer(() => {});
		expect(() => timer.set(NaN)).toThrow(RangeError);
	});
});

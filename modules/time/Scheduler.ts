import { log } from "host/console";
import type { Alarm } from "./Alarm";
import type { Clock, Sleeper } from "./Clock";
import { HostClock } from "./HostClock";

/** Keeps every deadline of the device in one list ordered by time, over one timer. */
export class Scheduler implements Sleeper {
	/** monotonic milliseconds; may be called without the scheduler */
	readonly now: () => number;
	/** told of what a deadline's callback threw; without it the host's log is */
	declare onError: ((error: unknown) => void) | undefined;

	private clock: Clock;
	declare private first: Alarm | undefined;
	private turn = 1;
	private running = false;
	private closed = false;

	constructor(clock: Clock = new HostClock()) {
		this.clock = clock;
		this.now = clock.now;
	}

	/** Forgets all deadlines; later starts are ignored. */
	close(): void {
		this.closed = true;
		while (this.first) this.disarm(this.first);
	}

	/** @internal Alarm.start */
	arm(deadline: Alarm, at: number): void {
		if (at !== at) throw new RangeError("a deadline needs a number of milliseconds");
		if (deadline.armed) this.remove(deadline);
		if (this.closed) return;
		const first = this.first;
		deadline.at = at;
		deadline.turn = this.turn;
		if (!first || at < first.at) {
			deadline.after = first;
			this.first = deadline;
			if (!this.running) this.clock.wake(at, this);
			return;
		}
		let before = first;
		for (let after = before.after; after && after.at <= at; after = after.after) before = after;
		deadline.after = before.after;
		before.after = deadline;
	}

	/** @internal Alarm.stop */
	disarm(deadline: Alarm): void {
		const wasFirst = this.first === deadline;
		this.remove(deadline);
		if (wasFirst && !this.running) this.clock.wake(this.first?.at, this);
	}

	private remove(deadline: Alarm): void {
		if (this.first === deadline) this.first = deadline.after;
		else {
			let before = this.first!;
			while (before.after !== deadline) before = before.after!;
			before.after = deadline.after;
		}
		deadline.after = undefined;
		deadline.turn = 0;
	}

	/** The clock: the first deadline is due. */
	wakeUp(): void {
		const now = this.now();
		this.running = true;
		const turn = this.turn++;
		try {
			for (let first = this.first; first && first.at <= now; first = this.first) {
				// Armed by one of the callbacks just run: it waits for the next turn, so that input is served in between.
				if (first.turn > turn) break;
				this.remove(first);
				try {
					first.expire();
				} catch (error) {
					this.report(error);
				}
			}
		} finally {
			this.running = false;
			this.clock.wake(this.first?.at, this);
		}
	}

	private report(error: unknown): void {
		if (this.onError) this.onError(error);
		else log(error instanceof Error ? (error.stack ?? error.message) : String(error));
	}
}

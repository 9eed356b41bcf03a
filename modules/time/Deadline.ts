import type { Scheduler } from "./Scheduler";

/** A moment at which something is called once, unless it is stopped or started anew before. */
export class Deadline {
	/** scheduler time (ms) at which it is or was due */
	at = 0;
	/** whether it will be called */
	armed = false;

	// The scheduler's queue runs through its deadlines, so that arming one allocates nothing. Only Scheduler touches these.
	/** @internal */ before: Deadline | undefined;
	/** @internal */ after: Deadline | undefined;
	/** @internal the scheduler's turn in which it was armed */ turn = 0;

	#scheduler: Scheduler;
	#callback: () => void;
	#owner: object | undefined;

	/** @param callback called with `owner` as this: a method and its object take less memory than a closure over them */
	constructor(scheduler: Scheduler, callback: () => void, owner?: object) {
		this.#scheduler = scheduler;
		this.#callback = callback;
		this.#owner = owner;
	}

	/** Arms it `ms` milliseconds from now, in place of an earlier start. */
	start(ms: number): void {
		this.#scheduler.arm(this, this.#scheduler.now() + ms);
	}

	/** Arms it for `at` (scheduler time, ms), in place of an earlier start. */
	startAt(at: number): void {
		this.#scheduler.arm(this, at);
	}

	stop(): void {
		if (this.armed) this.#scheduler.disarm(this);
	}

	/** @internal called by the scheduler when it is due */
	expire(): void {
		this.#callback.call(this.#owner);
	}
}

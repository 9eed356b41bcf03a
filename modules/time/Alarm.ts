import type { Scheduler } from "./Scheduler";

/** A moment at which expire() is called once, unless it is stopped or started anew before. */
export abstract class Alarm {
	/** scheduler time (ms) at which it is or was due */
	at = 0;

	// The scheduler's queue runs through its alarms, so that arming one allocates nothing. Only Scheduler touches these.
	/** @internal */ after: Alarm | undefined;
	/** @internal the scheduler's turn in which it was armed, 0: it is not */ turn = 0;

	// Not #scheduler: in a class with a # every object has a slot more, and of these there are many.
	private readonly scheduler: Scheduler;

	constructor(scheduler: Scheduler) {
		this.scheduler = scheduler;
	}

	/** Called by the scheduler when it is due. */
	abstract expire(): void;

	/** whether it will be called */
	get armed(): boolean {
		return this.turn !== 0;
	}

	/** Arms it `ms` milliseconds from now, in place of an earlier start. */
	start(ms: number): void {
		this.scheduler.arm(this, this.scheduler.now() + ms);
	}

	/** Arms it for `at` (scheduler time, ms), in place of an earlier start. */
	startAt(at: number): void {
		this.scheduler.arm(this, at);
	}

	stop(): void {
		if (this.turn !== 0) this.scheduler.disarm(this);
	}
}

import { Alarm } from "./Alarm";
import type { Scheduler } from "./Scheduler";

/** A moment at which something is called once, unless it is stopped or started anew before. */
export class Deadline extends Alarm {
	private readonly callback: () => void;
	private readonly owner: object | undefined;

	/** @param callback called with `owner` as this: a method and its object take less memory than a closure over them */
	constructor(scheduler: Scheduler, callback: () => void, owner?: object) {
		super(scheduler);
		this.callback = callback;
		this.owner = owner;
	}

	expire(): void {
		this.callback.call(this.owner);
	}
}

import ticks from "host/ticks";
import Timer from "host/timer";
import type { Clock } from "./Clock";

/** The platform's monotonic tick and its one hardware timer. */
export class HostClock implements Clock {
	readonly now = ticks;
	#timer: Timer;
	#callback: (() => void) | undefined;

	constructor() {
		this.#timer = new Timer(() => this.#callback?.());
	}

	wake(at: number | undefined, callback: () => void): void {
		this.#callback = callback;
		if (at === undefined) this.#timer.clear();
		else this.#timer.set(Math.max(0, Math.ceil(at - ticks())));
	}
}

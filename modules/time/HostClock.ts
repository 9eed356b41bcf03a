import ticks from "host/ticks";
import Timer from "host/timer";
import type { Clock, Sleeper } from "./Clock";

/** The platform's monotonic tick and its one hardware timer. */
export class HostClock implements Clock {
	readonly now = ticks;
	private timer: Timer;
	declare private sleeper: Sleeper | undefined;

	constructor() {
		this.timer = new Timer(() => this.sleeper?.wakeUp());
	}

	wake(at: number | undefined, sleeper: Sleeper): void {
		this.sleeper = sleeper;
		if (at === undefined) this.timer.clear();
		else this.timer.set(Math.max(0, Math.ceil(at - ticks())));
	}
}

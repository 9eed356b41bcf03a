import type { Clock, Sleeper } from "../../modules/time/Clock";

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
	readonly now = (): number => this.#now;
	#now: number;
	#at: number | undefined;
	#sleeper: Sleeper | undefined;

	/** @param now where it starts (ms) */
	constructor(now = 0) {
		this.#now = now;
	}

	wake(at: number | undefined, sleeper: Sleeper): void {
		this.#at = at;
		this.#sleeper = sleeper;
	}

	/** when it would wake next (ms), undefined when nobody waits */
	get next(): number | undefined {
		return this.#at;
	}

	/** Lets `ms` milliseconds pass, waking at each moment that was asked for. */
	advance(ms: number): void {
		const end = this.#now + ms;
		for (let turns = 0; this.#at !== undefined && this.#at <= end; turns++) {
			if (turns === 100_000) throw new Error("a deadline is armed again and again without time passing");
			this.#now = Math.max(this.#now, this.#at);
			this.#at = undefined;
			this.#sleeper!.wakeUp();
		}
		this.#now = end;
	}
}

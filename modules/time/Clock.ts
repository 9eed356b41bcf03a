/** Who sleeps until a moment comes. */
export interface Sleeper {
	wakeUp(): void;
}

/** What a scheduler needs of the world: a monotonic time and to be woken. Tests give a virtual one. */
export interface Clock {
	/** monotonic milliseconds, possibly fractional; called without the clock, many times a message */
	readonly now: () => number;
	/** Wakes `sleeper` once when now() >= at. Replaces the earlier wish; `at` undefined takes it back. */
	wake(at: number | undefined, sleeper: Sleeper): void;
}

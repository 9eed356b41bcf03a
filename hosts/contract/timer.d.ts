declare module "host/timer" {
	/** Keeps itself alive while it is set. */
	export default class Timer {
		/** @param callback called from the event loop, never from `set` */
		constructor(callback: () => void);
		/** Fires once after `ms` milliseconds (0 or more); replaces an earlier setting. */
		set(ms: number): void;
		clear(): void;
	}
}

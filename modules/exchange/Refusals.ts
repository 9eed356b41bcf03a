import { REFUSED_REQUESTS } from "../session/Capacity";
import type { Session } from "../session/Session";

/** Of its five transmissions a request may be refused two in silence: three are left for it to be told. */
const SILENT = 2;
/** ms after which a request that found no room has not been repeated for long. */
const FORGOTTEN_AFTER = 10_000;

interface Refused {
	readonly session: Session;
	readonly counter: number;
	/** ms, monotonic; when it came first */
	readonly at: number;
	times: number;
}

/**
 * The requests for which there was no room. Most often there is when they come again; one that still finds none when it
 * comes for the third time is to be told, whatever the interval is in which its sender repeats it. Bounded: the oldest go.
 */
export class Refusals {
	#refused: Refused[] = [];

	/** Notes that there was no room for a request, which its session and its message counter name. @returns whether it is to be told */
	note(session: Session, counter: number, now: number): boolean {
		const refused = this.#refused;
		for (let i = 0; i < refused.length; i++) {
			const one = refused[i]!;
			if (one.session === session && one.counter === counter) return ++one.times > SILENT;
		}
		if (refused.length >= REFUSED_REQUESTS) refused.shift();
		refused.push({ session, counter, at: now, times: 1 });
		return false;
	}

	/** A request is dealt with now; those that do not come any more go with it. @returns how many are left */
	forget(session: Session, counter: number, now: number): number {
		this.#refused = this.#refused.filter(
			(one) => !(one.session === session && one.counter === counter) && now - one.at < FORGOTTEN_AFTER,
		);
		return this.#refused.length;
	}

	/** The session has ended. */
	forgetSession(session: Session): void {
		this.#refused = this.#refused.filter((one) => one.session !== session);
	}
}

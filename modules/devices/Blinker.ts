import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";

/** Milliseconds on, and as many off: the period of 0.5 s that identifying should have (Matter Application Clusters 1.2.5.1). */
const PHASE = 250;

/** Flashes a light against the state it is in, and leaves it in that state. */
export class Blinker {
	private output: (on: boolean) => void;
	private state: () => boolean;
	private deadline: Deadline | undefined;
	private flashes = 0;
	private inverted = false;

	/**
	 * @param output shows a state
	 * @param state the one to return to
	 */
	constructor(output: (on: boolean) => void, state: () => boolean) {
		this.output = output;
		this.state = state;
	}

	/** Flashes so many times, Infinity until stop(). */
	start(scheduler: Scheduler, flashes: number): void {
		this.deadline ??= new Deadline(scheduler, this.turn, this);
		this.flashes = flashes;
		if (!this.deadline.armed) this.turn();
	}

	stop(): void {
		this.deadline?.stop();
		this.flashes = 0;
		if (this.inverted) this.show(false);
	}

	private turn(): void {
		if (this.inverted) this.flashes--;
		const more = this.flashes > 0;
		this.show(more && !this.inverted);
		if (more || this.inverted) this.deadline?.start(PHASE);
	}

	private show(inverted: boolean): void {
		this.inverted = inverted;
		this.output(this.state() !== inverted);
	}
}

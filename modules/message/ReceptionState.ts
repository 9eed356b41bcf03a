/**
 * Which counters a peer has used: the greatest, and a bitmap of the 32 before it (Matter Core 4.6.5). It must see a
 * counter only after the message is known to be genuine.
 */
export class ReceptionState {
	private max: number;
	/** bit n: max - 1 - n was received */
	private window: number;
	/** the counter that forget() took back while it was the greatest; -1 for none */
	private forgotten = -1;

	/**
	 * @param max the greatest counter received so far: 0 for a new secure session, whose counters begin above; the first
	 * counter received where the first is trusted
	 * @param window bit n: max - 1 - n was received
	 */
	constructor(max = 0, window = 0) {
		this.max = max;
		this.window = window;
	}

	/**
	 * Takes a counter of a secure unicast session, which never rolls over (Matter Core 4.6.5.2.1).
	 * @returns false for a duplicate, which every counter older than the window counts as
	 */
	accept(counter: number): boolean {
		const ahead = counter - this.max;
		if (ahead > 0) {
			// The engine, as every JavaScript, takes shift counts modulo 32.
			this.window = ahead < 32 ? (this.window << ahead) | (1 << (ahead - 1)) : ahead === 32 ? 1 << 31 : 0;
			this.max = counter;
			return true;
		}
		return ahead >= -32 && this.acceptBehind(counter, -ahead);
	}

	/**
	 * Takes a counter of an unencrypted message, which may roll over; one older than the window starts anew, because the
	 * sender may have restarted (Matter Core 4.6.5.3).
	 * @returns false for a duplicate
	 */
	acceptUnencrypted(counter: number): boolean {
		const ahead = (counter - this.max) | 0;
		if (ahead <= 0 && ahead >= -32) return this.acceptBehind(counter, -ahead);
		this.window = ahead < 0 ? 0 : slideWindow(this.window, ahead);
		this.max = counter;
		return true;
	}

	/** Takes back the counter just accepted: its message was not taken, and may come again. */
	forget(counter: number): void {
		this.settle();
		const behind = (this.max - counter) | 0;
		if (behind === 0) this.forgotten = counter;
		else if (behind <= 32) this.window &= ~(1 << (behind - 1));
	}

	/** Gives the forgotten counter its place in the bitmap, if it is not the greatest any more. */
	private settle(): void {
		const behind = (this.max - this.forgotten) | 0;
		if (this.forgotten < 0 || behind === 0) return;
		if (behind > 0 && behind <= 32) this.window &= ~(1 << (behind - 1));
		this.forgotten = -1;
	}

	/** @param behind 0..32: how far before the greatest */
	private acceptBehind(counter: number, behind: number): boolean {
		if (counter === this.forgotten) {
			this.forgotten = -1;
			return true;
		}
		if (behind === 0) return false;
		const bit = 1 << (behind - 1);
		if (this.window & bit) return false;
		this.window |= bit;
		return true;
	}
}

/**
 * The bitmap of the 32 counters before the greatest, when the greatest moves on.
 * @param ahead 1 or more: by how much
 */
export function slideWindow(window: number, ahead: number): number {
	// The engine, as every JavaScript, takes shift counts modulo 32.
	return ahead < 32 ? (window << ahead) | (1 << (ahead - 1)) : ahead === 32 ? 1 << 31 : 0;
}

/**
 * Which counters a peer has used: the greatest, and a bitmap of the 32 before it (Matter Core 4.6.5). It must see a
 * counter only after the message is known to be genuine.
 */
export class ReceptionState {
	#max: number;
	/** bit n: max - 1 - n was received */
	#window: number;

	/**
	 * @param max the greatest counter received so far: 0 for a new secure session, whose counters begin above; the first
	 * counter received where the first is trusted
	 * @param window bit n: max - 1 - n was received
	 */
	constructor(max = 0, window = 0) {
		this.#max = max;
		this.#window = window;
	}

	/**
	 * Takes a counter of a secure unicast session, which never rolls over (Matter Core 4.6.5.2.1).
	 * @returns false for a duplicate, which every counter older than the window counts as
	 */
	accept(counter: number): boolean {
		const ahead = counter - this.#max;
		if (ahead > 0) {
			// The engine, as every JavaScript, takes shift counts modulo 32.
			this.#window = ahead < 32 ? (this.#window << ahead) | (1 << (ahead - 1)) : ahead === 32 ? 1 << 31 : 0;
			this.#max = counter;
			return true;
		}
		return ahead >= -32 && ahead < 0 && this.#acceptBehind(-ahead);
	}

	/**
	 * Takes a counter of an unencrypted message, which may roll over; one older than the window starts anew, because the
	 * sender may have restarted (Matter Core 4.6.5.3).
	 * @returns false for a duplicate
	 */
	acceptUnencrypted(counter: number): boolean {
		const ahead = (counter - this.#max) | 0;
		if (ahead === 0) return false;
		if (ahead < 0 && ahead >= -32) return this.#acceptBehind(-ahead);
		this.#window = ahead < 0 || ahead > 32 ? 0 : ahead === 32 ? 1 << 31 : (this.#window << ahead) | (1 << (ahead - 1));
		this.#max = counter;
		return true;
	}

	/** @param behind 1..32: how far before the greatest */
	#acceptBehind(behind: number): boolean {
		const bit = 1 << (behind - 1);
		if (this.#window & bit) return false;
		this.#window |= bit;
		return true;
	}
}

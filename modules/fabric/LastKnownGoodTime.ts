import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import type { Storage } from "../storage/Storage";

const RECORD = "time.good";

/**
 * Last Known Good UTC Time (Matter Core 3.5.6): a moment that has certainly passed, for a node without a clock to tell
 * certificates that have expired by. It only ever moves forward: each commissioning brings certificates, and none is
 * issued before it begins to hold. It begins with the day that the firmware was made.
 */
export class LastKnownGoodTime {
	private storage: Storage;
	private built: number;
	private known: number;

	/** @param built epoch-s of the firmware; 0 where that is not known */
	constructor(storage: Storage, built: number) {
		this.storage = storage;
		this.built = this.known = built;
	}

	load(): void {
		const bytes = this.storage.get(RECORD);
		this.known = bytes?.length === 4 ? Math.max(readUint32LE(bytes, 0), this.built) : this.built;
	}

	/** epoch-s: seconds since 2000-01-01 UTC */
	get seconds(): number {
		return this.known;
	}

	/** @param seconds epoch-s; what is not later changes nothing */
	advance(seconds: number): void {
		if (seconds <= this.known) return;
		const bytes = new Uint8Array(4);
		writeUint32LE(bytes, 0, seconds);
		this.storage.set(RECORD, bytes);
		this.known = seconds;
	}
}

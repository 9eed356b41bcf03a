import randomBytes from "host/random";
import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import type { Storage } from "../storage/Storage";
import { initialCounter, type RandomSource } from "./MessageCounter";

const RECORD = "group.counter";
/** counters that one write of the record is good for */
export const RESERVE = 1000;

/**
 * The global group encrypted data message counter (Matter Core 4.6.1.3): one for all groups and keys of the node, because
 * its receivers know the node by its id. It never goes back: the record holds the first one that has not been reserved, so
 * after an end of whatever kind those between are left out. It rolls over, and keys have to be replaced before (4.6.4).
 */
export class GroupCounter {
	#storage: Storage;
	#next: number;
	#reserved = 0;

	/**
	 * Writes nothing: a node that never sends to a group has no record.
	 * @throws Error when the record is damaged: a random start might use a counter again, with the same key
	 */
	constructor(storage: Storage, random: RandomSource = randomBytes) {
		this.#storage = storage;
		const record = storage.get(RECORD);
		if (record?.length !== 4 && storage.names(RECORD).length > 0)
			throw new Error("the group message counter is lost: this node sends to no group before a factory reset");
		this.#next = record ? readUint32LE(record, 0) : initialCounter(random);
	}

	/** @returns a counter that was never given out before. @throws Error when storage refuses; then none is */
	next(): number {
		const counter = this.#next;
		if (this.#reserved === 0) {
			const record = new Uint8Array(4);
			writeUint32LE(record, 0, (counter + RESERVE) >>> 0);
			this.#storage.set(RECORD, record);
			this.#reserved = RESERVE;
		}
		this.#reserved--;
		this.#next = (counter + 1) >>> 0;
		return counter;
	}
}

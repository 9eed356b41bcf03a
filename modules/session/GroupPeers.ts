import { readUint16LE, readUint32LE, writeUint16LE, writeUint32LE } from "../codec/Bytes";
import { slideWindow } from "../message/ReceptionState";
import { GROUP_PEERS_PER_FABRIC } from "./Capacity";

// A peer's bytes: fabric index, group session id, node id, greatest counter, window.
const SESSION_AT = 1;
const NODE_AT = 3;
const MAX_AT = 11;
const WINDOW_AT = 15;
const LENGTH = 19;

/**
 * Which counters were received of whom in group messages (Matter Core 4.6.5.1): for each sender and key the greatest, and
 * a bitmap of the 32 before it. Nobody is forgotten to make room, whose old messages would then be taken for a first one
 * (4.16.1): a fabric that has no room left hears no further sender.
 */
export class GroupPeers {
	#records = new Uint8Array(0);

	/** senders and keys known */
	get length(): number {
		return this.#records.length / LENGTH;
	}

	/**
	 * Takes the counter of a message known to be genuine. Counters roll over (Matter Core 4.6.5.2.2). The first one of
	 * a sender is trusted, and what came before it counts as received.
	 * @param sessionId the group session id, which stands for the key
	 * @param bytes, offset where the sender's node id is, 8 bytes
	 * @returns false for a duplicate, which every counter older than the window counts as; undefined when there is no room
	 */
	accept(
		fabricIndex: number,
		sessionId: number,
		bytes: Uint8Array,
		offset: number,
		counter: number,
	): boolean | undefined {
		let count = 0;
		const records = this.#records;
		for (let i = 0; i < records.length; i += LENGTH) {
			if (records[i] !== fabricIndex) continue;
			count++;
			if (isOf(records, i, sessionId, bytes, offset)) return acceptFrom(records, i, counter);
		}
		if (count >= GROUP_PEERS_PER_FABRIC) return undefined;
		const at = records.length;
		this.#records = new Uint8Array(at + LENGTH);
		this.#records.set(records);
		this.begin(at, fabricIndex, sessionId, bytes, offset, counter);
		return true;
	}

	/** Forgets what was sent by keys that are gone: nothing is opened with them any more. @param sessionIds of those that are left */
	retain(sessionIds: Uint16Array): void {
		this.filter((records, at) => sessionIds.includes(readUint16LE(records, at + SESSION_AT)));
	}

	removeFabric(fabricIndex: number): void {
		this.filter((records, at) => records[at] !== fabricIndex);
	}

	private filter(stays: (records: Uint8Array, at: number) => boolean): void {
		const records = this.#records;
		let length = 0;
		for (let i = 0; i < records.length; i += LENGTH) {
			if (!stays(records, i)) continue;
			records.copyWithin(length, i, i + LENGTH);
			length += LENGTH;
		}
		if (length < records.length) this.#records = records.slice(0, length);
	}

	private begin(
		at: number,
		fabricIndex: number,
		sessionId: number,
		bytes: Uint8Array,
		offset: number,
		counter: number,
	): void {
		const records = this.#records;
		records[at] = fabricIndex;
		writeUint16LE(records, at + SESSION_AT, sessionId);
		for (let i = 0; i < 8; i++) records[at + NODE_AT + i] = bytes[offset + i]!;
		writeUint32LE(records, at + MAX_AT, counter);
		writeUint32LE(records, at + WINDOW_AT, 0xffffffff);
	}
}

function isOf(records: Uint8Array, at: number, sessionId: number, bytes: Uint8Array, offset: number): boolean {
	if (readUint16LE(records, at + SESSION_AT) !== sessionId) return false;
	for (let i = 0; i < 8; i++) if (records[at + NODE_AT + i] !== bytes[offset + i]) return false;
	return true;
}

/** Looks for a counter in the window of the record at `at`, and enters it there. @returns false for a duplicate */
function acceptFrom(records: Uint8Array, at: number, counter: number): boolean {
	const ahead = (counter - readUint32LE(records, at + MAX_AT)) | 0;
	let window = readUint32LE(records, at + WINDOW_AT);
	if (ahead > 0) {
		window = slideWindow(window, ahead);
		writeUint32LE(records, at + MAX_AT, counter);
	} else {
		if (ahead === 0 || ahead < -32) return false;
		const bit = 1 << (-ahead - 1);
		if (window & bit) return false;
		window |= bit;
	}
	writeUint32LE(records, at + WINDOW_AT, window);
	return true;
}

import { encode } from "../codec/Utf8";

/**
 * The little of DNS that multicast DNS needs (RFC 1035 4.1, RFC 6762): a reader that never leaves the datagram and a
 * writer that compresses names. Names are held in wire form: labels with their length byte, closed by a zero byte.
 */

export const TYPE_A = 1;
export const TYPE_PTR = 12;
export const TYPE_TXT = 16;
export const TYPE_AAAA = 28;
export const TYPE_SRV = 33;
export const TYPE_NSEC = 47;
export const TYPE_ANY = 255;

export const CLASS_IN = 1;
export const CLASS_ANY = 255;
/** In a record: the sender is its only owner (RFC 6762 10.2). In a question: a unicast answer is welcome (5.4). */
export const TOP_BIT = 0x8000;

export const FLAG_RESPONSE = 0x8400; // QR and AA
/** In a query: more known answers follow in another datagram (RFC 6762 7.2). */
export const FLAG_TRUNCATED = 0x0200;

/** Seconds that a plain DNS client, which asks from another port than 5353, may keep an answer (RFC 6762 6.7). */
export const LEGACY_TTL = 10;
const LONGEST_TTL = 0xffffffff;

const HEADER = 12;
/** Where the header tells how many questions and records of each section there are, two bytes each. */
const COUNTS = 4;
const MAX_LABEL = 63;
/** Bytes of a name, its closing zero included (RFC 1035 2.3.4). */
const MAX_NAME = 255;
/** A name follows at most this many pointers: more is a loop or an attack. */
const MAX_JUMPS = 16;

/** Joins labels to a name in wire form. Labels have 1..63 bytes of UTF-8. */
export function wireName(labels: readonly string[]): Uint8Array {
	const name = new Uint8Array(putLabels(labels) + 1);
	putLabels(labels, name);
	return name;
}

/**
 * Puts labels of 1..63 bytes, each behind its length, into `bytes` from `at` on; without `bytes` it only counts: all at once
 * as objects they would take much memory.
 * @returns the offset behind them
 */
export function putLabels(labels: readonly string[], bytes?: Uint8Array, at = 0): number {
	for (let i = 0; i < labels.length; i++) {
		const part = encode(labels[i]!);
		if (part.length === 0 || part.length > MAX_LABEL) throw new RangeError(`label of ${part.length} bytes`);
		if (bytes) {
			bytes[at] = part.length;
			bytes.set(part, at + 1);
		}
		at += 1 + part.length;
	}
	return at;
}

function lower(byte: number): number {
	return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Reads one datagram. A method that would run over its end sets `failed` and returns 0: the caller drops the datagram. */
export class DnsReader {
	bytes: Uint8Array;
	position = 0;
	end = 0;
	failed = false;

	// of the question or record that was read last
	/** where its name starts */
	owner = 0;
	type = 0;
	/** with TOP_BIT */
	klass = 0;
	/** seconds; of a record only, like the following */
	ttl = 0;
	/** where its data starts, and how long that is */
	data = 0;
	length = 0;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}

	reset(length: number): void {
		this.position = 0;
		this.end = length;
		this.failed = length < HEADER;
	}

	uint16(): number {
		const at = this.position;
		if (at + 2 > this.end) {
			this.failed = true;
			return 0;
		}
		this.position = at + 2;
		return (this.bytes[at] << 8) | this.bytes[at + 1];
	}

	uint32(): number {
		return this.uint16() * 0x10000 + this.uint16();
	}

	/** Passes over a name and returns where it starts. */
	name(): number {
		const bytes = this.bytes;
		const end = this.end;
		const start = this.position;
		let at = start;
		while (at < end) {
			const length = bytes[at];
			if (length === 0) {
				this.position = at + 1;
				return start;
			}
			if (length >= 0xc0) {
				at += 2;
				if (at > end) break;
				this.position = at;
				return start;
			}
			if (length > MAX_LABEL) break;
			at += 1 + length;
		}
		this.failed = true;
		return start;
	}

	/** Passes over `length` bytes of record data; false (and `failed`) when they are not all there. */
	skip(length: number): boolean {
		if (this.position + length > this.end) {
			this.failed = true;
			return false;
		}
		this.position += length;
		return true;
	}

	/** Reads a question. @returns false, and `failed`, when it is not all there */
	question(): boolean {
		this.owner = this.name();
		this.type = this.uint16();
		this.klass = this.uint16();
		return !this.failed;
	}

	/** Reads a record and stands behind it then. @returns false, and `failed`, when it is not all there */
	record(): boolean {
		this.question();
		this.ttl = this.uint32();
		this.length = this.uint16();
		this.data = this.position;
		return this.skip(this.length) && !this.failed;
	}

	/** Whether the question or record read last is of the name at `offset` of `name`. */
	isOf(name: Uint8Array, offset = 0): boolean {
		return sameName(this.bytes, this.end, this.owner, name, offset);
	}

	/** Whether the data of the record read last begin so. */
	startsWith(data: Uint8Array): boolean {
		if (this.length < data.length) return false;
		for (let i = 0; i < data.length; i++) if (this.bytes[this.data + i] !== data[i]) return false;
		return true;
	}

	/** Whether the data of the record read last are these. */
	isData(data: Uint8Array): boolean {
		return this.length === data.length && this.startsWith(data);
	}

	/** Whether the name at `at`, its pointers followed, is the one at `offset` of `name`; ASCII letters compare without case (RFC 6762 16). */
	isName(at: number, name: Uint8Array, offset = 0): boolean {
		return sameName(this.bytes, this.end, at, name, offset);
	}

	/** The name at `at`, its pointers followed, in wire form; undefined when it is none. */
	copyName(at: number): Uint8Array | undefined {
		const bytes = this.bytes;
		const end = this.end;
		const name = new Uint8Array(MAX_NAME);
		let to = 0;
		let jumps = 0;
		while (at < end) {
			const length = bytes[at];
			if (length >= 0xc0) {
				if (at + 1 >= end || ++jumps > MAX_JUMPS) return undefined;
				at = ((length & 0x3f) << 8) | bytes[at + 1];
				continue;
			}
			if (length > MAX_LABEL || at + length >= end || to + 1 + length > MAX_NAME) return undefined;
			name.set(bytes.subarray(at, at + 1 + length), to);
			to += 1 + length;
			if (length === 0) return name.slice(0, to);
			at += 1 + length;
		}
		return undefined;
	}
}

function sameName(bytes: Uint8Array, end: number, at: number, name: Uint8Array, offset: number): boolean {
	let jumps = 0;
	for (;;) {
		if (at >= end) return false;
		let length = bytes[at];
		if (length >= 0xc0) {
			if (at + 1 >= end || ++jumps > MAX_JUMPS) return false;
			at = ((length & 0x3f) << 8) | bytes[at + 1];
			continue;
		}
		if (length !== name[offset]) return false;
		if (length === 0) return true;
		if (at + length >= end) return false;
		while (length-- > 0) if (lower(bytes[++at]) !== lower(name[++offset])) return false;
		at++;
		offset++;
	}
}

/** Writes one message into a fixed buffer. A record that does not fit leaves no trace and returns false. */
export class DnsWriter {
	readonly bytes: Uint8Array;
	position = HEADER;
	/** where labels stand that names may end with; kept only while a message is written */
	private labels: number[] = [];
	private longest = LONGEST_TTL;
	private end: number;

	/** @param end of `bytes` where a message has to end; the whole where it is left out */
	constructor(bytes: Uint8Array, end = bytes.length) {
		this.bytes = bytes;
		this.end = end;
	}

	/**
	 * Begins a message: `id` and `flags` as in RFC 1035 4.1.1.
	 * @param longest seconds that its records live at most: 0 is a goodbye; with LEGACY_TTL they bear no TOP_BIT either
	 */
	begin(id: number, flags: number, longest = LONGEST_TTL): void {
		this.longest = longest;
		this.position = HEADER;
		this.labels.length = 0;
		const bytes = this.bytes;
		bytes.fill(0, COUNTS, HEADER);
		bytes[0] = id >> 8;
		bytes[1] = id;
		bytes[2] = flags >> 8;
		bytes[3] = flags;
	}

	/** Number of records written (questions not counted). */
	get records(): number {
		const bytes = this.bytes;
		return bytes[COUNTS + 3] + bytes[COUNTS + 5] + bytes[COUNTS + 7];
	}

	/** The message's length. */
	finish(): number {
		this.labels.length = 0;
		return this.position;
	}

	/** In a message of this size a section never has more than 255. */
	private count(section: number): void {
		this.bytes[COUNTS + 1 + 2 * section]++;
	}

	question(name: Uint8Array, type: number, klass: number): boolean {
		const start = this.position;
		if (!this.putName(name) || !this.putUint16(type) || !this.putUint16(klass)) return this.undo(start);
		this.count(0);
		return true;
	}

	/**
	 * One record. `section` is 1 answer, 2 authority, 3 additional. Its data are `data` as they stand, then the name
	 * `target` (PTR, SRV), then `tail` (NSEC), as far as each is given.
	 */
	record(
		section: 1 | 2 | 3,
		name: Uint8Array,
		type: number,
		klass: number,
		ttl: number,
		data: Uint8Array | undefined,
		target?: Uint8Array,
		tail?: Uint8Array,
	): boolean {
		const start = this.position;
		if (ttl > this.longest) ttl = this.longest;
		if (this.longest === LEGACY_TTL) klass &= ~TOP_BIT;
		if (!this.putName(name) || !this.putUint16(type) || !this.putUint16(klass)) return this.undo(start);
		if (!this.putUint16(ttl >>> 16) || !this.putUint16(ttl & 0xffff) || !this.putUint16(0)) return this.undo(start);
		const from = this.position;
		if (data !== undefined && !this.octets(data)) return this.undo(start);
		if (target !== undefined && !this.putName(target)) return this.undo(start);
		if (tail !== undefined && !this.octets(tail)) return this.undo(start);
		const length = this.position - from;
		this.bytes[from - 2] = length >> 8;
		this.bytes[from - 1] = length;
		this.count(section);
		return true;
	}

	private undo(start: number): false {
		this.position = start;
		const labels = this.labels;
		while (labels.length > 0 && labels[labels.length - 1] >= start) labels.pop();
		return false;
	}

	private putUint16(value: number): boolean {
		const at = this.position;
		if (at + 2 > this.end) return false;
		this.bytes[at] = value >> 8;
		this.bytes[at + 1] = value;
		this.position = at + 2;
		return true;
	}

	private octets(octets: Uint8Array): boolean {
		if (this.position + octets.length > this.end) return false;
		this.bytes.set(octets, this.position);
		this.position += octets.length;
		return true;
	}

	private putName(name: Uint8Array): boolean {
		const bytes = this.bytes;
		let offset = 0;
		while (name[offset] !== 0) {
			const labels = this.labels;
			for (let i = 0; i < labels.length; i++) {
				const label = labels[i];
				// most differ at once
				if (bytes[label] !== name[offset] || bytes[label + 1] !== name[offset + 1]) continue;
				if (sameName(bytes, this.position, label, name, offset)) return this.putUint16(0xc000 | label);
			}
			const length = 1 + name[offset];
			if (this.position + length > this.end) return false;
			this.labels.push(this.position);
			for (let i = 0; i < length; i++) bytes[this.position++] = name[offset++];
		}
		if (this.position >= this.end) return false;
		bytes[this.position++] = 0;
		return true;
	}
}

import { encode } from "./Utf8";
import { ANONYMOUS, TlvOverflow, TlvType, type QualifiedTag, type Tag } from "./Tlv";

export { ANONYMOUS, TlvOverflow };

/**
 * Writes TLV (Matter Core, appendix A) straight into a buffer, each number in the fewest bytes. What does not fit
 * before `limit` throws TlvOverflow and leaves `position` where it was, so a caller can go back to any earlier
 * `position` and end its message there.
 */
export class TlvWriter {
	bytes: Uint8Array;
	/** where the next element goes */
	position: number;
	/** the first offset that must not be written */
	limit: number;
	#start: number;

	constructor(bytes: Uint8Array, position = 0, limit = bytes.length) {
		this.bytes = bytes;
		this.position = position;
		this.limit = limit;
		this.#start = position;
	}

	/** Begins again in another buffer or place. */
	reset(bytes: Uint8Array, position = 0, limit = bytes.length): this {
		this.bytes = bytes;
		this.position = position;
		this.limit = limit;
		this.#start = position;
		return this;
	}

	structure(tag: Tag): void {
		this.position = this.head(tag, TlvType.STRUCTURE, 0);
	}

	array(tag: Tag): void {
		this.position = this.head(tag, TlvType.ARRAY, 0);
	}

	list(tag: Tag): void {
		this.position = this.head(tag, TlvType.LIST, 0);
	}

	/** Ends the innermost open container. */
	end(): void {
		const position = this.position;
		if (position >= this.limit) throw new TlvOverflow("no room for the end of a container");
		this.bytes[position] = TlvType.END;
		this.position = position + 1;
	}

	null(tag: Tag): void {
		this.position = this.head(tag, TlvType.NULL, 0);
	}

	boolean(tag: Tag, value: boolean): void {
		this.position = this.head(tag, value ? 0x09 : 0x08, 0);
	}

	/** @throws RangeError unless 0 <= value < 2^64 and, as a number, a safe integer */
	unsigned(tag: Tag, value: number | bigint): void {
		if (typeof value === "bigint") {
			if (value > 0xffffffffn) {
				const high = Number(value >> 32n);
				if (high > 0xffffffff) throw new RangeError(`${value} is no unsigned 64-bit integer`);
				this.unsigned64(tag, Number(value & 0xffffffffn), high);
				return;
			}
			value = Number(value);
		}
		if (value < 0x100) {
			if (!(value >= 0) || value % 1 !== 0) throw new RangeError(`${value} is no unsigned integer`);
			// most of what is written: without a call
			const at = this.position;
			if ((tag as number) >= 0 && (tag as number) < 256 && at + 3 <= this.limit) {
				const bytes = this.bytes;
				bytes[at] = 0x24;
				bytes[at + 1] = tag as number;
				bytes[at + 2] = value;
				this.position = at + 3;
			} else this.put(this.head(tag, 0x04, 1), 1, value, 0);
			return;
		}
		if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no unsigned integer`);
		if (value < 0x10000) this.put(this.head(tag, 0x05, 2), 2, value, 0);
		else if (value < 0x100000000) this.put(this.head(tag, 0x06, 4), 4, value, 0);
		else this.put(this.head(tag, 0x07, 8), 8, value % 0x100000000, Math.floor(value / 0x100000000));
	}

	/** high·2^32 + low, without a BigInt between. */
	unsigned64(tag: Tag, low: number, high: number): void {
		if (high === 0) this.unsigned(tag, low);
		else this.put(this.head(tag, 0x07, 8), 8, low, high);
	}

	/** @throws RangeError unless -2^63 <= value < 2^63 and, as a number, a safe integer */
	signed(tag: Tag, value: number | bigint): void {
		if (typeof value === "bigint") {
			if (value < -0x8000000000000000n || value > 0x7fffffffffffffffn)
				throw new RangeError(`${value} is no signed 64-bit integer`);
			if (value < -0x80000000n || value > 0x7fffffffn) {
				// On unsigned values only: this engine shifts and masks some negative ones wrongly.
				value = BigInt.asUintN(64, value);
				const high = Number(value >> 32n);
				const low = Number(value & 0xffffffffn);
				this.put(this.head(tag, 0x03, 8), 8, low, high);
				return;
			}
			value = Number(value);
		}
		if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no signed integer`);
		if (value >= -0x80 && value < 0x80) this.put(this.head(tag, 0x00, 1), 1, value, 0);
		else if (value >= -0x8000 && value < 0x8000) this.put(this.head(tag, 0x01, 2), 2, value, 0);
		else if (value >= -0x80000000 && value < 0x80000000) this.put(this.head(tag, 0x02, 4), 4, value, 0);
		else this.put(this.head(tag, 0x03, 8), 8, value, Math.floor(value / 0x100000000));
	}

	/** In single precision. */
	float(tag: Tag, value: number): void {
		const at = this.head(tag, TlvType.FLOAT, 4);
		new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 4).setFloat32(0, value, true);
		this.position = at + 4;
	}

	/** In double precision. */
	double(tag: Tag, value: number): void {
		const at = this.head(tag, TlvType.DOUBLE, 8);
		new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).setFloat64(0, value, true);
		this.position = at + 8;
	}

	string(tag: Tag, value: string): void {
		const bytes = encode(value);
		this.counted(tag, TlvType.STRING, bytes, 0, bytes.length);
	}

	/** Octets [start, end) of `bytes`. */
	octets(tag: Tag, bytes: Uint8Array, start = 0, end = bytes.length): void {
		this.counted(tag, TlvType.OCTETS, bytes, start, end);
	}

	/** Elements that are TLV already, as they are. */
	raw(bytes: Uint8Array, start = 0, end = bytes.length): void {
		checkRange(bytes, start, end);
		const position = this.position;
		if (end - start > this.limit - position) throw new TlvOverflow(`no room for ${end - start} bytes`);
		this.copy(bytes, start, end, position);
	}

	/** A copy of what was written since the beginning. */
	finish(): Uint8Array {
		return this.bytes.slice(this.#start, this.position);
	}

	/** Writes control byte and tag, and makes sure that `room` more bytes fit. Returns the offset after the head; `position` stays. */
	private head(tag: Tag, control: number, room: number): number {
		const at = this.position;
		const bytes = this.bytes;
		if (typeof tag === "object") return this.qualifiedHead(tag, control, room);
		if (tag === ANONYMOUS) {
			if (at + 1 + room > this.limit) throw new TlvOverflow(`no room for ${1 + room} bytes`);
			bytes[at] = control;
			return at + 1;
		}
		if (at + 2 + room > this.limit) throw new TlvOverflow(`no room for ${2 + room} bytes`);
		if (!(tag >= 0 && tag < 256)) throw new RangeError(`${tag} is no context-specific tag`);
		bytes[at] = 0x20 | control;
		bytes[at + 1] = tag;
		return at + 2;
	}

	private qualifiedHead(tag: QualifiedTag, control: number, room: number): number {
		const bytes = this.bytes;
		const wide = tag.tag > 0xffff;
		const full = tag.profile !== undefined && (tag.profile !== 0 || (tag.vendorId ?? 0) !== 0);
		const form = (full ? 6 : tag.profile === undefined ? 4 : 2) + (wide ? 1 : 0);
		let at = this.position;
		const length = 1 + (full ? 4 : 0) + (wide ? 4 : 2);
		if (at + length + room > this.limit) throw new TlvOverflow(`no room for ${length + room} bytes`);
		bytes[at++] = (form << 5) | control;
		if (full) {
			const vendorId = tag.vendorId ?? 0;
			bytes[at++] = vendorId;
			bytes[at++] = vendorId >> 8;
			bytes[at++] = tag.profile!;
			bytes[at++] = tag.profile! >> 8;
		}
		for (let value = tag.tag, i = wide ? 4 : 2; i > 0; i--, value >>>= 8) bytes[at++] = value;
		return at;
	}

	/** Writes the low `length` bytes of `high`·2^32 + `low` at `at`, and stands behind them. */
	private put(at: number, length: number, low: number, high: number): void {
		const bytes = this.bytes;
		bytes[at] = low;
		if (length > 1) bytes[at + 1] = low >> 8;
		if (length > 2) {
			bytes[at + 2] = low >> 16;
			bytes[at + 3] = low >> 24;
			if (length > 4) {
				bytes[at + 4] = high;
				bytes[at + 5] = high >> 8;
				bytes[at + 6] = high >> 16;
				bytes[at + 7] = high >> 24;
			}
		}
		this.position = at + length;
	}

	private counted(tag: Tag, type: number, bytes: Uint8Array, start: number, end: number): void {
		checkRange(bytes, start, end);
		const length = end - start;
		const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : 4;
		this.put(this.head(tag, type | (size >> 1), size + length), size, length, 0);
		this.copy(bytes, start, end, this.position);
	}

	/** @param to where, and behind it `position` then */
	private copy(bytes: Uint8Array, start: number, end: number, to: number): void {
		this.bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), to);
		this.position = to + end - start;
	}
}

function checkRange(bytes: Uint8Array, start: number, end: number): void {
	if (start < 0 || start > end || end > bytes.length)
		throw new RangeError(`bytes ${start}..${end} of ${bytes.length}`);
}

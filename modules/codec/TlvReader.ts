import { decode } from "./Utf8";
import { ANONYMOUS, MAX_DEPTH, QUALIFIED, TlvError, TlvType, type QualifiedTag } from "./Tlv";

export { ANONYMOUS, QUALIFIED, TlvError, TlvType };

const TAG_LENGTHS = Object.freeze([0, 1, 2, 4, 2, 4, 6, 8]);

const NAMES: Readonly<Record<number, string>> = Object.freeze({
	[TlvType.SIGNED]: "a signed integer",
	[TlvType.UNSIGNED]: "an unsigned integer",
	[TlvType.BOOLEAN]: "a boolean",
	[TlvType.FLOAT]: "a single",
	[TlvType.DOUBLE]: "a double",
	[TlvType.STRING]: "a string",
	[TlvType.OCTETS]: "an octet string",
	[TlvType.NULL]: "null",
	[TlvType.STRUCTURE]: "a structure",
	[TlvType.ARRAY]: "an array",
	[TlvType.LIST]: "a list",
	[TlvType.END]: "the end",
});

/**
 * Walks TLV in place (Matter Core, appendix A), without recursion and without building a tree:
 *
 *     reader.next(); reader.enter();
 *     while (reader.next()) switch (reader.tag) { case 1: count = reader.unsigned(255); break; … }
 *
 * Bytes that break the encoding throw TlvError: an element past the end, a reserved type, a structure's member
 * without tag, an array's with one, a container left open, containers deeper than MAX_DEPTH.
 */
export class TlvReader {
	/** TlvType of the element just read; END before the first and after a container's last */
	type: number = TlvType.END;
	/** its context-specific tag 0..255, ANONYMOUS, or QUALIFIED */
	tag: number = ANONYMOUS;
	/** the offset of its control byte */
	start: number;
	/** the offset after its value; for a container not entered, after its head */
	position: number;
	/** its tag where `tag` is QUALIFIED */
	qualified: QualifiedTag | undefined;

	#bytes: Uint8Array;
	#end: number;
	#control = TlvType.END as number;
	#value = 0;
	#length = 0;
	#depth = 0;
	/** the types of the containers around the position, two bits each, the innermost lowest */
	#around = 0;
	/** a container was read, and neither entered nor skipped */
	#closed = false;

	/** Reads bytes [start, end). */
	constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
		this.#bytes = bytes;
		this.start = start;
		this.position = start;
		this.#end = end;
	}

	/** Begins again with bytes [start, end). */
	reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
		this.#bytes = bytes;
		this.start = start;
		this.position = start;
		this.#end = end;
		this.type = TlvType.END;
		this.tag = ANONYMOUS;
		this.#control = TlvType.END;
		this.#depth = 0;
		this.#around = 0;
		this.#closed = false;
		return this;
	}

	/**
	 * Reads the next element of the current container. At the container's end it returns false and stands in the parent
	 * again, behind the container. A container that was not entered is stepped over.
	 */
	next(): boolean {
		const bytes = this.#bytes;
		const end = this.#end;
		if (this.#closed) this.skip();
		let position = this.position;
		this.start = position;
		if (position >= end) {
			if (this.#depth > 0) throw new TlvError("container without end");
			this.type = TlvType.END;
			return false;
		}
		const head = bytes[position++]!;
		const control = head & 0x1f;
		if (control >= TlvType.END) {
			if (head !== TlvType.END || this.#depth === 0)
				throw new TlvError(head === TlvType.END ? "end without container" : "reserved element type");
			this.#depth--;
			this.#around >>>= 2;
			this.position = position;
			this.type = TlvType.END;
			return false;
		}
		const form = head >> 5;
		if (this.#depth > 0) {
			const around = this.#around & 3;
			if (form === 0 ? around === 1 : around === 2)
				throw new TlvError(form === 0 ? "structure member without tag" : "array element with a tag");
		}
		if (form === 1) {
			if (position === end) throw new TlvError("cut off");
			this.tag = bytes[position++]!;
		} else if (form === 0) this.tag = ANONYMOUS;
		else {
			if (position + TAG_LENGTHS[form]! > end) throw new TlvError("cut off");
			this.tag = QUALIFIED;
			this.qualified = qualifiedTag(bytes, position, form);
			position += TAG_LENGTHS[form]!;
		}
		this.#control = control;
		if (control >= TlvType.STRUCTURE) {
			this.type = control;
			this.#closed = true;
			this.position = position;
			return true;
		}
		let length: number;
		if (control < 0x08) {
			length = 1 << (control & 3);
			this.type = control & 0x04;
		} else if (control < 0x0c) {
			length = control < 0x0a ? 0 : control === 0x0a ? 4 : 8;
			this.type = control < 0x0a ? TlvType.BOOLEAN : control;
		} else if (control < 0x14) {
			const size = 1 << (control & 3);
			if (position + size > end) throw new TlvError("cut off");
			length = lengthField(bytes, position, size);
			position += size;
			this.type = control & 0x1c;
		} else {
			length = 0;
			this.type = TlvType.NULL;
		}
		if (length > end - position) throw new TlvError("cut off");
		this.#value = position;
		this.#length = length;
		this.position = position + length;
		return true;
	}

	/** Goes into the container just read; next() then gives its first element. @throws TlvError when it is no container */
	enter(): void {
		if (!this.#closed) throw this.unexpected("a container");
		if (this.#depth === MAX_DEPTH) throw new TlvError("containers too deep");
		this.#around = (this.#around << 2) | (this.type - TlvType.STRUCTURE + 1);
		this.#depth++;
		this.#closed = false;
	}

	/** Skips what is left of the current container and stands behind it in the parent, as when next() has returned false. */
	leave(): void {
		if (this.#depth === 0) throw new TlvError("not in a container");
		if (this.#closed) this.skip();
		this.position = this.endOfContainer(this.position);
		this.#depth--;
		this.#around >>>= 2;
		this.type = TlvType.END;
	}

	/** Steps over the container just read; nothing to do for other elements. */
	skip(): void {
		if (!this.#closed) return;
		this.position = this.endOfContainer(this.position);
		this.#closed = false;
	}

	/** As skip(), where elementEnd() is known already. */
	skipTo(end: number): void {
		this.position = end;
		this.#closed = false;
	}

	/** The offset after the whole element just read, its content included; the reader stays where it is. */
	elementEnd(): number {
		return this.#closed ? this.endOfContainer(this.position) : this.position;
	}

	/** A copy of the whole element just read, tag and content included; a container can still be entered. */
	element(): Uint8Array {
		return this.#bytes.slice(this.start, this.elementEnd());
	}

	/** Another reader at the element just read, over the same bytes. */
	fork(): TlvReader {
		const reader = new TlvReader(this.#bytes, this.start, this.#end);
		reader.next();
		return reader;
	}

	/** next(), and what it finds must be this. `tag` left out: any. @throws TlvError when it is something else or nothing */
	expect(type: number, tag?: number): void {
		this.next();
		if (this.type !== type) throw this.unexpected(NAMES[type] ?? "something");
		if (tag !== undefined && this.tag !== tag) throw new TlvError(`tag ${tag} expected, found ${this.tag}`);
	}

	get isNull(): boolean {
		return this.type === TlvType.NULL;
	}

	/** @throws TlvError when the element just read is no boolean */
	boolean(): boolean {
		if (this.type !== TlvType.BOOLEAN) throw this.unexpected("a boolean");
		return this.#control === 0x09;
	}

	/** 0..max. @throws TlvError when the element is no unsigned integer or is above `max` (at most 2^53-1) */
	unsigned(max = Number.MAX_SAFE_INTEGER): number {
		if (this.type !== TlvType.UNSIGNED) throw this.unexpected("an unsigned integer");
		const bytes = this.#bytes;
		const at = this.#value;
		let value: number;
		switch (this.#control) {
			case 0x04:
				value = bytes[at]!;
				break;
			case 0x05:
				value = bytes[at]! | (bytes[at + 1]! << 8);
				break;
			case 0x06:
				value = uint32(bytes, at);
				break;
			default:
				value = uint32(bytes, at) + uint32(bytes, at + 4) * 0x100000000;
		}
		if (value > max) throw new TlvError(`${value} is above ${max}`);
		return value;
	}

	/** 0..2^64-1. @throws TlvError when the element is no unsigned integer */
	unsigned64(): bigint {
		if (this.type !== TlvType.UNSIGNED) throw this.unexpected("an unsigned integer");
		if (this.#control !== 0x07) return BigInt(this.unsigned());
		return (BigInt(uint32(this.#bytes, this.#value + 4)) << 32n) | BigInt(uint32(this.#bytes, this.#value));
	}

	/** min..max. @throws TlvError when the element is no signed integer or outside (at most ±(2^53-1)) */
	signed(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): number {
		if (this.type !== TlvType.SIGNED) throw this.unexpected("a signed integer");
		const bytes = this.#bytes;
		const at = this.#value;
		let value: number;
		switch (this.#control) {
			case 0x00:
				value = (bytes[at]! << 24) >> 24;
				break;
			case 0x01:
				value = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
				break;
			case 0x02:
				value = uint32(bytes, at) | 0;
				break;
			default:
				value = uint32(bytes, at) + (uint32(bytes, at + 4) | 0) * 0x100000000;
		}
		if (value < min || value > max) throw new TlvError(`${value} is outside ${min}..${max}`);
		return value;
	}

	/** -2^63..2^63-1. @throws TlvError when the element is no signed integer */
	signed64(): bigint {
		if (this.type !== TlvType.SIGNED) throw this.unexpected("a signed integer");
		if (this.#control !== 0x03) return BigInt(this.signed());
		return BigInt.asIntN(
			64,
			(BigInt(uint32(this.#bytes, this.#value + 4)) << 32n) | BigInt(uint32(this.#bytes, this.#value)),
		);
	}

	/** @throws TlvError when the element is neither single nor double */
	float(): number {
		const bytes = this.#bytes;
		if (this.type !== TlvType.FLOAT && this.type !== TlvType.DOUBLE)
			throw this.unexpected("a floating point number");
		const view = new DataView(bytes.buffer, bytes.byteOffset + this.#value, this.#length);
		return this.#length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
	}

	/** @throws TlvError when the element is no string, is longer than `maxBytes` in UTF-8, or is not valid UTF-8 */
	string(maxBytes = Infinity): string {
		if (this.type !== TlvType.STRING) throw this.unexpected("a string");
		if (this.#length > maxBytes) throw new TlvError(`string of ${this.#length} bytes, at most ${maxBytes} allowed`);
		const text = decode(this.#bytes, this.#value, this.#value + this.#length);
		if (text === undefined) throw new TlvError("string is not UTF-8");
		return text;
	}

	/** A copy. @throws TlvError when the element is no octet string or its length is outside min..max */
	octets(min = 0, max = Infinity): Uint8Array {
		return this.octetsInPlace(min, max).slice();
	}

	/** The same where it stands: holds as long as the bytes that are read do. */
	octetsInPlace(min = 0, max = Infinity): Uint8Array {
		if (this.type !== TlvType.OCTETS) throw this.unexpected("an octet string");
		if (this.#length < min || this.#length > max)
			throw new TlvError(`octet string of ${this.#length} bytes, ${min}..${max} allowed`);
		return this.#bytes.subarray(this.#value, this.#value + this.#length);
	}

	/** Where the content of the string or octet string just read begins. */
	get octetsStart(): number {
		if (this.type !== TlvType.OCTETS && this.type !== TlvType.STRING) throw this.unexpected("an octet string");
		return this.#value;
	}

	/** The length in bytes of the string or octet string just read. */
	get octetsLength(): number {
		if (this.type !== TlvType.OCTETS && this.type !== TlvType.STRING) throw this.unexpected("an octet string");
		return this.#length;
	}

	/** The offset behind the end of the container whose content goes on at `position`. */
	private endOfContainer(position: number): number {
		const bytes = this.#bytes;
		const end = this.#end;
		// leave() stands in the container already, skip() before it.
		let room = MAX_DEPTH - this.#depth - (this.#closed ? 1 : 0);
		if (room < 0) throw new TlvError("containers too deep");
		for (let open = 1; open > 0;) {
			const head = bytes[position]!;
			const control = head & 0x1f;
			position += 1 + TAG_LENGTHS[head >> 5]!;
			if (control < 0x08) position += 1 << (control & 3);
			else if (control < 0x0c) {
				if (control >= 0x0a) position += control === 0x0a ? 4 : 8;
			} else if (control < 0x14) {
				const size = 1 << (control & 3);
				if (position + size > end) throw new TlvError("cut off");
				position += size + lengthField(bytes, position, size);
			} else if (control === TlvType.END) {
				if (head !== TlvType.END) throw new TlvError("reserved element type");
				open--;
				room++;
			} else if (control > TlvType.END) throw new TlvError("reserved element type");
			else if (control !== TlvType.NULL) {
				if (room-- === 0) throw new TlvError("containers too deep");
				open++;
			}
			if (position > end) throw new TlvError("cut off");
		}
		return position;
	}

	private unexpected(expected: string): TlvError {
		return new TlvError(`${expected} expected, found ${NAMES[this.type] ?? "something"}`);
	}
}

function uint32(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function lengthField(bytes: Uint8Array, at: number, size: number): number {
	if (size === 1) return bytes[at]!;
	if (size === 2) return bytes[at]! | (bytes[at + 1]! << 8);
	return uint32(bytes, at) + (size === 8 ? uint32(bytes, at + 4) * 0x100000000 : 0);
}

function qualifiedTag(bytes: Uint8Array, at: number, form: number): QualifiedTag {
	let vendorId: number | undefined;
	let profile: number | undefined;
	if (form >= 6) {
		vendorId = bytes[at]! | (bytes[at + 1]! << 8);
		profile = bytes[at + 2]! | (bytes[at + 3]! << 8);
		at += 4;
	} else if (form < 4) {
		vendorId = 0;
		profile = 0;
	}
	const tag = form & 1 ? uint32(bytes, at) : bytes[at]! | (bytes[at + 1]! << 8);
	return vendorId === undefined || profile === undefined ? { tag } : { vendorId, profile, tag };
}

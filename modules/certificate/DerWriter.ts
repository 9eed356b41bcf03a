import { BIT_STRING, BOOLEAN, INTEGER, OBJECT_IDENTIFIER } from "./Der";

/** Writes DER (X.690) into a buffer of fixed size. What does not fit throws RangeError. */
export class DerWriter {
	readonly bytes: Uint8Array;
	/** where the next element goes */
	position = 0;
	/** where the contents of the open elements begin */
	#open: number[] = [];

	constructor(size: number) {
		this.bytes = new Uint8Array(size);
	}

	/** Opens a constructed element (or a string that contains DER); end() closes it. */
	begin(tag: number): void {
		this.byte(tag);
		// One byte for the length; end() makes room when it takes more.
		this.byte(0);
		this.#open.push(this.position);
	}

	end(): void {
		const start = this.#open.pop();
		if (start === undefined) throw new RangeError("no open element");
		const length = this.position - start;
		if (length < 0x80) {
			this.bytes[start - 1] = length;
			return;
		}
		const more = length < 0x100 ? 1 : 2;
		if (length > 0xffff || this.position + more > this.bytes.length) throw new RangeError("DER is too long");
		this.bytes.copyWithin(start + more, start, this.position);
		this.position += more;
		this.bytes[start - 1] = 0x80 | more;
		if (more === 2) this.bytes[start] = length >> 8;
		this.bytes[start + more - 1] = length & 0xff;
	}

	/** An element with these contents. */
	primitive(tag: number, contents: ArrayLike<number>, start = 0, end = contents.length): void {
		this.begin(tag);
		this.raw(contents, start, end);
		this.end();
	}

	boolean(value: boolean): void {
		this.begin(BOOLEAN);
		this.byte(value ? 0xff : 0);
		this.end();
	}

	/** An integer from its unsigned big-endian bytes: leading zeros go, a sign byte comes where it is needed. */
	unsigned(bytes: ArrayLike<number>, start = 0, end = bytes.length): void {
		while (start < end - 1 && bytes[start] === 0) start++;
		this.begin(INTEGER);
		if (start === end || bytes[start]! >= 0x80) this.byte(0);
		this.raw(bytes, start, end);
		this.end();
	}

	/** 0..127 */
	small(value: number): void {
		this.begin(INTEGER);
		this.byte(value);
		this.end();
	}

	/** An object identifier from its contents, and one more number (0..127) where given. */
	oid(contents: string, last?: number): void {
		this.begin(OBJECT_IDENTIFIER);
		this.characters(contents);
		if (last !== undefined) this.byte(last);
		this.end();
	}

	/** Opens a bit string of whole bytes. */
	beginBits(): void {
		this.begin(BIT_STRING);
		this.byte(0);
	}

	/** A bit string of named flags, bit 0 of `flags` first; zeros at its end go (X.690, 11.2.2). */
	flags(flags: number): void {
		let length = 0;
		while (flags >> length) length++;
		this.begin(BIT_STRING);
		this.byte((8 - (length & 7)) & 7);
		for (let i = 0; i < length; i += 8) {
			let byte = 0;
			for (let bit = 0; bit < 8; bit++) if ((flags >> (i + bit)) & 1) byte |= 0x80 >> bit;
			this.byte(byte);
		}
		this.end();
	}

	/** Bytes as they are. */
	raw(bytes: ArrayLike<number>, start = 0, end = bytes.length): void {
		if (end - start > this.bytes.length - this.position) throw new RangeError("DER is too long");
		const target = this.bytes;
		let position = this.position;
		this.position = position + end - start;
		// One call of the engine's copies many bytes; for few it costs more than it saves.
		if (end - start > 12 && bytes instanceof Uint8Array) target.set(bytes.subarray(start, end), position);
		else while (start < end) target[position++] = bytes[start++]!;
	}

	/** Characters U+0000 to U+00FF, each a byte. */
	characters(text: string): void {
		if (text.length > this.bytes.length - this.position) throw new RangeError("DER is too long");
		for (let i = 0; i < text.length; i++) this.bytes[this.position++] = text.charCodeAt(i);
	}

	/** Digits: 0..9 and capital A..F. */
	hexadecimal(value: number, digits: number): void {
		const bytes = this.bytes;
		let position = this.position;
		if (digits > bytes.length - position) throw new RangeError("DER is too long");
		for (let shift = (digits - 1) << 2; shift >= 0; shift -= 4) {
			const digit = (value >>> shift) & 15;
			bytes[position++] = digit < 10 ? 0x30 + digit : 0x37 + digit;
		}
		this.position = position;
	}

	/** Digits 0..9. */
	decimal(value: number, digits: number): void {
		for (let unit = 10 ** (digits - 1); unit >= 1; unit /= 10) this.byte(0x30 + (Math.floor(value / unit) % 10));
	}

	/** A copy of what was written. */
	finish(): Uint8Array {
		return this.finishInPlace().slice();
	}

	/** What was written, in the writer's own bytes. */
	finishInPlace(): Uint8Array {
		if (this.#open.length > 0) throw new RangeError("an element is open");
		return this.bytes.subarray(0, this.position);
	}

	private byte(value: number): void {
		if (this.position === this.bytes.length) throw new RangeError("DER is too long");
		this.bytes[this.position++] = value;
	}
}

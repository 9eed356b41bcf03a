import { BOOLEAN, OBJECT_IDENTIFIER } from "./Der";
import { CertificateError } from "./CertificateError";

/** Walks DER (X.690) in place. Whatever is not strictly DER within its bounds throws CertificateError "encoding". */
export class DerReader {
	readonly bytes: Uint8Array;
	/** of the element just read: its tag, and where it, its contents and what follows begin */
	tag = 0;
	start = 0;
	contents = 0;
	end = 0;
	#position: number;
	#limit: number;
	#parents: number[] = [];

	constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
		this.bytes = bytes;
		this.#position = start;
		this.#limit = end;
	}

	/** Reads the next element of the current container; false at its end. */
	next(): boolean {
		const bytes = this.bytes;
		const limit = this.#limit;
		let position = this.#position;
		if (position === limit) return false;
		this.start = position;
		this.tag = bytes[position++]!;
		if ((this.tag & 0x1f) === 0x1f) throw malformed("a tag of several bytes");
		if (position === limit) throw malformed("an element cut off");
		let length = bytes[position++]!;
		if (length >= 0x80) {
			const size = length & 0x7f;
			if (size === 0 || size > 2) throw malformed("a length of this form");
			if (size > limit - position) throw malformed("an element cut off");
			length = bytes[position++]!;
			if (size === 2) length = (length << 8) | bytes[position++]!;
			if (length < (size === 1 ? 0x80 : 0x100)) throw malformed("a length in too many bytes");
		}
		if (length > limit - position) throw malformed("an element cut off");
		this.contents = position;
		this.end = this.#position = position + length;
		return true;
	}

	/** next(), which must find this tag. */
	expect(tag: number): this {
		if (!this.next() || this.tag !== tag) throw malformed(`no element 0x${tag.toString(16)}`);
		return this;
	}

	/** Goes into the element just read. */
	enter(): this {
		this.#parents.push(this.#limit);
		this.#position = this.contents;
		this.#limit = this.end;
		return this;
	}

	/** Back behind the element that was entered last, all of which must have been read. */
	leave(): void {
		if (this.#position !== this.#limit) throw malformed("more than expected");
		this.#limit = this.#parents.pop()!;
	}

	/** The number after `prefix` when the element is an object identifier of that arc, else undefined. */
	oidUnder(prefix: string): number | undefined {
		if (
			this.tag !== OBJECT_IDENTIFIER ||
			this.end - this.contents !== prefix.length + 1 ||
			!this.startsWith(prefix)
		)
			return undefined;
		const last = this.bytes[this.end - 1]!;
		return last < 0x80 ? last : undefined;
	}

	boolean(): boolean {
		const value = this.bytes[this.contents];
		if (this.tag !== BOOLEAN || this.end - this.contents !== 1 || (value !== 0 && value !== 0xff))
			throw malformed("no boolean");
		return value === 0xff;
	}

	protected startsWith(contents: string): boolean {
		for (let i = 0; i < contents.length; i++)
			if (this.bytes[this.contents + i] !== contents.charCodeAt(i)) return false;
		return true;
	}
}

export function malformed(what: string): CertificateError {
	return new CertificateError("encoding", `DER has ${what}`);
}

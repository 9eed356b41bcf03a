/**
 * UTF-8 (RFC 3629) between strings and bytes. The engine keeps strings as UTF-8 itself, with two exceptions that
 * must not reach the wire: U+0000 stands as C0 80, and an unpaired surrogate as a three-byte sequence.
 */

const REPLACEMENT = 0xfffd;

/** The length of the UTF-8 sequence that starts at `at`, or 0 when it is not a valid one within `end`. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
	const first = bytes[at]!;
	if (first < 0x80) return 1;
	if (first < 0xc2 || first > 0xf4) return 0;
	const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (at + length > end) return 0;
	// The second byte's range rules out overlong forms, surrogates and code points past U+10FFFF.
	const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
	const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
	if (bytes[at + 1]! < low || bytes[at + 1]! > high) return 0;
	for (let i = at + 2; i < at + length; i++) if ((bytes[i]! & 0xc0) !== 0x80) return 0;
	return length;
}

/** Bytes [start, end) as a string, or undefined when they are not valid UTF-8. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
	let text: string;
	try {
		text = slice(bytes, start, end);
	} catch {
		return undefined;
	}
	// As many units as bytes: all of them ASCII, and none zero. The usual case, without a look at each byte.
	return text.length === end - start ? text : decodeSequences(bytes, start, end);
}

function decodeSequences(bytes: Uint8Array, start: number, end: number): string | undefined {
	let text = "";
	let from = start;
	for (let at = start; at < end;) {
		const length = sequenceLength(bytes, at, end);
		if (length === 0) return undefined;
		if (bytes[at] === 0) {
			// String.fromArrayBuffer ends at a zero byte.
			text += slice(bytes, from, at) + "\0";
			from = at + 1;
		}
		at += length;
	}
	return text + slice(bytes, from, end);
}

function slice(bytes: Uint8Array, start: number, end: number): string {
	return start === end
		? ""
		: String.fromArrayBuffer(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, end - start);
}

/** The UTF-8 bytes of `text`; an unpaired surrogate becomes U+FFFD. */
export function encode(text: string): Uint8Array {
	const bytes = new Uint8Array(ArrayBuffer.fromString(text));
	if (bytes.length === text.length) return bytes;
	for (let at = 0; at < bytes.length;) {
		const length = sequenceLength(bytes, at, bytes.length);
		if (length === 0) return encodePoints(text);
		at += length;
	}
	return bytes;
}

/** The slow way, for the rare text that the engine does not keep as valid UTF-8. */
function encodePoints(text: string): Uint8Array {
	const bytes: number[] = [];
	for (let i = 0; i < text.length; i++) {
		let point = text.codePointAt(i)!;
		if (point > 0xffff) i++;
		else if (point >= 0xd800 && point < 0xdc00) {
			const next = text.charCodeAt(i + 1);
			if (next >= 0xdc00 && next < 0xe000) {
				point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00);
				i++;
			} else point = REPLACEMENT;
		} else if (point >= 0xdc00 && point < 0xe000) point = REPLACEMENT;
		// 10xxxxxx so often, behind as many ones, a zero and what is left
		let more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
		bytes.push(more === 0 ? point : ((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more)));
		while (--more >= 0) bytes.push(0x80 | ((point >> (6 * more)) & 63));
	}
	return new Uint8Array(bytes);
}

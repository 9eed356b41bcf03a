/** Little helpers over bytes. Nothing here runs in constant time: secrets are compared with crypto/equal. */

const DIGITS = "0123456789abcdef";

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i]!;
		text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!;
	}
	return text;
}

/**
 * The bytes of a hexadecimal text in either case; spaces, line ends and colons between the digits are skipped.
 * @throws RangeError for any other character or an odd number of digits
 */
export function fromHex(text: string): Uint8Array {
	const digits = text.replace(/[\s:]/g, "");
	if (digits.length & 1 || /[^0-9a-fA-F]/.test(digits)) throw new RangeError(`not hexadecimal: ${text}`);
	const bytes = new Uint8Array(digits.length >> 1);
	for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(i << 1, (i << 1) + 2), 16);
	return bytes;
}

/** Whether both hold the same bytes; stops at the first difference, so not for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** All of them, one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
	const bytes = new Uint8Array(length);
	length = 0;
	for (let i = 0; i < parts.length; i++) {
		const part = parts[i]!;
		bytes.set(part, length);
		length += part.length;
	}
	return bytes;
}

// The readers and writers below trust `offset`: whoever parses foreign bytes checks bounds first.

/** 0..65535 */
export function readUint16LE(bytes: Uint8Array, offset: number): number {
	return bytes[offset]! | (bytes[offset + 1]! << 8);
}

export function readUint16BE(bytes: Uint8Array, offset: number): number {
	return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

/** 0..2^32-1 */
export function readUint32LE(bytes: Uint8Array, offset: number): number {
	return (bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24)) >>> 0;
}

export function readUint64LE(bytes: Uint8Array, offset: number): bigint {
	return (BigInt(readUint32LE(bytes, offset + 4)) << 32n) | BigInt(readUint32LE(bytes, offset));
}

export function writeUint16LE(bytes: Uint8Array, offset: number, value: number): void {
	bytes[offset] = value;
	bytes[offset + 1] = value >> 8;
}

export function writeUint16BE(bytes: Uint8Array, offset: number, value: number): void {
	bytes[offset] = value >> 8;
	bytes[offset + 1] = value;
}

export function writeUint32LE(bytes: Uint8Array, offset: number, value: number): void {
	bytes[offset] = value;
	bytes[offset + 1] = value >> 8;
	bytes[offset + 2] = value >> 16;
	bytes[offset + 3] = value >>> 24;
}

/** The low 64 bits of `value`, little-endian. */
export function writeUint64LE(bytes: Uint8Array, offset: number, value: bigint): void {
	value = BigInt.asUintN(64, value);
	writeUint32LE(bytes, offset, Number(value & 0xffffffffn));
	writeUint32LE(bytes, offset + 4, Number(value >> 32n));
}

/** A node or fabric id as the 8 little-endian bytes that headers and nonces carry. */
export function nodeIdBytes(id: bigint): Uint8Array {
	const bytes = new Uint8Array(8);
	writeUint64LE(bytes, 0, id);
	return bytes;
}

/** The unsigned number that little-endian bytes of any length stand for. */
export function bigintFromBytes(bytes: Uint8Array): bigint {
	let value = 0n;
	for (let i = bytes.length; i > 0;) value = (value << 8n) | BigInt(bytes[--i]!);
	return value;
}

/**
 * HKDF-SHA256, extract and expand (RFC 5869; Matter Core 3.8).
 * @param salt may be empty
 * @param info bytes, or a string that stands for its UTF-8 bytes
 * @param length 1..8160 bytes
 * @throws RangeError for another length
 */
export default function hkdf(
	secret: Uint8Array,
	salt: Uint8Array,
	info: Uint8Array | string,
	length: number,
): Uint8Array;

/**
 * AES-128 in counter mode, in place (NIST SP 800-38A 6.5; Matter Core 3.7): the same call hides and reveals.
 * @param key 16 bytes
 * @param counter the first counter block, 16 bytes; it counts up as one big-endian number
 * @param bytes bytes[start..end) is what is worked on
 * @throws RangeError for another length, or offsets out of bounds
 */
export default function ctr(key: Uint8Array, counter: Uint8Array, bytes: Uint8Array, start: number, end: number): void;

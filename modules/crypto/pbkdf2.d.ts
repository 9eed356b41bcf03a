/**
 * PBKDF2 with HMAC-SHA256 (RFC 8018; Matter Core 3.9). Slow by design: a microcontroller takes milliseconds per thousand
 * iterations.
 * @param iterations at least 1
 * @param length 1..1024 bytes
 * @throws RangeError for other numbers
 */
export default function pbkdf2(password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;

/** HMAC-SHA256 (RFC 2104). Compare the result with `equal`, not byte by byte. @returns 32 bytes */
export default function hmac(key: Uint8Array, data: Uint8Array): Uint8Array;

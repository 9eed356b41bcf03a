/** A key pair on NIST P-256 (Matter Core 3.5). The private key stays in native memory and is wiped by close(). */
export default class KeyPair {
	/**
	 * @param privateKey 32 bytes, big-endian; a new key is generated when absent
	 * @throws RangeError when it is not in 1..n-1
	 */
	constructor(privateKey?: Uint8Array);
	/** 65 bytes: 0x04, X, Y. A fresh copy at every call. */
	readonly publicKey: Uint8Array;
	/** 32 bytes, big-endian: a copy in the JavaScript heap, for storage only. */
	readonly privateKey: Uint8Array;
	/** ECDSA with SHA-256 over the message itself. @returns 64 bytes: r, s */
	sign(message: Uint8Array): Uint8Array;
	/**
	 * ECDH.
	 * @param peerPublicKey 65 bytes
	 * @returns the X coordinate of the shared point, 32 bytes
	 * @throws RangeError when the peer's key is not a point of the curve
	 */
	ecdh(peerPublicKey: Uint8Array): Uint8Array;
	/** Wipes the key. Every later call but close() throws. */
	close(): void;
}

/**
 * Whether an ECDSA signature with SHA-256 is right. A malformed key or signature is a wrong one: nothing is thrown.
 * @param publicKey 65 bytes
 * @param signature 64 bytes: r, s
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

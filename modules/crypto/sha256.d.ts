/** SHA-256 (FIPS 180-4) of a message that comes in pieces. */
export default class Sha256 {
	update(bytes: Uint8Array): this;
	/** The hash of everything so far, 32 bytes. More may follow: a handshake hashes its transcript at several points. */
	digest(): Uint8Array;
	/** Frees the native state. Every later call but close() throws. */
	close(): void;
}

/** @returns 32 bytes */
export function sha256(bytes: Uint8Array): Uint8Array;

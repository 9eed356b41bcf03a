/**
 * AES-128-CCM with a 13-byte nonce and a 16-byte tag (Matter Core 3.6). The key stays in native memory and is wiped by
 * close(), or when the object is collected.
 */
export default class Ccm {
	/** @param key 16 bytes. @throws RangeError for another length */
	constructor(key: Uint8Array);
	/**
	 * Encrypts and authenticates a Matter packet in place (Matter Core 4.8.2).
	 * The associated data is packet[start..plain), the packet header as it goes on the wire; the nonce is its security
	 * flags and message counter, followed by the node id.
	 * @param start offset of the packet header, at least 8 bytes before plain
	 * @param plain offset of what is encrypted
	 * @param end offset after what is encrypted; 16 bytes of room must follow, at most 65535 precede from plain
	 * @param nodeId the sender's node id: the first 8 bytes, little-endian
	 * @returns end + 16
	 * @throws RangeError when an offset is out of bounds or there is no room for the tag
	 */
	sealPacket(packet: Uint8Array, start: number, plain: number, end: number, nodeId: Uint8Array): number;
	/**
	 * The inverse. `packet[start..cipher)` must be the header's bytes exactly as received.
	 * @param end offset after the tag
	 * @returns end - 16, or -1 when the tag does not verify or the packet is too short; its content is then undefined
	 * @throws RangeError when an offset lies outside the buffer
	 */
	openPacket(packet: Uint8Array, start: number, cipher: number, end: number, nodeId: Uint8Array): number;
	/**
	 * @param nonce 13 bytes
	 * @param plaintext at most 65535 bytes
	 * @param aad associated data, at most 65279 bytes
	 * @returns ciphertext and tag
	 */
	seal(nonce: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Uint8Array;
	/** The inverse of seal. @returns the plaintext, or undefined when the tag does not verify */
	open(nonce: Uint8Array, ciphertext: Uint8Array, aad?: Uint8Array): Uint8Array | undefined;
	/** Wipes the key. Every later call but close() throws. */
	close(): void;
}

/**
 * The device's half of one PASE handshake: SPAKE2+ on P-256 with SHA-256, HKDF and HMAC, empty identities
 * (Matter Core 3.10, 4.14.1; RFC 9383). Good for one handshake: respond() answers once.
 */
export default class Spake2pVerifier {
	/**
	 * @param w0 32 bytes
	 * @param L 65 bytes
	 * @param contextHash SHA-256 of "CHIP PAKE V1 Commissioning", PBKDFParamRequest and PBKDFParamResponse
	 */
	constructor(w0: Uint8Array, L: Uint8Array, contextHash: Uint8Array);
	/**
	 * @param pA the prover's share, 65 bytes
	 * @returns the verifier's share (65 bytes) and confirmation (32 bytes)
	 * @throws RangeError when pA is not a point of the curve; Error when called twice
	 */
	respond(pA: Uint8Array): { pB: Uint8Array; cB: Uint8Array };
	/** Whether the prover knows the passcode. Constant time; after a wrong cA no other can be right. */
	confirm(cA: Uint8Array): boolean;
	/** Ke, 16 bytes. @throws Error before confirm() was true */
	readonly sharedKey: Uint8Array;
	/** Wipes everything. Every later call but close() throws. */
	close(): void;
}

/**
 * What a device stores instead of its passcode (Matter Core 3.10.1): slow, once per window.
 * @param passcode 0..4294967295; which ones may be used is not checked here
 * @param salt 16..32 bytes
 * @param iterations 1000..100000
 * @returns w0 (32 bytes) and L (65 bytes)
 */
export function verifier(passcode: number, salt: Uint8Array, iterations: number): { w0: Uint8Array; L: Uint8Array };

/** Test programs only. */
declare module "host/spake2pvectors" {
	/**
	 * One run with a given secret scalar, identities and context of any length: what published vectors need to reach the
	 * code of Spake2pVerifier. Only the test variants have it.
	 * @returns pB, Z, V (65 bytes each), the transcript's hash (Ka and Ke), cA, cB (32 bytes each)
	 */
	export function evaluate(
		w0: Uint8Array,
		L: Uint8Array,
		y: Uint8Array,
		pA: Uint8Array,
		context: Uint8Array,
		prover: Uint8Array,
		verifier: Uint8Array,
	): { pB: Uint8Array; Z: Uint8Array; V: Uint8Array; hash: Uint8Array; cA: Uint8Array; cB: Uint8Array };
}

import { concatBytes } from "../codec/Bytes";
import { encode } from "../codec/Utf8";
import Ccm from "../crypto/ccm";
import hkdf from "../crypto/hkdf";

// Keys, nonces and info strings of CASE (Matter Core 4.14.2.6).

const KEY_LENGTH = 16;

export const SIGMA2_NONCE = "NCASE_Sigma2N";
export const SIGMA3_NONCE = "NCASE_Sigma3N";
export const RESUME1_NONCE = "NCASE_SigmaS1";
export const RESUME2_NONCE = "NCASE_SigmaS2";

/** Encrypts TBEData with a key that is wiped. @param nonce one of the above */
export function seal(key: Uint8Array, nonce: string, plaintext: Uint8Array): Uint8Array {
	const ccm = new Ccm(key);
	key.fill(0);
	const sealed = ccm.seal(encode(nonce), plaintext);
	ccm.close();
	return sealed;
}

/** The inverse; undefined when it was not sealed with this key. */
export function open(key: Uint8Array, nonce: string, sealed: Uint8Array): Uint8Array | undefined {
	const ccm = new Ccm(key);
	key.fill(0);
	const plaintext = ccm.open(encode(nonce), sealed);
	ccm.close();
	return plaintext;
}

/** S2K. @param transcript SHA-256 of Sigma1 */
export function sigma2Key(
	sharedSecret: Uint8Array,
	ipk: Uint8Array,
	responderRandom: Uint8Array,
	responderKey: Uint8Array,
	transcript: Uint8Array,
): Uint8Array {
	return hkdf(sharedSecret, concatBytes(ipk, responderRandom, responderKey, transcript), "Sigma2", KEY_LENGTH);
}

/** S3K. @param transcript SHA-256 of Sigma1 and Sigma2 */
export function sigma3Key(sharedSecret: Uint8Array, ipk: Uint8Array, transcript: Uint8Array): Uint8Array {
	return hkdf(sharedSecret, concatBytes(ipk, transcript), "Sigma3", KEY_LENGTH);
}

/** Salt of the session keys after a full handshake. @param transcript SHA-256 of Sigma1, Sigma2 and Sigma3 */
export function sessionSalt(ipk: Uint8Array, transcript: Uint8Array): Uint8Array {
	return concatBytes(ipk, transcript);
}

/** Salt of everything about a resumption: of the resumption MICs with the id each of them carries, of the session keys with Sigma1's. */
export function resumptionSalt(initiatorRandom: Uint8Array, resumptionId: Uint8Array): Uint8Array {
	return concatBytes(initiatorRandom, resumptionId);
}

/** The MIC that proves to know the shared secret of the session to resume: 16 bytes. @param info "Sigma1_Resume" or "Sigma2_Resume" */
export function resumeMic(sharedSecret: Uint8Array, salt: Uint8Array, info: string, nonce: string): Uint8Array {
	return seal(hkdf(sharedSecret, salt, info, KEY_LENGTH), nonce, new Uint8Array(0));
}

/** Whether a resumption MIC is right. */
export function verifyResumeMic(
	sharedSecret: Uint8Array,
	salt: Uint8Array,
	info: string,
	nonce: string,
	mic: Uint8Array,
): boolean {
	return open(hkdf(sharedSecret, salt, info, KEY_LENGTH), nonce, mic) !== undefined;
}

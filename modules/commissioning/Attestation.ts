import { concatBytes } from "../codec/Bytes";
import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";

/**
 * What proves that a device is what it says: issued by its manufacturer, and secret in part. docs/ATTESTATION.md says how
 * a manufacturer puts their own in the place of DevelopmentAttestation. The members are read once in a commissioning, so
 * they may be getters that fetch from wherever they are kept.
 */
export interface AttestationCredentials {
	/** Device Attestation Certificate: X.509, DER, at most 600 bytes (Matter Core 6.2.2.3) */
	readonly dac: Uint8Array;
	/** Product Attestation Intermediate certificate, which issued the former: X.509, DER, at most 600 bytes */
	readonly pai: Uint8Array;
	/** Certification Declaration: CMS, DER (Matter Core 6.3) */
	readonly certificationDeclaration: Uint8Array;
	/** Signs with the private key of the DAC: ECDSA with SHA-256. @returns 64 bytes: r, s */
	sign(message: Uint8Array): Uint8Array;
}

/** The longest elements that a response carries (Matter Core 11.18.4.9, RESP_MAX) */
export const ELEMENTS_MAX = 900;
/** Nonces of AttestationRequest and CSRRequest */
export const NONCE_SIZE = 32;

/**
 * Attestation elements (Matter Core 11.18.4.7).
 * @param nonce 32 bytes, from AttestationRequest
 * @param timestamp epoch-s, 0 when the device has no clock
 * @throws RangeError for another nonce, or when the elements exceed 900 bytes
 */
export function attestationElements(
	certificationDeclaration: Uint8Array,
	nonce: Uint8Array,
	timestamp: number,
): Uint8Array {
	checkNonce(nonce);
	const writer = new TlvWriter(new Uint8Array(ELEMENTS_MAX));
	writer.structure(ANONYMOUS);
	writer.octets(1, certificationDeclaration);
	writer.octets(2, nonce);
	writer.unsigned(3, timestamp);
	writer.end();
	return writer.finish();
}

/**
 * NOCSR elements (Matter Core 11.18.4.9).
 * @param request PKCS#10, DER, as certificateSigningRequest makes it
 * @param nonce 32 bytes, from CSRRequest
 * @throws RangeError for another nonce, or when the elements exceed 900 bytes
 */
export function nocsrElements(request: Uint8Array, nonce: Uint8Array): Uint8Array {
	checkNonce(nonce);
	const writer = new TlvWriter(new Uint8Array(request.length + NONCE_SIZE + 16));
	writer.structure(ANONYMOUS);
	writer.octets(1, request);
	writer.octets(2, nonce);
	writer.end();
	if (writer.position > ELEMENTS_MAX) throw new RangeError(`NOCSR elements of ${writer.position} bytes`);
	return writer.finish();
}

/**
 * The signature that goes with either elements: over them and the session's attestation challenge, which binds them to
 * this session (Matter Core 6.2.3, 6.4.6.1).
 * @param challenge 16 bytes
 * @returns 64 bytes
 */
export function attestationSignature(
	credentials: AttestationCredentials,
	elements: Uint8Array,
	challenge: Uint8Array,
): Uint8Array {
	if (challenge.length !== 16) throw new RangeError(`attestation challenge of ${challenge.length} bytes`);
	return credentials.sign(concatBytes(elements, challenge));
}

function checkNonce(nonce: Uint8Array): void {
	if (nonce.length !== NONCE_SIZE) throw new RangeError(`nonce of ${nonce.length} bytes, ${NONCE_SIZE} expected`);
}

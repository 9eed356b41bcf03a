import type KeyPair from "../crypto/p256";
import { ATTRIBUTE, CONTEXT_0_CONSTRUCTED, ECDSA_WITH_SHA256, SEQUENCE, SET, UTF8_STRING } from "./Der";
import { DerWriter } from "./DerWriter";
import { signatureToDer } from "./EcdsaSignature";
import { publicKeyToDer } from "./MatterCertificate";

/** organizationName: the administrator ignores the subject and gives the node its own (Matter Core 6.4.7) */
const ORGANIZATION = 10;
const CSR: readonly number[] = Object.freeze([0x43, 0x53, 0x52]);

/** A PKCS#10 request for a certificate over this key, signed by it: DER, about 220 bytes (RFC 2986; Matter Core 6.4.6). */
export function certificateSigningRequest(key: KeyPair): Uint8Array {
	const info = new DerWriter(160);
	info.begin(SEQUENCE);
	info.small(0);
	info.begin(SEQUENCE);
	info.begin(SET);
	info.begin(SEQUENCE);
	info.oid(ATTRIBUTE, ORGANIZATION);
	info.primitive(UTF8_STRING, CSR);
	info.end();
	info.end();
	info.end();
	publicKeyToDer(key.publicKey, info);
	info.begin(CONTEXT_0_CONSTRUCTED); // no attributes
	info.end();
	info.end();
	const signed = info.finish();

	const writer = new DerWriter(260);
	writer.begin(SEQUENCE);
	writer.raw(signed);
	writer.begin(SEQUENCE);
	writer.oid(ECDSA_WITH_SHA256);
	writer.end();
	writer.beginBits();
	signatureToDer(key.sign(signed), writer);
	writer.end();
	writer.end();
	return writer.finish();
}

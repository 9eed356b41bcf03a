import { SEQUENCE } from "./Der";
import type { DerReader } from "./DerReader";
import type { DerWriter } from "./DerWriter";

/** Writes a signature of 64 bytes (r, s) as X.509 has it: Ecdsa-Sig-Value (RFC 3279, 2.2.3). */
export function signatureToDer(signature: Uint8Array, writer: DerWriter): void {
	writer.begin(SEQUENCE);
	writer.unsigned(signature, 0, 32);
	writer.unsigned(signature, 32, 64);
	writer.end();
}

/** Reads an Ecdsa-Sig-Value as 64 bytes. */
export function signatureFromDer(reader: DerReader): Uint8Array {
	const signature = new Uint8Array(64);
	reader.expect(SEQUENCE).enter();
	reader.next();
	reader.unsigned(signature, 0, 32);
	reader.next();
	reader.unsigned(signature, 32, 32);
	reader.leave();
	return signature;
}

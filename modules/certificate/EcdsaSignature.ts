import { SEQUENCE } from "./Der";
import type { DerWriter } from "./DerWriter";

/** Writes a signature of 64 bytes (r, s) as X.509 has it: Ecdsa-Sig-Value (RFC 3279, 2.2.3). */
export function signatureToDer(signature: Uint8Array, writer: DerWriter): void {
	writer.begin(SEQUENCE);
	writer.unsigned(signature, 0, 32);
	writer.unsigned(signature, 32, 64);
	writer.end();
}

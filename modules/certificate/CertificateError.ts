/**
 * Which rule a certificate breaks: `encoding` the TLV or DER itself; `name` the attributes of a distinguished name;
 * `kind` it is not the kind that belongs there; `extensions` basic constraints, key usage, extended key usage or a key
 * identifier; `issuer` it was not issued by the one above it; `fabric` the fabric ids of a chain differ; `signature`;
 * `expired`.
 */
export type CertificateReason =
	"encoding" | "name" | "kind" | "extensions" | "issuer" | "fabric" | "signature" | "expired";

/** A certificate or chain that must not be trusted. The message says what was found, for a person. */
export class CertificateError extends Error {
	readonly reason: CertificateReason;

	constructor(reason: CertificateReason, message: string) {
		super(message);
		this.reason = reason;
	}
}

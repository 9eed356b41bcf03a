import { equalBytes } from "../codec/Bytes";
import { verify } from "../crypto/p256";
import { CertificateError } from "./CertificateError";
import { CLIENT_AUTHENTICATION, CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, SERVER_AUTHENTICATION } from "./Extensions";
import type { CertificateKind, MatterCertificate } from "./MatterCertificate";

/** Operational node ids (Matter Core 2.5.5.1) */
const NODE_ID_MIN = 0x0000_0000_0000_0001n;
const NODE_ID_MAX = 0xffff_ffef_ffff_ffffn;

/**
 * Verifies a node's certificate up to a trusted root (Matter Core 6.5): each certificate's content for its kind, fabric ids,
 * issuers and key identifiers, path lengths and signatures.
 * @param icac the intermediate certificate, if the node's was not issued by the root itself
 * @param root trusted already: its own signature is not verified again
 * @param now the Last Known Good Time, epoch-s: what ended before it is refused. Beginnings are not checked, since that time
 *   may lie far in the past (Matter Core 3.5.6). Absent: validity is not checked.
 * @throws CertificateError
 */
export function verifyChain(
	noc: MatterCertificate,
	icac: MatterCertificate | undefined,
	root: MatterCertificate,
	now?: number,
): void {
	checkNode(noc);
	checkAuthority(root, "root", now);
	if (icac !== undefined) {
		checkAuthority(icac, "intermediate", now);
		if (root.extensions.pathLength === 0)
			throw new CertificateError("extensions", "root certificate allows no intermediate");
		sameFabric(icac, noc);
	}
	sameFabric(root, noc);
	checkPeriod(noc, now);
	// Signatures last: they cost most.
	checkIssued(noc, icac ?? root);
	if (icac !== undefined) checkIssued(icac, root);
}

/**
 * Verifies a root certificate before it becomes trusted: its content, and its signature by itself.
 * @throws CertificateError
 */
export function verifyRoot(root: MatterCertificate, now?: number): void {
	checkAuthority(root, "root", now);
	checkIssued(root, root);
}

/** Matter Core 6.5.6.3, 6.5.11: node operational certificate */
function checkNode(noc: MatterCertificate): void {
	checkKind(noc, "node");
	const { nodeId, fabricId, caseAuthenticatedTags } = noc.subject;
	if (nodeId === undefined || nodeId < NODE_ID_MIN || nodeId > NODE_ID_MAX)
		throw new CertificateError("name", "node id is not operational");
	if (fabricId === undefined || fabricId === 0n)
		throw new CertificateError("name", "node certificate without fabric id");
	checkTags(caseAuthenticatedTags);
	const { isCa, pathLength, keyUsage, extendedKeyUsage } = noc.extensions;
	if (isCa !== false || pathLength !== undefined)
		throw new CertificateError(
			"extensions",
			"node certificate must have basic constraints that say it is no authority",
		);
	if (keyUsage !== DIGITAL_SIGNATURE)
		throw new CertificateError("extensions", "node certificate's key must be for digital signatures alone");
	if (
		extendedKeyUsage?.length !== 2 ||
		!extendedKeyUsage.includes(SERVER_AUTHENTICATION) ||
		!extendedKeyUsage.includes(CLIENT_AUTHENTICATION)
	) {
		throw new CertificateError("extensions", "node certificate must be for server and client authentication");
	}
	checkKeyIds(noc);
}

/** Matter Core 6.5.6.3, 6.5.11: certificate authorities */
function checkAuthority(certificate: MatterCertificate, kind: "root" | "intermediate", now: number | undefined): void {
	checkKind(certificate, kind);
	if (certificate.fabricId === 0n) throw new CertificateError("name", "fabric id 0");
	if (certificate.caseAuthenticatedTags.length > 0)
		throw new CertificateError("name", `${kind} certificate with CASE authenticated tags`);
	const { isCa, keyUsage, extendedKeyUsage } = certificate.extensions;
	if (isCa !== true)
		throw new CertificateError(
			"extensions",
			`${kind} certificate must have basic constraints that say it is an authority`,
		);
	if ((keyUsage & ~DIGITAL_SIGNATURE) !== (KEY_CERT_SIGN | CRL_SIGN))
		throw new CertificateError("extensions", `${kind} certificate's key must be for certificates and revocations`);
	if (extendedKeyUsage !== undefined)
		throw new CertificateError("extensions", `${kind} certificate must not have extended key usage`);
	checkKeyIds(certificate);
	checkPeriod(certificate, now);
}

function checkKind(certificate: MatterCertificate, kind: CertificateKind): void {
	if (certificate.kind !== kind)
		throw new CertificateError("kind", `a ${certificate.kind} certificate in the place of a ${kind} certificate`);
}

/** Matter Core 6.6.2.1.2: each identifier once, version 0 is reserved. More than three do not fit in a name of five parts. */
function checkTags(tags: readonly number[]): void {
	for (let i = 0; i < tags.length; i++) {
		if ((tags[i]! & 0xffff) === 0) throw new CertificateError("name", "a CASE authenticated tag of version 0");
		for (let j = 0; j < i; j++)
			if (tags[i]! >>> 16 === tags[j]! >>> 16)
				throw new CertificateError("name", "a CASE authenticated tag twice");
	}
}

function checkKeyIds(certificate: MatterCertificate): void {
	const subjectKeyId = certificate.extensions.subjectKeyId;
	const authorityKeyId = certificate.extensions.authorityKeyId;
	if (subjectKeyId === undefined || authorityKeyId === undefined)
		throw new CertificateError("extensions", `${certificate.kind} certificate without key identifier`);
}

function checkPeriod(certificate: MatterCertificate, now: number | undefined): void {
	if (now !== undefined && certificate.notAfter !== 0 && certificate.notAfter < now)
		throw new CertificateError("expired", `${certificate.kind} certificate has expired`);
}

/** An authority may be bound to a fabric; then it is bound to this one (Matter Core 6.5.6.3). */
function sameFabric(authority: MatterCertificate, noc: MatterCertificate): void {
	if (authority.fabricId !== undefined && authority.fabricId !== noc.fabricId)
		throw new CertificateError("fabric", `${authority.kind} certificate belongs to another fabric`);
}

function checkIssued(certificate: MatterCertificate, authority: MatterCertificate): void {
	if (!equalBytes(certificate.issuer.der, authority.subject.der))
		throw new CertificateError("issuer", `${certificate.kind} certificate names another issuer`);
	if (!equalBytes(certificate.extensions.authorityKeyId!, authority.extensions.subjectKeyId!))
		throw new CertificateError("issuer", `${certificate.kind} certificate names another issuer's key`);
	if (!verify(authority.publicKey, certificate.toX509Tbs(), certificate.signature))
		throw new CertificateError("signature", `${certificate.kind} certificate's signature is wrong`);
}

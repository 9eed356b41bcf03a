import { concatBytes, equalBytes } from "../codec/Bytes";
import { verify } from "../crypto/p256";
import { CertificateError } from "./CertificateError";
import {
	CLIENT_AUTHENTICATION,
	CRL_SIGN,
	DIGITAL_SIGNATURE,
	KEY_CERT_SIGN,
	KEY_ID_SIZE,
	SERVER_AUTHENTICATION,
} from "./Extensions";
import { MatterCertificate, type CertificateKind } from "./MatterCertificate";

/** Operational node ids (Matter Core 2.5.5.1) */
const NODE_ID_MIN = 0x0000_0000_0000_0001n;
const NODE_ID_MAX = 0xffff_ffef_ffff_ffffn;

const PUBLIC_KEY = 65;
const SUBJECT = PUBLIC_KEY + KEY_ID_SIZE;

/** What is kept of an authority while what it issued is read: a twentieth of its certificate. */
class Authority {
	readonly kind: CertificateKind;
	readonly pathLength: number | undefined;
	/** of the authority, or of one above it */
	readonly fabricId: bigint | undefined;
	/** epoch-s: the latest beginning of the certificates so far */
	readonly notBefore: number;
	/** public key, subject key id, subject as an X.509 Name */
	private readonly bytes: Uint8Array;

	constructor(certificate: MatterCertificate, above?: Authority) {
		const extensions = certificate.extensions;
		const publicKey = certificate.publicKey;
		const subject = certificate.subject;
		this.kind = certificate.kind;
		this.pathLength = extensions.pathLength;
		this.fabricId = certificate.fabricId ?? above?.fabricId;
		this.notBefore = Math.max(certificate.notBefore, above?.notBefore ?? 0);
		this.bytes = concatBytes(publicKey, extensions.subjectKeyId!, subject.der);
	}

	/** @throws CertificateError "issuer", "signature" */
	checkIssued(certificate: MatterCertificate): void {
		const bytes = this.bytes;
		if (!equalBytes(certificate.issuer.der, bytes.subarray(SUBJECT)))
			throw new CertificateError("issuer", `${certificate.kind} certificate names another issuer`);
		if (!equalBytes(certificate.extensions.authorityKeyId!, bytes.subarray(PUBLIC_KEY, SUBJECT)))
			throw new CertificateError("issuer", `${certificate.kind} certificate names another issuer's key`);
		if (!verify(bytes.subarray(0, PUBLIC_KEY), certificate.toX509Tbs(), certificate.signature))
			throw new CertificateError("signature", `${certificate.kind} certificate's signature is wrong`);
	}

	/** An authority may be bound to a fabric; then it is bound to this one (Matter Core 6.5.6.3). @throws CertificateError */
	checkFabric({ fabricId }: MatterCertificate): void {
		if (this.fabricId !== undefined && fabricId !== undefined && this.fabricId !== fabricId)
			throw new CertificateError("fabric", `${this.kind} certificate belongs to another fabric`);
	}
}

/** A chain that holds. */
export interface VerifiedChain {
	readonly noc: MatterCertificate;
	/** epoch-s: when the last of its certificates begins to hold */
	readonly notBefore: number;
}

/**
 * Verifies a node's certificate up to a trusted root (Matter Core 6.5): each certificate's content for its kind, fabric ids,
 * issuers and key identifiers, path lengths and signatures. One is read after the other, from the root down, so that no two
 * are in memory at once.
 * @param noc, icac, root Matter TLV; icac is the intermediate certificate, if the node's was not issued by the root itself;
 *   root is trusted already: its own signature is not verified again
 * @param now the Last Known Good Time, epoch-s: what ended before it is refused. Beginnings are not checked, since that time
 *   may lie far in the past (Matter Core 3.5.6). Absent: validity is not checked.
 * @param check has a look at the node's certificate when it is read, before anything else is said about it
 * @throws CertificateError
 */
export function verifyChain(
	noc: Uint8Array,
	icac: Uint8Array | undefined,
	root: Uint8Array,
	now?: number,
	check?: (noc: MatterCertificate) => void,
): VerifiedChain {
	let authority = trusted(root, now);
	if (icac !== undefined) authority = intermediate(icac, authority, now);
	const certificate = MatterCertificate.parse(noc);
	check?.(certificate);
	checkNode(certificate);
	authority.checkFabric(certificate);
	checkPeriod(certificate, now);
	authority.checkIssued(certificate);
	return { noc: certificate, notBefore: Math.max(certificate.notBefore, authority.notBefore) };
}

/**
 * Verifies a root certificate before it becomes trusted: its content, and its signature by itself.
 * @param root Matter TLV
 * @throws CertificateError
 */
export function verifyRoot(root: Uint8Array, now?: number): MatterCertificate {
	const certificate = MatterCertificate.parse(root);
	checkAuthority(certificate, "root", now);
	new Authority(certificate).checkIssued(certificate);
	return certificate;
}

function trusted(root: Uint8Array, now: number | undefined): Authority {
	const certificate = MatterCertificate.parse(root);
	checkAuthority(certificate, "root", now);
	return new Authority(certificate);
}

function intermediate(icac: Uint8Array, root: Authority, now: number | undefined): Authority {
	const certificate = MatterCertificate.parse(icac);
	checkAuthority(certificate, "intermediate", now);
	if (root.pathLength === 0) throw new CertificateError("extensions", "root certificate allows no intermediate");
	root.checkFabric(certificate);
	root.checkIssued(certificate);
	return new Authority(certificate, root);
}

/** Matter Core 6.5.6.3, 6.5.11: node operational certificate */
function checkNode(noc: MatterCertificate): void {
	checkKind(noc, "node");
	const nodeId = noc.subject.nodeId;
	const fabricId = noc.subject.fabricId;
	const caseAuthenticatedTags = noc.subject.caseAuthenticatedTags;
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
	const isCa = certificate.extensions.isCa;
	const keyUsage = certificate.extensions.keyUsage;
	const extendedKeyUsage = certificate.extensions.extendedKeyUsage;
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

import { ANONYMOUS, TlvError, TlvReader, TlvType } from "../codec/TlvReader";
import { TlvWriter } from "../codec/TlvWriter";
import KeyPair from "../crypto/p256";
import type { Fabric, OperationalCredentials } from "./Fabric";

// Tags of the record's structure; docs/STORAGE.md lists them. Never reuse a number.
const NODE_ID = 1;
const PRIVATE_KEY = 2;
export const ROOT_CERTIFICATE = 3;
export const NOC = 4;
export const ICAC = 5;
export type CertificateTag = 3 | 4 | 5;

/** Three certificates of 400 bytes, a key, an id, heads. */
const LONGEST = 1280;
export const CERTIFICATE_LENGTH = 400;

/** What proves that this node is a member, as TLV: with an update that a fail-safe may still take back. */
export function encodeCredentials(fabric: Fabric): Uint8Array {
	const noc = fabric.noc;
	const icac = fabric.icac;
	const rootCertificate = fabric.rootCertificate;
	const privateKey = fabric.keyPair.privateKey;
	const length = rootCertificate.length + noc.length + (icac?.length ?? 0) + 80;
	const writer = new TlvWriter(new Uint8Array(Math.min(LONGEST, length)));
	writer.structure(ANONYMOUS);
	writer.unsigned(NODE_ID, fabric.nodeId);
	writer.octets(PRIVATE_KEY, privateKey);
	writer.octets(ROOT_CERTIFICATE, rootCertificate);
	writer.octets(NOC, noc);
	if (icac) writer.octets(ICAC, icac);
	writer.end();
	const bytes = writer.finish();
	privateKey.fill(0);
	writer.bytes.fill(0);
	return bytes;
}

/** Node id and key pair; the certificates stay in storage. @throws TlvError or RangeError when something is missing or wrong */
export function decodeCredentials(bytes: Uint8Array): OperationalCredentials {
	const reader = begin(bytes);
	let nodeId: bigint | undefined;
	let privateKey: Uint8Array | undefined;
	let certificates = 0;
	while (reader.next())
		if (reader.tag === NODE_ID) nodeId = reader.unsigned64();
		else if (reader.tag === PRIVATE_KEY) privateKey = reader.octets(32, 32);
		else if ((reader.tag === NOC || reader.tag === ROOT_CERTIFICATE) && reader.octetsLength > 0) certificates++;
	if (!nodeId || !privateKey || certificates !== 2) throw new TlvError("credentials lack a field");
	const keyPair = new KeyPair(privateKey);
	privateKey.fill(0);
	return { nodeId, keyPair };
}

/** One of the certificates; undefined where there is none. */
export function certificateIn(bytes: Uint8Array, tag: CertificateTag): Uint8Array | undefined {
	const reader = begin(bytes);
	while (reader.next()) if (reader.tag === tag) return reader.octets(1, CERTIFICATE_LENGTH);
	return undefined;
}

function begin(bytes: Uint8Array): TlvReader {
	const reader = new TlvReader(bytes);
	reader.expect(TlvType.STRUCTURE, ANONYMOUS);
	reader.enter();
	return reader;
}

import { TlvError, TlvReader, TlvType } from "../codec/TlvReader";
import { CertificateError } from "./CertificateError";
import {
	CONTEXT_0,
	CONTEXT_0_CONSTRUCTED,
	CONTEXT_3_CONSTRUCTED,
	ECDSA_WITH_SHA256,
	EC_PUBLIC_KEY,
	EXTENSION,
	INTEGER,
	KEY_PURPOSE,
	OBJECT_IDENTIFIER,
	OCTET_STRING,
	PRIME256V1,
	SEQUENCE,
} from "./Der";
import { DerReader } from "./DerReader";
import { DerWriter } from "./DerWriter";
import type { DistinguishedName } from "./DistinguishedName";
import {
	AUTHORITY_KEY_ID,
	BASIC_CONSTRAINTS,
	EXTENDED_KEY_USAGE,
	EXTENSION_NUMBERS,
	Extensions,
	FUTURE_EXTENSION,
	KEY_ID_SIZE,
	KEY_USAGE,
	PURPOSE_NUMBERS,
	SUBJECT_KEY_ID,
} from "./Extensions";
import { nameToDer } from "./Names";
import { timeToDer } from "./Validity";

/** The longest certificate, in bytes of TLV (Matter Core 6.1.3). */
export const TLV_MAX = 400;

/** What a certificate is for, by the identifier in its subject (Matter Core 6.5.6.3). */
export type CertificateKind = "root" | "intermediate" | "node" | "firmware signer" | "verification signer";

// Tags of the certificate's members (Matter Core 6.5.2)
const SERIAL_NUMBER = 1;
const SIGNATURE_ALGORITHM = 2;
const ISSUER = 3;
const NOT_BEFORE = 4;
const NOT_AFTER = 5;
const SUBJECT = 6;
const PUBLIC_KEY_ALGORITHM = 7;
const CURVE = 8;
const PUBLIC_KEY = 9;
const EXTENSIONS = 10;
const SIGNATURE = 11;

/** 20 octets of number, and the one that DER puts before a set top bit */
const SERIAL_NUMBER_MAX = 21;
/** DER around the longest certificate's TLV: more than any that keeps the limits */
const TBS_ROOM = 700;

/**
 * A Matter operational certificate (Matter Core 6.5), read from TLV. Reading builds the X.509 form at once, byte for byte
 * what the issuer signed, and checks what a certificate says on its own: form, algorithms, and names that fit one kind.
 * Whether it may be trusted is for verifyChain and verifyRoot.
 */
export class MatterCertificate {
	readonly kind: CertificateKind;
	readonly issuer: DistinguishedName;
	readonly subject: DistinguishedName;
	/** epoch-s: seconds since 2000-01-01 UTC */
	readonly notBefore: number;
	/** epoch-s; 0: no end */
	readonly notAfter: number;
	/** 65 bytes, uncompressed; in place */
	readonly publicKey: Uint8Array;
	readonly extensions: Extensions;
	/** 64 bytes: r, s; in place */
	readonly signature: Uint8Array;
	#tbs: Uint8Array;

	/**
	 * @param tlv one anonymous structure and nothing else, at most 400 bytes; not to change while the certificate is used
	 * @throws CertificateError "encoding", "name" or "extensions"
	 */
	static parse(tlv: Uint8Array): MatterCertificate {
		try {
			return new MatterCertificate(tlv);
		} catch (error) {
			// RangeError: a certificate within the limit of TLV can exceed the one of DER.
			if (error instanceof TlvError || error instanceof RangeError)
				throw new CertificateError("encoding", `certificate: ${error.message}`);
			throw error;
		}
	}

	// Member by member, each in a call of its own: all at once takes much of a small stack while the members are read.
	private constructor(tlv: Uint8Array) {
		const reader = new TlvReader(tlv);
		const writer = new DerWriter(TBS_ROOM);
		beginningToDer(tlv, reader, writer);
		this.issuer = nameToDer(tlv, reader, writer);
		writer.begin(SEQUENCE);
		this.notBefore = momentToDer(reader, NOT_BEFORE, writer);
		this.notAfter = momentToDer(reader, NOT_AFTER, writer);
		writer.end();
		reader.expect(TlvType.LIST, SUBJECT);
		this.subject = nameToDer(tlv, reader, writer);
		this.kind = kindOf(this.subject);
		this.publicKey = readPublicKey(reader);
		publicKeyToDer(this.publicKey, writer);
		this.extensions = extensionsToDer(tlv, reader, writer);
		writer.end();
		this.signature = readSignature(reader);

		// The outermost length may have grown: everything in it moved as far as its head is now longer.
		const grown = writer.bytes[1]! < 0x80 ? 0 : writer.bytes[1]! & 0x7f;
		this.#tbs = writer.finishInPlace();
		this.issuer.der = this.#tbs.subarray(this.issuer.start + grown, this.issuer.end + grown);
		this.subject.der = this.#tbs.subarray(this.subject.start + grown, this.subject.end + grown);
	}

	get nodeId(): bigint | undefined {
		return this.subject.nodeId;
	}

	get fabricId(): bigint | undefined {
		return this.subject.fabricId;
	}

	/** matter-noc-cat, identifier in the upper 16 bits, version in the lower (Matter Core 6.6.2.1.2) */
	get caseAuthenticatedTags(): readonly number[] {
		return this.subject.caseAuthenticatedTags;
	}

	/** X.509's TBSCertificate: the bytes that the issuer signed. Not a copy. */
	toX509Tbs(): Uint8Array {
		return this.#tbs;
	}
}

/** SubjectPublicKeyInfo of a key on P-256 (RFC 5480). */
export function publicKeyToDer(publicKey: Uint8Array, writer: DerWriter): void {
	writer.begin(SEQUENCE);
	writer.begin(SEQUENCE);
	writer.oid(EC_PUBLIC_KEY);
	writer.oid(PRIME256V1);
	writer.end();
	writer.beginBits();
	writer.raw(publicKey);
	writer.end();
	writer.end();
}

/** Version, serial number and algorithm; the reader stands on the issuer then. */
function beginningToDer(tlv: Uint8Array, reader: TlvReader, writer: DerWriter): void {
	if (tlv.length > TLV_MAX)
		throw new CertificateError("encoding", `certificate of ${tlv.length} bytes, at most ${TLV_MAX} allowed`);
	reader.expect(TlvType.STRUCTURE, -1);
	reader.enter();
	writer.begin(SEQUENCE);
	writer.begin(CONTEXT_0_CONSTRUCTED);
	writer.small(2); // version 3
	writer.end();
	reader.expect(TlvType.OCTETS, SERIAL_NUMBER);
	if (reader.octetsLength < 1 || reader.octetsLength > SERIAL_NUMBER_MAX)
		throw new CertificateError("encoding", `serial number of ${reader.octetsLength} bytes`);
	writer.primitive(INTEGER, tlv, reader.octetsStart, reader.octetsStart + reader.octetsLength);
	code(reader, SIGNATURE_ALGORITHM);
	writer.begin(SEQUENCE);
	writer.oid(ECDSA_WITH_SHA256);
	writer.end();
	reader.expect(TlvType.LIST, ISSUER);
}

/** @returns epoch-s */
function momentToDer(reader: TlvReader, tag: number, writer: DerWriter): number {
	reader.expect(TlvType.UNSIGNED, tag);
	const time = reader.unsigned(0xffffffff);
	timeToDer(time, writer);
	return time;
}

function readPublicKey(reader: TlvReader): Uint8Array {
	code(reader, PUBLIC_KEY_ALGORITHM);
	code(reader, CURVE);
	reader.expect(TlvType.OCTETS, PUBLIC_KEY);
	return reader.octetsInPlace(65, 65);
}

function readSignature(reader: TlvReader): Uint8Array {
	reader.expect(TlvType.OCTETS, SIGNATURE);
	const signature = reader.octetsInPlace(64, 64);
	if (reader.next() || reader.next()) throw new CertificateError("encoding", "more after the certificate");
	return signature;
}

/** An algorithm or curve of which there is one: 1. */
function code(reader: TlvReader, tag: number): void {
	reader.expect(TlvType.UNSIGNED, tag);
	if (reader.unsigned() !== 1)
		throw new CertificateError("encoding", "an algorithm other than ECDSA with SHA-256 on P-256");
}

function kindOf({ rcacId, icacId, nodeId, firmwareSigningId, vvsId }: DistinguishedName): CertificateKind {
	let kind: CertificateKind | undefined;
	let kinds = 0;
	if (rcacId !== undefined) {
		kind = "root";
		kinds++;
	}
	if (icacId !== undefined) {
		kind = "intermediate";
		kinds++;
	}
	if (nodeId !== undefined) {
		kind = "node";
		kinds++;
	}
	if (firmwareSigningId !== undefined) {
		kind = "firmware signer";
		kinds++;
	}
	if (vvsId !== undefined) {
		kind = "verification signer";
		kinds++;
	}
	if (kind === undefined || kinds > 1)
		throw new CertificateError(
			"name",
			kinds > 1 ? "a subject with identifiers of two kinds" : "a subject without Matter identifier",
		);
	return kind;
}

function extensionsToDer(tlv: Uint8Array, reader: TlvReader, writer: DerWriter): Extensions {
	const extensions = new Extensions();
	let seen = 0;
	reader.expect(TlvType.LIST, EXTENSIONS);
	writer.begin(CONTEXT_3_CONSTRUCTED);
	writer.begin(SEQUENCE);
	reader.enter();
	while (reader.next()) {
		const tag = reader.tag;
		if (tag === FUTURE_EXTENSION) {
			if (reader.type !== TlvType.OCTETS)
				throw new CertificateError("encoding", "a future extension that is no octet string");
			futureExtension(tlv, reader.octetsStart, reader.octetsStart + reader.octetsLength);
			writer.raw(tlv, reader.octetsStart, reader.octetsStart + reader.octetsLength);
			continue;
		}
		const number = EXTENSION_NUMBERS[tag];
		if (!number || (seen >> tag) & 1)
			throw new CertificateError("extensions", number ? "an extension twice" : `unknown extension ${tag}`);
		seen |= 1 << tag;
		writer.begin(SEQUENCE);
		writer.oid(EXTENSION, number);
		if (tag <= EXTENDED_KEY_USAGE) writer.boolean(true); // critical
		writer.begin(OCTET_STRING);
		switch (tag) {
			case BASIC_CONSTRAINTS:
				basicConstraints(extensions, reader, writer);
				break;
			case KEY_USAGE:
				extensions.keyUsage = reader.unsigned(0x1ff);
				writer.flags(extensions.keyUsage);
				break;
			case EXTENDED_KEY_USAGE:
				extendedKeyUsage(extensions, reader, writer);
				break;
			case SUBJECT_KEY_ID:
				extensions.subjectKeyId = reader.octetsInPlace(KEY_ID_SIZE, KEY_ID_SIZE);
				writer.primitive(OCTET_STRING, extensions.subjectKeyId);
				break;
			case AUTHORITY_KEY_ID:
				extensions.authorityKeyId = reader.octetsInPlace(KEY_ID_SIZE, KEY_ID_SIZE);
				writer.begin(SEQUENCE);
				writer.primitive(CONTEXT_0, extensions.authorityKeyId);
				writer.end();
				break;
		}
		writer.end();
		writer.end();
	}
	writer.end();
	writer.end();
	return extensions;
}

function basicConstraints(extensions: Extensions, reader: TlvReader, writer: DerWriter): void {
	if (reader.type !== TlvType.STRUCTURE)
		throw new CertificateError("encoding", "basic constraints that are no structure");
	reader.enter();
	reader.expect(TlvType.BOOLEAN, 1);
	extensions.isCa = reader.boolean();
	writer.begin(SEQUENCE);
	// DER leaves out what is the default.
	if (extensions.isCa) writer.boolean(true);
	if (reader.next()) {
		if (reader.tag !== 2) throw new CertificateError("encoding", "more in basic constraints");
		extensions.pathLength = reader.unsigned(0x7f);
		writer.small(extensions.pathLength);
		if (reader.next()) throw new CertificateError("encoding", "more in basic constraints");
	}
	writer.end();
}

function extendedKeyUsage(extensions: Extensions, reader: TlvReader, writer: DerWriter): void {
	if (reader.type !== TlvType.ARRAY) throw new CertificateError("encoding", "extended key usage that is no array");
	const purposes: number[] = [];
	reader.enter();
	writer.begin(SEQUENCE);
	while (reader.next()) {
		const purpose = reader.unsigned(0xff);
		const number = PURPOSE_NUMBERS[purpose];
		if (!number) throw new CertificateError("extensions", `unknown key purpose ${purpose}`);
		writer.oid(KEY_PURPOSE, number);
		purposes.push(purpose);
	}
	writer.end();
	extensions.extendedKeyUsage = purposes;
}

/** A whole X.509 Extension, which this version does not know: fine unless it is critical (RFC 5280, 4.2). */
function futureExtension(bytes: Uint8Array, start: number, end: number): void {
	const reader = new DerReader(bytes, start, end);
	reader.expect(SEQUENCE).enter();
	reader.expect(OBJECT_IDENTIFIER);
	if (reader.oidUnder(EXTENSION) !== undefined && EXTENSION_NUMBERS.includes(reader.oidUnder(EXTENSION)!))
		throw new CertificateError("extensions", "a known extension among the future ones");
	reader.next();
	if (reader.tag !== OCTET_STRING) {
		if (reader.boolean()) throw new CertificateError("extensions", "an unknown critical extension");
		reader.expect(OCTET_STRING);
	}
	reader.leave();
	if (reader.next()) throw new CertificateError("encoding", "more after an extension");
}

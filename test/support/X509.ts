import { ANONYMOUS, TlvOverflow, TlvWriter } from "../../modules/codec/TlvWriter";
import { CertificateError } from "../../modules/certificate/CertificateError";
import {
	BOOLEAN,
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
} from "../../modules/certificate/Der";
import { DerWriter } from "../../modules/certificate/DerWriter";
import { signatureToDer } from "../../modules/certificate/EcdsaSignature";
import {
	AUTHORITY_KEY_ID,
	BASIC_CONSTRAINTS,
	EXTENDED_KEY_USAGE,
	EXTENSION_NUMBERS,
	FUTURE_EXTENSION,
	KEY_ID_SIZE,
	KEY_USAGE,
	PURPOSE_NUMBERS,
	SUBJECT_KEY_ID,
} from "../../modules/certificate/Extensions";
import { type MatterCertificate, TLV_MAX } from "../../modules/certificate/MatterCertificate";
import { X509Reader, nameToTlv, signatureFromDer, timeFromDer } from "./X509Reader";

/** The longest certificate, in bytes of X.509 (Matter Core 6.1.3). */
const DER_MAX = 600;

/** The whole X.509 certificate. */
export function tlvToX509(certificate: MatterCertificate): Uint8Array {
	const tbs = certificate.toX509Tbs();
	const writer = new DerWriter(tbs.length + 100);
	writer.begin(SEQUENCE);
	writer.raw(tbs);
	writer.begin(SEQUENCE);
	writer.oid(ECDSA_WITH_SHA256);
	writer.end();
	writer.beginBits();
	signatureToDer(certificate.signature, writer);
	writer.end();
	writer.end();
	return writer.finish();
}

/**
 * An X.509 certificate as Matter TLV (Matter Core 6.5), such that tlvToX509(MatterCertificate.parse(…)) gives back the same
 * bytes. What Matter's form cannot say is refused.
 * @param der at most 600 bytes
 * @throws CertificateError
 */
export function x509ToTlv(der: Uint8Array): Uint8Array {
	if (der.length > DER_MAX)
		throw new CertificateError("encoding", `certificate of ${der.length} bytes, at most ${DER_MAX} allowed`);
	const reader = new X509Reader(der);
	const writer = new TlvWriter(new Uint8Array(TLV_MAX));
	try {
		convert(reader, writer);
	} catch (error) {
		if (error instanceof TlvOverflow)
			throw new CertificateError("encoding", `certificate is longer than ${TLV_MAX} bytes in TLV`);
		throw error;
	}
	return writer.finish();
}

function convert(reader: X509Reader, writer: TlvWriter): void {
	reader.expect(SEQUENCE).enter();
	reader.expect(SEQUENCE).enter();
	reader.expect(CONTEXT_0_CONSTRUCTED).enter();
	reader.next();
	if (reader.small() !== 2) throw new CertificateError("encoding", "not X.509 version 3");
	reader.leave();

	writer.structure(ANONYMOUS);
	reader.expect(INTEGER);
	writer.octets(1, reader.bytes, reader.contents, reader.end);
	signatureAlgorithm(reader);
	writer.unsigned(2, 1);
	nameToTlv(reader, writer, 3);

	reader.expect(SEQUENCE).enter();
	reader.next();
	writer.unsigned(4, timeFromDer(reader));
	reader.next();
	writer.unsigned(5, timeFromDer(reader));
	reader.leave();
	nameToTlv(reader, writer, 6);

	reader.expect(SEQUENCE).enter();
	reader.expect(SEQUENCE).enter();
	if (!reader.expect(OBJECT_IDENTIFIER).is(EC_PUBLIC_KEY) || !reader.expect(OBJECT_IDENTIFIER).is(PRIME256V1))
		throw new CertificateError("encoding", "a key on another curve");
	reader.leave();
	reader.next();
	reader.skipUnusedBits();
	writer.unsigned(7, 1);
	writer.unsigned(8, 1);
	writer.octets(9, reader.bytes, reader.contents, reader.end);
	reader.leave();

	reader.expect(CONTEXT_3_CONSTRUCTED).enter();
	reader.expect(SEQUENCE).enter();
	writer.list(10);
	while (reader.next()) extension(reader, writer);
	writer.end();
	reader.leave();
	reader.leave();
	reader.leave();

	signatureAlgorithm(reader);
	reader.next();
	reader.skipUnusedBits();
	reader.enter();
	writer.octets(11, signatureFromDer(reader));
	reader.leave();
	reader.leave();
	if (reader.next()) throw new CertificateError("encoding", "more after the certificate");
	writer.end();
}

function signatureAlgorithm(reader: X509Reader): void {
	reader.expect(SEQUENCE).enter();
	if (!reader.expect(OBJECT_IDENTIFIER).is(ECDSA_WITH_SHA256))
		throw new CertificateError("encoding", "another signature algorithm");
	reader.leave();
}

function extension(reader: X509Reader, writer: TlvWriter): void {
	const start = reader.start;
	const end = reader.end;
	if (reader.tag !== SEQUENCE) throw new CertificateError("encoding", "an extension that is no sequence");
	reader.enter();
	reader.expect(OBJECT_IDENTIFIER);
	const number = reader.oidUnder(EXTENSION);
	const tag = number === undefined ? -1 : EXTENSION_NUMBERS.indexOf(number);
	let critical = false;
	reader.next();
	if (reader.tag === BOOLEAN) {
		critical = reader.boolean();
		reader.next();
	}
	if (reader.tag !== OCTET_STRING) throw new CertificateError("encoding", "an extension without value");
	if (tag > 0 && critical !== tag <= EXTENDED_KEY_USAGE)
		throw new CertificateError("extensions", "an extension that Matter has the other way critical");
	reader.enter();
	switch (tag) {
		case BASIC_CONSTRAINTS:
			writer.structure(BASIC_CONSTRAINTS);
			basicConstraints(reader, writer);
			writer.end();
			break;
		case KEY_USAGE:
			reader.next();
			writer.unsigned(KEY_USAGE, reader.flags());
			break;
		case EXTENDED_KEY_USAGE:
			writer.array(EXTENDED_KEY_USAGE);
			reader.expect(SEQUENCE).enter();
			while (reader.next()) {
				const purpose = PURPOSE_NUMBERS.indexOf(reader.oidUnder(KEY_PURPOSE) ?? -1);
				if (purpose < 1) throw new CertificateError("extensions", "an unknown key purpose");
				writer.unsigned(ANONYMOUS, purpose);
			}
			reader.leave();
			writer.end();
			break;
		case SUBJECT_KEY_ID:
			reader.expect(OCTET_STRING);
			keyId(SUBJECT_KEY_ID, reader, writer);
			break;
		case AUTHORITY_KEY_ID:
			reader.expect(SEQUENCE).enter();
			reader.expect(CONTEXT_0);
			keyId(AUTHORITY_KEY_ID, reader, writer);
			reader.leave();
			break;
		default:
			if (critical) throw new CertificateError("extensions", "an unknown critical extension");
			writer.octets(FUTURE_EXTENSION, reader.bytes, start, end);
			reader.skip();
	}
	reader.leave();
	reader.leave();
}

function basicConstraints(reader: X509Reader, writer: TlvWriter): void {
	reader.expect(SEQUENCE).enter();
	let more = reader.next();
	const isCa = more && reader.tag === BOOLEAN;
	// false is the default, which DER leaves out.
	if (isCa && !reader.boolean()) throw new CertificateError("encoding", "a default value written out");
	writer.boolean(1, isCa);
	if (isCa) more = reader.next();
	if (more) writer.unsigned(2, reader.small());
	reader.leave();
}

function keyId(tag: number, reader: X509Reader, writer: TlvWriter): void {
	if (reader.end - reader.contents !== KEY_ID_SIZE)
		throw new CertificateError("extensions", `a key identifier that has not ${KEY_ID_SIZE} bytes`);
	writer.octets(tag, reader.bytes, reader.contents, reader.end);
}

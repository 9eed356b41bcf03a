import type { TlvWriter } from "../../modules/codec/TlvWriter";
import { decode } from "../../modules/codec/Utf8";
import { CertificateError } from "../../modules/certificate/CertificateError";
import {
	ATTRIBUTE,
	BIT_STRING,
	DOMAIN_COMPONENT,
	GENERALIZED_TIME,
	IA5_STRING,
	INTEGER,
	MATTER,
	OBJECT_IDENTIFIER,
	PRINTABLE_STRING,
	SEQUENCE,
	SET,
	UTC_TIME,
	UTF8_STRING,
} from "../../modules/certificate/Der";
import { DerReader, malformed } from "../../modules/certificate/DerReader";
import { ATTRIBUTES, DOMAIN, NOC_CAT, NODE_ID, PRINTABLE, VVS_ID } from "../../modules/certificate/Names";
import { EPOCH, NEVER } from "../../modules/certificate/Validity";

/** Reads what a whole X.509 certificate has. A device only writes X.509, and does not link this. */
export class X509Reader extends DerReader {
	/** Skips what is left of the element entered last. */
	skip(): void {
		while (this.next());
	}

	/** Whether the contents are these. */
	is(contents: string): boolean {
		return this.end - this.contents === contents.length && this.startsWith(contents);
	}

	/** 0..127 */
	small(): number {
		const value = this.bytes[this.contents]!;
		if (this.tag !== INTEGER || this.end - this.contents !== 1 || value > 0x7f) throw malformed("no small integer");
		return value;
	}

	/** The named flags of a bit string of at most 16 bits, its first bit as bit 0. */
	flags(): number {
		const { bytes, contents, end } = this;
		const unused = bytes[contents]!;
		const last = bytes[end - 1]!;
		if (this.tag !== BIT_STRING || end - contents < 1 || end - contents > 3 || unused > 7)
			throw malformed("no flags");
		// DER has no zero bits at the end of named flags (X.690, 11.2.2).
		if (end - contents === 1 ? unused !== 0 : ((last >> unused) & 1) === 0 || (last & ((1 << unused) - 1)) !== 0)
			throw malformed("flags not in DER");
		let flags = 0;
		for (let i = contents + 1; i < end; i++) {
			for (let bit = 0; bit < 8; bit++)
				if ((bytes[i]! << bit) & 0x80) flags |= 1 << (((i - contents - 1) << 3) + bit);
		}
		return flags;
	}

	/** Writes an unsigned integer into `into` [at, at + size), big-endian, filled with zeros. */
	unsigned(into: Uint8Array, at: number, size: number): void {
		let contents = this.contents;
		if (this.tag !== INTEGER || contents === this.end || this.bytes[contents]! > 0x7f)
			throw malformed("no unsigned integer");
		if (this.bytes[contents] === 0 && this.end - contents > 1) {
			contents++;
			if (this.bytes[contents]! < 0x80) throw malformed("an integer in too many bytes");
		}
		if (this.end - contents > size) throw malformed("an integer too large");
		into.fill(0, at, at + size);
		into.set(this.bytes.subarray(contents, this.end), at + size - (this.end - contents));
	}

	/** Begins the contents of a bit string of whole bytes: goes behind its count of unused bits. */
	skipUnusedBits(): void {
		if (this.tag !== BIT_STRING || this.contents === this.end || this.bytes[this.contents] !== 0)
			throw malformed("no bit string of whole bytes");
		this.contents++;
	}
}

/** Reads the X.509 Name just found and writes it as a list with this tag. */
export function nameToTlv(reader: X509Reader, writer: TlvWriter, tag: number): void {
	writer.list(tag);
	reader.expect(SEQUENCE).enter();
	while (reader.next()) {
		if (reader.tag !== SET) throw new CertificateError("encoding", "a name without sets");
		reader.enter();
		reader.expect(SEQUENCE).enter();
		reader.expect(OBJECT_IDENTIFIER);
		const matter = reader.oidUnder(MATTER);
		const standard = reader.oidUnder(ATTRIBUTE);
		const domain = reader.is(DOMAIN_COMPONENT);
		reader.next(); // where nothing follows, the identifier stands for the value, and is no string
		if (matter !== undefined) {
			const attribute = matter + NODE_ID - 1;
			if (attribute < NODE_ID || attribute > VVS_ID || reader.tag !== UTF8_STRING)
				throw new CertificateError("name", `unknown Matter attribute ${matter} in a name`);
			writer.unsigned(attribute, hexadecimal(reader, attribute === NOC_CAT ? 8 : 16));
		} else {
			const attribute = domain ? DOMAIN : standard === undefined ? 0 : ATTRIBUTES.indexOf(standard) + 1;
			if (attribute === 0) throw new CertificateError("name", "unknown attribute in a name");
			const printable = !domain && reader.tag === PRINTABLE_STRING;
			if (!printable && reader.tag !== (domain ? IA5_STRING : UTF8_STRING))
				throw new CertificateError("name", "an attribute in another kind of string");
			const text = decode(reader.bytes, reader.contents, reader.end);
			if (text === undefined) throw new CertificateError("name", "a text that is not UTF-8");
			writer.string(printable ? attribute + PRINTABLE : attribute, text);
		}
		reader.leave();
		reader.leave();
	}
	reader.leave();
	writer.end();
}

/** Capital letters only, as X.509 has them (Matter Core 6.1.1). */
function hexadecimal(reader: X509Reader, digits: number): bigint {
	if (reader.end - reader.contents !== digits)
		throw new CertificateError("name", `an identifier that has not ${digits} digits`);
	let value = 0n;
	for (let i = reader.contents; i < reader.end; i++) {
		const character = reader.bytes[i]!;
		const digit =
			character >= 0x30 && character <= 0x39
				? character - 0x30
				: character >= 0x41 && character <= 0x46
					? character - 0x37
					: -1;
		if (digit < 0) throw new CertificateError("name", "an identifier that is not in hexadecimal capitals");
		value = (value << 4n) | BigInt(digit);
	}
	return value;
}

/** Reads the X.509 time just found as epoch-s. */
export function timeFromDer(reader: X509Reader): number {
	const { tag, bytes, contents, end } = reader;
	const digits = tag === UTC_TIME ? 2 : 4;
	if ((tag !== UTC_TIME && tag !== GENERALIZED_TIME) || end - contents !== digits + 11 || bytes[end - 1] !== 0x5a)
		throw new CertificateError("encoding", "a time of another form");
	if (reader.is(NEVER)) return 0;
	const number = (at: number, length: number): number => {
		let value = 0;
		for (let i = contents + at; i < contents + at + length; i++) {
			if (bytes[i]! < 0x30 || bytes[i]! > 0x39)
				throw new CertificateError("encoding", "a time that is no digits");
			value = value * 10 + bytes[i]! - 0x30;
		}
		return value;
	};
	let year = number(0, digits);
	if (tag === UTC_TIME) year += year < 50 ? 2000 : 1900;
	const month = number(digits, 2);
	const day = number(digits + 2, 2);
	const hour = number(digits + 4, 2);
	const minute = number(digits + 6, 2);
	const second = number(digits + 8, 2);
	const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
	const seconds = (date.getTime() - EPOCH) / 1000;
	// Date carries over what is out of range: the 30th of February would become the 2nd of March.
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
		throw new CertificateError("encoding", "a time that does not exist");
	if (seconds <= 0 || seconds > 0xffffffff) throw new CertificateError("encoding", "a time outside Matter's epoch");
	return seconds;
}

/** Reads an Ecdsa-Sig-Value as 64 bytes. */
export function signatureFromDer(reader: X509Reader): Uint8Array {
	const signature = new Uint8Array(64);
	reader.expect(SEQUENCE).enter();
	reader.next();
	reader.unsigned(signature, 0, 32);
	reader.next();
	reader.unsigned(signature, 32, 32);
	reader.leave();
	return signature;
}

import { type TlvReader, TlvType } from "../codec/TlvReader";
import type { TlvWriter } from "../codec/TlvWriter";
import { decode } from "../codec/Utf8";
import { CertificateError } from "./CertificateError";
import {
	ATTRIBUTE,
	DOMAIN_COMPONENT,
	IA5_STRING,
	MATTER,
	OBJECT_IDENTIFIER,
	PRINTABLE_STRING,
	SEQUENCE,
	SET,
	UTF8_STRING,
} from "./Der";
import type { DerReader } from "./DerReader";
import type { DerWriter } from "./DerWriter";
import { DistinguishedName } from "./DistinguishedName";

/** An implementation shall reject a name with more parts (Matter Core 6.5.6). */
const PARTS_MAX = 5;

/** The last number of id-at for the standard attributes, by their tag from 1 on (Matter Core 6.5.6.1). */
const ATTRIBUTES: readonly number[] = Object.freeze([3, 4, 5, 6, 7, 8, 10, 11, 12, 41, 42, 43, 44, 46, 65]);

const DOMAIN = 16;
const NODE_ID = 17;
const FIRMWARE_SIGNING_ID = 18;
const ICAC_ID = 19;
const RCAC_ID = 20;
const FABRIC_ID = 21;
const NOC_CAT = 22;
const VVS_ID = 23;
/** Added to the tag of a standard attribute that X.509 holds as PrintableString instead of UTF8String. */
const PRINTABLE = 0x80;

/** Reads the list that `reader` just found in `bytes`, writes it as an X.509 Name, and returns what Matter finds in it. */
export function nameToDer(bytes: Uint8Array, reader: TlvReader, writer: DerWriter): DistinguishedName {
	const name = new DistinguishedName();
	let parts = 0;
	name.start = writer.position;
	writer.begin(SEQUENCE);
	reader.enter();
	while (reader.next()) {
		if (++parts > PARTS_MAX) throw new CertificateError("name", `more than ${PARTS_MAX} parts in a name`);
		const { tag } = reader;
		writer.begin(SET);
		writer.begin(SEQUENCE);
		if (tag >= NODE_ID && tag <= VVS_ID) {
			writer.oid(MATTER, tag - NODE_ID + 1);
			writer.begin(UTF8_STRING);
			if (tag === NOC_CAT) {
				const value = reader.unsigned(0xffffffff);
				name.caseAuthenticatedTags = [...name.caseAuthenticatedTags, value];
				writer.hexadecimal(value, 8);
			} else {
				const value = reader.unsigned64();
				setIdentifier(name, tag, value);
				writer.hexadecimal(Number(value >> 32n), 8);
				writer.hexadecimal(Number(value & 0xffffffffn), 8);
			}
		} else standardToDer(bytes, reader, writer);
		writer.end();
		writer.end();
		writer.end();
	}
	writer.end();
	if (parts === 0) throw new CertificateError("name", "an empty name");
	name.end = writer.position;
	return name;
}

/** An attribute that is not Matter's. */
function standardToDer(bytes: Uint8Array, reader: TlvReader, writer: DerWriter): void {
	const { tag } = reader;
	if (tag === DOMAIN) writer.oid(DOMAIN_COMPONENT);
	else {
		const last = ATTRIBUTES[(tag >= PRINTABLE ? tag - PRINTABLE : tag) - 1];
		if (last === undefined) throw new CertificateError("name", `unknown attribute ${tag} in a name`);
		writer.oid(ATTRIBUTE, last);
	}
	if (reader.type !== TlvType.STRING)
		throw new CertificateError("encoding", `attribute ${tag} of a name is no string`);
	writer.begin(tag === DOMAIN ? IA5_STRING : tag >= PRINTABLE ? PRINTABLE_STRING : UTF8_STRING);
	writer.raw(bytes, reader.octetsStart, reader.octetsStart + reader.octetsLength);
}

/** Reads the X.509 Name just found and writes it as a list with this tag. */
export function nameToTlv(reader: DerReader, writer: TlvWriter, tag: number): void {
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

/** Each identifier may stand once: a second one would let two readers see two subjects. */
function setIdentifier(name: DistinguishedName, tag: number, value: bigint): void {
	switch (tag) {
		case NODE_ID:
			once(name.nodeId);
			name.nodeId = value;
			break;
		case FIRMWARE_SIGNING_ID:
			once(name.firmwareSigningId);
			name.firmwareSigningId = value;
			break;
		case ICAC_ID:
			once(name.icacId);
			name.icacId = value;
			break;
		case RCAC_ID:
			once(name.rcacId);
			name.rcacId = value;
			break;
		case FABRIC_ID:
			once(name.fabricId);
			name.fabricId = value;
			break;
		case VVS_ID:
			once(name.vvsId);
			name.vvsId = value;
			break;
	}
}

function once(value: bigint | undefined): void {
	if (value !== undefined) throw new CertificateError("name", "the same identifier twice in a name");
}

/** Capital letters only, as X.509 has them (Matter Core 6.1.1). */
function hexadecimal(reader: DerReader, digits: number): bigint {
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

import { type TlvReader, TlvType } from "../codec/TlvReader";
import { CertificateError } from "./CertificateError";
import { ATTRIBUTE, DOMAIN_COMPONENT, IA5_STRING, MATTER, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING } from "./Der";
import type { DerWriter } from "./DerWriter";
import { DistinguishedName } from "./DistinguishedName";

/** An implementation shall reject a name with more parts (Matter Core 6.5.6). */
const PARTS_MAX = 5;

/** The last number of id-at for the standard attributes, by their tag from 1 on (Matter Core 6.5.6.1). */
export const ATTRIBUTES: readonly number[] = Object.freeze([3, 4, 5, 6, 7, 8, 10, 11, 12, 41, 42, 43, 44, 46, 65]);

export const DOMAIN = 16;
export const NODE_ID = 17;
const FIRMWARE_SIGNING_ID = 18;
const ICAC_ID = 19;
const RCAC_ID = 20;
const FABRIC_ID = 21;
export const NOC_CAT = 22;
export const VVS_ID = 23;
/** Added to the tag of a standard attribute that X.509 holds as PrintableString instead of UTF8String. */
export const PRINTABLE = 0x80;

/** Reads the list that `reader` just found in `bytes`, writes it as an X.509 Name, and returns what Matter finds in it. */
export function nameToDer(bytes: Uint8Array, reader: TlvReader, writer: DerWriter): DistinguishedName {
	const name = new DistinguishedName();
	let parts = 0;
	name.start = writer.position;
	writer.begin(SEQUENCE);
	reader.enter();
	while (reader.next()) {
		if (++parts > PARTS_MAX) throw new CertificateError("name", `more than ${PARTS_MAX} parts in a name`);
		const tag = reader.tag;
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
	const tag = reader.tag;
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

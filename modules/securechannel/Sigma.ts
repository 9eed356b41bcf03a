import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";
import { SessionParameters } from "../session/SessionParameters";
import { HandshakeError, structureReader } from "./Handshake";

// The messages of CASE (Matter Core 4.14.2.3). Members with unknown tags are passed over, for versions to come.

const RANDOM_LENGTH = 32;
const HASH_LENGTH = 32;
const PUBLIC_KEY_LENGTH = 65;
const SIGNATURE_LENGTH = 64;
const MIC_LENGTH = 16;
export const RESUMPTION_ID_LENGTH = 16;
const CERTIFICATE_LENGTH = 400;
/** TLV around four octet strings in a structure */
const TLV_AROUND = 1 + 4 * 4 + 1;

export interface Sigma1 {
	initiatorRandom: Uint8Array;
	initiatorSessionId: number;
	destinationId: Uint8Array;
	initiatorKey: Uint8Array;
	parameters: SessionParameters | undefined;
	/** with `resumeMic`, or neither */
	resumptionId: Uint8Array | undefined;
	resumeMic: Uint8Array | undefined;
}

export interface Sigma2 {
	responderRandom: Uint8Array;
	responderSessionId: number;
	responderKey: Uint8Array;
	/** TBEData2, encrypted; in place */
	encrypted: Uint8Array;
	parameters: SessionParameters | undefined;
}

export interface Sigma2Resume {
	/** the new one */
	resumptionId: Uint8Array;
	resumeMic: Uint8Array;
	responderSessionId: number;
	parameters: SessionParameters | undefined;
}

/** What Sigma2 and Sigma3 carry encrypted. */
export interface TbeData {
	noc: Uint8Array;
	icac: Uint8Array | undefined;
	signature: Uint8Array;
	/** the responder gives it, in Sigma2 */
	resumptionId: Uint8Array | undefined;
}

export function writeSigma1(writer: TlvWriter, sigma1: Sigma1): void {
	const parameters = sigma1.parameters;
	const resumptionId = sigma1.resumptionId;
	const resumeMic = sigma1.resumeMic;
	writer.structure(ANONYMOUS);
	writer.octets(1, sigma1.initiatorRandom);
	writer.unsigned(2, sigma1.initiatorSessionId);
	writer.octets(3, sigma1.destinationId);
	writer.octets(4, sigma1.initiatorKey);
	parameters?.encode(writer, 5);
	if (resumptionId && resumeMic) {
		writer.octets(6, resumptionId);
		writer.octets(7, resumeMic);
	}
	writer.end();
}

/** @throws TlvError or HandshakeError */
export function readSigma1(bytes: Uint8Array, start: number, end: number): Sigma1 {
	const reader = structureReader(bytes, start, end);
	let initiatorRandom: Uint8Array | undefined;
	let initiatorSessionId = 0;
	let destinationId: Uint8Array | undefined;
	let initiatorKey: Uint8Array | undefined;
	let parameters: SessionParameters | undefined;
	let resumptionId: Uint8Array | undefined;
	let resumeMic: Uint8Array | undefined;
	while (reader.next())
		switch (reader.tag) {
			case 1:
				initiatorRandom = reader.octets(RANDOM_LENGTH, RANDOM_LENGTH);
				break;
			case 2:
				initiatorSessionId = reader.unsigned(0xffff);
				break;
			case 3:
				destinationId = reader.octets(HASH_LENGTH, HASH_LENGTH);
				break;
			case 4:
				initiatorKey = reader.octets(PUBLIC_KEY_LENGTH, PUBLIC_KEY_LENGTH);
				break;
			case 5:
				parameters = SessionParameters.decode(reader);
				break;
			case 6:
				resumptionId = reader.octets(RESUMPTION_ID_LENGTH, RESUMPTION_ID_LENGTH);
				break;
			case 7:
				resumeMic = reader.octets(MIC_LENGTH, MIC_LENGTH);
				break;
		}
	if (!initiatorRandom || !destinationId || !initiatorKey || initiatorSessionId === 0)
		throw new HandshakeError("Sigma1 lacks a field");
	if ((resumptionId === undefined) !== (resumeMic === undefined))
		throw new HandshakeError("Sigma1 has one of resumption id and MIC");
	return { initiatorRandom, initiatorSessionId, destinationId, initiatorKey, parameters, resumptionId, resumeMic };
}

/** @throws TlvError or HandshakeError */
export function readSigma2(bytes: Uint8Array, start: number, end: number): Sigma2 {
	const reader = structureReader(bytes, start, end);
	let responderRandom: Uint8Array | undefined;
	let responderSessionId = 0;
	let responderKey: Uint8Array | undefined;
	let encrypted: Uint8Array | undefined;
	let parameters: SessionParameters | undefined;
	while (reader.next())
		switch (reader.tag) {
			case 1:
				responderRandom = reader.octets(RANDOM_LENGTH, RANDOM_LENGTH);
				break;
			case 2:
				responderSessionId = reader.unsigned(0xffff);
				break;
			case 3:
				responderKey = reader.octets(PUBLIC_KEY_LENGTH, PUBLIC_KEY_LENGTH);
				break;
			case 4:
				encrypted = reader.octetsInPlace(MIC_LENGTH);
				break;
			case 5:
				parameters = SessionParameters.decode(reader);
				break;
		}
	if (!responderRandom || !responderKey || !encrypted || responderSessionId === 0)
		throw new HandshakeError("Sigma2 lacks a field");
	return { responderRandom, responderSessionId, responderKey, encrypted, parameters };
}

/** @throws TlvError or HandshakeError */
export function readSigma2Resume(bytes: Uint8Array, start: number, end: number): Sigma2Resume {
	const reader = structureReader(bytes, start, end);
	let resumptionId: Uint8Array | undefined;
	let resumeMic: Uint8Array | undefined;
	let responderSessionId = 0;
	let parameters: SessionParameters | undefined;
	while (reader.next())
		switch (reader.tag) {
			case 1:
				resumptionId = reader.octets(RESUMPTION_ID_LENGTH, RESUMPTION_ID_LENGTH);
				break;
			case 2:
				resumeMic = reader.octets(MIC_LENGTH, MIC_LENGTH);
				break;
			case 3:
				responderSessionId = reader.unsigned(0xffff);
				break;
			case 4:
				parameters = SessionParameters.decode(reader);
				break;
		}
	if (!resumptionId || !resumeMic || responderSessionId === 0)
		throw new HandshakeError("Sigma2_Resume lacks a field");
	return { resumptionId, resumeMic, responderSessionId, parameters };
}

/** TBEData2 of the responder, TBEData3 of the initiator. @param resumptionId 16 bytes, the responder's alone */
export function writeTbeData(
	noc: Uint8Array,
	icac: Uint8Array | undefined,
	signature: Uint8Array,
	resumptionId?: Uint8Array,
): Uint8Array {
	const length = noc.length + (icac?.length ?? 0) + SIGNATURE_LENGTH + RESUMPTION_ID_LENGTH + TLV_AROUND;
	const writer = new TlvWriter(new Uint8Array(length));
	writer.structure(ANONYMOUS);
	writer.octets(1, noc);
	if (icac) writer.octets(2, icac);
	writer.octets(3, signature);
	if (resumptionId) writer.octets(4, resumptionId);
	writer.end();
	return writer.bytes.subarray(0, writer.position);
}

/** TBSData2 and TBSData3: certificates of the signer, its ephemeral key, then the other's. */
export function writeTbsData(
	noc: Uint8Array,
	icac: Uint8Array | undefined,
	ownKey: Uint8Array,
	peerKey: Uint8Array,
): Uint8Array {
	const length = noc.length + (icac?.length ?? 0) + 2 * PUBLIC_KEY_LENGTH + TLV_AROUND;
	const writer = new TlvWriter(new Uint8Array(length));
	writer.structure(ANONYMOUS);
	writer.octets(1, noc);
	if (icac) writer.octets(2, icac);
	writer.octets(3, ownKey);
	writer.octets(4, peerKey);
	writer.end();
	return writer.bytes.subarray(0, writer.position);
}

/** @returns encrypted3, in place. @throws TlvError or HandshakeError */
export function readSigma3(bytes: Uint8Array, start: number, end: number): Uint8Array {
	const reader = structureReader(bytes, start, end);
	let encrypted: Uint8Array | undefined;
	while (reader.next()) if (reader.tag === 1) encrypted = reader.octetsInPlace(MIC_LENGTH);
	if (!encrypted) throw new HandshakeError("Sigma3 lacks its field");
	return encrypted;
}

/** Reads TBEData2 or TBEData3; what it finds stands in `bytes`. @throws TlvError or HandshakeError */
export function readTbeData(bytes: Uint8Array): TbeData {
	const reader = structureReader(bytes);
	let noc: Uint8Array | undefined;
	let icac: Uint8Array | undefined;
	let signature: Uint8Array | undefined;
	let resumptionId: Uint8Array | undefined;
	while (reader.next())
		switch (reader.tag) {
			case 1:
				noc = reader.octetsInPlace(1, CERTIFICATE_LENGTH);
				break;
			case 2:
				icac = reader.octetsInPlace(1, CERTIFICATE_LENGTH);
				break;
			case 3:
				signature = reader.octetsInPlace(SIGNATURE_LENGTH, SIGNATURE_LENGTH);
				break;
			case 4:
				resumptionId = reader.octets(RESUMPTION_ID_LENGTH, RESUMPTION_ID_LENGTH);
				break;
		}
	if (!noc || !signature) throw new HandshakeError("TBEData lacks a field");
	return { noc, icac, signature, resumptionId };
}

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
/** two certificates, a signature, a resumption id, and the TLV around them */
const TBE_LENGTH = 2 * CERTIFICATE_LENGTH + 64 + 16 + 32;
/** two certificates and two public keys */
const TBS_LENGTH = 2 * CERTIFICATE_LENGTH + 2 * PUBLIC_KEY_LENGTH + 32;

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

/** What Sigma3 carries encrypted. */
export interface Sigma3Content {
	noc: Uint8Array;
	icac: Uint8Array | undefined;
	signature: Uint8Array;
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

/** TBEData2 of the responder. @param resumptionId 16 bytes */
export function writeTbeData2(
	noc: Uint8Array,
	icac: Uint8Array | undefined,
	signature: Uint8Array,
	resumptionId: Uint8Array,
): Uint8Array {
	const writer = new TlvWriter(new Uint8Array(TBE_LENGTH));
	writer.structure(ANONYMOUS);
	writer.octets(1, noc);
	if (icac) writer.octets(2, icac);
	writer.octets(3, signature);
	writer.octets(4, resumptionId);
	writer.end();
	return writer.finish();
}

/** TBSData2 and TBSData3: certificates of the signer, its ephemeral key, then the other's. */
export function writeTbsData(
	noc: Uint8Array,
	icac: Uint8Array | undefined,
	ownKey: Uint8Array,
	peerKey: Uint8Array,
): Uint8Array {
	const writer = new TlvWriter(new Uint8Array(TBS_LENGTH));
	writer.structure(ANONYMOUS);
	writer.octets(1, noc);
	if (icac) writer.octets(2, icac);
	writer.octets(3, ownKey);
	writer.octets(4, peerKey);
	writer.end();
	return writer.finish();
}

/** @returns encrypted3. @throws TlvError or HandshakeError */
export function readSigma3(bytes: Uint8Array, start: number, end: number): Uint8Array {
	const reader = structureReader(bytes, start, end);
	let encrypted: Uint8Array | undefined;
	while (reader.next()) if (reader.tag === 1) encrypted = reader.octets(MIC_LENGTH);
	if (!encrypted) throw new HandshakeError("Sigma3 lacks its field");
	return encrypted;
}

/** Reads TBEData3. @throws TlvError or HandshakeError */
export function readTbeData3(bytes: Uint8Array): Sigma3Content {
	const reader = structureReader(bytes);
	let noc: Uint8Array | undefined;
	let icac: Uint8Array | undefined;
	let signature: Uint8Array | undefined;
	while (reader.next())
		switch (reader.tag) {
			case 1:
				noc = reader.octets(1, CERTIFICATE_LENGTH);
				break;
			case 2:
				icac = reader.octets(1, CERTIFICATE_LENGTH);
				break;
			case 3:
				signature = reader.octets(SIGNATURE_LENGTH, SIGNATURE_LENGTH);
				break;
		}
	if (!noc || !signature) throw new HandshakeError("TBEData3 lacks a field");
	return { noc, icac, signature };
}

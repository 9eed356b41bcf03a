/**
 * One end of a session, for a test whose other end is another implementation: encodes messages, decodes packets. Takes a
 * JSON description as its argument, prints one JSON line; bytes are hexadecimal.
 */
import { print } from "host/console";
import { args } from "host/process";
import { fromHex, nodeIdBytes, toHex } from "../../modules/codec/Bytes";
import type { Fabric } from "../../modules/fabric/Fabric";
import { HEADROOM, MAX_DATAGRAM, Message } from "../../modules/message/Message";
import { decodePacketHeader } from "../../modules/message/PacketHeader";
import { SecureSession } from "../../modules/session/SecureSession";

interface Description {
	id: number;
	peerSessionId: number;
	/** hexadecimal; 0 for PASE */
	nodeId: string;
	peerNodeId: string;
	secret: string;
	salt: string;
	isInitiator: boolean;
	isResumption: boolean;
	caseAuthenticatedTags: number[];
	/** of the first message */
	counter: number;
	messages: {
		flags: number;
		exchangeId: number;
		protocolId: number;
		opcode: number;
		ackCounter: number;
		payload: string;
	}[];
	packets: string[];
}

const description = JSON.parse(args()[0]!) as Description;
const { counter, caseAuthenticatedTags, nodeId } = description;
const ownId = BigInt(nodeId);
const fabric = { index: 1, nodeId: ownId, nodeIdBytes: nodeIdBytes(ownId) } as unknown as Fabric;
const session = SecureSession.establish(
	undefined,
	description.id,
	ownId === 0n ? undefined : fabric,
	BigInt(description.peerNodeId),
	description.peerSessionId,
	fromHex(description.secret),
	fromHex(description.salt),
	description.isInitiator,
	description.isResumption,
	() => undefined,
	undefined,
	undefined,
	{ counter, caseAuthenticatedTags },
);

const packets = description.messages.map(({ flags, exchangeId, protocolId, opcode, ackCounter, payload }) => {
	const message = new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM));
	const bytes = fromHex(payload);
	message.prepare(flags, exchangeId, protocolId, opcode);
	message.ackCounter = ackCounter;
	message.payloadStart = HEADROOM;
	message.payloadEnd = HEADROOM + bytes.length;
	message.bytes.set(bytes, HEADROOM);
	session.encode(message);
	return toHex(message.bytes.subarray(message.start, message.end));
});

const messages = description.packets.map((hex) => {
	const bytes = fromHex(hex);
	const message = new Message(bytes);
	message.receive(bytes, bytes.length);
	if (!decodePacketHeader(message) || !session.decode(message)) return null;
	return {
		sessionId: message.sessionId,
		counter: message.counter,
		isInitiator: message.isInitiator,
		needsAck: message.needsAck,
		ackCounter: message.hasAck ? message.ackCounter : null,
		exchangeId: message.exchangeId,
		protocolId: message.vendorId * 0x10000 + message.protocolId,
		opcode: message.opcode,
		payload: toHex(message.payload()),
		isDuplicate: message.isDuplicate,
	};
});

print(
	JSON.stringify({
		packets,
		messages,
		challenge: toHex(session.getAttestationChallengeKey()),
		caseAuthenticatedTags: session.caseAuthenticatedTags,
	}),
);

// The same as session.ts with matter.js's session and message codec in Node: node bench/session-matterjs.mjs OPTIONS
import { Crypto, Environment, Logger } from "@matter/main";
import { MessageCodec, NodeSession, SessionType } from "@matter/main/protocol";
import { NodeId } from "@matter/main/types";
import "@matter/nodejs";

Logger.level = "fatal";

const BATCH = 500;

const sizes = [100, 1200];
const { rounds, batches } = JSON.parse(process.argv[2]);
const crypto = Environment.default.get(Crypto);
const keyA = new Uint8Array(16).fill(0x11);
const keyB = new Uint8Array(16).fill(0x22);

function session(id, peerSessionId, decryptKey, encryptKey) {
	return new NodeSession({
		crypto,
		id,
		peerSessionId,
		peerNodeId: NodeId.UNSPECIFIED_NODE_ID,
		decryptKey,
		encryptKey,
		attestationKey: keyA,
		isInitiator: true,
	});
}

const sender = session(1, 2, keyA, keyB);
const receiver = session(2, 1, keyB, keyA);
let counter = 1;

function message(payload) {
	return {
		packetHeader: {
			sessionId: 2,
			sessionType: SessionType.Unicast,
			messageId: counter++,
			hasPrivacyEnhancements: false,
			isControlMessage: false,
			hasMessageExtensions: false,
		},
		payloadHeader: {
			exchangeId: 0x1234,
			protocolId: 1,
			messageType: 0x08,
			isInitiatorMessage: false,
			requiresAck: true,
			hasSecuredExtension: false,
		},
		payload,
	};
}

const results = {};
const now = () => performance.now();

// The first rounds are the compiler's.
for (let round = -2; round < rounds; round++) {
	for (const size of sizes) {
		const payload = new Uint8Array(size);
		let encode = 0;
		let decode = 0;
		for (let batch = 0; batch < batches; batch++) {
			const messages = Array.from({ length: BATCH }, () => message(payload));
			let began = now();
			const packets = messages.map((one) => MessageCodec.encodePacket(sender.encode(one)));
			encode += now() - began;
			began = now();
			for (const bytes of packets) {
				const packet = MessageCodec.decodePacket(bytes);
				receiver.decode(packet, bytes.subarray(0, bytes.length - packet.applicationPayload.byteLength));
				receiver.updateMessageCounter(packet.header.messageId);
			}
			decode += now() - began;
		}
		if (round < 0) continue;
		(results[`encode ${size}`] ??= []).push((encode * 1000) / (BATCH * batches));
		(results[`decode ${size}`] ??= []).push((decode * 1000) / (BATCH * batches));
	}
}
console.log(JSON.stringify(results));
process.exit(0);

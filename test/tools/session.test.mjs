/** What our sessions, unicast and of groups, encode matter.js's decode, and the other way round, on random messages by a seed. */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Crypto, Environment, Logger } from "@matter/main";
import { FabricGroups, GroupSession, MessageCodec, NodeSession, SessionType } from "@matter/main/protocol";
import { CaseAuthenticatedTag, GlobalFabricId, GroupId, NodeId } from "@matter/main/types";
import "@matter/nodejs";
import { random } from "../interop/LossyLink.mjs";

Logger.level = "fatal";

const build = join(dirname(fileURLToPath(import.meta.url)), "../../build/linux");
const crypto = Environment.default.get(Crypto);

const INITIATOR = 0x01;
const ACKNOWLEDGEMENT = 0x02;
const RELIABILITY = 0x04;
const MESSAGES = 24;
/** the longest payload of a datagram of 1280 bytes, after headers and tag */
const LONGEST = 1194;

const hex = (bytes) => Buffer.from(bytes).toString("hex");

function describeSession(roll, { isCase, isResumption, tags }) {
	const below = (limit) => Math.floor(roll() * limit);
	const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)));
	const nodeId = () => `0x${hex(bytes(8).fill(0x12, 0, 1))}`;
	return {
		id: 1 + below(0xffff),
		peerSessionId: 1 + below(0xffff),
		nodeId: isCase ? nodeId() : "0x0",
		peerNodeId: isCase ? nodeId() : "0x0",
		secret: hex(bytes(isCase ? 32 : 16)),
		salt: hex(bytes(isCase ? 48 : 0)),
		isResumption,
		caseAuthenticatedTags: tags,
		counter: 1 + below(2 ** 28),
	};
}

function randomMessage(roll, index, isOurs) {
	const below = (limit) => Math.floor(roll() * limit);
	const hasAck = below(2) === 1;
	const length = index === 0 ? 0 : index === 1 ? LONGEST : below(300);
	return {
		flags: (below(2) ? INITIATOR : 0) | (hasAck ? ACKNOWLEDGEMENT : 0) | (below(2) ? RELIABILITY : 0),
		exchangeId: below(0x10000),
		// What this device sends is of no vendor's protocol.
		protocolId: below(5) + (isOurs || below(3) > 0 ? 0 : 0xfff10000),
		opcode: below(256),
		ackCounter: hasAck ? below(2 ** 32) : 0,
		payload: hex(Array.from({ length }, () => below(256))),
	};
}

/** The other end: ids and roles are the other way round. */
function theirSession({ id, peerSessionId, nodeId, peerNodeId, secret, salt, isInitiator, isResumption, ...rest }) {
	return NodeSession.create({
		crypto,
		id: peerSessionId,
		peerSessionId: id,
		fabric: BigInt(peerNodeId) === 0n ? undefined : { nodeId: NodeId(BigInt(peerNodeId)), addSession() {} },
		peerNodeId: NodeId(BigInt(nodeId)),
		sharedSecret: Buffer.from(secret, "hex"),
		salt: Buffer.from(salt, "hex"),
		isInitiator: !isInitiator,
		isResumption,
		caseAuthenticatedTags: rest.caseAuthenticatedTags.map((tag) => CaseAuthenticatedTag(tag)),
		delayManagerRegistration: true,
	});
}

function encode(session, message, counter) {
	const { flags, exchangeId, protocolId, opcode, ackCounter } = message;
	const packet = session.encode({
		packetHeader: {
			sessionId: 0,
			sessionType: SessionType.Unicast,
			messageId: counter,
			hasPrivacyEnhancements: false,
			isControlMessage: false,
			hasMessageExtensions: false,
		},
		payloadHeader: {
			exchangeId,
			protocolId,
			messageType: opcode,
			isInitiatorMessage: (flags & INITIATOR) !== 0,
			requiresAck: (flags & RELIABILITY) !== 0,
			ackedMessageId: flags & ACKNOWLEDGEMENT ? ackCounter : undefined,
			hasSecuredExtension: false,
		},
		payload: Buffer.from(message.payload, "hex"),
	});
	return Buffer.from(MessageCodec.encodePacket(packet));
}

function decode(session, bytes) {
	const packet = MessageCodec.decodePacket(bytes);
	const { packetHeader, payloadHeader, payload } = session.decode(
		packet,
		bytes.subarray(0, bytes.length - packet.applicationPayload.byteLength),
	);
	return plain({
		sessionId: packetHeader.sessionId,
		counter: packetHeader.messageId,
		isInitiator: payloadHeader.isInitiatorMessage,
		needsAck: payloadHeader.requiresAck,
		ackCounter: payloadHeader.ackedMessageId ?? null,
		exchangeId: payloadHeader.exchangeId,
		protocolId: payloadHeader.protocolId,
		opcode: payloadHeader.messageType,
		payload: hex(payload),
	});
}

/** As it comes out of JSON. */
const plain = (value) => JSON.parse(JSON.stringify(value));

function expected(message, counter, sessionId) {
	const { flags, exchangeId, protocolId, opcode, ackCounter, payload } = message;
	return {
		sessionId,
		counter,
		isInitiator: (flags & INITIATOR) !== 0,
		needsAck: (flags & RELIABILITY) !== 0,
		ackCounter: flags & ACKNOWLEDGEMENT ? ackCounter : null,
		exchangeId,
		protocolId,
		opcode,
		payload,
	};
}

const kinds = [];
for (const isInitiator of [true, false]) {
	for (const isResumption of [false, true])
		for (const tags of [[], [0x00010002, 0xabcd0001, 0xffff7fff]])
			kinds.push({ isCase: true, isInitiator, isResumption, tags });
	kinds.push({ isCase: false, isInitiator, isResumption: false, tags: [] });
}

test.each(kinds.map((kind, index) => [JSON.stringify(kind), kind, index]))("%s", async (_name, kind, index) => {
	const roll = random(2026 + index);
	const ours = { ...describeSession(roll, kind), isInitiator: kind.isInitiator };
	const theirs = await theirSession(ours);
	const sent = Array.from({ length: MESSAGES }, (_, i) => randomMessage(roll, i, true));
	const received = Array.from({ length: MESSAGES }, (_, i) => randomMessage(roll, i, false));
	const packets = received.map((message, i) => encode(theirs, message, 1000 + i));
	// One bit of each packet but its version is another, and the packet is none.
	const forged = packets.map((packet) => {
		const copy = Buffer.from(packet);
		copy[4 + Math.floor(roll() * (copy.length - 4))] ^= 1 << Math.floor(roll() * 8);
		return copy;
	});
	const text = execFileSync(join(build, "xs-run"), [
		join(build, "js/test/support/sessionEnd.js"),
		JSON.stringify({ ...ours, messages: sent, packets: [...forged, ...packets].map(hex) }),
	]).toString();
	const result = JSON.parse(text);

	expect(result.challenge).toBe(hex(theirs.attestationChallengeKey));
	expect(result.caseAuthenticatedTags).toEqual(kind.tags);
	expect(result.messages.slice(0, MESSAGES)).toEqual(forged.map(() => null));
	expect(result.messages.slice(MESSAGES)).toEqual(
		received.map((message, i) => ({ ...expected(message, 1000 + i, ours.id), isDuplicate: false })),
	);
	result.packets.forEach((packet, i) => {
		const bytes = Buffer.from(packet, "hex");
		expect(decode(theirs, bytes)).toEqual(expected(sent[i], ours.counter + i, ours.peerSessionId));
		bytes[bytes.length - 1 - Math.floor(roll() * 16)] ^= 1;
		expect(() => decode(theirs, bytes)).toThrow();
	});
});

describe("to groups", () => {
	const GROUPS = [0x0103, 0x8004];

	/** Two members of a fabric: a description of ours, and theirs as matter.js has it. */
	async function members(roll, keys, now) {
		const below = (limit) => Math.floor(roll() * limit);
		const bytes = (length) => Buffer.from(Array.from({ length }, () => below(256)));
		const fabricId = BigInt(`0x${hex(bytes(8))}`);
		const rootPublicKey = Buffer.concat([Buffer.of(4), bytes(64)]);
		const groups = GROUPS.map((groupId) => ({
			groupId,
			epochKeys: Array.from({ length: keys }, () => hex(bytes(16))),
		}));
		const ours = {
			fabricId: `0x${fabricId.toString(16)}`,
			rootPublicKey: hex(rootPublicKey),
			nodeId: `0x${hex(bytes(8).fill(0x12, 0, 1))}`,
			groups,
			// so that it rolls over on the way
			counter: 2 ** 32 - MESSAGES / 2,
			now,
		};
		const fabric = {
			crypto,
			fabricIndex: 1,
			fabricId,
			nodeId: NodeId(BigInt(`0x${hex(bytes(8).fill(0x13, 0, 1))}`)),
			globalId: await GlobalFabricId.compute(crypto, fabricId, rootPublicKey),
			identityProtectionKey: bytes(16),
			operationalIdentityProtectionKey: bytes(16),
			addSession() {},
		};
		fabric.groups = new FabricGroups(fabric);
		for (const { groupId, epochKeys } of groups)
			await fabric.groups.setFromGroupKeySet({
				groupKeySetId: groupId,
				groupKeySecurityPolicy: 0,
				groupKeyMulticastPolicy: 0,
				...Object.fromEntries(
					[0, 1, 2].flatMap((i) => [
						[`epochKey${i}`, epochKeys[i] ? Buffer.from(epochKeys[i], "hex") : null],
						[`epochStartTime${i}`, epochKeys[i] ? i + 1 : null],
					]),
				),
			});
		return { ours, fabric };
	}

	/** By the key at `index` of the group's set, the header hidden or not. */
	function send(fabric, { groupId, flags, exchangeId, protocolId, opcode, payload }, index, counter, isHidden) {
		const { key, privacyKey, sessionId } = fabric.groups.keySets.allKeysForId(groupId)[index];
		const session = new GroupSession({
			fabric,
			id: sessionId,
			keySetId: groupId,
			peerNodeId: NodeId.fromGroupId(GroupId(groupId)),
			operationalGroupKey: key,
			operationalPrivacyKey: privacyKey,
			multicastAddress: fabric.groups.multicastAddressFor(GroupId(groupId)),
		});
		const packet = session.encode({
			packetHeader: {
				sessionType: SessionType.Group,
				messageId: counter,
				sourceNodeId: fabric.nodeId,
				destGroupId: groupId,
				hasPrivacyEnhancements: isHidden,
				isControlMessage: false,
				hasMessageExtensions: false,
			},
			payloadHeader: {
				exchangeId,
				protocolId,
				messageType: opcode,
				isInitiatorMessage: (flags & INITIATOR) !== 0,
				requiresAck: false,
				hasSecuredExtension: false,
			},
			payload: Buffer.from(payload, "hex"),
		});
		return Buffer.from(MessageCodec.encodePacket(packet));
	}

	function receive(fabric, bytes) {
		const packet = MessageCodec.decodePacket(bytes);
		const aad = bytes.subarray(0, bytes.length - packet.applicationPayload.byteLength);
		const { message, key, sourceNodeId } = GroupSession.decode([fabric], packet, aad);
		const { packetHeader, payloadHeader, payload } = message;
		return {
			...plain({
				groupId: packetHeader.destGroupId,
				counter: packetHeader.messageId,
				isHidden: packetHeader.hasPrivacyEnhancements,
				isInitiator: payloadHeader.isInitiatorMessage,
				needsAck: payloadHeader.requiresAck,
				exchangeId: payloadHeader.exchangeId,
				protocolId: payloadHeader.protocolId,
				opcode: payloadHeader.messageType,
				payload: hex(payload),
			}),
			source: sourceNodeId.toString(),
			key: hex(key),
		};
	}

	const cases = [1, 2, 3].flatMap((keys) => [null, 1, 2, 3].map((now) => [keys, now]));
	test.each(cases)("of %d keys, at %s", async (keys, now) => {
		const roll = random(4711 + 4 * keys + (now ?? 0));
		const { ours, fabric } = await members(roll, keys, now);
		const make = (isOurs) =>
			Array.from({ length: MESSAGES }, (_, i) => {
				const message = randomMessage(roll, i, isOurs);
				message.flags &= INITIATOR;
				message.groupId = GROUPS[Math.floor(roll() * GROUPS.length)];
				// its header is longer than a session's
				message.payload = message.payload.slice(0, 2 * (LONGEST - 10));
				return message;
			});
		const sent = make(true);
		const received = make(false);
		const packets = received.map((message, i) =>
			send(fabric, message, Math.floor(roll() * keys), 1000 + i, roll() < 0.5),
		);
		const forged = packets.map((packet) => {
			const copy = Buffer.from(packet);
			copy[4 + Math.floor(roll() * (copy.length - 4))] ^= 1 << Math.floor(roll() * 8);
			return copy;
		});
		const text = execFileSync(join(build, "xs-run"), [
			join(build, "js/test/support/groupEnd.js"),
			JSON.stringify({ ...ours, messages: sent, packets: [...forged, ...packets].map(hex) }),
		]).toString();
		const result = JSON.parse(text);

		const common = ({ groupId, flags, exchangeId, protocolId, opcode, payload }) => ({
			groupId,
			isInitiator: (flags & INITIATOR) !== 0,
			exchangeId,
			protocolId,
			opcode,
			payload,
		});
		expect(result.messages.slice(0, MESSAGES)).toEqual(forged.map(() => null));
		expect(result.messages.slice(MESSAGES)).toEqual(
			received.map((message, i) => ({
				...common(message),
				counter: 1000 + i,
				source: fabric.nodeId.toString(),
			})),
		);
		// Without time the second newest, with it the latest that has begun.
		const current = now === null ? Math.max(0, keys - 2) : Math.min(keys, now) - 1;
		result.packets.forEach((packet, i) => {
			const bytes = Buffer.from(packet, "hex");
			expect(receive(fabric, bytes)).toEqual({
				...common(sent[i]),
				counter: (ours.counter + i) % 2 ** 32,
				isHidden: true,
				needsAck: false,
				source: BigInt(ours.nodeId).toString(),
				key: hex(fabric.groups.keySets.allKeysForId(sent[i].groupId)[current].key),
			});
			bytes[4 + Math.floor(roll() * (bytes.length - 4))] ^= 1 << Math.floor(roll() * 8);
			expect(() => receive(fabric, bytes)).toThrow();
		});
	});
});

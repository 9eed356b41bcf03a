import { writeUint16LE } from "../codec/Bytes";
import Ccm from "../crypto/ccm";
import type { Fabric } from "../fabric/Fabric";
import { groupSessionId, privacyKey } from "../fabric/GroupKeys";
import { IPK_KEY_SET, type EpochKey } from "../fabric/GroupKeySet";
import type { GroupCounter } from "../message/GroupCounter";
import { MAX_DATAGRAM, MIC_LENGTH, type Message } from "../message/Message";
import {
	DESTINATION_GROUP_ID,
	GROUP_SESSION,
	PACKET_HEADER_LENGTH,
	PRIVACY,
	SOURCE_NODE_ID,
} from "../message/PacketHeader";
import { encodePayloadHeader, PAYLOAD_HEADER_LENGTH } from "../message/PayloadHeader";
import { togglePrivacy } from "../message/Privacy";

const NODE_ID_LENGTH = 8;
const GROUP_ID_LENGTH = 2;
const HEADER_LENGTH = PACKET_HEADER_LENGTH + NODE_ID_LENGTH + GROUP_ID_LENGTH;
/** The longest application payload of one message. */
export const MAX_GROUP_PAYLOAD = MAX_DATAGRAM - HEADER_LENGTH - PAYLOAD_HEADER_LENGTH - MIC_LENGTH;
/** An epoch key of that start time is none (Matter Core 4.17.3.1). */
const NEVER = 0xffff_ffff_ffff_ffffn;

/**
 * What this node sends messages to a group with (Matter Core 4.16.2). Made for a message, or a few: the epoch key that is
 * current may be another one soon.
 */
export class OutboundGroupSession {
	readonly fabric: Fabric;
	readonly groupId: number;
	/** Group Session ID, 0..65535 */
	readonly id: number;

	#counter: GroupCounter;
	#encryption: Ccm;
	#privacyKey: Uint8Array;

	/**
	 * @param now epoch-us, for a node whose time is synchronized
	 * @throws Error when the group has no key to send with
	 */
	constructor(fabric: Fabric, groupId: number, counter: GroupCounter, now?: bigint) {
		const id = fabric.groupKeySetOf(groupId);
		const set = fabric.groupKeySets.find(({ groupKeySetId }) => groupKeySetId === id && id !== IPK_KEY_SET);
		const epochKey = set && currentEpochKey(set.epochKeys, now);
		if (!epochKey) throw new Error(`group 0x${groupId.toString(16)} has no key in fabric ${fabric.index}`);
		this.fabric = fabric;
		this.groupId = groupId;
		this.#counter = counter;
		const operationalKey = fabric.operationalKey(epochKey.key);
		this.id = groupSessionId(operationalKey);
		this.#encryption = new Ccm(operationalKey);
		this.#privacyKey = privacyKey(operationalKey);
		operationalKey.fill(0);
	}

	/**
	 * Turns the message [payloadStart, payloadEnd), with the fields of its protocol header, into a packet, in place, whose
	 * header is hidden.
	 * @returns the same object; `start` and `end` are what goes on the wire
	 * @throws Error when there is no counter for it
	 */
	encode(message: Message): Message {
		const counter = this.#counter.next();
		const bytes = message.bytes;
		const view = message.view;
		const nodeIdBytes = this.fabric.nodeIdBytes;
		const headerEnd = encodePayloadHeader(message);
		const start = headerEnd - HEADER_LENGTH;
		const head = SOURCE_NODE_ID | DESTINATION_GROUP_ID | (this.id << 8) | PRIVACY | GROUP_SESSION;
		view.setInt32(start, head, true);
		view.setUint32(start + 4, counter, true);
		bytes.set(nodeIdBytes, start + PACKET_HEADER_LENGTH);
		writeUint16LE(bytes, headerEnd - GROUP_ID_LENGTH, this.groupId);
		message.head = head;
		message.counter = counter;
		message.start = start;
		message.headerEnd = headerEnd;
		message.end = this.#encryption.sealPacket(bytes, start, headerEnd, message.payloadEnd, nodeIdBytes);
		togglePrivacy(message, this.#privacyKey);
		return message;
	}

	/** As logs name it: `group/` and its id in hexadecimal. */
	getName(): string {
		return `group/${this.id.toString(16)}`;
	}

	/** Wipes the keys. */
	destroy(): void {
		this.#encryption.close();
		this.#privacyKey.fill(0);
	}
}

/**
 * The epoch key to send with: the one with the latest start time that is not in the future or, where the time is not known,
 * the one with the second newest (Matter Core 4.17.3.1, 4.17.3.4).
 * @param keys oldest first
 * @param now epoch-us
 */
function currentEpochKey(keys: readonly EpochKey[], now: bigint | undefined): EpochKey | undefined {
	const usable = keys.filter(({ startTime }) => startTime <= (now ?? NEVER - 1n));
	return usable[now === undefined && usable.length > 1 ? usable.length - 2 : usable.length - 1];
}

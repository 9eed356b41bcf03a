import Ccm from "../crypto/ccm";
import type { Fabric } from "../fabric/Fabric";
import { privacyKey } from "../fabric/GroupKeys";
import type { Message } from "../message/Message";
import { PRIVACY } from "../message/PacketHeader";
import { revealHeader } from "../message/Privacy";

const NODE_ID_LENGTH = 8;

/**
 * What messages are opened with that are encrypted with one epoch key, whatever group they are for (Matter Core
 * 4.17.3.6). A group's messages are never answered, so it has none of a unicast session's state.
 */
export class GroupSession {
	readonly fabric: Fabric;
	readonly groupKeySetId: number;
	/** 16 bytes, the fabric's own */
	readonly epochKey: Uint8Array;
	/** Group Session ID, 0..65535; others may have the same */
	readonly id: number;
	/** of the message opened last */
	groupId = 0;

	#decryption: Ccm | undefined;
	#privacyKey: Uint8Array | undefined;

	/** @param epochKey 16 bytes; stays the caller's */
	constructor(fabric: Fabric, groupKeySetId: number, epochKey: Uint8Array, id: number) {
		this.fabric = fabric;
		this.groupKeySetId = groupKeySetId;
		this.epochKey = epochKey;
		this.id = id;
	}

	/**
	 * Opens the packet in place, if it is for a group of this key. `headerEnd` is as decodePacketHeader left it.
	 * @param sourceNodeId 8 bytes of room
	 * @returns false when it is not; then the packet is not what it was
	 */
	open(packet: Message, sourceNodeId: Uint8Array): boolean {
		const bytes = packet.bytes;
		if (packet.head & PRIVACY && !revealHeader(packet, (this.#privacyKey ??= this.derive(privacyKey))))
			return false;
		const groupId = packet.view.getUint16(packet.destinationOffset, true);
		// The key alone does not say which groups its holder may speak to (Matter Core 4.17.3).
		if (this.fabric.groupKeySetOf(groupId) !== this.groupKeySetId) return false;
		const source = packet.sourceOffset;
		for (let i = 0; i < NODE_ID_LENGTH; i++) sourceNodeId[i] = bytes[source + i]!;
		this.#decryption ??= this.derive(decryption);
		packet.payloadEnd = this.#decryption.openPacket(
			bytes,
			packet.start,
			packet.headerEnd,
			packet.end,
			sourceNodeId,
		);
		this.groupId = groupId;
		return packet.payloadEnd >= 0;
	}

	/** As logs name it: `group/` and its id in hexadecimal. */
	getName(): string {
		return `group/${this.id.toString(16)}`;
	}

	/** Wipes the keys. */
	destroy(): void {
		this.#decryption?.close();
		this.#privacyKey?.fill(0);
		this.#decryption = this.#privacyKey = undefined;
	}

	private derive<T>(make: (operationalKey: Uint8Array) => T): T {
		const operationalKey = this.fabric.operationalKey(this.epochKey);
		const result = make(operationalKey);
		operationalKey.fill(0);
		return result;
	}
}

function decryption(operationalKey: Uint8Array): Ccm {
	return new Ccm(operationalKey);
}

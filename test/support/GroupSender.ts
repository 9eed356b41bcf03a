import { concatBytes, nodeIdBytes, writeUint16LE, writeUint32LE } from "../../modules/codec/Bytes";
import Ccm from "../../modules/crypto/ccm";
import type { Fabric } from "../../modules/fabric/Fabric";
import { groupSessionId, privacyKey } from "../../modules/fabric/GroupKeys";

/** What a message to a group has other than usual. */
export interface GroupMessage {
	groupId?: number;
	counter?: number;
	source?: bigint;
	/** message flags: source node id, group id */
	flags?: number;
	securityFlags?: number;
	sessionId?: number;
	exchangeFlags?: number;
	protocolId?: number;
	opcode?: number;
	/** message extensions, their length not included */
	extensions?: Uint8Array;
	payload?: Uint8Array;
}

const PRIVACY = 0x80;
const EXTENSIONS = 0x20;

/** Another member of the fabric, who speaks to groups. Seals by the general AES-CCM, hides headers by it as well. */
export class GroupSender {
	readonly sessionId: number;
	#operationalKey: Uint8Array;
	#counter = 1000;

	constructor(fabric: Fabric, epochKey: Uint8Array) {
		this.#operationalKey = fabric.operationalKey(epochKey);
		this.sessionId = groupSessionId(this.#operationalKey);
	}

	/** @returns the datagram: by default of node 0x77, to group 0x101, an InvokeRequest without content */
	datagram(message: GroupMessage = {}): Uint8Array {
		const { counter = this.#counter++, flags = 0x06, securityFlags = 0x01, extensions } = message;
		const source = nodeIdBytes(message.source ?? 0x77n);
		const header = new Uint8Array(8);
		header[0] = flags;
		writeUint16LE(header, 1, message.sessionId ?? this.sessionId);
		header[3] = securityFlags;
		writeUint32LE(header, 4, counter);
		const groupId = new Uint8Array(2);
		writeUint16LE(groupId, 0, message.groupId ?? 0x101);
		const ids = concatBytes(
			flags & 0x04 ? source : new Uint8Array(0),
			(flags & 0x03) === 2 ? groupId : new Uint8Array(flags & 0x01 ? 8 : 0),
		);
		const extended = new Uint8Array(extensions && securityFlags & EXTENSIONS ? 2 + extensions.length : 0);
		if (extended.length > 0) {
			writeUint16LE(extended, 0, extensions!.length);
			extended.set(extensions!, 2);
		}
		const { exchangeFlags = 0x01, protocolId = 1, opcode = 8, payload = new Uint8Array(0) } = message;
		const plain = concatBytes(
			new Uint8Array([exchangeFlags, opcode, 0x34, 0x12, protocolId, protocolId >> 8]),
			payload,
		);
		const nonce = concatBytes(header.subarray(3, 8), source);
		const associated = concatBytes(header, ids, extended);
		const sealed = new Ccm(this.#operationalKey).seal(nonce, plain, associated);
		if (securityFlags & PRIVACY) this.#hide(associated.subarray(0, 8 + ids.length), sealed.subarray(-16));
		return concatBytes(associated, sealed);
	}

	#hide(header: Uint8Array, tag: Uint8Array): void {
		const nonce = concatBytes(new Uint8Array([header[2]!, header[1]!]), tag.subarray(5));
		const hidden = new Ccm(privacyKey(this.#operationalKey)).seal(nonce, header.subarray(4));
		header.set(hidden.subarray(0, header.length - 4), 4);
	}
}

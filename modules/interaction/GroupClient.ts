import { interfaces, type NetworkInterface } from "host/network";
import { readUint16LE, writeUint32LE } from "../codec/Bytes";
import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";
import random from "../crypto/random";
import { LARGE, TIMED, type ClusterDefinition, type CommandDefinition } from "../datamodel/ClusterDefinition";
import { encodeValue } from "../datamodel/Types";
import { INTERACTION_SENT, type Counters } from "../diagnostics/Counters";
import { inUse } from "../discovery/MulticastSocket";
import type { FabricTable } from "../fabric/FabricTable";
import { groupAddress } from "../fabric/GroupKeys";
import { GroupCounter } from "../message/GroupCounter";
import { HEADROOM, INITIATOR, Message, MIC_LENGTH } from "../message/Message";
import { MAX_GROUP_PAYLOAD, OutboundGroupSession } from "../session/OutboundGroupSession";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import type { Storage } from "../storage/Storage";
import { SOCKET_ADDRESS_LENGTH } from "../transport/SocketAddress";
import type { Transport } from "../transport/Transport";
import { GROUP_PORT } from "../transport/UdpTransport";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";

/** What a node gives to whom sends in its name. */
export interface ClientParts {
	readonly fabrics: FabricTable;
	readonly storage: Storage;
	readonly transport: Transport;
	readonly counters: Counters;
}

/** A group that an administrator gave this node a key for. */
export interface GroupTarget {
	readonly fabricIndex: number;
	readonly groupId: number;
}

/**
 * Sends commands to groups (Matter Core 4.16.2, 8.8.2), as a light switch does. Nobody acknowledges or answers them, so there
 * is no exchange to wait in: who wants to be surer sends an idempotent command again.
 *
 * const groups = new GroupClient();
 * board.onButton = () => groups.groups.forEach((group) => groups.invoke(group, OnOff, "toggle"));
 * new MatterNode({ …, clients: [groups] }).start();
 */
export class GroupClient {
	#time: (() => bigint | undefined) | undefined;
	#interfaces: () => readonly NetworkInterface[];
	#parts: ClientParts | undefined;
	#counter: GroupCounter | undefined;

	/**
	 * @param options.time epoch-us of a clock that is synchronized, by which the current key is chosen; undefined while it is
	 * not
	 * @param options.interfaces the host's in the device
	 */
	constructor(options: { time?: () => bigint | undefined; interfaces?: () => readonly NetworkInterface[] } = {}) {
		this.#time = options.time;
		this.#interfaces = options.interfaces ?? interfaces;
	}

	/** The node, when it starts. */
	open(parts: ClientParts): void {
		this.#parts = parts;
	}

	/** The groups that can be sent to: those that the group key maps of all fabrics name. None before the node starts. */
	get groups(): GroupTarget[] {
		const targets: GroupTarget[] = [];
		if (this.#parts) {
			const fabrics = this.#parts.fabrics.fabrics;
			for (let i = 0; i < fabrics.length; i++) {
				const { index, groupKeyMap } = fabrics[i]!;
				for (let j = 0; j < groupKeyMap.length; j++) {
					const { groupId } = groupKeyMap[j]!;
					targets.push({ fabricIndex: index, groupId });
				}
			}
		}
		return targets;
	}

	/**
	 * Has every endpoint of the group execute a command, if its node grants that to the group.
	 * @param command its name in the definition
	 * @param fields by the definition
	 * @returns whether it left by at least one interface
	 * @throws Error when the node does not run, the group has no key, or storage refuses a message counter
	 * @throws TypeError for a command that no group can be sent, or fields that are not the definition's
	 * @throws TlvOverflow when it is too long for a datagram
	 */
	invoke<C extends ClusterDefinition>(
		{ fabricIndex, groupId }: GroupTarget,
		cluster: C,
		command: keyof C["commands"] & string,
		fields: unknown = {},
	): boolean {
		const parts = this.#parts;
		const fabric = parts?.fabrics.find(fabricIndex);
		if (!parts || !fabric) throw new Error(`there is no fabric ${fabricIndex}`);
		const definition = cluster.commands[command];
		if (!definition || definition.flags & (TIMED | LARGE)) throw new TypeError(`${command} is not for groups`);
		const message = new Message(new Uint8Array(HEADROOM + MAX_GROUP_PAYLOAD + MIC_LENGTH));
		message.payloadStart = HEADROOM;
		message.payloadEnd = writeRequest(message.bytes, cluster.id, definition, fields);
		message.prepare(INITIATOR, exchangeId(), INTERACTION_MODEL, Opcode.INVOKE_REQUEST);
		const counter = (this.#counter ??= new GroupCounter(parts.storage));
		const session = new OutboundGroupSession(fabric, groupId, counter, this.#time?.());
		try {
			session.encode(message);
		} finally {
			session.destroy();
		}
		parts.counters.countAt(INTERACTION_SENT);
		const to = new Uint8Array(SOCKET_ADDRESS_LENGTH);
		to.set(groupAddress(fabric.fabricId, groupId));
		to[16] = GROUP_PORT >> 8;
		to[17] = GROUP_PORT & 0xff;
		let sent = false;
		// Who hears it by two of them takes it once, by its counter.
		const all = inUse(this.#interfaces());
		for (let i = 0; i < all.length; i++) {
			const { index } = all[i]!;
			writeUint32LE(to, 18, index);
			if (parts.transport.send(to, message.bytes, message.start, message.end)) sent = true;
			else parts.counters.count("sendFailed");
		}
		return sent;
	}
}

/** InvokeRequestMessage (Matter Core 10.7.9), to be answered by nobody. @returns where it ends */
function writeRequest(bytes: Uint8Array, cluster: number, command: CommandDefinition, fields: unknown): number {
	const writer = new TlvWriter(bytes, HEADROOM, HEADROOM + MAX_GROUP_PAYLOAD);
	writer.structure(ANONYMOUS);
	writer.boolean(0, true); // SuppressResponse
	writer.boolean(1, false); // TimedRequest
	writer.array(2);
	writer.structure(ANONYMOUS);
	writer.list(0);
	writer.unsigned(1, cluster);
	writer.unsigned(2, command.id);
	writer.end();
	encodeValue(writer, 1, command.fields, fields);
	writer.end();
	writer.end();
	writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
	writer.end();
	return writer.position;
}

/** Nobody remembers it: any one will do. */
function exchangeId(): number {
	return readUint16LE(random(2), 0);
}

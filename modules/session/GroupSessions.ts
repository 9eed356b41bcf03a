import type { Counters } from "../diagnostics/Counters";
import type { Fabric } from "../fabric/Fabric";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import { groupSessionId } from "../fabric/GroupKeys";
import { IPK_KEY_SET } from "../fabric/GroupKeySet";
import type { Message } from "../message/Message";
import { CONTROL } from "../message/PacketHeader";
import { decodePayloadHeader } from "../message/PayloadHeader";
import { GROUP_SESSIONS } from "./Capacity";
import { GroupPeers } from "./GroupPeers";
import { GroupSession } from "./GroupSession";

const NODE_ID_LENGTH = 8;

/**
 * Receives group messages (Matter Core 4.7.3, 4.16, 4.17): finds the key, opens the packet, looks for its counter in what
 * its sender has used. Nothing is kept before the first one comes. Every epoch key of a key set is good for receiving,
 * whatever its start time (4.17.3.4).
 */
export class GroupSessions implements FabricListener {
	private fabrics: FabricTable;
	private counters: Counters;
	/** Group Session IDs of all epoch keys, as they follow each other in the fabrics; undefined until a message needs them */
	declare private ids: Uint16Array | undefined;
	/** those that opened a message, the latest first; others are made for the message and wiped */
	declare private sessions: GroupSession[] | undefined;
	declare private peers: GroupPeers | undefined;
	declare private source: Uint8Array | undefined;

	constructor({ fabrics, counters }: { fabrics: FabricTable; counters: Counters }) {
		this.fabrics = fabrics;
		this.counters = counters;
		fabrics.addListener(this);
	}

	/** sessions whose keys are ready */
	get length(): number {
		return this.sessions?.length ?? 0;
	}

	/**
	 * Opens a packet whose session type is group, in place.
	 * @returns by which key it came; undefined when it is to be dropped, which is counted
	 */
	open(packet: Message): GroupSession | undefined {
		// Control messages are for synchronizing counters, which a node that trusts the first one does not (4.18).
		if (packet.sourceOffset < 0 || !packet.hasGroupDestination || packet.head & CONTROL) {
			this.counters.count("malformedPacket");
			return undefined;
		}
		const ids = (this.ids ??= this.derive());
		const sessionId = packet.sessionId;
		let candidates = 0;
		for (let i = 0; i < ids.length; i++) if (ids[i] === sessionId) candidates++;
		if (candidates === 0) {
			this.counters.count("unknownSession");
			return undefined;
		}
		const session = this.openBy(ids, packet, candidates);
		if (!session) {
			this.counters.count("undecryptable");
			return undefined;
		}
		this.peers ??= new GroupPeers();
		const index = session.fabric.index;
		const isNew = this.peers.accept(index, sessionId, packet.bytes, packet.sourceOffset, packet.counter);
		if (!isNew) {
			this.counters.count(isNew === false ? "duplicate" : "groupRefused");
			return undefined;
		}
		if (!decodePayloadHeader(packet)) {
			this.counters.count("malformedPayload");
			return undefined;
		}
		return session;
	}

	onGroupsChanged(): void {
		this.close();
	}

	onFabricRemoved(index: number): void {
		this.close();
		this.peers?.removeFabric(index);
	}

	/** Wipes the keys; they are made anew when they are needed. */
	close(): void {
		const sessions = this.sessions;
		for (let i = 0; sessions && i < sessions.length; i++) sessions[i]!.destroy();
		this.sessions = this.ids = undefined;
	}

	/** Tries the keys with the packet's session id; what one has made of the packet is undone for the next. */
	private openBy(ids: Uint16Array, packet: Message, candidates: number): GroupSession | undefined {
		const { bytes, start, end, headerEnd, sessionId } = packet;
		const source = (this.source ??= new Uint8Array(NODE_ID_LENGTH));
		const kept = candidates > 1 ? bytes.slice(start, end) : undefined;
		let at = 0;
		const fabrics = this.fabrics.fabrics;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const groupKeySets = fabric.groupKeySets;
			for (let j = 0; j < groupKeySets.length; j++) {
				const { groupKeySetId, epochKeys } = groupKeySets[j]!;
				if (groupKeySetId === IPK_KEY_SET) continue;
				for (let k = 0; k < epochKeys.length; k++) {
					const key = epochKeys[k]!.key;
					if (ids[at++] !== sessionId) continue;
					const session = this.session(fabric, groupKeySetId, key, sessionId);
					if (session.open(packet, source)) {
						this.keep(session);
						return session;
					}
					if (!this.sessions?.includes(session)) session.destroy();
					if (!kept) return undefined;
					bytes.set(kept, start);
					packet.headerEnd = headerEnd;
				}
			}
		}
		return undefined;
	}

	private session(fabric: Fabric, groupKeySetId: number, epochKey: Uint8Array, id: number): GroupSession {
		const sessions = this.sessions;
		for (let i = 0; sessions && i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session.epochKey === epochKey) return session;
		}
		return new GroupSession(fabric, groupKeySetId, epochKey, id);
	}

	/** Only what has opened a message is worth it: nobody without a key puts others out. */
	private keep(session: GroupSession): void {
		const sessions = (this.sessions ??= []);
		if (sessions[0] === session) return;
		const at = sessions.indexOf(session);
		if (at >= 0) sessions.splice(at, 1);
		else if (sessions.length >= GROUP_SESSIONS) sessions.pop()!.destroy();
		sessions.unshift(session);
	}

	private derive(): Uint16Array {
		const ids: number[] = [];
		const fabrics = this.fabrics.fabrics;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const groupKeySets = fabric.groupKeySets;
			for (let j = 0; j < groupKeySets.length; j++) {
				const { groupKeySetId, epochKeys } = groupKeySets[j]!;
				if (groupKeySetId === IPK_KEY_SET) continue;
				for (let k = 0; k < epochKeys.length; k++) {
					const key = epochKeys[k]!.key;
					const operationalKey = fabric.operationalKey(key);
					ids.push(groupSessionId(operationalKey));
					operationalKey.fill(0);
				}
			}
		}
		const result = Uint16Array.from(ids);
		this.peers?.retain(result);
		return result;
	}
}

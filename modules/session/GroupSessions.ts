import type { Counters } from "../diagnostics/Counters";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import { IPK_KEY_SET } from "../fabric/GroupKeySet";
import type { Message } from "../message/Message";
import { CONTROL } from "../message/PacketHeader";
import { decodePayloadHeader } from "../message/PayloadHeader";
import { GroupPeers } from "./GroupPeers";
import { GroupSession } from "./GroupSession";

const NODE_ID_LENGTH = 8;

/**
 * Receives group messages (Matter Core 4.7.3, 4.16, 4.17): finds the key, opens the packet, looks for its counter in what
 * its sender has used. Nothing is kept before the first one comes. Every epoch key of a key set is good for receiving,
 * whatever its start time (4.17.3.4).
 */
export class GroupSessions implements FabricListener {
	#fabrics: FabricTable;
	#counters: Counters;
	/** one for each epoch key, made when a group message comes; undefined when they have to be made anew */
	#sessions: GroupSession[] | undefined;
	#peers: GroupPeers | undefined;
	#source: Uint8Array | undefined;

	constructor({ fabrics, counters }: { fabrics: FabricTable; counters: Counters }) {
		this.#fabrics = fabrics;
		this.#counters = counters;
		fabrics.addListener(this);
	}

	/**
	 * Opens a packet whose session type is group, in place.
	 * @returns by which key it came; undefined when it is to be dropped, which is counted
	 */
	open(packet: Message): GroupSession | undefined {
		// Control messages are for synchronizing counters, which a node that trusts the first one does not (4.18).
		if (packet.sourceOffset < 0 || !packet.hasGroupDestination || packet.head & CONTROL) {
			this.#counters.count("malformedPacket");
			return undefined;
		}
		const sessions = (this.#sessions ??= this.make());
		const { sessionId } = packet;
		let candidates = 0;
		for (let i = 0; i < sessions.length; i++) if (sessions[i]!.id === sessionId) candidates++;
		if (candidates === 0) {
			this.#counters.count("unknownSession");
			return undefined;
		}
		const session = this.openBy(sessions, packet, candidates);
		if (!session) {
			this.#counters.count("undecryptable");
			return undefined;
		}
		this.#peers ??= new GroupPeers();
		if (!this.#peers.accept(session.fabric.index, sessionId, packet.bytes, packet.sourceOffset, packet.counter)) {
			this.#counters.count("duplicate");
			return undefined;
		}
		if (!decodePayloadHeader(packet)) {
			this.#counters.count("malformedPayload");
			return undefined;
		}
		return session;
	}

	onGroupsChanged(): void {
		this.close();
	}

	onFabricRemoved(index: number): void {
		this.close();
		this.#peers?.removeFabric(index);
	}

	/** Wipes the keys; they are made anew when they are needed. */
	close(): void {
		if (this.#sessions) for (const session of this.#sessions) session.destroy();
		this.#sessions = undefined;
	}

	/** Tries the keys with the packet's session id; what one has made of the packet is undone for the next. */
	private openBy(sessions: readonly GroupSession[], packet: Message, candidates: number): GroupSession | undefined {
		const { bytes, start, end, headerEnd, sessionId } = packet;
		const source = (this.#source ??= new Uint8Array(NODE_ID_LENGTH));
		const kept = candidates > 1 ? bytes.slice(start, end) : undefined;
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session.id !== sessionId) continue;
			if (session.open(packet, source)) return session;
			if (!kept) break;
			bytes.set(kept, start);
			packet.headerEnd = headerEnd;
		}
		return undefined;
	}

	private make(): GroupSession[] {
		const sessions: GroupSession[] = [];
		for (const fabric of this.#fabrics.fabrics)
			for (const { groupKeySetId, epochKeys } of fabric.groupKeySets)
				if (groupKeySetId !== IPK_KEY_SET)
					for (const { key } of epochKeys) sessions.push(new GroupSession(fabric, groupKeySetId, key));
		return sessions;
	}
}

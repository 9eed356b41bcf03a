import hostRandom from "host/random";
import { readUint16LE } from "../codec/Bytes";
import { Counters } from "../diagnostics/Counters";
import { Log } from "../diagnostics/Log";
import type { Fabric } from "../fabric/Fabric";
import type { Message } from "../message/Message";
import { initialCounter, MessageCounter, type RandomSource } from "../message/MessageCounter";
import { CASE_SESSIONS_PER_FABRIC, SECURE_SESSIONS, SLOT_BITS, UNSECURED_SESSIONS } from "./Capacity";
import { SecureSession } from "./SecureSession";
import type { Session, SessionListener } from "./Session";
import type { SessionParameters } from "./SessionParameters";
import { UnsecuredSession } from "./UnsecuredSession";

const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATION_MASK = 0xffff >> SLOT_BITS;

/** What a finished handshake makes a session from. */
export interface SecureSessionDescription {
	/** from reserveId() */
	id: number;
	/** undefined for PASE */
	fabric: Fabric | undefined;
	/** 0 for PASE */
	peerNodeId: bigint;
	peerSessionId: number;
	/** Ke of PASE, or the ECDH secret of CASE; not kept */
	sharedSecret: Uint8Array;
	salt: Uint8Array;
	/** this node began the handshake */
	isInitiator: boolean;
	isResumption: boolean;
	/** the peer's */
	parameters: SessionParameters;
	caseAuthenticatedTags?: readonly number[];
	/** the peer's socket address, 22 bytes; copied */
	address: Uint8Array;
	isPase: boolean;
}

/** The secure channel: tells a peer that its session ends. */
export interface Farewell {
	farewell(session: SecureSession): void;
}

/** The exchange manager: hears of every session that ends, before others do. */
export interface SessionExchanges extends SessionListener<Session> {
	/** whether all exchanges of an unsecured session are closed, and await an acknowledgement at most */
	isOver(session: UnsecuredSession): boolean;
}

/**
 * All sessions of the node. The id of a secure session is its place in a table of fixed size and, in the bits above, a
 * generation that changes each time the place is taken: a message finds its session by one read, and an id comes again
 * only after some 2000 others have had its place.
 */
export class SessionManager {
	secureChannel: Farewell | undefined;
	exchanges: SessionExchanges | undefined;

	private now: () => number;
	private random: RandomSource;
	private log: Log;
	private counters: Counters;
	/** by slot; as long as the table has been in use */
	private sessions: (SecureSession | undefined)[] = [];
	/** by slot: the id taken, 0 for none; behind them the generations. Made for the first of them. */
	declare private table: Uint16Array | undefined;
	private lastSlot = 0;
	private unsecuredSessions: UnsecuredSession[] = [];
	declare private unencryptedCounter: MessageCounter | undefined;
	private listeners: SessionListener<SecureSession>[] = [];
	declare private onEnd: ((session: SecureSession | UnsecuredSession) => void) | undefined;

	constructor(options: {
		scheduler: { readonly now: () => number };
		log?: Log;
		counters?: Counters;
		random?: RandomSource;
	}) {
		const scheduler = options.scheduler;
		this.now = scheduler.now;
		this.random = options.random ?? hostRandom;
		this.log = options.log ?? new Log("none");
		this.counters = options.counters ?? new Counters();
	}

	private get ids(): Uint16Array {
		if (this.table) return this.table;
		const ids = (this.table = new Uint16Array(2 * SECURE_SESSIONS));
		// After a restart, peers still hold the ids of before.
		const bytes = new Uint8Array(2 * SECURE_SESSIONS);
		this.random(bytes);
		for (let i = 0; i < SECURE_SESSIONS; i++)
			ids[SECURE_SESSIONS + i] = readUint16LE(bytes, 2 * i) & GENERATION_MASK;
		return ids;
	}

	/** Tells it of every secure session that ends. */
	addListener(listener: SessionListener<SecureSession>): void {
		this.listeners.push(listener);
	}

	/**
	 * Takes an id for the session of a handshake that begins; createSecure or releaseId must follow. When the table is full,
	 * an unused session goes: the least recently used one of the fabrics that have more than their guaranteed share, then
	 * of this fabric, then of those that keep another.
	 * @param fabricIndex of the peer, where it is known; 0 otherwise
	 * @returns 0 when every session that might go has a live exchange
	 */
	reserveId(fabricIndex = 0): number {
		let slot = this.freeSlot();
		if (slot < 0) {
			const victim = this.victim(fabricIndex);
			if (!victim) return 0;
			this.counters.count("sessionEvicted");
			this.log.info("session", `${victim.getName()} makes room for another`);
			this.dismiss(victim);
			slot = this.freeSlot();
			if (slot < 0) return 0;
		}
		let generation = (this.ids[SECURE_SESSIONS + slot]! + 1) & GENERATION_MASK;
		if (generation === 0 && slot === 0) generation = 1;
		this.ids[SECURE_SESSIONS + slot] = generation;
		this.lastSlot = slot;
		return (this.ids[slot] = (generation << SLOT_BITS) | slot);
	}

	/** Gives an id back that no session was made of. */
	releaseId(id: number): void {
		const slot = id & SLOT_MASK;
		if (this.ids[slot] === id && !this.sessions[slot]) this.ids[slot] = 0;
	}

	/** Makes the session whose id was reserved; it is found by that id from now on. @throws Error when it was not */
	createSecure(description: SecureSessionDescription): SecureSession {
		const id = description.id;
		const fabric = description.fabric;
		const slot = id & SLOT_MASK;
		if (id === 0 || this.ids[slot] !== id || this.sessions[slot])
			throw new Error(`session id ${id} is not reserved`);
		const session = SecureSession.establish<unknown>(
			undefined,
			id,
			fabric,
			description.peerNodeId,
			description.peerSessionId,
			description.sharedSecret,
			description.salt,
			description.isInitiator,
			description.isResumption,
			this.close,
			undefined,
			undefined,
			{
				parameters: this.shared(description.parameters),
				...(description.caseAuthenticatedTags && { caseAuthenticatedTags: description.caseAuthenticatedTags }),
				isPase: description.isPase,
				address: description.address,
				now: this.now,
				random: this.random,
			},
		);
		while (this.sessions.length <= slot) this.sessions.push(undefined);
		this.sessions[slot] = session;
		return session;
	}

	/** The secure session of this id. */
	find(id: number): SecureSession | undefined {
		const session = this.sessions[id & SLOT_MASK];
		return session !== undefined && session.id === id ? session : undefined;
	}

	/** Ends a session that this node has no more use for, and tells its peer. */
	dismiss(session: SecureSession): void {
		this.secureChannel?.farewell(session);
		session.destroy();
	}

	/** All secure sessions, in no particular order. */
	secure(): SecureSession[] {
		return this.sessions.filter((session) => session !== undefined);
	}

	/** Ends all sessions of a fabric but one; a PASE session that joined it is one of them. */
	closeFabric(fabricIndex: number, except?: SecureSession): void {
		const sessions = this.secure();
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session.fabric?.index === fabricIndex && session !== except) session.destroy();
		}
	}

	destroyAll(): void {
		const sessions = this.secure();
		for (let i = 0; i < sessions.length; i++) sessions[i]!.destroy();
		const all = this.unsecuredSessions.slice();
		for (let i = 0; i < all.length; i++) all[i]!.destroy();
	}

	/**
	 * The unsecured session of a received packet: by its source when the peer began, a new one if need be, by its
	 * destination when this node did (Matter Core 4.13.2.1).
	 * @returns undefined for a packet with both or neither, to a handshake that is not ours, or when all are in use
	 */
	unsecured(packet: Message, from: Uint8Array): UnsecuredSession | undefined {
		const sourceOffset = packet.sourceOffset;
		const destinationOffset = packet.destinationOffset;
		if (sourceOffset < 0 === destinationOffset < 0 || packet.hasGroupDestination) return undefined;
		const isInitiator = sourceOffset < 0;
		const offset = isInitiator ? destinationOffset : sourceOffset;
		const all = this.unsecuredSessions;
		for (let i = 0; i < all.length; i++) {
			const session = all[i]!;
			if (session.isInitiator === isInitiator && session.isOf(packet.bytes, offset)) {
				// Between handshakes nothing hangs on where the peer is.
				if (session.exchanges === 0 && !isInitiator) session.address.set(from);
				return session;
			}
		}
		return isInitiator ? undefined : this.addUnsecured(false, packet.bytes.slice(offset, offset + 8), from);
	}

	/** An unsecured session in which this node begins. @returns undefined when all are in use */
	openUnsecured(address: Uint8Array): UnsecuredSession | undefined {
		const id = new Uint8Array(8);
		this.random(id);
		// An operational node id (Matter Core 2.5.5.1): not 0, below 0xFFFF_FFF0_0000_0000.
		id[7] = id[7]! & 0x7f;
		id[0] = id[0]! | 1;
		return this.addUnsecured(true, id, address);
	}

	private addUnsecured(isInitiator: boolean, id: Uint8Array, address: Uint8Array): UnsecuredSession | undefined {
		if (this.unsecuredSessions.length >= UNSECURED_SESSIONS) {
			// Who does not acknowledge what it was told keeps nobody out.
			const oldest = this.oldest(false) ?? this.oldest(true);
			if (!oldest) return undefined;
			oldest.destroy();
		}
		const session = new UnsecuredSession(
			isInitiator,
			id,
			address.slice(),
			(this.unencryptedCounter ??= new MessageCounter(initialCounter(this.random))),
			this.now,
			this.close,
		);
		this.unsecuredSessions.push(session);
		return session;
	}

	/** The unsecured session least recently used of those without exchanges, or of those whose exchanges are over. */
	private oldest(withExchanges: boolean): UnsecuredSession | undefined {
		let oldest: UnsecuredSession | undefined;
		const unsecured = this.unsecuredSessions;
		for (let i = 0; i < unsecured.length; i++) {
			const session = unsecured[i]!;
			const mayGo = session.exchanges === 0 || (withExchanges && this.exchanges?.isOver(session));
			if (mayGo && (!oldest || session.timestamp < oldest.timestamp)) oldest = session;
		}
		return oldest;
	}

	/** What sessions call when they end; made with the first of them. */
	private get close(): (session: SecureSession | UnsecuredSession) => void {
		return (this.onEnd ??= (session) =>
			session instanceof SecureSession ? this.closed(session) : this.unsecuredClosed(session));
	}

	/** The object that another session has with the same values: most peers say the same. */
	private shared(parameters: SessionParameters): SessionParameters {
		const sessions = this.sessions;
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session?.parameters.equals(parameters)) return session.parameters;
		}
		return parameters;
	}

	private freeSlot(): number {
		// Round the table, so that a place just left rests the longest.
		for (let i = 1; i <= SECURE_SESSIONS; i++) {
			const slot = (this.lastSlot + i) % SECURE_SESSIONS;
			if (this.ids[slot] === 0) return slot;
		}
		return -1;
	}

	private victim(fabricIndex: number): SecureSession | undefined {
		let victim: SecureSession | undefined;
		let victimRank = 0;
		const sessions = this.sessions;
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (!session || session.isPase || session.exchanges > 0) continue;
			const index = session.fabric?.index ?? 0;
			const count = this.sessionsOf(index);
			const rank = count > CASE_SESSIONS_PER_FABRIC ? 3 : index === fabricIndex ? 2 : count > 1 ? 1 : 0;
			if (rank > victimRank || (rank === victimRank && victim && session.timestamp < victim.timestamp)) {
				victim = session;
				victimRank = rank;
			}
		}
		return victim;
	}

	private sessionsOf(fabricIndex: number): number {
		let count = 0;
		const sessions = this.sessions;
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session && !session.isPase && session.fabric?.index === fabricIndex) count++;
		}
		return count;
	}

	private closed(session: SecureSession): void {
		const slot = session.id & SLOT_MASK;
		this.sessions[slot] = undefined;
		this.ids[slot] = 0;
		if (this.exchanges) this.tell(this.exchanges, session);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) this.tell(listeners[i]!, session);
	}

	private unsecuredClosed(session: UnsecuredSession): void {
		const index = this.unsecuredSessions.indexOf(session);
		if (index < 0) return;
		this.unsecuredSessions.splice(index, 1);
		if (this.exchanges) this.tell(this.exchanges, session);
	}

	private tell<S>(listener: SessionListener<S>, session: S): void {
		try {
			listener.onSessionClosed(session);
		} catch (error) {
			this.counters.count("callbackFailed");
			this.log.exception("session", "telling that a session ended", error);
		}
	}
}

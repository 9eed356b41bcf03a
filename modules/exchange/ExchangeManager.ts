import hostRandom from "host/random";
import { readUint16LE } from "../codec/Bytes";
import { TlvWriter } from "../codec/TlvWriter";
import { Counters, INTERACTION_RECEIVED, INTERACTION_SENT } from "../diagnostics/Counters";
import { Log } from "../diagnostics/Log";
import {
	ACKNOWLEDGEMENT,
	HEADROOM,
	INITIATOR,
	MAX_DATAGRAM,
	Message,
	MIC_LENGTH,
	ProtocolId,
	RELIABILITY,
} from "../message/Message";
import type { RandomSource } from "../message/MessageCounter";
import { decodePacketHeader, isGroupSession, PRIVACY } from "../message/PacketHeader";
import {
	BUSY_EXCHANGES,
	EXCHANGES_PER_UNSECURED_SESSION,
	KEPT_BUFFER_LENGTH,
	KEPT_BUFFERS,
	LONG_MESSAGES,
	OWN_EXCHANGES,
	PEER_EXCHANGES,
	PEER_EXCHANGES_PER_SESSION,
	UNACKNOWLEDGED_PER_SESSION,
} from "../session/Capacity";
import type { GroupSessions } from "../session/GroupSessions";
import { CounterExhausted } from "../session/SecureSession";
import type { Session } from "../session/Session";
import type { SessionExchanges, SessionManager } from "../session/SessionManager";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import type { Transport } from "../transport/Transport";
import { Exchange, NOBODY, type CloseReason, type ExchangeHandler, type ProtocolHandler } from "./Exchange";
import { Refusals } from "./Refusals";

/** Where bare acknowledgements are written: one may have to go while another message is being written. */
const ACKNOWLEDGEMENT_START = HEADROOM + MAX_DATAGRAM;
/** Of the buffer that messages are written into. */
export const SENDING_LENGTH = ACKNOWLEDGEMENT_START + HEADROOM + MIC_LENGTH;

/** Opcode of the secure channel protocol (Matter Core 4.12.7.1). */
const STANDALONE_ACK = 0x10;

/**
 * Takes datagrams to their exchanges and messages to the transport (Matter Core 4.10.5, 4.12.5). There is one message
 * for what comes and one for what goes, each used again and again.
 */
export class ExchangeManager implements SessionExchanges {
	/** @internal monotonic ms */
	readonly now: () => number;

	private transport: Transport;
	private sessions: SessionManager;
	private groups: GroupSessions | undefined;
	private log: Log;
	private counters: Counters;
	private random: RandomSource;
	private protocols: (ProtocolHandler | undefined)[] = [];
	private exchanges: Exchange[] = [];

	// Each is made for the first message.
	private buffer: Uint8Array;
	declare private received: Message | undefined;
	declare private sentMessage: Message | undefined;
	declare private writer: TlvWriter | undefined;
	declare private writing: Exchange | undefined;
	declare private kept: Uint8Array[] | undefined;
	/** messages kept that are longer than those buffers */
	private long = 0;

	/** requests that found no room; undefined while there are none */
	declare private refusals: Refusals | undefined;

	private scheduler: Scheduler;
	/** one for all exchanges: it looks at each when the first is due */
	declare private deadline: Deadline | undefined;
	/** -1: none was used yet */
	private nextId = -1;
	declare private entropy: Uint8Array | undefined;
	private entropyLeft = 0;

	/**
	 * @param options.groups undefined: no group messages are taken
	 * @param options.buffer SENDING_LENGTH bytes; others may use it between messages
	 * @param options.random for exchange ids and jitter; the host's in the device
	 */
	constructor(options: {
		transport: Transport;
		sessions: SessionManager;
		groups?: GroupSessions;
		scheduler: Scheduler;
		log?: Log;
		counters?: Counters;
		buffer?: Uint8Array;
		random?: RandomSource;
	}) {
		this.buffer = options.buffer ?? new Uint8Array(SENDING_LENGTH);
		this.transport = options.transport;
		this.sessions = options.sessions;
		this.groups = options.groups;
		this.scheduler = options.scheduler;
		this.now = options.scheduler.now;
		this.log = options.log ?? new Log("none");
		this.counters = options.counters ?? new Counters();
		this.random = options.random ?? hostRandom;
		options.sessions.exchanges = this;
	}

	/** Has this handler serve the exchanges that peers begin with messages of a protocol of vendor 0. */
	register(protocolId: number, handler: ProtocolHandler): void {
		this.protocols[protocolId] = handler;
	}

	/**
	 * Begins an exchange. `patient`: one of many, which can wait until fewer than OWN_EXCHANGES are open.
	 * @throws Error when the session is over, or it has to wait
	 */
	open(session: Session, handler: ExchangeHandler, patient = false): Exchange {
		if (session.isClosing) throw new Error(`${session.getName()} is over`);
		if (patient && this.count(true) >= OWN_EXCHANGES) throw new Error("all exchanges are in use");
		let id = this.nextId < 0 ? Math.floor(this.jitter() * 0x10000) : this.nextId;
		while (this.find(session, id, true)) id = (id + 1) & 0xffff;
		this.nextId = (id + 1) & 0xffff;
		return this.add(new Exchange(this, session, id, true, handler));
	}

	/** exchanges that live */
	get length(): number {
		return this.exchanges.length;
	}

	/** Ends all exchanges, and wipes the keys of groups; tells what was counted. */
	close(): void {
		this.groups?.close();
		const all = this.exchanges.slice();
		for (let i = 0; i < all.length; i++) this.end(all[i]!, "session");
		this.deadline?.stop();
		this.log.info("counters", this.counters.toString() || "none");
	}

	/** Takes a datagram; never throws. What is not ours, not genuine or not well-formed is dropped and counted. */
	onDatagram(bytes: Uint8Array, length: number, from: Uint8Array): void {
		const message = (this.received ??= new Message(bytes));
		message.receive(bytes, length);
		if (!decodePacketHeader(message)) {
			this.counters.count("malformedPacket");
			return;
		}
		if (isGroupSession(message)) {
			return this.onGroupMessage(message);
		}
		const session = this.sessionOf(message, from);
		if (!session) return;
		if (!session.decode(message)) {
			this.counters.count(message.payloadEnd < 0 ? "undecryptable" : "malformedPayload");
			return;
		}
		if (session.id === 0 && message.protocolId !== ProtocolId.SecureChannel) {
			this.counters.count("unsecuredRefused");
			return;
		}
		if (message.isDuplicate) this.counters.count("duplicate");
		else if (session.id !== 0) {
			session.address.set(from);
			if (message.protocolId === ProtocolId.InteractionModel) this.counters.countAt(INTERACTION_RECEIVED);
		}
		session.notifyActivity(true);
		if (this.log.debugging) this.trace("<", session, message);

		return this.deliver(session, message);
	}

	/** What handlers, which go deep, find below them on the stack: no more than is needed. */
	private deliver(session: Session, message: Message): void {
		let exchange = this.find(session, message.exchangeId, !message.isInitiator);
		try {
			if (exchange && !message.isDuplicate) {
				exchange.receive(message, isStandaloneAck(message));
				return;
			}
			if (exchange && message.needsAck && exchange.answersAgain(message.counter)) return;
			exchange = this.begun(session, message, exchange !== undefined);
			if (exchange) this.protocols[message.protocolId]!.onExchange(exchange, message);
		} catch (error) {
			this.failed("a message's handler", error);
			exchange?.close();
		}
		if (exchange?.handler === NOBODY) exchange.close();
	}

	private sessionOf(message: Message, from: Uint8Array): Session | undefined {
		let session: Session | undefined;
		const id = message.sessionId;
		// Privacy is for group messages: unicast peers do not use it (Matter Core 4.9).
		if ((message.head & PRIVACY) !== 0) this.counters.count("undecryptable");
		else if (id === 0) {
			session = this.sessions.unsecured(message, from);
			if (!session) this.counters.count("unsecuredRefused");
		} else if (message.hasGroupDestination) this.counters.count("malformedPacket");
		else {
			session = this.sessions.find(id);
			if (!session) this.counters.count("unknownSession");
		}
		return session;
	}

	/** What is opened goes to its protocol, and ends there. Flags of MRP say nothing here (Matter Core 4.12.1). */
	private onGroupMessage(message: Message): void {
		if (!this.groups) {
			this.counters.count("unknownSession");
			return;
		}
		try {
			const session = this.groups.open(message);
			if (!session) return;
			const protocol = message.vendorId === 0 ? this.protocols[message.protocolId] : undefined;
			if (!protocol?.onGroupMessage || !message.isInitiator) {
				this.counters.count(message.isInitiator ? "unknownProtocol" : "unsolicitedRefused");
				return;
			}
			this.counters.count("groupReceived");
			this.counters.countAt(INTERACTION_RECEIVED);
			if (this.log.debugging)
				this.log.debug("exchange", `< ${session.getName()} opcode 0x${message.opcode.toString(16)}`);
			protocol.onGroupMessage(session, message);
		} catch (error) {
			this.failed("a group message", error);
		}
	}

	/**
	 * A message that no exchange waits for: a duplicate, the first of a new exchange, or one that came too late.
	 * @returns the new exchange, for its protocol
	 */
	private begun(session: Session, message: Message, isKnown: boolean): Exchange | undefined {
		if (isStandaloneAck(message)) {
			// matter.js acknowledges again what it has seen before in the other role; the counter tells that it is ours.
			this.find(session, message.exchangeId, message.isInitiator)?.receive(message, true);
			return undefined;
		}
		const isNew = !isKnown && message.isInitiator && !message.isDuplicate;
		const protocol = isNew && message.vendorId === 0 ? this.protocols[message.protocolId] : undefined;
		if (!protocol) {
			if (!message.isDuplicate) this.counters.count(isNew ? "unknownProtocol" : "unsolicitedRefused");
			// Acknowledged all the same, so that the peer stops repeating it (Matter Core 4.12.5.2.2).
			if (message.needsAck)
				this.sendAcknowledgement(session, message.exchangeId, !message.isInitiator, message.counter);
			return undefined;
		}
		const isBusy = !this.hasRoomFor(session, message);
		const isEnding = session.isClosing || session.isRetiring;
		if (isBusy || isEnding) this.counters.count("exchangeRefused");
		if (isEnding || (isBusy && !(protocol.onBusy && this.isTold(session, message.counter)))) {
			// Neither acknowledged nor remembered: the peer repeats it, and then there may be room.
			session.refuse(message);
			if (session.exchanges === 0) this.idle(session);
			return undefined;
		}
		if (this.refusals?.forget(session, message.counter, this.now()) === 0) this.refusals = undefined;
		const exchange = this.add(new Exchange(this, session, message.exchangeId, false, NOBODY));
		exchange.noteReliability(message, false);
		if (!isBusy) return exchange;
		try {
			protocol.onBusy!(exchange, message);
		} finally {
			exchange.close();
		}
		return undefined;
	}

	private hasRoomFor(session: Session, message: Message): boolean {
		// What a session's peer says of the session itself is heard in any case, and takes no time.
		if (session.id !== 0 && message.protocolId === ProtocolId.SecureChannel) return true;
		let ofSession = this.count(false, session);
		// Handshakes are bounded apart, so that strangers cannot keep out who has a session.
		if (session.id === 0) return ofSession < EXCHANGES_PER_UNSECURED_SESSION;
		// Where acknowledgements get lost, the peer has heard these answers and goes on.
		if (ofSession >= PEER_EXCHANGES_PER_SESSION)
			ofSession -= Math.min(this.countUnacknowledged(session), UNACKNOWLEDGED_PER_SESSION);
		return (
			ofSession < PEER_EXCHANGES_PER_SESSION && this.count(false) < PEER_EXCHANGES && this.long < LONG_MESSAGES
		);
	}

	/** There is no room for a request. @returns whether its sender is told so, as long as few others are */
	private isTold(session: Session, counter: number): boolean {
		if (!(this.refusals ??= new Refusals()).note(session, counter, this.now())) return false;
		return this.count(false) < PEER_EXCHANGES + BUSY_EXCHANGES;
	}

	private find(session: Session, id: number, isInitiator: boolean): Exchange | undefined {
		const exchanges = this.exchanges;
		for (let i = 0; i < exchanges.length; i++) {
			const exchange = exchanges[i]!;
			if (exchange.id === id && exchange.session === session && exchange.isInitiator === isInitiator)
				return exchange;
		}
		return undefined;
	}

	/** Exchanges that this node began, or those that peers did: of one session, or of all secure ones. */
	private count(isInitiator: boolean, session?: Session): number {
		let count = 0;
		const exchanges = this.exchanges;
		for (let i = 0; i < exchanges.length; i++) {
			const exchange = exchanges[i]!;
			if (exchange.isInitiator !== isInitiator) continue;
			if (session === undefined ? exchange.session.isSecure() : exchange.session === session) count++;
		}
		return count;
	}

	/** Those of a session that a peer began and that wait for no more than an acknowledgement. */
	private countUnacknowledged(session: Session): number {
		let count = 0;
		const exchanges = this.exchanges;
		for (let i = 0; i < exchanges.length; i++) {
			const exchange = exchanges[i]!;
			if (exchange.session === session && !exchange.isInitiator && exchange.isClosed) count++;
		}
		return count;
	}

	private add(exchange: Exchange): Exchange {
		this.exchanges.push(exchange);
		exchange.session.exchanges++;
		return exchange;
	}

	/** @internal Exchange.begin */
	begin(exchange: Exchange): TlvWriter {
		this.writing = exchange;
		const buffer = this.buffer;
		const writer = (this.writer ??= new TlvWriter(buffer));
		return writer.reset(buffer, HEADROOM, HEADROOM + exchange.session.maxPayload);
	}

	/** @internal Exchange.send. @returns what was sent; undefined when the session had no counter left, and ended */
	transmit(
		exchange: Exchange,
		protocolId: number,
		opcode: number,
		reliable: boolean,
		ackCounter: number,
	): Message | undefined {
		const writer = this.writer;
		if (this.writing !== exchange || !writer)
			throw new Error("begin() the message before it is sent, and nothing else in between");
		this.writing = undefined;
		if (protocolId === ProtocolId.InteractionModel) this.counters.countAt(INTERACTION_SENT);
		const message = this.sent;
		const flags =
			(exchange.isInitiator ? INITIATOR : 0) |
			(reliable ? RELIABILITY : 0) |
			(ackCounter < 0 ? 0 : ACKNOWLEDGEMENT);
		message.prepare(flags, exchange.id, protocolId, opcode);
		message.ackCounter = ackCounter;
		message.payloadStart = HEADROOM;
		message.payloadEnd = writer.position;
		return this.send(exchange.session, message) ? message : undefined;
	}

	/** Nothing of it is set before it is sent, so that one does for all. */
	private get sent(): Message {
		return (this.sentMessage ??= new Message(this.buffer));
	}

	/** @internal A standalone acknowledgement (Matter Core 4.12.7.1). `isInitiator`: of the exchange, this node. */
	sendAcknowledgement(session: Session, exchangeId: number, isInitiator: boolean, counter: number): void {
		const message = this.sent;
		message.prepare(
			ACKNOWLEDGEMENT | (isInitiator ? INITIATOR : 0),
			exchangeId,
			ProtocolId.SecureChannel,
			STANDALONE_ACK,
		);
		message.ackCounter = counter;
		message.payloadStart = message.payloadEnd = ACKNOWLEDGEMENT_START + HEADROOM;
		this.send(session, message);
	}

	/** @internal The kept bytes once more. */
	retransmit(exchange: Exchange, packet: Uint8Array, length: number): void {
		const session = exchange.session;
		this.counters.count("retransmission");
		session.notifyActivity(false);
		if (!this.transport.send(session.address, packet, 0, length)) this.counters.count("sendFailed");
	}

	private send(session: Session, message: Message): boolean {
		if (this.log.debugging) this.trace(">", session, message);
		try {
			session.encode(message);
		} catch (error) {
			if (!(error instanceof CounterExhausted)) throw error;
			session.destroy();
			return false;
		}
		session.notifyActivity(false);
		if (!this.transport.send(session.address, message.bytes, message.start, message.end))
			this.counters.count("sendFailed");
		return true;
	}

	/** @internal Takes the exchange out and tells its handler. */
	end(exchange: Exchange, reason: CloseReason): void {
		const index = this.exchanges.indexOf(exchange);
		if (index < 0) return;
		const last = this.exchanges.pop()!;
		if (last !== exchange) this.exchanges[index] = last;
		if (this.writing === exchange) this.writing = undefined;
		exchange.finish();
		if (reason === "timeout") {
			this.counters.count("giveUp");
			this.log.info("exchange", `${exchange.session.getName()} does not acknowledge`);
		}
		const session = exchange.session;
		session.exchanges--;
		try {
			exchange.handler.onClose?.(exchange, reason);
		} catch (error) {
			this.failed("the end of an exchange", error);
		}
		if (session.exchanges === 0) this.idle(session);
	}

	private idle(session: Session): void {
		// Better now, with a word to the peer, than in the middle of an exchange.
		const retiring = session.isRetiring && !session.isClosing ? this.sessions.find(session.id) : undefined;
		if (retiring) this.sessions.dismiss(retiring);
		else session.onIdle();
	}

	/** The session manager's. */
	isOver(session: Session): boolean {
		const exchanges = this.exchanges;
		for (let i = 0; i < exchanges.length; i++) {
			const exchange = exchanges[i]!;
			if (exchange.session === session && !exchange.isClosed) return false;
		}
		return true;
	}

	/** The session manager's. */
	onSessionClosed(session: Session): void {
		this.refusals?.forgetSession(session);
		const all = this.exchanges.slice();
		for (let i = 0; i < all.length; i++) {
			const exchange = all[i]!;
			if (exchange.session === session) this.end(exchange, "session");
		}
	}

	/** @internal Looks at the exchanges at this time (ms) at the latest. */
	wakeAt(at: number): void {
		// Stays armed when what it waited for is done: waking once in vain is cheaper than moving it with every message.
		const deadline = (this.deadline ??= new Deadline(this.scheduler, this.expire, this));
		if (!deadline.armed || at < deadline.at) deadline.startAt(at);
	}

	private expire(): void {
		const now = this.now();
		let next = Infinity;
		const all = this.exchanges.slice();
		for (let i = 0; i < all.length; i++) {
			const exchange = all[i]!;
			try {
				if (exchange.due <= now) exchange.expire(now);
				if (exchange.due < next) next = exchange.due;
			} catch (error) {
				this.failed("a timer", error);
			}
		}
		if (next < Infinity) this.wakeAt(next);
	}

	/** @internal A random number from 0 to 1. */
	jitter(): number {
		const entropy = (this.entropy ??= new Uint8Array(16));
		if (this.entropyLeft === 0) {
			this.random(entropy);
			this.entropyLeft = entropy.length;
		}
		this.entropyLeft -= 2;
		return readUint16LE(entropy, this.entropyLeft) / 0x10000;
	}

	/** @internal A buffer of at least this length. */
	takeBuffer(length: number): Uint8Array {
		if (length <= KEPT_BUFFER_LENGTH) return this.kept?.pop() ?? new Uint8Array(KEPT_BUFFER_LENGTH);
		this.long++;
		return new Uint8Array(length);
	}

	/** @internal It is not needed any more. */
	giveBuffer(buffer: Uint8Array): void {
		if (buffer.length > KEPT_BUFFER_LENGTH) this.long--;
		else {
			const kept = (this.kept ??= []);
			if (kept.length < KEPT_BUFFERS) kept.push(buffer);
		}
	}

	private failed(what: string, error: unknown): void {
		this.counters.count("callbackFailed");
		this.log.exception("exchange", what, error);
	}

	private trace(direction: string, session: Session, message: Message): void {
		const flags = `${message.isInitiator ? "I" : ""}${message.needsAck ? "R" : ""}${message.hasAck ? `A${message.ackCounter}` : ""}`;
		this.log.debug(
			"exchange",
			`${direction} ${session.getName()} exchange ${message.exchangeId.toString(16)} protocol ${message.protocolId} opcode 0x${message.opcode.toString(16)} ` +
				`${flags} ${message.payloadEnd - message.payloadStart} bytes${message.isDuplicate && direction === "<" ? ", duplicate" : ""}`,
		);
	}
}

function isStandaloneAck(message: Message): boolean {
	return (
		message.opcode === STANDALONE_ACK && message.protocolId === ProtocolId.SecureChannel && message.vendorId === 0
	);
}

import type { TlvWriter } from "../codec/TlvWriter";
import type { Message } from "../message/Message";
import type { GroupSession } from "../session/GroupSession";
import type { Session } from "../session/Session";
import type { ExchangeManager } from "./ExchangeManager";
import { backoff, STANDALONE_ACK_TIMEOUT } from "./Mrp";

/** ms within which a network may deliver a datagram twice */
const DOUBLED = 50;
/** ms, SESSION_ACTIVE_INTERVAL of peers that say nothing (Matter Core 4.13.1) */
const USUAL_INTERVAL = 300;

/** Why an exchange is over. */
export type CloseReason =
	/** closed by this node, and acknowledged what had to be */
	| "done"
	/** the peer did not acknowledge */
	| "timeout"
	/** its session is gone */
	| "session";

/** What an exchange does with its messages. A Message is valid only during the call. */
export interface ExchangeHandler {
	onMessage(exchange: Exchange, message: Message): void;
	/** The exchange is over: nothing can be sent any more. Called once. */
	onClose?(exchange: Exchange, reason: CloseReason): void;
}

/** What a protocol does with peers that begin an exchange. */
export interface ProtocolHandler {
	/**
	 * The first message of a new exchange, to be answered here. Whoever wants further ones sets `exchange.handler`;
	 * otherwise the exchange closes when this returns.
	 */
	onExchange(exchange: Exchange, message: Message): void;
	/**
	 * The first message of an exchange for which there is no room: to be told so in the protocol's own words. The exchange
	 * closes when this returns.
	 */
	onBusy?(exchange: Exchange, message: Message): void;
	/** A message to a group. There is no exchange, because nobody answers or acknowledges it (Matter Core 4.12.1). */
	onGroupMessage?(session: GroupSession, message: Message): void;
}

/** The handler of an exchange that nobody has taken yet. */
export const NOBODY: ExchangeHandler = Object.freeze({ onMessage() {} });

/**
 * A conversation within a session (Matter Core 4.10), with its part of the message reliability protocol (Matter Core
 * 4.12): at most one message of ours that awaits its acknowledgement, and one of the peer's that we owe one.
 */
export class Exchange {
	readonly session: Session;
	/** 16 bits, chosen by whoever began it */
	readonly id: number;
	/** this node began it */
	readonly isInitiator: boolean;
	handler: ExchangeHandler;

	// Not # names: in a class that has them every object takes a slot more, and of these there are many at once.
	private manager: ExchangeManager;
	/** counter of the last message that asked for an acknowledgement; -1 before */
	private ackCounter = -1;
	/** ms; when that goes out by itself, unless a message carries it before; Infinity when it has gone */
	private ackAt = Infinity;
	/** the packet as it was sent, to be sent again as it is */
	private kept: Uint8Array | undefined;
	private keptLength = 0;
	private keptCounter = -1;
	/** counter of the message that it acknowledges; -1 for none */
	private keptAck = -1;
	/** ms; its latest transmission */
	private sentAt = 0;
	private transmissions = 0;
	/** ms; Infinity when nothing awaits its acknowledgement */
	private retransmitAt = Infinity;
	private closed = false;
	private over = false;

	/** @internal exchanges are made by ExchangeManager.open, and by peers */
	constructor(
		manager: ExchangeManager,
		session: Session,
		id: number,
		isInitiator: boolean,
		handler: ExchangeHandler,
	) {
		this.manager = manager;
		this.session = session;
		this.id = id;
		this.isInitiator = isInitiator;
		this.handler = handler;
	}

	/** Nothing can be sent: closed by this node, or over. */
	get isClosed(): boolean {
		return this.closed || this.over;
	}

	/**
	 * The node's one transmit buffer, at the payload; its limit is the longest payload of one message. Only one message is
	 * written at a time: between begin() and send() no other exchange may begin().
	 */
	begin(): TlvWriter {
		return this.manager.begin(this);
	}

	/**
	 * Sends what was written since begin(), with the acknowledgement that the peer waits for.
	 * @param reliable it is kept, and repeated until the peer acknowledges it
	 * @throws Error when the exchange is closed, or something else was begun meanwhile
	 */
	send(protocolId: number, opcode: number, reliable = true): void {
		if (this.closed || this.over) throw new Error("this exchange is closed");
		this.ackAt = Infinity;
		const message = this.manager.transmit(this, protocolId, opcode, reliable, this.ackCounter);
		if (!message || !reliable || this.over) return;
		this.keep(message);
		this.transmissions = 1;
		this.armRetransmission();
	}

	/** Sends the acknowledgement that the peer waits for, if it waits for one: before work that takes long. */
	acknowledge(): void {
		if (this.ackAt === Infinity) return;
		this.ackAt = Infinity;
		this.manager.sendAcknowledgement(this.session, this.id, this.isInitiator, this.ackCounter);
	}

	/** No further messages are wanted or sent. It is over as soon as what was sent is acknowledged. */
	close(): void {
		if (this.closed || this.over) return;
		this.closed = true;
		this.acknowledge();
		this.endIfDone();
	}

	/** @internal A message of this exchange came, not seen before. */
	receive(message: Message, isStandaloneAck: boolean): void {
		this.noteReliability(message, isStandaloneAck);
		if (this.closed) {
			this.acknowledge();
			this.endIfDone();
		} else if (!isStandaloneAck) this.handler.onMessage(this, message);
	}

	/** @internal What the message acknowledges, and whether it wants to be (Matter Core 4.12.5.2). */
	noteReliability(message: Message, isStandaloneAck: boolean): void {
		if (message.hasAck && this.kept && message.ackCounter === this.keptCounter) this.release();
		if (!message.needsAck || isStandaloneAck) return;
		// There is room for one: what is still owed goes out now.
		if (this.ackCounter !== message.counter) this.acknowledge();
		this.ackCounter = message.counter;
		this.ackAt = this.manager.now() + STANDALONE_ACK_TIMEOUT;
		this.manager.wakeAt(this.ackAt);
	}

	/**
	 * @internal A message came again. Where it is what was answered last, its sender has not heard that: the answer goes out
	 * again, which acknowledges it as it did the first time and counts as one of its transmissions; the next keeps its time.
	 * Not when it has only just gone, because networks double datagrams, nor sooner than a peer wants that asks for more
	 * patience than most.
	 * @returns whether it did; otherwise the message is to be acknowledged alone
	 */
	answersAgain(counter: number): boolean {
		if (!this.kept || counter !== this.keptAck || this.transmissions > this.session.retransmissionRetries)
			return false;
		const now = this.manager.now();
		const activeInterval = this.session.parameters.activeInterval;
		if (now - this.sentAt < (activeInterval > USUAL_INTERVAL ? activeInterval : DOUBLED)) return false;
		this.sentAt = now;
		this.transmissions++;
		this.manager.retransmit(this, this.kept, this.keptLength);
		return true;
	}

	/** @internal ms; when expire() has something to do */
	get due(): number {
		return this.ackAt < this.retransmitAt ? this.ackAt : this.retransmitAt;
	}

	/** @internal */
	expire(now: number): void {
		if (this.ackAt <= now) this.acknowledge();
		if (this.retransmitAt > now || !this.kept) return;
		if (this.transmissions > this.session.retransmissionRetries) {
			this.manager.end(this, "timeout");
			return;
		}
		this.transmissions++;
		this.manager.retransmit(this, this.kept, this.keptLength);
		this.armRetransmission();
	}

	/** @internal ExchangeManager.end */
	finish(): void {
		this.over = true;
		this.ackAt = Infinity;
		this.release();
	}

	private armRetransmission(): void {
		const manager = this.manager;
		this.sentAt = manager.now();
		this.retransmitAt = this.sentAt + backoff(this.session, this.transmissions - 1, manager.jitter());
		manager.wakeAt(this.retransmitAt);
	}

	private keep(message: Message): void {
		const start = message.start;
		const end = message.end;
		let kept = this.kept;
		// In lock step: the peer has answered the one before, or it would not be this node's turn.
		if (!kept || kept.length < end - start) {
			this.release();
			this.kept = kept = this.manager.takeBuffer(end - start);
		}
		kept.set(message.bytes.subarray(start, end));
		this.keptLength = end - start;
		this.keptCounter = message.counter;
		this.keptAck = this.ackCounter;
	}

	private release(): void {
		if (this.kept) this.manager.giveBuffer(this.kept);
		this.kept = undefined;
		this.retransmitAt = Infinity;
	}

	private endIfDone(): void {
		if (this.closed && !this.over && !this.kept) this.manager.end(this, "done");
	}
}

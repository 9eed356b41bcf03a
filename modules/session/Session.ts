import type { Message } from "../message/Message";
import type { SessionParameters } from "./SessionParameters";

/** Retransmission timing of a peer (Matter Core 4.12.2.1), as the 2023 API gave it. */
export interface MrpParameters {
	/** ms; the peer's SESSION_IDLE_INTERVAL */
	idleRetransmissionTimeoutMs: number;
	/** ms; the peer's SESSION_ACTIVE_INTERVAL */
	activeRetransmissionTimeoutMs: number;
	/** transmissions after the first */
	retransmissionRetries: number;
}

/** What an exchange needs of the session it runs in (Matter Core 4.13). */
export interface Session<T = unknown> {
	/** the id that peers address it by on this node; 0: unsecured */
	readonly id: number;
	/** socket address of the peer, 22 bytes */
	readonly address: Uint8Array;
	/** what the peer said of itself */
	readonly parameters: SessionParameters;
	/** the longest application payload of one message */
	readonly maxPayload: number;
	/** transmissions after the first, before a message is given up (Matter Core 4.12.8: 4) */
	readonly retransmissionRetries: number;
	/** exchanges that live in it; kept by the exchange manager */
	exchanges: number;
	/** it takes no new exchanges */
	readonly isClosing: boolean;
	/** so few message counters are left that it should be closed */
	readonly isRetiring: boolean;

	isSecure(): boolean;
	getName(): string;
	getContext(): T;

	/** Whether the peer was heard within its SESSION_ACTIVE_THRESHOLD. */
	isPeerActive(): boolean;
	/** Notes that a message was sent, or received. */
	notifyActivity(messageReceived: boolean): void;

	/**
	 * Turns the packet whose header is decoded into a message, in place: opens it, looks for its counter in the window, and
	 * decodes the protocol header.
	 * @returns the same object, or undefined when it is not genuine or malformed: to be dropped
	 */
	decode(packet: Message): Message | undefined;
	/**
	 * Turns the message [payloadStart, payloadEnd), with the fields of its protocol header, into a packet, in place.
	 * @returns the same object; `start` and `end` are what goes on the wire
	 */
	encode(message: Message): Message;

	/** The message just decoded was not taken: it is new when it comes again. */
	refuse(message: Message): void;

	/** @internal The exchange manager: the last exchange is over. */
	onIdle(): void;

	/** Ends it: what lives in it is told, keys are wiped. */
	destroy(): void;
}

/** Told when a session ends. */
export interface SessionListener<S = Session> {
	onSessionClosed(session: S): void;
}

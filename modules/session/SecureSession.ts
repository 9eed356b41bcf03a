import ticks from "host/ticks";
import randomBytes from "host/random";
import Ccm from "../crypto/ccm";
import hkdf from "../crypto/hkdf";
import { nodeIdBytes, readUint64LE, writeUint64LE } from "../codec/Bytes";
import type { Fabric } from "../fabric/Fabric";
import { MAX_DATAGRAM, MIC_LENGTH, type Message } from "../message/Message";
import { initialCounter, type RandomSource } from "../message/MessageCounter";
import { PACKET_HEADER_LENGTH } from "../message/PacketHeader";
import { decodePayloadHeader, encodePayloadHeader, MAX_PAYLOAD_HEADER_LENGTH } from "../message/PayloadHeader";
import { ReceptionState } from "../message/ReceptionState";
import type { MrpParameters, Session } from "./Session";
import { SessionParameters } from "./SessionParameters";

export const DEFAULT_IDLE_RETRANSMISSION_TIMEOUT_MS = 500;
export const DEFAULT_ACTIVE_RETRANSMISSION_TIMEOUT_MS = 300;
/** 5 transmissions (MRP_MAX_TRANSMISSIONS, Matter Core 4.12.8) */
export const DEFAULT_RETRANSMISSION_RETRIES = 4;

/** The last counter that a session may use: it never rolls over (Matter Core 4.6.1.3). */
export const LAST_COUNTER = 0xffffffff;
/** From this counter on the session takes no new exchange of its peer and is closed when it is idle: a million messages are left for that. */
export const RETIRING_COUNTER = 0xfff00000;

/** What a session knows how to end; whoever it is tells the session when it ended by itself. */
export interface SubscriptionHandler {
	/** The session ends, or is to carry it no longer. */
	cancel(): void;
}

/** What has come to sessions since the constructor's arguments were settled. */
export interface SecureSessionOptions {
	/** the peer's; its idle and active interval stand above the constructor's arguments */
	parameters?: SessionParameters;
	/** CATs of the peer's certificate, 32 bits each (Matter Core 6.6.2.1.2) */
	caseAuthenticatedTags?: readonly number[];
	/** established by PASE: nonces carry no node ids (Matter Core 4.8.1.1) */
	isPase?: boolean;
	/** this node began the handshake */
	isInitiator?: boolean;
	/** the peer's socket address, 22 bytes */
	address?: Uint8Array;
	/** monotonic milliseconds */
	now?: () => number;
	random?: RandomSource;
	/** the first message counter, instead of a random one */
	counter?: number;
}

/** No counter is left: the session has to be established anew. */
export class CounterExhausted extends Error {}

const NODE_ID_LENGTH = 8;
const OPEN = 0;
/** it ends with its last exchange */
const CLOSING = 1;
const DESTROYED = 2;
const EMPTY: readonly never[] = Object.freeze([]);

/**
 * A session whose messages are encrypted and authenticated, established by PASE or CASE (Matter Core 4.13.3).
 * `T` is whatever its owner wants to find again with getContext().
 */
export class SecureSession<T = unknown> implements Session<T> {
	// Not # names: in a class that has them every object takes a slot more, and of these there are many. What every message
	// needs stands first: the engine looks for it from there.
	private encryption: Ccm;
	private decryption: Ccm;
	private counter: number;
	private reception = new ReceptionState();
	/** the sender's ids in nonces */
	private nodeIdBytes: Uint8Array;
	/** the peer's node id for nonces, 8 bytes, and the attestation challenge, 16: one array takes less than two */
	private peer: Uint8Array;
	private now: () => number;
	/** ms on the monotonic clock: the last message sent or received */
	timestamp: number;
	/** ms on the monotonic clock: the last message received */
	activeTimestamp: number;
	readonly peerSessionId: number;
	readonly id: number;
	/** socket address of the peer, 22 bytes; overwritten when an authenticated message comes from elsewhere */
	readonly address: Uint8Array;
	/** exchanges that live in it; kept by the exchange manager */
	exchanges = 0;
	/** the fabric that this session belongs to; a PASE session gains one by AddNOC */
	fabric: Fabric | undefined;
	readonly parameters: SessionParameters;
	readonly isPase: boolean;
	readonly caseAuthenticatedTags: readonly number[];
	readonly peerNodeId: bigint;
	/** this node began the handshake */
	readonly isInitiator: boolean;
	readonly retransmissionRetries: number;

	private context: T;
	private closeCallback: (session: SecureSession) => void;
	subscriptions: SubscriptionHandler[] = [];
	private state: typeof OPEN | typeof CLOSING | typeof DESTROYED = OPEN;

	/**
	 * @param id this node's session id, 1..65535
	 * @param fabric undefined for PASE
	 * @param peerNodeId 0 for PASE
	 * @param peerSessionId 1..65535
	 * @param _sharedSecret not kept: the secure channel stores what resumption needs
	 * @param decryptKey, encryptKey, attestationKey 16 bytes each; all three stay the caller's to wipe
	 * @param closeCallback called once, by destroy(), with this session
	 */
	constructor(
		context: T,
		id: number,
		fabric: Fabric | undefined,
		peerNodeId: bigint,
		peerSessionId: number,
		_sharedSecret: Uint8Array,
		decryptKey: Uint8Array,
		encryptKey: Uint8Array,
		attestationKey: Uint8Array,
		closeCallback: (session: SecureSession) => void,
		idleRetransmissionTimeoutMs = DEFAULT_IDLE_RETRANSMISSION_TIMEOUT_MS,
		activeRetransmissionTimeoutMs = DEFAULT_ACTIVE_RETRANSMISSION_TIMEOUT_MS,
		retransmissionRetries = DEFAULT_RETRANSMISSION_RETRIES,
		options: SecureSessionOptions = {},
	) {
		const isPase = options.isPase ?? fabric === undefined;
		this.id = id;
		this.address = options.address ? options.address.slice() : new Uint8Array(22);
		this.fabric = fabric;
		this.parameters =
			options.parameters ??
			new SessionParameters({
				idleInterval: idleRetransmissionTimeoutMs,
				activeInterval: activeRetransmissionTimeoutMs,
			});
		this.isPase = isPase;
		this.caseAuthenticatedTags = options.caseAuthenticatedTags ?? EMPTY;
		this.peerNodeId = peerNodeId;
		this.peerSessionId = peerSessionId;
		this.isInitiator = options.isInitiator ?? false;
		this.retransmissionRetries = retransmissionRetries;
		this.encryption = new Ccm(encryptKey);
		this.decryption = new Ccm(decryptKey);
		this.counter = options.counter ?? initialCounter(options.random ?? randomBytes);
		this.nodeIdBytes = isPase || !fabric ? nodeIdBytes(0n) : fabric.nodeIdBytes;
		this.peer = new Uint8Array(NODE_ID_LENGTH + attestationKey.length);
		if (!isPase) writeUint64LE(this.peer, 0, peerNodeId);
		this.peer.set(attestationKey, NODE_ID_LENGTH);
		this.now = options.now ?? ticks;
		this.timestamp = this.activeTimestamp = this.now();
		this.context = context;
		this.closeCallback = closeCallback;
	}

	/** As `establish`, for whoever likes to wait. */
	static async create<T>(
		context: T,
		id: number,
		fabric: Fabric | undefined,
		peerNodeId: bigint,
		peerSessionId: number,
		sharedSecret: Uint8Array,
		salt: Uint8Array,
		isInitiator: boolean,
		isResumption: boolean,
		closeCallback: (session: SecureSession) => void,
		idleRetransTimeoutMs?: number,
		activeRetransTimeoutMs?: number,
	): Promise<SecureSession<T>> {
		return SecureSession.establish(
			context,
			id,
			fabric,
			peerNodeId,
			peerSessionId,
			sharedSecret,
			salt,
			isInitiator,
			isResumption,
			closeCallback,
			idleRetransTimeoutMs,
			activeRetransTimeoutMs,
		);
	}

	/**
	 * Derives the keys of a session and makes it (Matter Core 4.14.1.5, 4.14.2.6.4, 4.14.2.6.7).
	 * @param sharedSecret Ke of PASE, or the ECDH secret of CASE
	 * @param salt empty for PASE; IPK and transcript for CASE; random and resumption id when it is resumed
	 */
	static establish<T>(
		context: T,
		id: number,
		fabric: Fabric | undefined,
		peerNodeId: bigint,
		peerSessionId: number,
		sharedSecret: Uint8Array,
		salt: Uint8Array,
		isInitiator: boolean,
		isResumption: boolean,
		closeCallback: (session: SecureSession) => void,
		idleRetransTimeoutMs?: number,
		activeRetransTimeoutMs?: number,
		options: SecureSessionOptions = {},
	): SecureSession<T> {
		const keys = hkdf(sharedSecret, salt, isResumption ? "SessionResumptionKeys" : "SessionKeys", 48);
		const toResponder = keys.subarray(0, 16);
		const toInitiator = keys.subarray(16, 32);
		try {
			return new SecureSession(
				context,
				id,
				fabric,
				peerNodeId,
				peerSessionId,
				sharedSecret,
				isInitiator ? toInitiator : toResponder,
				isInitiator ? toResponder : toInitiator,
				keys.subarray(32, 48),
				closeCallback,
				idleRetransTimeoutMs,
				activeRetransTimeoutMs,
				undefined,
				{ ...options, isInitiator },
			);
		} finally {
			keys.fill(0);
		}
	}

	decode(packet: Message): Message | undefined {
		const end = this.decryption.openPacket(packet.bytes, packet.start, packet.headerEnd, packet.end, this.peer);
		packet.payloadEnd = end;
		if (end < 0) return undefined;
		packet.isDuplicate = !this.reception.accept(packet.counter);
		return decodePayloadHeader(packet) ? packet : undefined;
	}

	/** @throws CounterExhausted when no counter is left */
	encode(message: Message): Message {
		const counter = this.counter;
		if (counter > LAST_COUNTER) throw new CounterExhausted("no message counter is left in this session");
		this.counter = counter + 1;
		const headerEnd = encodePayloadHeader(message);
		const start = headerEnd - PACKET_HEADER_LENGTH;
		const view = message.view;
		view.setInt32(start, this.peerSessionId << 8, true); // no flags
		view.setUint32(start + 4, counter, true);
		message.counter = counter;
		message.start = start;
		message.end = this.encryption.sealPacket(message.bytes, start, headerEnd, message.payloadEnd, this.nodeIdBytes);
		return message;
	}

	refuse(message: Message): void {
		this.reception.forget(message.counter);
	}

	get maxPayload(): number {
		return MAX_DATAGRAM - PACKET_HEADER_LENGTH - MAX_PAYLOAD_HEADER_LENGTH - MIC_LENGTH;
	}

	isSecure(): boolean {
		return true;
	}

	isPeerActive(): boolean {
		return this.now() - this.activeTimestamp < this.parameters.activeThreshold;
	}

	notifyActivity(messageReceived: boolean): void {
		const now = this.now();
		this.timestamp = now;
		if (messageReceived) this.activeTimestamp = now;
	}

	/** So few counters are left that it should be closed. */
	get isRetiring(): boolean {
		return this.counter >= RETIRING_COUNTER;
	}

	/** As logs name it: `secure/` and its id in hexadecimal. */
	getName(): string {
		return `secure/${this.id.toString(16)}`;
	}

	getContext(): T {
		return this.context;
	}

	getFabric(): Fabric | undefined {
		return this.fabric;
	}

	getId(): number {
		return this.id;
	}

	getPeerSessionId(): number {
		return this.peerSessionId;
	}

	/** this node's id when the session was established; 0 for PASE */
	getNodeId(): bigint {
		return readUint64LE(this.nodeIdBytes, 0);
	}

	getPeerNodeId(): bigint {
		return this.peerNodeId;
	}

	getMrpParameters(): MrpParameters {
		return {
			idleRetransmissionTimeoutMs: this.parameters.idleInterval,
			activeRetransmissionTimeoutMs: this.parameters.activeInterval,
			retransmissionRetries: this.retransmissionRetries,
		};
	}

	/** The attestation challenge (Matter Core 11.18.4.7), 16 bytes: the session's own, not a copy. */
	getAttestationChallengeKey(): Uint8Array {
		return this.peer.subarray(NODE_ID_LENGTH);
	}

	/** Has it cancelled when the session ends. */
	addSubscription(subscription: SubscriptionHandler): void {
		this.subscriptions.push(subscription);
	}

	/** It ended by itself. */
	removeSubscription(subscription: SubscriptionHandler): void {
		const index = this.subscriptions.indexOf(subscription);
		if (index >= 0) this.subscriptions.splice(index, 1);
	}

	/** Cancels all. */
	clearSubscriptions(): void {
		const subscriptions = this.subscriptions;
		this.subscriptions = [];
		for (let i = 0; i < subscriptions.length; i++) subscriptions[i]!.cancel();
	}

	/** Ends it when its last exchange is over, at once if there is none: for the session that carries the answer to a command that ends it. */
	closeAfterExchange(): void {
		if (this.exchanges === 0) this.destroy();
		else if (this.state === OPEN) this.state = CLOSING;
	}

	/** It ends with its last exchange, or has ended: it takes no new ones. */
	get isClosing(): boolean {
		return this.state !== OPEN;
	}

	/** @internal The exchange manager: the last exchange is over. */
	onIdle(): void {
		if (this.state !== OPEN) this.destroy();
	}

	/** Cancels its subscriptions, wipes its keys and calls closeCallback. Only the first time. */
	destroy(): void {
		if (this.state === DESTROYED) return;
		this.state = DESTROYED;
		try {
			this.clearSubscriptions();
		} finally {
			this.encryption.close();
			this.decryption.close();
			this.peer.fill(0, NODE_ID_LENGTH);
			this.closeCallback(this);
		}
	}
}

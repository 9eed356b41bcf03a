import { MAX_DATAGRAM, type Message } from "../message/Message";
import type { MessageCounter } from "../message/MessageCounter";
import { encodePacketHeader, PACKET_HEADER_LENGTH } from "../message/PacketHeader";
import { decodePayloadHeader, encodePayloadHeader, MAX_PAYLOAD_HEADER_LENGTH } from "../message/PayloadHeader";
import { ReceptionState } from "../message/ReceptionState";
import { DEFAULT_RETRANSMISSION_RETRIES } from "./SecureSession";
import type { Session } from "./Session";
import { SessionParameters } from "./SessionParameters";

const DEFAULTS = Object.freeze(new SessionParameters());

/**
 * What carries a handshake, in the clear: the messages between this node and one ephemeral initiator (Matter Core
 * 4.13.2.1). Nothing in it is authentic.
 */
export class UnsecuredSession implements Session<undefined> {
	readonly address: Uint8Array;
	exchanges = 0;
	isClosing = false;
	/** the handshake's first message tells */
	parameters: SessionParameters = DEFAULTS;
	/** this node began */
	readonly isInitiator: boolean;

	// Not # names: in a class that has them every object takes a slot more.
	/** the ephemeral initiator's node id, 8 bytes, little-endian */
	private initiator: Uint8Array;
	private counter: MessageCounter;
	private reception: ReceptionState | undefined;
	private now: () => number;
	/** ms on the monotonic clock: the last message sent or received */
	timestamp: number;
	private activeTimestamp: number;
	private closeCallback: (session: UnsecuredSession) => void;

	/**
	 * @param initiator the ephemeral node id, 8 bytes, little-endian; kept
	 * @param address the peer's, 22 bytes; kept
	 * @param counter the node's global unencrypted message counter
	 * @param now monotonic milliseconds
	 * @param close takes it out of its pool
	 */
	constructor(
		isInitiator: boolean,
		initiator: Uint8Array,
		address: Uint8Array,
		counter: MessageCounter,
		now: () => number,
		close: (session: UnsecuredSession) => void,
	) {
		this.isInitiator = isInitiator;
		this.initiator = initiator;
		this.address = address;
		this.counter = counter;
		this.now = now;
		this.timestamp = this.activeTimestamp = now();
		this.closeCallback = close;
	}

	get id(): number {
		return 0;
	}

	get retransmissionRetries(): number {
		return DEFAULT_RETRANSMISSION_RETRIES;
	}

	/** Whether the 8 bytes at `offset` are the ephemeral node id. */
	isOf(bytes: Uint8Array, offset: number): boolean {
		const initiator = this.initiator;
		for (let i = 0; i < 8; i++) if (bytes[offset + i] !== initiator[i]) return false;
		return true;
	}

	decode(packet: Message): Message | undefined {
		packet.payloadEnd = packet.end;
		if (!decodePayloadHeader(packet)) return undefined;
		if (this.reception) packet.isDuplicate = !this.reception.acceptUnencrypted(packet.counter);
		else {
			this.reception = new ReceptionState(packet.counter);
			packet.isDuplicate = false;
		}
		return packet;
	}

	encode(message: Message): Message {
		const headerEnd = encodePayloadHeader(message);
		const initiator = this.initiator;
		if (this.isInitiator) encodePacketHeader(message, headerEnd, 0, this.counter.next(), initiator, undefined);
		else encodePacketHeader(message, headerEnd, 0, this.counter.next(), undefined, initiator);
		message.end = message.payloadEnd;
		return message;
	}

	refuse(message: Message): void {
		this.reception?.forget(message.counter);
	}

	get maxPayload(): number {
		return MAX_DATAGRAM - PACKET_HEADER_LENGTH - 8 - MAX_PAYLOAD_HEADER_LENGTH;
	}

	isSecure(): boolean {
		return false;
	}

	/** Its counter rolls over. */
	get isRetiring(): boolean {
		return false;
	}

	isPeerActive(): boolean {
		return this.now() - this.activeTimestamp < this.parameters.activeThreshold;
	}

	notifyActivity(messageReceived: boolean): void {
		const now = this.now();
		this.timestamp = now;
		if (messageReceived) this.activeTimestamp = now;
	}

	getName(): string {
		return "unsecured";
	}

	getContext(): undefined {
		return undefined;
	}

	onIdle(): void {
		// It stays in its pool, so that what the peer repeats is still known as such; there is nothing to repeat to it.
		this.parameters = DEFAULTS;
	}

	destroy(): void {
		this.isClosing = true;
		this.closeCallback(this);
	}
}

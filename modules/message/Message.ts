import { readUint64LE } from "../codec/Bytes";

/** Exchange flags (Matter Core 4.4.3.1). */
export const INITIATOR = 0x01;
export const ACKNOWLEDGEMENT = 0x02;
export const RELIABILITY = 0x04;
export const SECURED_EXTENSIONS = 0x08;
export const VENDOR = 0x10;

/** Protocol ids of vendor 0 (Matter Core 4.4.3.4). */
export const ProtocolId = Object.freeze({ SecureChannel: 0x0000, InteractionModel: 0x0001 } as const);

/** The largest datagram: what the IPv6 minimum MTU of 1280 leaves beside IPv6 and UDP headers (Matter Core 4.4.4). */
export const MAX_DATAGRAM = 1232;
/** A tag of AES-CCM (Matter Core 3.6). */
export const MIC_LENGTH = 16;
/**
 * Where the payload starts in a buffer for transmission: in front there is room for the largest headers (8 bytes, a
 * node id, 12 bytes), behind it for the tag.
 */
export const HEADROOM = 28;

/**
 * One message in its buffer: a flyweight that headers are read into and written from, used again for the next one.
 * Offsets are into `bytes`. What a handler is given is valid only during the call.
 */
export class Message {
	bytes: Uint8Array;
	/** over the same bytes */
	view: DataView;

	/** the packet's first byte */
	start = 0;
	/** behind its last */
	end = 0;
	/** behind the payload; -1 after a MIC that does not verify */
	payloadEnd = 0;
	/** behind the packet header: where what is encrypted begins */
	headerEnd = 0;
	/** message flags, session id and security flags: the packet header's first four bytes, as a little-endian number */
	head = 0;
	/** message counter */
	counter = 0;
	/** exchange flags, opcode and exchange id: the protocol header's first four bytes, as a little-endian number */
	exchangeHead = 0;
	/** protocol id, and above it the vendor id */
	protocol = 0;
	payloadStart = 0;
	/** the counter that is acknowledged, where the exchange flags say so */
	ackCounter = 0;
	/** received before: to be acknowledged again and not to be processed */
	isDuplicate = false;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	/** Looks at the packet bytes[0, length) next. */
	receive(bytes: Uint8Array, length: number): void {
		if (bytes !== this.bytes) {
			this.bytes = bytes;
			this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		}
		this.start = 0;
		this.end = length;
	}

	/** the receiver's session id; 0 with a unicast session type is the unsecured session */
	get sessionId(): number {
		return (this.head >>> 8) & 0xffff;
	}

	get isInitiator(): boolean {
		return (this.exchangeHead & INITIATOR) !== 0;
	}

	get hasAck(): boolean {
		return (this.exchangeHead & ACKNOWLEDGEMENT) !== 0;
	}

	get needsAck(): boolean {
		return (this.exchangeHead & RELIABILITY) !== 0;
	}

	get opcode(): number {
		return (this.exchangeHead >>> 8) & 0xff;
	}

	get exchangeId(): number {
		return this.exchangeHead >>> 16;
	}

	get protocolId(): number {
		return this.protocol & 0xffff;
	}

	/** 0: the standard's protocols */
	get vendorId(): number {
		return this.protocol >>> 16;
	}

	/** Sets what encoding writes: one of vendor 0's protocols, without extensions. */
	prepare(exchangeFlags: number, exchangeId: number, protocolId: number, opcode: number): void {
		this.exchangeHead = exchangeFlags | (opcode << 8) | (exchangeId << 16);
		this.protocol = protocolId;
	}

	/** Offset of the source node id (8 bytes, little-endian), or -1 without one. */
	get sourceOffset(): number {
		return this.head & 0x04 ? this.start + 8 : -1;
	}

	/** Offset of the destination: a node id (8 bytes), or where `hasGroupDestination` a group id (2 bytes); -1 without one. */
	get destinationOffset(): number {
		return this.head & 0x03 ? this.start + (this.head & 0x04 ? 16 : 8) : -1;
	}

	get hasGroupDestination(): boolean {
		return (this.head & 0x03) === 2;
	}

	get sourceNodeId(): bigint | undefined {
		const offset = this.sourceOffset;
		return offset < 0 ? undefined : readUint64LE(this.bytes, offset);
	}

	/** A copy of the application payload. */
	payload(): Uint8Array {
		return this.bytes.slice(this.payloadStart, this.payloadEnd);
	}
}

import { TlvError, type TlvReader, TlvType } from "../codec/TlvReader";
import type { Tag } from "../codec/Tlv";
import type { TlvWriter } from "../codec/TlvWriter";

/** The revisions that this device speaks. */
export const DATA_MODEL_REVISION = 21;
export const INTERACTION_MODEL_REVISION = 12;
/** 1.6.0.0, a byte each */
export const SPECIFICATION_VERSION = 0x01060000;

/** Milliseconds; a peer that says more is taken to say this (Matter Core 4.13.1: at most an hour). */
const MAX_INTERVAL = 3_600_000;

interface Values {
	idleInterval?: number;
	activeInterval?: number;
	activeThreshold?: number;
	dataModelRevision?: number;
	interactionModelRevision?: number;
	specificationVersion?: number;
	maxPathsPerInvoke?: number;
	supportedTransports?: number;
	maxTcpMessageSize?: number;
}

/** What a peer tells of itself when a session is established (session-parameter-struct, Matter Core 4.13.1). */
export class SessionParameters {
	/** SESSION_IDLE_INTERVAL, ms between retransmissions to a peer that is idle */
	readonly idleInterval: number;
	/** SESSION_ACTIVE_INTERVAL, ms, to one that is active */
	readonly activeInterval: number;
	/** SESSION_ACTIVE_THRESHOLD, ms for which a peer is active after it was heard */
	readonly activeThreshold: number;
	readonly dataModelRevision: number;
	readonly interactionModelRevision: number;
	/** 0: before 1.3 */
	readonly specificationVersion: number;
	readonly maxPathsPerInvoke: number;
	/** SUPPORTED_TRANSPORTS beside UDP, as DNS-SD's T: bit 1 TCP client, bit 2 TCP server */
	readonly supportedTransports: number;
	/** MAX_TCP_MESSAGE_SIZE, bytes; of no meaning without TCP */
	readonly maxTcpMessageSize: number;

	/** What is left out is what a peer that does not say is taken to have. */
	constructor(values: Values = {}) {
		this.idleInterval = values.idleInterval ?? 500;
		this.activeInterval = values.activeInterval ?? 300;
		this.activeThreshold = values.activeThreshold ?? 4000;
		this.dataModelRevision = values.dataModelRevision ?? 17;
		this.interactionModelRevision = values.interactionModelRevision ?? 11;
		this.specificationVersion = values.specificationVersion ?? 0;
		this.maxPathsPerInvoke = values.maxPathsPerInvoke ?? 1;
		this.supportedTransports = values.supportedTransports ?? 0;
		this.maxTcpMessageSize = values.maxTcpMessageSize ?? 64_000;
	}

	/** What this device tells of itself. */
	static own(values: Values = {}): SessionParameters {
		return new SessionParameters({
			dataModelRevision: DATA_MODEL_REVISION,
			interactionModelRevision: INTERACTION_MODEL_REVISION,
			specificationVersion: SPECIFICATION_VERSION,
			...values,
		});
	}

	/**
	 * Reads the structure that the reader has just come to, and leaves it. Fields that are not known are skipped.
	 * @throws TlvError when it is none, or a value is out of range
	 */
	static decode(reader: TlvReader): SessionParameters {
		if (reader.type !== TlvType.STRUCTURE) throw new TlvError("session parameters are a structure");
		const values: Values = {};
		reader.enter();
		while (reader.next())
			switch (reader.tag) {
				case 1:
					values.idleInterval = Math.min(reader.unsigned(0xffffffff), MAX_INTERVAL);
					break;
				case 2:
					values.activeInterval = Math.min(reader.unsigned(0xffffffff), MAX_INTERVAL);
					break;
				case 3:
					values.activeThreshold = reader.unsigned(0xffff);
					break;
				case 4:
					values.dataModelRevision = reader.unsigned(0xffff);
					break;
				case 5:
					values.interactionModelRevision = reader.unsigned(0xffff);
					break;
				case 6:
					values.specificationVersion = reader.unsigned(0xffffffff);
					break;
				case 7:
					values.maxPathsPerInvoke = reader.unsigned(0xffff);
					break;
				case 8:
					values.supportedTransports = reader.unsigned(0xffff);
					break;
				case 9:
					values.maxTcpMessageSize = reader.unsigned(0xffffffff);
					break;
			}
		return new SessionParameters(values);
	}

	equals(other: SessionParameters): boolean {
		return (
			this.idleInterval === other.idleInterval &&
			this.activeInterval === other.activeInterval &&
			this.activeThreshold === other.activeThreshold &&
			this.dataModelRevision === other.dataModelRevision &&
			this.interactionModelRevision === other.interactionModelRevision &&
			this.specificationVersion === other.specificationVersion &&
			this.maxPathsPerInvoke === other.maxPathsPerInvoke &&
			this.supportedTransports === other.supportedTransports &&
			this.maxTcpMessageSize === other.maxTcpMessageSize
		);
	}

	encode(writer: TlvWriter, tag: Tag): void {
		writer.structure(tag);
		writer.unsigned(1, this.idleInterval);
		writer.unsigned(2, this.activeInterval);
		writer.unsigned(3, this.activeThreshold);
		writer.unsigned(4, this.dataModelRevision);
		writer.unsigned(5, this.interactionModelRevision);
		writer.unsigned(6, this.specificationVersion);
		writer.unsigned(7, this.maxPathsPerInvoke);
		writer.unsigned(8, this.supportedTransports);
		if (this.supportedTransports !== 0) writer.unsigned(9, this.maxTcpMessageSize);
		writer.end();
	}
}

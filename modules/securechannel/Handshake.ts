import { ANONYMOUS, TlvReader, TlvType } from "../codec/TlvReader";
import type { Counters } from "../diagnostics/Counters";
import type { Log } from "../diagnostics/Log";
import type { Exchange } from "../exchange/Exchange";
import type { FabricTable } from "../fabric/FabricTable";
import type { ResumptionRecords } from "../session/ResumptionRecords";
import type { SessionManager } from "../session/SessionManager";
import type { SessionParameters } from "../session/SessionParameters";
import { UnsecuredSession } from "../session/UnsecuredSession";
import type { Scheduler } from "../time/Scheduler";
import { SecureChannelStatus } from "./StatusReport";

/** ms from a handshake's first message to its last (Matter Core 4.14.1.1); what takes longer is freed */
export const HANDSHAKE_TIMEOUT = 60_000;

/**
 * ms of silence after which a handshake may lose its place to another: its peer has gone, or began anew. More than any
 * commissioner takes for one step.
 */
export const STALE_HANDSHAKE = 10_000;

/** What both handshakes work with. */
export interface HandshakeContext {
	readonly sessions: SessionManager;
	readonly fabrics: FabricTable;
	readonly resumption: ResumptionRecords;
	readonly scheduler: Scheduler;
	readonly log: Log;
	readonly counters: Counters;
	/** this node's own */
	readonly parameters: SessionParameters;
}

/** Something in a handshake is wrong: the peer is told `status`. */
export class HandshakeError extends Error {
	readonly status: number;

	/** @param status SecureChannelStatus */
	constructor(message: string, status: number = SecureChannelStatus.INVALID_PARAMETER) {
		super(message);
		this.status = status;
	}
}

/** Retransmissions of the handshake itself follow what the peer says of its timing. */
export function learnParameters(exchange: Exchange, parameters: SessionParameters | undefined): void {
	const session = exchange.session;
	if (parameters && session instanceof UnsecuredSession) session.parameters = parameters;
}

/** A reader in the one structure that bytes [start, end) must be, so that next() gives its members. @throws TlvError or HandshakeError */
export function structureReader(bytes: Uint8Array, start = 0, end = bytes.length): TlvReader {
	const reader = new TlvReader(bytes, start, end);
	reader.expect(TlvType.STRUCTURE, ANONYMOUS);
	if (reader.elementEnd() !== end) throw new HandshakeError("bytes behind the structure");
	reader.enter();
	return reader;
}

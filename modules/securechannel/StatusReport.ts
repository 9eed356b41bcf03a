import { readUint16LE, readUint32LE, writeUint16LE, writeUint32LE } from "../codec/Bytes";
import type { Exchange } from "../exchange/Exchange";
import { Opcode } from "./Opcode";

/** General status codes (Matter Core, appendix D.3.1), those in use here. */
export const GeneralCode = Object.freeze({ SUCCESS: 0, FAILURE: 1, BUSY: 8 } as const);

/** Status codes of the secure channel protocol (Matter Core 4.11.1.3). */
export const SecureChannelStatus = Object.freeze({
	SESSION_ESTABLISHMENT_SUCCESS: 0,
	NO_SHARED_TRUST_ROOTS: 1,
	INVALID_PARAMETER: 2,
	CLOSE_SESSION: 3,
	BUSY: 4,
} as const);

const SECURE_CHANNEL = 0;
const LENGTH = 8;
const EMPTY = Object.freeze([]) as readonly number[];

/** How a protocol tells its outcome (Matter Core, appendix D). */
export interface StatusReport {
	generalCode: number;
	/** vendor id in the high, protocol id in the low 16 bits */
	protocolId: number;
	protocolCode: number;
	/** what the protocol adds; often empty */
	data: Uint8Array;
}

/** Reads bytes [start, end). @returns undefined when they are too few */
export function decodeStatusReport(bytes: Uint8Array, start: number, end: number): StatusReport | undefined {
	if (end - start < LENGTH) return undefined;
	return {
		generalCode: readUint16LE(bytes, start),
		protocolId: readUint32LE(bytes, start + 2),
		protocolCode: readUint16LE(bytes, start + 6),
		data: bytes.slice(start + LENGTH, end),
	};
}

/**
 * Sends a status report of the secure channel protocol.
 * @param code SecureChannelStatus
 * @param data ProtocolData, appended as it is
 * @param reliable CloseSession goes without acknowledgement: there is nobody to give it
 */
export function sendStatusReport(
	exchange: Exchange,
	generalCode: number,
	code: number,
	data: readonly number[] = EMPTY,
	reliable = true,
): void {
	const report = new Uint8Array(LENGTH + data.length);
	writeUint16LE(report, 0, generalCode);
	writeUint32LE(report, 2, SECURE_CHANNEL);
	writeUint16LE(report, 6, code);
	report.set(data, LENGTH);
	exchange.begin().raw(report);
	exchange.send(SECURE_CHANNEL, Opcode.STATUS_REPORT, reliable);
}

/** @param wait the least time before another try, milliseconds (Matter Core 4.11.1.5) */
export function sendBusy(exchange: Exchange, wait: number): void {
	const least = Math.min(0xffff, Math.ceil(wait));
	sendStatusReport(exchange, GeneralCode.BUSY, SecureChannelStatus.BUSY, [least & 0xff, least >> 8]);
}

/** Refuses a handshake. */
export function sendFailure(exchange: Exchange, code: number): void {
	sendStatusReport(exchange, GeneralCode.FAILURE, code);
}

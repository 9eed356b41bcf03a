import { readUint16LE, readUint32LE, readUint64LE, writeUint16LE, writeUint32LE, writeUint64LE } from "../codec/Bytes";
import type { Log } from "../diagnostics/Log";
import type { FabricTable } from "../fabric/FabricTable";
import type { Storage } from "../storage/Storage";
import { SessionParameters } from "./SessionParameters";

/** What two nodes remember of a CASE session to establish the next one without elliptic curves (Matter Core 4.14.2.2.1). */
export interface ResumptionRecord {
	/** 16 bytes; a new one with each session */
	id: Uint8Array;
	/** 32 bytes, a secret */
	sharedSecret: Uint8Array;
	fabricIndex: number;
	peerNodeId: bigint;
	/** at most 3 */
	caseAuthenticatedTags: readonly number[];
	/** the peer's */
	parameters: SessionParameters;
}

/** Peers remembered of each fabric: its three sessions, and one that comes and goes. 89 bytes each. */
export const RECORDS_PER_FABRIC = 4;

const FACILITY = "session";
const RECORD = "resumption-";

// An entry; docs/STORAGE.md tells it too. Kept packed in memory as well: a tenth of what objects would take.
const ID = 0;
const ID_LENGTH = 16;
const SECRET = 16;
const SECRET_LENGTH = 32;
const PEER = 48;
const TAG_COUNT = 56;
const TAGS = 57;
const MAX_TAGS = 3;
const PARAMETERS = 69;
const LENGTH = 89;

/** The entries of one fabric, latest first. */
interface FabricEntries {
	index: number;
	bytes: Uint8Array;
}

/**
 * Resumption records by fabric and peer: each fabric's in one storage record, which goes with the fabric. When a fabric's
 * are full, the one used longest ago makes room. Losing one costs a full handshake and nothing else, so they are written
 * without waiting for the medium.
 */
export class ResumptionRecords {
	private storage: Storage;
	private fabrics: FabricTable;
	private log: Log;
	private entries: FabricEntries[] = [];

	constructor(storage: Storage, fabrics: FabricTable, log: Log) {
		this.storage = storage;
		this.fabrics = fabrics;
		this.log = log;
		fabrics.addListener(this);
	}

	/** Reads what is stored, after the fabrics were; what belongs to none of them is removed. */
	load(): void {
		const names = this.storage.names(RECORD);
		for (let i = 0; i < names.length; i++) {
			const name = names[i]!;
			const index = Number(name.slice(RECORD.length));
			const bytes = this.fabrics.find(index) ? this.storage.get(name) : undefined;
			if (bytes && isEntries(bytes)) this.entries.push({ index, bytes });
			else this.storage.remove(name);
		}
	}

	/** @param id 16 bytes */
	findById(id: Uint8Array): ResumptionRecord | undefined {
		const entries = this.entries;
		for (let i = 0; i < entries.length; i++) {
			const { index, bytes } = entries[i]!;
			for (let at = 0; at < bytes.length; at += LENGTH)
				if (matches(bytes, at + ID, id)) return decode(bytes, at, index);
		}
		return undefined;
	}

	find(fabricIndex: number, peerNodeId: bigint): ResumptionRecord | undefined {
		const entries = this.of(fabricIndex);
		const at = entries ? offsetOf(entries.bytes, peerNodeId) : -1;
		return at < 0 ? undefined : decode(entries!.bytes, at, fabricIndex);
	}

	/** Takes the place of what was known of the same peer in the same fabric. */
	save(record: ResumptionRecord): void {
		const entries = this.of(record.fabricIndex);
		const old = entries?.bytes ?? new Uint8Array(0);
		const bytes = new Uint8Array(
			Math.min(RECORDS_PER_FABRIC * LENGTH, old.length + (offsetOf(old, record.peerNodeId) < 0 ? LENGTH : 0)),
		);
		encode(bytes, record);
		let to = LENGTH;
		for (let at = 0; at < old.length && to < bytes.length; at += LENGTH) {
			if (readUint64LE(old, at + PEER) === record.peerNodeId) continue;
			bytes.set(old.subarray(at, at + LENGTH), to);
			to += LENGTH;
		}
		this.replace(record.fabricIndex, bytes);
	}

	/** What is known of a peer turned out to be wrong, or the peer is gone. */
	remove(fabricIndex: number, peerNodeId: bigint): void {
		const old = this.of(fabricIndex)?.bytes;
		const at = old ? offsetOf(old, peerNodeId) : -1;
		if (!old || at < 0) return;
		const bytes = new Uint8Array(old.length - LENGTH);
		bytes.set(old.subarray(0, at), 0);
		bytes.set(old.subarray(at + LENGTH), at);
		this.replace(fabricIndex, bytes);
	}

	removeFabric(index: number): void {
		const entries = this.of(index);
		if (!entries) return;
		entries.bytes.fill(0);
		this.entries.splice(this.entries.indexOf(entries), 1);
		this.storage.remove(RECORD + index);
	}

	/** The fabric table's listener. */
	onFabricRemoved(index: number): void {
		this.removeFabric(index);
	}

	private of(index: number): FabricEntries | undefined {
		const all = this.entries;
		for (let i = 0; i < all.length; i++) {
			const entries = all[i]!;
			if (entries.index === index) return entries;
		}
		return undefined;
	}

	private replace(index: number, bytes: Uint8Array): void {
		if (bytes.length === 0) {
			this.removeFabric(index);
			return;
		}
		const entries = this.of(index);
		if (entries) {
			entries.bytes.fill(0);
			entries.bytes = bytes;
		} else this.entries.push({ index, bytes });
		try {
			this.storage.set(RECORD + index, bytes, false);
		} catch {
			// Storage has told; until the next start the records are right in memory.
			this.log.warn(FACILITY, `sessions of fabric ${index} cannot be resumed after a restart`);
		}
	}
}

function isEntries(bytes: Uint8Array): boolean {
	if (bytes.length === 0 || bytes.length % LENGTH !== 0) return false;
	for (let at = 0; at < bytes.length; at += LENGTH) if (bytes[at + TAG_COUNT]! > MAX_TAGS) return false;
	return true;
}

function offsetOf(bytes: Uint8Array, peerNodeId: bigint): number {
	for (let at = 0; at < bytes.length; at += LENGTH) if (readUint64LE(bytes, at + PEER) === peerNodeId) return at;
	return -1;
}

function matches(bytes: Uint8Array, at: number, id: Uint8Array): boolean {
	if (id.length !== ID_LENGTH) return false;
	for (let i = 0; i < ID_LENGTH; i++) if (bytes[at + i] !== id[i]) return false;
	return true;
}

/** Writes the record as the first entry. */
function encode(bytes: Uint8Array, record: ResumptionRecord): void {
	const parameters = record.parameters;
	const caseAuthenticatedTags = record.caseAuthenticatedTags;
	bytes.set(record.id, ID);
	bytes.set(record.sharedSecret, SECRET);
	writeUint64LE(bytes, PEER, record.peerNodeId);
	const count = Math.min(MAX_TAGS, caseAuthenticatedTags.length);
	bytes[TAG_COUNT] = count;
	for (let i = 0; i < count; i++) writeUint32LE(bytes, TAGS + i * 4, caseAuthenticatedTags[i]!);
	writeUint32LE(bytes, PARAMETERS, parameters.idleInterval);
	writeUint32LE(bytes, PARAMETERS + 4, parameters.activeInterval);
	writeUint16LE(bytes, PARAMETERS + 8, parameters.activeThreshold);
	writeUint16LE(bytes, PARAMETERS + 10, parameters.dataModelRevision);
	writeUint16LE(bytes, PARAMETERS + 12, parameters.interactionModelRevision);
	writeUint32LE(bytes, PARAMETERS + 14, parameters.specificationVersion);
	writeUint16LE(bytes, PARAMETERS + 18, parameters.maxPathsPerInvoke);
}

function decode(bytes: Uint8Array, at: number, fabricIndex: number): ResumptionRecord {
	const caseAuthenticatedTags: number[] = [];
	for (let i = 0; i < bytes[at + TAG_COUNT]!; i++) caseAuthenticatedTags.push(readUint32LE(bytes, at + TAGS + i * 4));
	const from = at + PARAMETERS;
	return {
		id: bytes.slice(at + ID, at + ID + ID_LENGTH),
		sharedSecret: bytes.slice(at + SECRET, at + SECRET + SECRET_LENGTH),
		fabricIndex,
		peerNodeId: readUint64LE(bytes, at + PEER),
		caseAuthenticatedTags,
		parameters: new SessionParameters({
			idleInterval: readUint32LE(bytes, from),
			activeInterval: readUint32LE(bytes, from + 4),
			activeThreshold: readUint16LE(bytes, from + 8),
			dataModelRevision: readUint16LE(bytes, from + 10),
			interactionModelRevision: readUint16LE(bytes, from + 12),
			specificationVersion: readUint32LE(bytes, from + 14),
			maxPathsPerInvoke: readUint16LE(bytes, from + 18),
		}),
	};
}

import { equalBytes, readUint32LE, readUint64LE, writeUint32LE, writeUint64LE } from "../codec/Bytes";
import { ANONYMOUS, type TlvWriter } from "../codec/TlvWriter";
import type { AccessControlEntry, AccessControlTarget } from "./AccessControlEntry";

/** What a node has to have room for, and this one has (Matter Core 9.10.4): entries a fabric, subjects and targets an entry. */
export const ENTRIES = 4;
export const SUBJECTS = 4;
export const TARGETS = 3;

// An entry's bytes: privilege, authentication mode, numbers of subjects and targets; subjects; targets.
const SUBJECTS_AT = 4;
const TARGETS_AT = SUBJECTS_AT + SUBJECTS * 8;
/** cluster, endpoint, device type */
const TARGET_LENGTH = 12;
const ENTRY_LENGTH = TARGETS_AT + TARGETS * TARGET_LENGTH;
/** no id of a cluster, endpoint or device type */
const ANY = 0xffffffff;

const CAT_PREFIX = 0xffff_fffd;

/** What a target may mean. */
interface Target {
	readonly id: number;
	hasDeviceType(deviceType: number): boolean;
}

/**
 * A fabric's access control list in one piece of memory: as objects, a full list would take ten times as much. It is
 * asked for each cluster that is accessed, without making anything.
 */
export class AccessControlList {
	private bytes: Uint8Array;

	/** @throws RangeError for more subjects or targets than an entry has room for */
	constructor(entries: readonly AccessControlEntry[] = []) {
		const bytes = new Uint8Array(entries.length * ENTRY_LENGTH);
		for (let i = 0; i < entries.length; i++) write(bytes, i * ENTRY_LENGTH, entries[i]!);
		this.bytes = bytes;
	}

	get length(): number {
		return this.bytes.length / ENTRY_LENGTH;
	}

	/** Writes the entries, structures without a tag, as the fabric's record has them (docs/STORAGE.md). */
	encode(writer: TlvWriter): void {
		const bytes = this.bytes;
		for (let start = 0; start < bytes.length; start += ENTRY_LENGTH) {
			const subjects = bytes[start + 2]!;
			const targets = bytes[start + 3]!;
			writer.structure(ANONYMOUS);
			writer.unsigned(1, bytes[start]!);
			writer.unsigned(2, bytes[start + 1]!);
			if (subjects > 0) {
				writer.array(3);
				for (let i = 0, at = start + SUBJECTS_AT; i < subjects; i++, at += 8)
					writer.unsigned64(ANONYMOUS, readUint32LE(bytes, at), readUint32LE(bytes, at + 4));
				writer.end();
			}
			if (targets > 0) {
				writer.array(4);
				for (let i = 0, at = start + TARGETS_AT; i < targets; i++, at += TARGET_LENGTH) {
					writer.structure(ANONYMOUS);
					for (let tag = 0; tag < 3; tag++) {
						const id = readUint32LE(bytes, at + tag * 4);
						if (id !== ANY) writer.unsigned(tag, id);
					}
					writer.end();
				}
				writer.end();
			}
			writer.end();
		}
	}

	/** Whether both say the same, in the same order. */
	equals(other: AccessControlList): boolean {
		return equalBytes(this.bytes, other.bytes);
	}

	/** The entries as objects. An empty list of subjects or targets says the same as null, and is null here. */
	entries(): AccessControlEntry[] {
		const entries: AccessControlEntry[] = [];
		for (let i = 0; i < this.length; i++)
			entries.push({
				privilege: this.privilege(i),
				authMode: this.authMode(i),
				subjects: this.subjects(i),
				targets: this.targets(i),
			});
		return entries;
	}

	privilege(index: number): number {
		return this.bytes[index * ENTRY_LENGTH]!;
	}

	authMode(index: number): number {
		return this.bytes[index * ENTRY_LENGTH + 1]!;
	}

	subjects(index: number): bigint[] | null {
		const start = index * ENTRY_LENGTH;
		const count = this.bytes[start + 2]!;
		if (count === 0) return null;
		const subjects: bigint[] = [];
		for (let i = 0; i < count; i++) subjects.push(readUint64LE(this.bytes, start + SUBJECTS_AT + i * 8));
		return subjects;
	}

	targets(index: number): AccessControlTarget[] | null {
		const start = index * ENTRY_LENGTH;
		const count = this.bytes[start + 3]!;
		if (count === 0) return null;
		const targets: AccessControlTarget[] = [];
		for (let i = 0; i < count; i++) {
			const at = start + TARGETS_AT + i * TARGET_LENGTH;
			targets.push({
				cluster: this.idAt(at),
				endpoint: this.idAt(at + 4),
				deviceType: this.idAt(at + 8),
			});
		}
		return targets;
	}

	/**
	 * Whether an entry is for a subject: no subjects stand for everyone of the authentication mode (Matter Core 6.6.2.5).
	 * @param low, high the subject's 32 bits each
	 * @param tags CASE authenticated tags of the peer; one matches with the same identifier and at least the same version
	 * (6.6.2.1.2)
	 */
	matchesSubject(index: number, low: number, high: number, tags: readonly number[]): boolean {
		const bytes = this.bytes;
		const start = index * ENTRY_LENGTH;
		const count = bytes[start + 2]!;
		if (count === 0) return true;
		for (let i = 0; i < count; i++) {
			const at = start + SUBJECTS_AT + i * 8;
			const allowed = readUint32LE(bytes, at);
			const prefix = readUint32LE(bytes, at + 4);
			if (allowed === low && prefix === high) return true;
			if (prefix !== CAT_PREFIX) continue;
			for (let j = 0; j < tags.length; j++) {
				const tag = tags[j] as number;
				if (tag >>> 16 === allowed >>> 16 && (tag & 0xffff) >= (allowed & 0xffff)) return true;
			}
		}
		return false;
	}

	/** Whether an entry is for a cluster: no targets stand for the whole node; within one all that is given must match. */
	matchesTarget(index: number, endpoint: Target, clusterId: number): boolean {
		const bytes = this.bytes;
		const start = index * ENTRY_LENGTH;
		const count = bytes[start + 3]!;
		if (count === 0) return true;
		for (let i = 0; i < count; i++) {
			const at = start + TARGETS_AT + i * TARGET_LENGTH;
			const cluster = readUint32LE(bytes, at);
			const number = readUint32LE(bytes, at + 4);
			const deviceType = readUint32LE(bytes, at + 8);
			if (
				(cluster === ANY || cluster === clusterId) &&
				(number === ANY || number === endpoint.id) &&
				(deviceType === ANY || endpoint.hasDeviceType(deviceType))
			)
				return true;
		}
		return false;
	}

	private idAt(at: number): number | null {
		const id = readUint32LE(this.bytes, at);
		return id === ANY ? null : id;
	}
}

function write(bytes: Uint8Array, start: number, entry: AccessControlEntry): void {
	const subjects = entry.subjects?.length ?? 0;
	const targets = entry.targets?.length ?? 0;
	if (subjects > SUBJECTS || targets > TARGETS) throw new RangeError("no room for an access control entry");
	bytes[start] = entry.privilege;
	bytes[start + 1] = entry.authMode;
	bytes[start + 2] = subjects;
	bytes[start + 3] = targets;
	for (let i = 0; i < subjects; i++) writeUint64LE(bytes, start + SUBJECTS_AT + i * 8, entry.subjects![i]!);
	for (let i = 0; i < targets; i++) {
		const at = start + TARGETS_AT + i * TARGET_LENGTH;
		const { cluster, endpoint, deviceType } = entry.targets![i]!;
		writeUint32LE(bytes, at, cluster ?? ANY);
		writeUint32LE(bytes, at + 4, endpoint ?? ANY);
		writeUint32LE(bytes, at + 8, deviceType ?? ANY);
	}
}

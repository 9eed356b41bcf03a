import { list, move, read, remove, write } from "host/files";
import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import type { Counters } from "../diagnostics/Counters";
import type { Log } from "../diagnostics/Log";
import { crc32 } from "./crc32";
import type { Files } from "./Files";

const hostFiles: Files = Object.freeze({ list, move, read, remove, write });

const FACILITY = "storage";
const RECORD = ".rec";
const UNFINISHED = ".tmp";
/** "XSMR" */
const MAGIC = 0x524d5358;
const VERSION = 1;
const HEADER_LENGTH = 16;
const CRC_OFFSET = 12;
const ALLOWED = "0123456789abcdefghijklmnopqrstuvwxyz.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Keeps file names within 64 characters everywhere. */
const LONGEST_NAME = 48;

/**
 * Records: named byte strings that are replaced whole or not at all, kept as one small file each
 * (docs/STORAGE.md tells the bytes). After a cut at any operation a record has its old content or the new one.
 * A damaged record is reported, counted and treated as absent.
 */
export class Storage {
	private files: Files;
	private log: Log;
	private counters: Counters;

	/** Removes what an earlier cut left behind. @throws Error when the folder cannot be read */
	constructor(log: Log, counters: Counters, files: Files = hostFiles) {
		this.log = log;
		this.counters = counters;
		this.files = files;
		const present = files.list();
		for (let i = 0; i < present.length; i++) {
			const file = present[i]!;
			if (!file.endsWith(UNFINISHED)) continue;
			const name = file.slice(0, -UNFINISHED.length);
			const state = present.includes(name + RECORD) ? "its content before stands" : "it is absent";
			this.log.warn(FACILITY, `record ${name}: a change was cut off, ${state}`);
			files.remove(file);
		}
	}

	/** @returns the payload last set; undefined when there is none or it is damaged */
	get(name: string): Uint8Array | undefined {
		const file = checked(name) + RECORD;
		const bytes = this.files.read(file);
		if (bytes === undefined) return undefined;
		const damage = damageOf(bytes);
		if (damage === undefined) return bytes.subarray(HEADER_LENGTH);
		this.counters.count("recordDamaged");
		this.log.error(FACILITY, `record ${name}: ${damage}; treated as absent`);
		return undefined;
	}

	/**
	 * Replaces the record in one step.
	 * @param flush whether it must have reached the medium before this returns; without, a power cut (not an end of the
	 * process) may bring the old content back
	 * @throws Error when the medium refuses; the record then has its old content
	 */
	set(name: string, payload: Uint8Array, flush = true): void {
		checked(name);
		const bytes = new Uint8Array(HEADER_LENGTH + payload.length);
		writeUint32LE(bytes, 0, MAGIC);
		bytes[4] = VERSION;
		writeUint32LE(bytes, 8, payload.length);
		bytes.set(payload, HEADER_LENGTH);
		writeUint32LE(bytes, CRC_OFFSET, checksum(bytes));
		const unfinished = name + UNFINISHED;
		try {
			this.files.write(unfinished, bytes, flush);
			this.files.move(unfinished, name + RECORD, flush);
		} catch (error) {
			this.log.error(
				FACILITY,
				`record ${name} could not be written: ${error instanceof Error ? error.message : String(error)}`,
			);
			this.discard(unfinished);
			throw error;
		}
	}

	/** Removes it for good before it returns. @returns whether there was one */
	remove(name: string): boolean {
		const file = checked(name) + RECORD;
		if (this.files.read(file) === undefined) return false;
		// Moving reaches the medium, removing may not: a forgotten fabric must not be back after a power cut.
		this.files.move(file, name + UNFINISHED, true);
		this.discard(name + UNFINISHED);
		return true;
	}

	/** Names of the records, sorted, of those that begin with `prefix`. Damaged ones are among them. */
	names(prefix = ""): string[] {
		const names: string[] = [];
		const files = this.files.list();
		for (let i = 0; i < files.length; i++) {
			const file = files[i]!;
			if (file.endsWith(RECORD) && file.startsWith(prefix)) names.push(file.slice(0, -RECORD.length));
		}
		return names.sort();
	}

	/** Factory reset: every record goes. */
	clear(): void {
		const files = this.files.list();
		for (let i = 0; i < files.length; i++) {
			const file = files[i]!;
			if (file.endsWith(RECORD) || file.endsWith(UNFINISHED)) this.files.remove(file);
		}
	}

	private discard(file: string): void {
		try {
			this.files.remove(file);
		} catch {
			// It is no record any more: the next start tidies up.
		}
	}
}

function checked(name: string): string {
	let valid = name.length > 0 && name.length <= LONGEST_NAME && name.charCodeAt(0) !== 0x2e;
	// without a regular expression, which is compiled each time
	for (let i = 0; valid && i < name.length; i++) valid = ALLOWED.includes(name.charAt(i));
	if (!valid)
		throw new RangeError(`"${name}" is no record name: 1..${LONGEST_NAME} of A-Z a-z 0-9 . _ -, no dot first`);
	return name;
}

function damageOf(bytes: Uint8Array): string | undefined {
	if (bytes.length < HEADER_LENGTH) return `only ${bytes.length} bytes`;
	if (readUint32LE(bytes, 0) !== MAGIC) return "no record of this program";
	if (bytes[4] !== VERSION) return `format version ${bytes[4]!}, this program knows ${VERSION}`;
	const length = readUint32LE(bytes, 8);
	if (length !== bytes.length - HEADER_LENGTH)
		return `${bytes.length - HEADER_LENGTH} bytes of payload, ${length} written`;
	if (readUint32LE(bytes, CRC_OFFSET) !== checksum(bytes)) return "checksum does not match";
	return undefined;
}

/** Over everything but the checksum itself. */
function checksum(bytes: Uint8Array): number {
	return crc32(bytes, HEADER_LENGTH, bytes.length, crc32(bytes, 0, CRC_OFFSET, 0));
}

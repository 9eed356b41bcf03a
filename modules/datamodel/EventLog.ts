import { readUint16LE, readUint32LE, writeUint16LE, writeUint32LE } from "../codec/Bytes";
import { ANONYMOUS } from "../codec/Tlv";
import { TlvReader } from "../codec/TlvReader";
import { TlvWriter } from "../codec/TlvWriter";
import type { Storage } from "../storage/Storage";
import type { Scheduler } from "../time/Scheduler";
import { CRITICAL, DEBUG, FABRIC_SENSITIVE } from "./ClusterDefinition";
import type { EventDefinition } from "./ClusterDefinition";
import { encodeAlone } from "./Types";

/** One event: a copy, but for its data, which hold until the log's next call. */
export interface EventRecord {
	/** grows over the node's whole life; 2^53 are never reached */
	readonly number: number;
	readonly endpoint: number;
	readonly cluster: number;
	readonly definition: EventDefinition;
	/** whole milliseconds since start */
	readonly timestamp: number;
	/** the only fabric that may see it, 0 when all may */
	readonly fabricIndex: number;
	/** TLV, an anonymous structure */
	readonly data: Uint8Array;
}

/**
 * Bytes for the events of each priority, by priority (Matter Core 7.14.2). A StartUp takes 23, the longest
 * AccessControlEntryChanged about 150: some ten ordinary events of either kind that a light has, one or two of debugging.
 */
const CAPACITY: readonly number[] = Object.freeze([64, 512, 256]);
/** Event numbers reserved in storage at once: a restart skips at most so many, and one write covers so many events. */
const RESERVE = 1000;
const RECORD = "events";

/** The events a node can still report (Matter Core 7.14). In memory: only the number outlives a restart. */
export class EventLog {
	private readonly storage: Storage;
	private readonly scheduler: Scheduler;
	/** by priority; made for its first event */
	private readonly rings: (Ring | undefined)[] = [];
	private nextNumber = 0;
	private reserved = 0;

	constructor(storage: Storage, scheduler: Scheduler) {
		this.storage = storage;
		this.scheduler = scheduler;
	}

	/** The number the next event gets. */
	get next(): number {
		return this.nextNumber;
	}

	/** Takes up the numbers where the last run may have left them. */
	start(): void {
		const stored = this.storage.get(RECORD);
		if (stored) {
			const reader = new TlvReader(stored);
			if (reader.next()) this.nextNumber = reader.unsigned();
		}
		this.reserve();
	}

	/**
	 * Keeps an event; the oldest of the same priority give way.
	 * @param fields by the definition; a fabric-sensitive event's carry `fabricIndex`
	 * @throws RangeError when it is longer than all that is kept of its priority
	 */
	add<Fields>(endpoint: number, cluster: number, definition: EventDefinition<Fields>, fields: Fields): EventRecord {
		const data = encodeAlone(definition.fields, fields);
		const fabricIndex = definition.flags & FABRIC_SENSITIVE ? (fields as { fabricIndex: number }).fabricIndex : 0;
		return this.keep(endpoint, cluster, definition as EventDefinition, fabricIndex, data);
	}

	private keep(
		endpoint: number,
		cluster: number,
		definition: EventDefinition,
		fabricIndex: number,
		data: Uint8Array,
	): EventRecord {
		if (this.nextNumber >= this.reserved) this.reserve();
		const told = new ToldRecord();
		told.number = this.nextNumber;
		told.endpoint = endpoint;
		told.cluster = cluster;
		told.definition = definition;
		told.timestamp = Math.floor(this.scheduler.now());
		told.fabricIndex = fabricIndex;
		told.data = data;
		const priority = definition.priority;
		(this.rings[priority] ??= new Ring(CAPACITY[priority]!)).push(told);
		this.nextNumber++;
		return told;
	}

	/** @returns the oldest event with at least this number, of all priorities, or undefined when there is none */
	from(number: number): EventRecord | undefined {
		let found: Ring | undefined;
		let index = 0;
		for (let priority = DEBUG; priority <= CRITICAL; priority++) {
			const ring = this.rings[priority];
			if (!ring) continue;
			const numbers = ring.numbers;
			let i = 0;
			while (i < numbers.length && (numbers[i] as number) < number) i++;
			if (i === numbers.length || (found && (found.numbers[index] as number) < (numbers[i] as number))) continue;
			found = ring;
			index = i;
		}
		return found?.read(index);
	}

	/** Forgets what only this fabric could see. */
	removeFabric(fabricIndex: number): void {
		const rings = this.rings;
		for (let j = 0; j < rings.length; j++) {
			const ring = rings[j]!;
			for (let i = ring ? ring.numbers.length : 0; i-- > 0;)
				if (ring!.read(i).fabricIndex === fabricIndex) ring!.remove(i);
		}
	}

	/** @throws Error when storage fails: a number that may come again after a restart is worse than no event */
	private reserve(): void {
		const reserved = this.nextNumber + RESERVE;
		const writer = new TlvWriter(new Uint8Array(9));
		writer.unsigned(ANONYMOUS, reserved);
		this.storage.set(RECORD, writer.finish());
		this.reserved = reserved;
	}
}

/** What EventLog tells; also what it hands to a ring. */
class ToldRecord implements EventRecord {
	number = 0;
	endpoint = 0;
	cluster = 0;
	declare definition: EventDefinition;
	timestamp = 0;
	fabricIndex = 0;
	declare data: Uint8Array;
}

/** length (2 bytes), endpoint (2), cluster (4), timestamp (4 + 2), fabric index (1), data */
const HEADER = 15;

/** Events of one priority, oldest first, in one buffer: an object each would take four times the memory. */
class Ring {
	readonly numbers: number[] = [];
	private readonly definitions: EventDefinition[] = [];
	private readonly capacity: number;
	/** grows to the capacity as it is needed */
	private bytes = new Uint8Array(0);
	private end = 0;

	constructor(capacity: number) {
		this.capacity = capacity;
	}

	push(record: EventRecord): void {
		const length = HEADER + record.data.length;
		if (length > this.capacity)
			throw new RangeError(`an event of ${length} bytes, ${this.capacity} are kept of its priority`);
		while (this.end + length > this.capacity) this.remove(0);
		const at = this.end;
		if (at + length > this.bytes.length) {
			const grown = new Uint8Array(Math.min(this.capacity, at + 2 * length));
			grown.set(this.bytes);
			this.bytes = grown;
		}
		const bytes = this.bytes;
		writeUint16LE(bytes, at, length);
		writeUint16LE(bytes, at + 2, record.endpoint);
		writeUint32LE(bytes, at + 4, record.cluster);
		writeUint32LE(bytes, at + 8, record.timestamp % 0x100000000);
		writeUint16LE(bytes, at + 12, Math.floor(record.timestamp / 0x100000000));
		bytes[at + 14] = record.fabricIndex;
		bytes.set(record.data, at + HEADER);
		this.end += length;
		this.numbers.push(record.number);
		this.definitions.push(record.definition);
	}

	/** The event at `index`. */
	read(index: number): ToldRecord {
		const into = new ToldRecord();
		const bytes = this.bytes;
		const at = this.offset(index);
		into.number = this.numbers[index] as number;
		into.definition = this.definitions[index] as EventDefinition;
		into.endpoint = readUint16LE(bytes, at + 2);
		into.cluster = readUint32LE(bytes, at + 4);
		into.timestamp = readUint32LE(bytes, at + 8) + readUint16LE(bytes, at + 12) * 0x100000000;
		into.fabricIndex = bytes[at + 14] as number;
		into.data = bytes.subarray(at + HEADER, at + readUint16LE(bytes, at));
		return into;
	}

	remove(index: number): void {
		const at = this.offset(index);
		const length = readUint16LE(this.bytes, at);
		this.bytes.copyWithin(at, at + length, this.end);
		this.end -= length;
		this.numbers.splice(index, 1);
		this.definitions.splice(index, 1);
	}

	private offset(index: number): number {
		let at = 0;
		for (let i = 0; i < index; i++) at += readUint16LE(this.bytes, at);
		return at;
	}
}

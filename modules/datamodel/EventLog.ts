import { ANONYMOUS } from "../codec/Tlv";
import { TlvReader } from "../codec/TlvReader";
import { TlvWriter } from "../codec/TlvWriter";
import type { Storage } from "../storage/Storage";
import type { Scheduler } from "../time/Scheduler";
import { CRITICAL, DEBUG, FABRIC_SENSITIVE } from "./ClusterDefinition";
import type { EventDefinition, EventPriority } from "./ClusterDefinition";
import { encodeAlone } from "./Types";

/** One event, its data already TLV: an anonymous structure. */
export interface EventRecord {
	/** grows over the node's whole life; 2^53 are never reached */
	readonly number: number;
	readonly endpoint: number;
	readonly cluster: number;
	readonly definition: EventDefinition;
	/** milliseconds since start */
	readonly timestamp: number;
	/** the only fabric that may see it, 0 when all may */
	readonly fabricIndex: number;
	readonly data: Uint8Array;
}

/** Events kept of each priority, by priority: the oldest of the same priority gives way (Matter Core 7.14.2). */
const CAPACITY: readonly number[] = Object.freeze([2, 8, 8]);
/** Event numbers reserved in storage at once: a restart skips at most so many, and one write covers so many events. */
const RESERVE = 1000;
const RECORD = "events";

/** The events a node can still report (Matter Core 7.14). In memory: only the number outlives a restart. */
export class EventLog {
	readonly #storage: Storage;
	readonly #scheduler: Scheduler;
	readonly #rings: readonly EventRecord[][] = [[], [], []];
	#next = 0;
	#reserved = 0;

	constructor(storage: Storage, scheduler: Scheduler) {
		this.#storage = storage;
		this.#scheduler = scheduler;
	}

	/** The number the next event gets. */
	get next(): number {
		return this.#next;
	}

	/** Takes up the numbers where the last run may have left them. */
	start(): void {
		const stored = this.#storage.get(RECORD);
		if (stored) {
			const reader = new TlvReader(stored);
			if (reader.next()) this.#next = reader.unsigned();
		}
		this.#reserve();
	}

	/**
	 * @param fields by the definition; a fabric-sensitive event's carry `fabricIndex`
	 * @returns the record kept
	 */
	add<Fields>(endpoint: number, cluster: number, definition: EventDefinition<Fields>, fields: Fields): EventRecord {
		if (this.#next >= this.#reserved) this.#reserve();
		const record: EventRecord = {
			number: this.#next++,
			endpoint,
			cluster,
			definition,
			timestamp: Math.floor(this.#scheduler.now()),
			fabricIndex: definition.flags & FABRIC_SENSITIVE ? (fields as { fabricIndex: number }).fabricIndex : 0,
			data: encodeAlone(definition.fields, fields),
		};
		const ring = this.#ring(definition.priority);
		if (ring.length >= (CAPACITY[definition.priority] as number)) ring.shift();
		ring.push(record);
		return record;
	}

	/** @returns the oldest record with at least this number, of all priorities, or undefined when there is none */
	from(number: number): EventRecord | undefined {
		let found: EventRecord | undefined;
		for (let priority = DEBUG; priority <= CRITICAL; priority++) {
			const ring = this.#rings[priority] as EventRecord[];
			for (let i = 0; i < ring.length; i++) {
				const record = ring[i] as EventRecord;
				if (record.number < number) continue;
				if (!found || record.number < found.number) found = record;
				break;
			}
		}
		return found;
	}

	/** Forgets what only this fabric could see. */
	removeFabric(fabricIndex: number): void {
		for (const ring of this.#rings)
			for (let i = ring.length - 1; i >= 0; i--) if (ring[i]?.fabricIndex === fabricIndex) ring.splice(i, 1);
	}

	#ring(priority: EventPriority): EventRecord[] {
		return this.#rings[priority] as EventRecord[];
	}

	#reserve(): void {
		const reserved = this.#next + RESERVE;
		const writer = new TlvWriter(new Uint8Array(9));
		writer.unsigned(ANONYMOUS, reserved);
		this.#storage.set(RECORD, writer.finish());
		this.#reserved = reserved;
	}
}

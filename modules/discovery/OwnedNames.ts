import random from "host/random";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import { CLASS_IN, DnsWriter, FLAG_RESPONSE, LEGACY_TTL, TOP_BIT, TYPE_ANY, type DnsReader } from "./Dns";
import type { Link } from "./Link";
import type { MulticastSocket } from "./MulticastSocket";
import { OwnedHost } from "./OwnedHost";
import type { OwnedName } from "./OwnedName";
import { OwnedService } from "./OwnedService";
import type { Service } from "./Service";

/** Header, a full Matter service and the addresses of one interface fit; below the IPv6 MTU less its headers. */
export const PACKET = 1232;

// ms
const PROBE_INTERVAL = 250; // RFC 6762 8.1
export const ANNOUNCE_INTERVAL = 1000; // RFC 6762 8.3
const CONFLICT_PAUSE = 5000; // RFC 6762 8.1 and 9
/** Whoever loses against another that probes begins again after that (RFC 6762 8.2). */
const YIELD_PAUSE = 1000;

/** Names that are probed for or announced in one turn: a slow chip is not to be busy with all of them for too long. */
const NAMES_AT_ONCE = 4;

/** What is told to a person when something is wrong. */
export interface Logger {
	info(facility: string, text: string): void;
	warn(facility: string, text: string): void;
}

/** A question of a plain DNS client, which wants it back with the answer (RFC 6762 6.7). */
export interface LegacyQuestion {
	readonly id: number;
	/** in wire form; undefined where there is more than one question */
	readonly name: Uint8Array | undefined;
	readonly type: number;
}

/**
 * The names that this device owns: it makes sure that nobody else has them, announces them, withdraws them, and watches
 * that they stay its own (RFC 6762 8, 9, 10.1).
 */
export class OwnedNames {
	readonly writer: DnsWriter;
	/** the host and then the services */
	readonly list: OwnedName[];

	private scheduler: Scheduler;
	private log: Logger | undefined;
	private socket: MulticastSocket;
	private host: OwnedHost;
	private deadline: Deadline;

	/**
	 * @param hostname the label before `.local`
	 * @param buffer for what is sent
	 */
	constructor(
		hostname: string,
		socket: MulticastSocket,
		scheduler: Scheduler,
		buffer: Uint8Array,
		log: Logger | undefined,
	) {
		this.writer = new DnsWriter(buffer, PACKET);
		this.scheduler = scheduler;
		this.log = log;
		this.socket = socket;
		// A random start keeps devices that share a power switch apart (RFC 6762 8.1).
		this.host = new OwnedHost(hostname, scheduler.now() + jitter(PROBE_INTERVAL));
		this.list = [this.host];
		this.deadline = new Deadline(scheduler, this.advance, this);
	}

	add(service: Service): void {
		// A device that starts asks for all its names at once; the host's time of one that runs is past.
		const now = this.scheduler.now();
		const due = Math.max(now, Math.min(this.host.due, now + PROBE_INTERVAL));
		this.list.push(new OwnedService(service, this.host, due, this.list.slice(1) as OwnedService[]));
		this.schedule();
	}

	/** Withdraws a service with a goodbye, if it was announced. @returns its place; -1 when it is not there */
	remove({ instance, type }: Pick<Service, "instance" | "type">): number {
		const place = this.list.findIndex(
			(owned) => owned instanceof OwnedService && owned.instance === instance && owned.type === type,
		);
		if (place < 0) return place;
		this.goodbye(this.list[place]);
		this.list.splice(place, 1);
		return place;
	}

	/** Announces all again, as after a change of address. */
	refresh(delay = 0): void {
		const list = this.list;
		for (let i = 0; i < list.length; i++) list[i]!.refresh(this.scheduler.now() + delay);
		this.schedule();
	}

	/** Probes and announces all anew: on another network somebody else may have the names (RFC 6762 8). */
	restart(): void {
		const due = this.scheduler.now() + jitter(PROBE_INTERVAL);
		const list = this.list;
		for (let i = 0; i < list.length; i++) list[i]!.restart(due);
		this.schedule();
	}

	/** Withdraws everything. */
	close(): void {
		this.deadline.stop();
		this.goodbye(undefined);
		this.list.length = 0;
	}

	/** No name wants anything. */
	forget(): void {
		const list = this.list;
		for (let i = 0; i < list.length; i++) list[i]!.wanted = 0;
	}

	private schedule(): void {
		let due = Infinity;
		const list = this.list;
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			if (owned.probes + owned.announcements > 0 && owned.due < due) due = owned.due;
		}
		if (due !== Infinity) this.deadline.start(Math.max(0, due - this.scheduler.now()));
	}

	private advance(): void {
		const now = this.scheduler.now();
		const due = this.list.filter((owned) => owned.probes + owned.announcements > 0 && owned.due <= now + 1);
		const ready = due.slice(0, NAMES_AT_ONCE);
		const probing = ready.filter((owned) => owned.probes > 0);
		const links = this.socket.links;
		for (let i = 0; i < links.length; i++) {
			const link = links[i]!;
			if (probing.length > 0) this.probe(probing, link);
			this.forget();
			for (let j = 0; j < ready.length; j++) {
				const owned = ready[j]!;
				if (owned.established) owned.wanted = owned.all(link);
			}
			this.write(link);
		}
		this.forget();
		for (let i = 0; i < ready.length; i++) {
			const owned = ready[i]!;
			if (owned.probes > 0) {
				owned.probes--;
				owned.due = now + PROBE_INTERVAL;
			} else {
				owned.announcements--;
				owned.due = now + ANNOUNCE_INTERVAL;
			}
		}
		this.schedule();
	}

	/** Asks for each name, with what it would hold as the authority (RFC 6762 8.1, 8.2). */
	private probe(names: OwnedName[], link: Link): void {
		const writer = this.writer;
		writer.begin(0, 0);
		for (let i = 0; i < names.length; i++) writer.question(names[i]!.name, TYPE_ANY, CLASS_IN | TOP_BIT);
		for (let i = 0; i < names.length; i++) {
			const owned = names[i]!;
			owned.write(writer, 2, owned.all(link) & ~owned.shared, link);
		}
		this.socket.send(writer, link);
	}

	/** @param only this one, or everything */
	private goodbye(only: OwnedName | undefined): void {
		const links = this.socket.links;
		for (let i = 0; i < links.length; i++) {
			const link = links[i]!;
			const list = this.list;
			for (let j = 0; j < list.length; j++) {
				const owned = list[j]!;
				owned.wanted = owned.established && (only ?? owned) === owned ? owned.all(link) : 0;
			}
			this.write(link, undefined, 0);
		}
		this.forget();
	}

	/** Looks through a response for another owner of one of our names (RFC 6762 9). @param reader before the numbers of records */
	checkConflicts(reader: DnsReader): void {
		const questions = reader.uint16();
		const records = reader.uint16() + reader.uint16() + reader.uint16();
		for (let i = 0; i < questions && reader.question(); i++);
		for (let i = 0; i < records && reader.record(); i++) {
			if ((reader.klass & ~TOP_BIT) !== CLASS_IN || reader.ttl === 0) continue;
			const owned = this.foreign(reader);
			if (owned !== undefined) this.conflict(owned);
		}
	}

	/** Two devices probe for one name at once: one of them keeps it (RFC 6762 8.2). @param reader has read a record of the other's */
	tieBreak(reader: DnsReader): void {
		const owned = this.foreign(reader);
		if (owned === undefined || owned.established || !owned.yields(reader)) return;
		// Not at the same moment as another that yields to us.
		owned.restart(this.scheduler.now() + YIELD_PAUSE + jitter(PROBE_INTERVAL));
		this.schedule();
	}

	/** The name of ours that the record read last gives other data to, if any. */
	private foreign(reader: DnsReader): OwnedName | undefined {
		const list = this.list;
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			if (owned.isForeign(reader, this.socket.links)) return owned;
		}
		return undefined;
	}

	private conflict(owned: OwnedName): void {
		const now = this.scheduler.now();
		const host = this.host;
		if (owned === host && !host.established) {
			// Nobody has been told our host name yet, or it is lost: another will do as well.
			const digits = new Uint8Array(6);
			random(digits);
			let label = "";
			for (let i = 0; i < digits.length; i++) label += digits[i]!.toString(16).padStart(2, "0").toUpperCase();
			host.rename(label, now);
			this.refresh(ANNOUNCE_INTERVAL);
			this.log?.info("mdns", `host name taken by another device, now ${label}.local`);
			return;
		}
		// Names are made from random bits, a hardware address or a fabric's ids, so this is a copy of us: ask again.
		if (owned.established) {
			const what = owned instanceof OwnedService ? `${owned.instance}.${owned.type}` : "host name";
			this.log?.warn("mdns", `${what} is answered by another device too`);
		}
		owned.restart(now + CONFLICT_PAUSE);
		this.schedule();
	}

	/**
	 * Writes the wanted records of all names and, where it fits, what the asker will ask next (RFC 6763 12); sends them over
	 * one interface, to `to` or to the groups; `wanted` then tells of both.
	 * @param longest seconds to live, see DnsWriter
	 * @param recent of each name, what need not go along
	 * @returns whether there was anything to send
	 */
	write(link: Link, to?: Uint8Array, longest?: number, recent?: readonly number[], legacy?: LegacyQuestion): boolean {
		const list = this.list;
		const writer = this.writer;
		const host = this.host;
		const id = legacy?.id ?? 0;
		if (legacy) longest = LEGACY_TTL;
		writer.begin(id, FLAG_RESPONSE, longest);
		if (legacy?.name) writer.question(legacy.name, legacy.type, CLASS_IN);
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			let left = owned.write(writer, 1, owned.wanted, link);
			while (left !== 0 && writer.records > 0) {
				this.socket.send(writer, link, to);
				writer.begin(id, FLAG_RESPONSE, longest);
				left = owned.write(writer, 1, left, link);
			}
		}
		if (writer.records === 0) return false;

		if (longest !== 0) {
			let isHost = host.wanted !== 0;
			for (let i = 0; i < list.length; i++) {
				const owned = list[i]!;
				if (owned.leadsToHost(owned.wanted) && host.established) isHost = true;
				const next = owned.next(owned.wanted) & ~(recent?.[i] ?? 0);
				owned.wanted |= next & ~owned.write(writer, 3, next, link);
			}
			if (isHost) {
				const further = (host.all(link) | host.absent(link)) & ~host.wanted & ~(recent?.[0] ?? 0);
				host.wanted |= further & ~host.write(writer, 3, further, link);
			}
		}
		this.socket.send(writer, link, to);
		return true;
	}
}

/** A whole number of milliseconds in 0..below-1. */
export function jitter(below: number): number {
	const bytes = new Uint8Array(2);
	random(bytes);
	return ((bytes[0]! << 8) | bytes[1]!) % below;
}

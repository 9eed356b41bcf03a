import type { NetworkInterface } from "host/network";
import random from "host/random";
import type { Scheduler } from "../time/Scheduler";
import { Deadline } from "../time/Deadline";
import {
	CLASS_ANY,
	CLASS_IN,
	DnsReader,
	DnsWriter,
	FLAG_RESPONSE,
	FLAG_TRUNCATED,
	LEGACY_TTL,
	TOP_BIT,
	TYPE_ANY,
} from "./Dns";
import { MDNS_PORT, MulticastSocket, portOf, type Multicast } from "./MulticastSocket";
import { OwnedHost } from "./OwnedHost";
import { ANNOUNCEMENTS, type OwnedName } from "./OwnedName";
import { OwnedService } from "./OwnedService";
import type { Service } from "./Service";

/** Header, a full Matter service and the addresses of one interface fit; below the IPv6 MTU less its headers. */
const PACKET = 1232;

// ms
const PROBE_INTERVAL = 250; // RFC 6762 8.1
const ANNOUNCE_INTERVAL = 1000; // RFC 6762 8.3
const CONFLICT_PAUSE = 5000; // RFC 6762 8.1 and 9
/** Whoever loses against another that probes begins again after that (RFC 6762 8.2). */
const YIELD_PAUSE = 1000;
/** Answers that several devices may give wait 20..120 ms, so that they don't collide (RFC 6762 6). */
const SHARED_DELAY = 20;
const SHARED_JITTER = 100;
/** Those to a question whose known answers follow wait 400..500 ms (RFC 6762 7.2). */
const TRUNCATED_DELAY = 400;
/** A record is not multicast again before, except to defend a name against a probe (RFC 6762 6). */
const REPEAT_INTERVAL = 1000;
const DEFENCE_INTERVAL = 250;

/** Questions whose known answers are awaited; the known answers of others are those that came with them. */
const WAITING = 4;
/** Notes of what was sent, each by itself; further ones are one. */
const SENT = 4;

/** Who looks things up through the responder's socket. */
export interface ResponseListener {
	/**
	 * A response came; never throws.
	 * @param reader valid during the call; stands before the numbers of records
	 * @param interfaceIndex of the interface it came in by
	 */
	onResponse(reader: DnsReader, interfaceIndex: number): void;
}

/** What is told to a person when something is wrong. */
interface Logger {
	info(facility: string, text: string): void;
	warn(facility: string, text: string): void;
}

/** Records that wait to be multicast over an interface, or that were a moment ago. */
class Answers {
	/** of the interface */
	readonly index: number;
	/** for each name, by its place */
	readonly records: number[];
	/** scheduler ms: when they go, or went */
	at: number;
	/** who asked and tells more known answers; 22 bytes */
	readonly from: Uint8Array | undefined;
	/** ms that must have passed since they went before */
	readonly interval: number;

	constructor(index: number, records: number[], at: number, interval: number, from?: Uint8Array) {
		this.index = index;
		this.records = records;
		this.at = at;
		this.interval = interval;
		this.from = from;
	}
}

const NONE: readonly Answers[] = Object.freeze([]);

/**
 * A multicast DNS responder for Matter's services (RFC 6762, RFC 6763, Matter Core 4.3), on IPv6 and IPv4 of every
 * interface that is up. It probes its names, announces them, answers with known answers left out, by unicast where that
 * was asked for, and says goodbye.
 */
export class Responder {
	/** is shown every response */
	listener: ResponseListener | undefined;

	readonly #scheduler: Scheduler;
	readonly #log: Logger | undefined;
	readonly #reader: DnsReader;
	readonly #writer = new DnsWriter(new Uint8Array(PACKET));
	readonly #socket: MulticastSocket;
	readonly #step: Deadline;
	readonly #answer: Deadline;
	readonly #host: OwnedHost;
	/** the host and then the services */
	readonly #names: OwnedName[];
	#waiting = NONE;
	/** in the last second */
	#sent = NONE;

	/**
	 * `hostname`: the label before `.local`, 12 or 16 hexadecimal digits (Matter Core 4.3.1.1).
	 * @throws Error when port 5353 cannot be had.
	 */
	constructor(options: {
		hostname: string;
		scheduler: Scheduler;
		log?: Logger;
		multicast?: Multicast;
		onNetworkChange?: () => void;
		/** for what is received; others may use it between datagrams */
		buffer?: Uint8Array;
	}) {
		this.#reader = new DnsReader(options.buffer ?? new Uint8Array(PACKET));
		this.#scheduler = options.scheduler;
		this.#log = options.log;
		// A random start keeps devices that share a power switch apart (RFC 6762 8.1).
		this.#host = new OwnedHost(options.hostname, options.scheduler.now() + jitter(PROBE_INTERVAL));
		this.#names = [this.#host];
		this.#step = new Deadline(options.scheduler, this.#advance, this);
		this.#answer = new Deadline(options.scheduler, this.#answerDelayed, this);
		this.#socket = new MulticastSocket(() => this.#receive(), options.multicast);
		this.#socket.onChange(() => {
			if (!this.#socket.join()) return;
			options.onNetworkChange?.();
			const now = this.#scheduler.now();
			for (const name of this.#names) name.refresh(now);
			this.#schedule();
		});
	}

	/** Makes a service known: probes first, then announces. */
	add(service: Service): void {
		const due = this.#scheduler.now() + jitter(PROBE_INTERVAL);
		this.#names.push(new OwnedService(service, this.#host, due, this.#names.slice(1) as OwnedService[]));
		this.#schedule();
	}

	/** Withdraws a service with a goodbye. A service that was never announced just goes. */
	remove(service: Service): void {
		const place = this.#names.findIndex((owned) => owned instanceof OwnedService && owned.service === service);
		if (place < 0) return;
		for (const link of this.#socket.links) this.#goodbye(link, this.#names[place]);
		this.#names.splice(place, 1);
		for (const { records } of [...this.#waiting, ...this.#sent]) records.splice(place, 1);
	}

	/** Asks the groups of every interface. @param write adds the questions; called once for each */
	ask(write: (writer: DnsWriter) => void): void {
		for (const link of this.#socket.links) {
			this.#writer.begin(0, 0);
			write(this.#writer);
			this.#socket.send(this.#writer, link);
		}
	}

	/** Withdraws everything and ends. */
	close(): void {
		this.#step.stop();
		this.#answer.stop();
		for (const link of this.#socket.links) this.#goodbye(link, undefined);
		this.#names.length = 0;
		this.#socket.close();
	}

	// --- probing, announcing, withdrawing ---------------------------------------------------------------------------

	#schedule(): void {
		let due = Infinity;
		for (const owned of this.#names) if (owned.probes + owned.announcements > 0 && owned.due < due) due = owned.due;
		if (due !== Infinity) this.#step.start(Math.max(0, due - this.#scheduler.now()));
	}

	#advance(): void {
		const now = this.#scheduler.now();
		const ready = this.#names.filter((owned) => owned.probes + owned.announcements > 0 && owned.due <= now + 1);
		const probing = ready.filter((owned) => owned.probes > 0);
		if (probing.length > 0) for (const link of this.#socket.links) this.#probe(probing, link);
		for (const link of this.#socket.links) {
			for (const owned of ready) if (owned.probes === 0) owned.wanted = owned.all(link);
			this.#write(link);
		}
		for (const owned of ready) {
			if (owned.probes > 0) {
				owned.probes--;
				owned.due = now + PROBE_INTERVAL;
			} else {
				owned.announcements--;
				owned.due = now + ANNOUNCE_INTERVAL;
			}
		}
		this.#forget();
		this.#schedule();
	}

	/** Asks for each name, with what it would hold as the authority (RFC 6762 8.1, 8.2). */
	#probe(names: OwnedName[], link: NetworkInterface): void {
		this.#writer.begin(0, 0);
		for (const owned of names) this.#writer.question(owned.name, TYPE_ANY, CLASS_IN | TOP_BIT);
		for (const owned of names) owned.write(this.#writer, 2, owned.all(link) & ~owned.shared, link);
		this.#socket.send(this.#writer, link);
	}

	/** @param only this one, or everything */
	#goodbye(link: NetworkInterface, only: OwnedName | undefined): void {
		for (const owned of this.#names)
			owned.wanted = owned.established && (only ?? owned) === owned ? owned.all(link) : 0;
		this.#write(link, undefined, 0, 0, 0);
		this.#forget();
	}

	// --- receiving --------------------------------------------------------------------------------------------------

	#receive(): void {
		const reader = this.#reader;
		for (let link; (link = this.#socket.receive(reader)) !== undefined; this.#forget()) {
			const id = reader.uint16();
			const flags = reader.uint16();
			if (flags & 0x7800 || flags & 0x000f) continue; // another opcode, or an error code: ignored (RFC 6762 18.3, 18.11)
			if (flags & 0x8000) this.#response(link.index);
			else this.#query(link, id, (flags & FLAG_TRUNCATED) !== 0);
		}
	}

	#response(interfaceIndex: number): void {
		const reader = this.#reader;
		const start = reader.position;
		this.#checkConflicts();
		// Whoever answers from another port is no multicast DNS responder (RFC 6762 6).
		if (!this.listener || portOf(this.#socket.from) !== MDNS_PORT) return;
		reader.position = start;
		reader.failed = false;
		this.listener.onResponse(reader, interfaceIndex);
	}

	/** @param isTruncated the asker tells more known answers in further datagrams */
	#query(link: NetworkInterface, id: number, isTruncated: boolean): void {
		const reader = this.#reader;
		const questions = reader.uint16();
		const answers = reader.uint16();
		const authorities = reader.uint16();
		reader.uint16();
		const first = reader.position;
		let isUnicast = true;
		for (let i = 0; i < questions; i++) {
			if (!reader.question()) return;
			const klass = reader.klass & ~TOP_BIT;
			if (klass !== CLASS_IN && klass !== CLASS_ANY) continue;
			if (this.#mark(link) && !(reader.klass & TOP_BIT)) isUnicast = false;
		}
		const { from } = this.#socket;
		let earlier: Answers | undefined;
		for (const one of this.#waiting)
			if (one.from && one.index === link.index && isSame(one.from, from)) earlier = one;
		if (questions === 0 && earlier) return this.#more(earlier, answers, link, isTruncated);
		if (authorities === 0 && !this.#isWanted()) return;
		for (let i = 0; i < answers; i++) {
			if (!reader.record()) return;
			for (const owned of this.#names) if (owned.wanted !== 0) owned.wanted &= ~owned.known(reader, link);
		}
		for (let i = 0; i < authorities; i++) {
			if (!reader.record()) return;
			this.#tieBreak();
		}
		if (!this.#isWanted()) return;

		if (portOf(from) !== MDNS_PORT) this.#write(link, from, id, questions === 1 ? first : 0, LEGACY_TTL);
		else if (isTruncated && !earlier && this.#waiting.length < WAITING)
			this.#wait(
				new Answers(link.index, this.#wanted(), this.#in(TRUNCATED_DELAY), REPEAT_INTERVAL, from.slice()),
			);
		else if (isUnicast) this.#write(link, from);
		else if (this.#isWanted(true)) this.#delay(link, this.#in(SHARED_DELAY), REPEAT_INTERVAL);
		else this.#multicast(link, authorities > 0 ? DEFENCE_INTERVAL : REPEAT_INTERVAL);
	}

	/** @param isShared only of what others may answer too */
	#isWanted(isShared = false): boolean {
		for (const owned of this.#names) if (isShared ? owned.wanted & owned.shared : owned.wanted) return true;
		return false;
	}

	/** Marks the records that the question read last asks for; true when there is any. */
	#mark(link: NetworkInterface): boolean {
		let found = false;
		for (const owned of this.#names) {
			const records = owned.established ? owned.asked(this.#reader, link) : 0;
			if (records === 0) continue;
			found = true;
			if (!this.#names.some((other) => owned.isTold(records, other))) owned.wanted |= records;
		}
		return found;
	}

	/** The rest of the known answers to a question that waits (RFC 6762 7.2). */
	#more(waiting: Answers, count: number, link: NetworkInterface, isTruncated: boolean): void {
		const { records } = waiting;
		for (let i = 0; i < count && this.#reader.record(); i++)
			for (let j = 0; j < records.length; j++) records[j]! &= ~this.#names[j]!.known(this.#reader, link);
		if (isTruncated) waiting.at = this.#in(TRUNCATED_DELAY);
		this.#arm();
	}

	// --- conflicts --------------------------------------------------------------------------------------------------

	/** Looks through a response for another owner of one of our names (RFC 6762 9). */
	#checkConflicts(): void {
		const reader = this.#reader;
		const questions = reader.uint16();
		const records = reader.uint16() + reader.uint16() + reader.uint16();
		for (let i = 0; i < questions && reader.question(); i++);
		for (let i = 0; i < records && reader.record(); i++) {
			if ((reader.klass & ~TOP_BIT) !== CLASS_IN || reader.ttl === 0) continue;
			const owned = this.#foreign();
			if (owned !== undefined) this.#conflict(owned);
		}
	}

	/** Two devices probe for one name at once: one of them keeps it (RFC 6762 8.2). */
	#tieBreak(): void {
		const owned = this.#foreign();
		if (owned === undefined || owned.established || !owned.yields(this.#reader)) return;
		// Not at the same moment as another that yields to us.
		owned.restart(this.#scheduler.now() + YIELD_PAUSE + jitter(PROBE_INTERVAL));
		this.#schedule();
	}

	/** The name of ours that the record read last gives other data to, if any. */
	#foreign(): OwnedName | undefined {
		for (const owned of this.#names) if (owned.isForeign(this.#reader, this.#socket.links)) return owned;
		return undefined;
	}

	#conflict(owned: OwnedName): void {
		const now = this.#scheduler.now();
		const host = this.#host;
		if (owned === host && !host.established) {
			// Nobody has been told our host name yet, or it is lost: another will do as well.
			const digits = new Uint8Array(6);
			random(digits);
			let label = "";
			for (const byte of digits) label += byte.toString(16).padStart(2, "0").toUpperCase();
			host.rename(label, now);
			for (const service of this.#names) service.refresh(now + ANNOUNCE_INTERVAL);
			this.#log?.info("mdns", `host name taken by another device, now ${label}.local`);
		} else {
			// Names are made from random bits, a hardware address or a fabric's ids, so this is a copy of us: ask again.
			if (owned.established) {
				const what =
					owned instanceof OwnedService ? `${owned.service.instance}.${owned.service.type}` : "host name";
				this.#log?.warn("mdns", `${what} is answered by another device too`);
			}
			owned.restart(now + CONFLICT_PAUSE);
		}
		this.#schedule();
	}

	// --- answering --------------------------------------------------------------------------------------------------

	/** Scheduler ms: in `delay` to `delay` + 100 ms. */
	#in(delay: number): number {
		return this.#scheduler.now() + delay + jitter(SHARED_JITTER);
	}

	/** What is wanted of each name. */
	#wanted(): number[] {
		return this.#names.map((owned) => owned.wanted);
	}

	#forget(): void {
		for (const owned of this.#names) owned.wanted = 0;
	}

	/** Has what is wanted wait; with what waits already for that interface it goes at the earlier of the two times. */
	#delay(link: NetworkInterface, at: number, interval: number): void {
		const waiting = this.#waiting.find(
			(one) => one.index === link.index && one.interval === interval && one.from === undefined,
		);
		if (waiting === undefined) return this.#wait(new Answers(link.index, this.#wanted(), at, interval));
		this.#merge(waiting);
		if (at < waiting.at) waiting.at = at;
		this.#arm();
	}

	#wait(answers: Answers): void {
		this.#waiting = [...this.#waiting, answers];
		this.#arm();
	}

	#merge({ records }: Answers): void {
		for (let i = 0; i < this.#names.length; i++) records[i] = (records[i] ?? 0) | this.#names[i]!.wanted;
	}

	/** Wakes for what waits, and to forget what was sent. */
	#arm(): void {
		let at = Infinity;
		for (const answers of this.#waiting) if (answers.at < at) at = answers.at;
		for (const answers of this.#sent) if (answers.at + REPEAT_INTERVAL < at) at = answers.at + REPEAT_INTERVAL;
		if (at !== Infinity) this.#answer.startAt(at);
	}

	#answerDelayed(): void {
		const now = this.#scheduler.now();
		const due = this.#waiting.filter((answers) => answers.at <= now);
		this.#sent = orNone(this.#sent.filter((answers) => answers.at + REPEAT_INTERVAL > now));
		this.#waiting = orNone(this.#waiting.filter((answers) => answers.at > now));
		for (const { index, records, interval } of due) {
			const link = this.#socket.link(index);
			if (link === undefined) continue;
			for (let i = 0; i < records.length; i++)
				this.#names[i]!.wanted = this.#names[i]!.established ? records[i]! : 0;
			this.#multicast(link, interval);
			this.#forget();
		}
		this.#arm();
	}

	/** Sends what is wanted to the groups; what went to them less than `interval` ms ago waits until it may go again. */
	#multicast(link: NetworkInterface, interval: number): void {
		const names = this.#names;
		const now = this.#scheduler.now();
		const wanted = this.#wanted();
		const recent = names.map(() => 0);
		let free = 0;
		for (let i = 0; i < names.length; i++) {
			const { announcements, due } = names[i]!;
			const announced = announcements < ANNOUNCEMENTS ? due - ANNOUNCE_INTERVAL : -Infinity;
			if (now < announced + interval) recent[i] = -1;
			for (const { index, records, at } of this.#sent)
				if (index === link.index && now < at + interval) {
					recent[i]! |= records[i] ?? 0;
					free = Math.max(free, at + interval);
				}
			if (recent[i] === -1) free = Math.max(free, announced + interval);
			names[i]!.wanted = wanted[i]! & recent[i]!;
		}
		if (this.#isWanted()) this.#delay(link, free, interval);
		for (let i = 0; i < names.length; i++) names[i]!.wanted = wanted[i]! & ~recent[i]!;
		if (!this.#write(link, undefined, 0, 0, undefined, recent)) return;
		const last = this.#sent[this.#sent.length - 1];
		if (this.#sent.length >= SENT && last!.index === link.index) {
			this.#merge(last!);
			last!.at = now;
		} else this.#sent = [...this.#sent, new Answers(link.index, this.#wanted(), now, interval)];
		this.#arm();
	}

	/**
	 * Writes the wanted records of all names and, where it fits, what the asker will ask next (RFC 6763 12); sends them over
	 * one interface, to `to` or to the groups; `wanted` then tells of both. A plain DNS client gets its id and question back
	 * (RFC 6762 6.7).
	 * @param question where the query in hand has it; 0 for none
	 * @param longest seconds to live, see DnsWriter
	 * @param recent of each name, what need not go along
	 * @returns whether there was anything to send
	 */
	#write(
		link: NetworkInterface,
		to?: Uint8Array,
		id = 0,
		question = 0,
		longest?: number,
		recent?: readonly number[],
	): boolean {
		const writer = this.#writer;
		const host = this.#host;
		writer.begin(id, FLAG_RESPONSE, longest);
		if (question > 0) this.#echo(question);
		for (const owned of this.#names) {
			let left = owned.write(writer, 1, owned.wanted, link);
			while (left !== 0 && writer.records > 0) {
				this.#socket.send(writer, link, to);
				writer.begin(id, FLAG_RESPONSE, longest);
				left = owned.write(writer, 1, left, link);
			}
		}
		if (writer.records === 0) return false;

		if (longest !== 0) {
			let isHost = host.wanted !== 0;
			for (let i = 0; i < this.#names.length; i++) {
				const owned = this.#names[i]!;
				if (owned.leadsToHost(owned.wanted) && host.established) isHost = true;
				const next = owned.next(owned.wanted) & ~(recent?.[i] ?? 0);
				owned.wanted |= next & ~owned.write(writer, 3, next, link);
			}
			if (isHost) {
				const further = (host.all(link) | host.absent(link)) & ~host.wanted & ~(recent?.[0] ?? 0);
				host.wanted |= further & ~host.write(writer, 3, further, link);
			}
		}
		this.#socket.send(writer, link, to);
		return true;
	}

	/** Repeats the first question of the query in hand. */
	#echo(position: number): void {
		const { bytes } = this.#reader;
		const labels: number[] = [];
		let at = position;
		// A first question can hold no pointer: there is nothing before it to point to.
		while (bytes[at] !== 0 && bytes[at]! < 0xc0) {
			for (let i = 0; i <= bytes[at]!; i++) labels.push(bytes[at + i]!);
			at += 1 + bytes[at]!;
		}
		labels.push(0);
		this.#writer.question(Uint8Array.from(labels), (bytes[at + 1]! << 8) | bytes[at + 2]!, CLASS_IN);
	}
}

function orNone(answers: readonly Answers[]): readonly Answers[] {
	return answers.length > 0 ? answers : NONE;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

/** A whole number of milliseconds in 0..below-1. */
function jitter(below: number): number {
	const bytes = new Uint8Array(2);
	random(bytes);
	return ((bytes[0]! << 8) | bytes[1]!) % below;
}

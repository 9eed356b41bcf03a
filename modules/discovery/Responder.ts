import type { Scheduler } from "../time/Scheduler";
import { Deadline } from "../time/Deadline";
import { CLASS_ANY, CLASS_IN, DnsReader, FLAG_TRUNCATED, TOP_BIT, type DnsWriter } from "./Dns";
import type { Link } from "./Link";
import { MDNS_PORT, MulticastSocket, portOf, type Multicast } from "./MulticastSocket";
import { ANNOUNCEMENTS } from "./OwnedName";
import { ANNOUNCE_INTERVAL, jitter, OwnedNames, PACKET, type Logger } from "./OwnedNames";
import { OwnedService } from "./OwnedService";
import type { Service } from "./Service";

// ms
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

/** Is told that links or addresses changed. */
export interface NetworkListener {
	networkChanged(): void;
}

/** Who looks things up through the responder's socket. */
export interface ResponseListener {
	/**
	 * A response came; never throws.
	 * @param reader valid during the call; stands before the numbers of records
	 * @param interfaceIndex of the interface it came in by
	 */
	onResponse(reader: DnsReader, interfaceIndex: number): void;
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
	/** scheduler ms: when they were asked for at the latest */
	asked: number;

	constructor(index: number, records: number[], at: number, interval: number, asked: number, from?: Uint8Array) {
		this.index = index;
		this.records = records;
		this.at = at;
		this.interval = interval;
		this.asked = asked;
		this.from = from;
	}
}

const NONE: readonly Answers[] = Object.freeze([]);

/**
 * A multicast DNS responder for Matter's services (RFC 6762, RFC 6763, Matter Core 4.3), on IPv6 and IPv4 of every
 * interface that is up. What OwnedNames has made its own it answers for: with known answers left out, by unicast where that
 * was asked for, to the groups no more than once a second.
 */
export class Responder {
	/** is shown every response */
	declare listener: ResponseListener | undefined;

	private readonly scheduler: Scheduler;
	private readonly buffer: Uint8Array;
	declare private madeReader: DnsReader | undefined;
	private readonly socket: MulticastSocket;
	private readonly names: OwnedNames;
	private readonly network: NetworkListener | undefined;
	/** made when the first answer waits */
	declare private deadline: Deadline | undefined;
	private waiting = NONE;
	/** in the last second */
	private sent = NONE;

	/**
	 * `hostname`: the label before `.local`, 12 or 16 hexadecimal digits (Matter Core 4.3.1.1).
	 * @throws Error when port 5353 cannot be had.
	 */
	constructor(options: {
		hostname: string;
		scheduler: Scheduler;
		log?: Logger;
		multicast?: Multicast;
		listener?: NetworkListener;
		/** for what is received; others may use it between datagrams */
		buffer?: Uint8Array;
		/** for the socket address of who sent it, 22 bytes, likewise */
		from?: Uint8Array;
		/** for what is sent; others may use it between calls of timers and sockets */
		sending?: Uint8Array;
	}) {
		const scheduler = options.scheduler;
		this.scheduler = scheduler;
		this.buffer = options.buffer ?? new Uint8Array(PACKET);
		this.network = options.listener;
		this.socket = this.openSocket(options.multicast, options.from);
		const sending = options.sending ?? new Uint8Array(PACKET);
		this.names = new OwnedNames(options.hostname, this.socket, scheduler, sending, options.log);
	}

	/** Apart from the constructor, whose variables the callbacks would keep. */
	private openSocket(multicast?: Multicast, from?: Uint8Array): MulticastSocket {
		const socket = new MulticastSocket(() => this.receive(), multicast, from);
		socket.onChange(() => this.onNetworkChange());
		return socket;
	}

	private get reader(): DnsReader {
		return (this.madeReader ??= new DnsReader(this.buffer));
	}

	private onNetworkChange(): void {
		const isNew = this.socket.join();
		if (isNew === undefined) return;
		this.network?.networkChanged();
		if (isNew) this.names.restart();
		else this.names.refresh();
	}

	/** The instances of a type. */
	instances(type: Service["type"]): string[] {
		const instances: string[] = [];
		const list = this.names.list;
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			if (owned instanceof OwnedService && owned.type === type) instances.push(owned.instance);
		}
		return instances;
	}

	/** Makes a service known: probes first, then announces. */
	add(service: Service): void {
		this.names.add(service);
	}

	/** Withdraws a service with a goodbye, at once: not while the buffer for sending is in use. A service that was never announced just goes. */
	remove(service: Pick<Service, "instance" | "type">): void {
		const place = this.names.remove(service);
		if (place < 0) return;
		for (const { records } of [...this.waiting, ...this.sent]) records.splice(place, 1);
	}

	/** Asks the groups of every interface. @param write adds the questions; called once for each */
	ask(write: (writer: DnsWriter) => void): void {
		const writer = this.names.writer;
		const links = this.socket.links;
		for (let i = 0; i < links.length; i++) {
			writer.begin(0, 0);
			write(writer);
			this.socket.send(writer, links[i]!);
		}
	}

	/** Withdraws everything and ends. */
	close(): void {
		this.deadline?.stop();
		this.names.close();
		this.socket.close();
	}

	// --- receiving --------------------------------------------------------------------------------------------------

	private receive(): void {
		const reader = this.reader;
		for (let link; (link = this.socket.receive(reader)) !== undefined; this.names.forget()) {
			const id = reader.uint16();
			const flags = reader.uint16();
			if (flags & 0x7800 || flags & 0x000f) continue; // another opcode, or an error code: ignored (RFC 6762 18.3, 18.11)
			if (flags & 0x8000) this.response(link.index);
			else this.query(link, id, (flags & FLAG_TRUNCATED) !== 0);
		}
	}

	private response(interfaceIndex: number): void {
		// Whoever answers from another port is no multicast DNS responder (RFC 6762 6).
		if (portOf(this.socket.from) !== MDNS_PORT) return;
		const reader = this.reader;
		const start = reader.position;
		this.names.checkConflicts(reader);
		if (!this.listener) return;
		reader.position = start;
		reader.failed = false;
		this.listener.onResponse(reader, interfaceIndex);
	}

	/** @param isTruncated the asker tells more known answers in further datagrams */
	private query(link: Link, id: number, isTruncated: boolean): void {
		const reader = this.reader;
		const questions = reader.uint16();
		const answers = reader.uint16();
		const authorities = reader.uint16();
		reader.uint16();
		let isUnicast = true;
		for (let i = 0; i < questions; i++) {
			if (!reader.question()) return;
			const klass = reader.klass & ~TOP_BIT;
			if (klass !== CLASS_IN && klass !== CLASS_ANY) continue;
			if (this.mark(link) && !(reader.klass & TOP_BIT)) isUnicast = false;
		}
		const owner = reader.owner;
		const type = reader.type;
		const from = this.socket.from;
		let earlier: Answers | undefined;
		const waiting = this.waiting;
		for (let i = 0; i < waiting.length; i++) {
			const one = waiting[i]!;
			if (one.from && one.index === link.index && isSame(one.from, from)) earlier = one;
		}
		if (questions === 0 && earlier) return this.more(earlier, answers, link, isTruncated);
		if (authorities === 0 && !this.isWanted()) return;
		for (let i = 0; i < answers; i++) {
			if (!reader.record()) return;
			const list = this.names.list;
			for (let j = 0; j < list.length; j++) {
				const owned = list[j]!;
				if (owned.wanted !== 0) owned.wanted &= ~owned.known(reader, link);
			}
		}
		for (let i = 0; i < authorities; i++) {
			if (!reader.record()) return;
			this.names.tieBreak(reader);
		}
		if (!this.isWanted()) return;

		const now = this.scheduler.now();
		if (portOf(from) !== MDNS_PORT) {
			const name = questions === 1 ? reader.copyName(owner) : undefined;
			this.names.write(link, from, undefined, undefined, { id, name, type });
		} else if (isTruncated && !earlier && this.waiting.length < WAITING)
			this.wait(
				new Answers(link.index, this.wanted(), this.in(TRUNCATED_DELAY), REPEAT_INTERVAL, now, from.slice()),
			);
		else if (isUnicast) this.names.write(link, from);
		else if (this.isWanted(true)) this.delay(link, this.in(SHARED_DELAY), REPEAT_INTERVAL, now);
		else this.multicast(link, authorities > 0 ? DEFENCE_INTERVAL : REPEAT_INTERVAL, now);
	}

	/** @param isShared only of what others may answer too */
	private isWanted(isShared = false): boolean {
		const list = this.names.list;
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			if (isShared ? owned.wanted & owned.shared : owned.wanted) return true;
		}
		return false;
	}

	/** Marks the records that the question read last asks for; true when there is any. */
	private mark(link: Link): boolean {
		let found = false;
		const list = this.names.list;
		for (let i = 0; i < list.length; i++) {
			const owned = list[i]!;
			const records = owned.established ? owned.asked(this.reader, link) : 0;
			if (records === 0) continue;
			found = true;
			if (!this.names.list.some((other) => owned.isTold(records, other))) owned.wanted |= records;
		}
		return found;
	}

	/** The rest of the known answers to a question that waits (RFC 6762 7.2). */
	private more(waiting: Answers, count: number, link: Link, isTruncated: boolean): void {
		const records = waiting.records;
		for (let i = 0; i < count && this.reader.record(); i++)
			for (let j = 0; j < records.length; j++) records[j]! &= ~this.names.list[j]!.known(this.reader, link);
		if (isTruncated) waiting.at = this.in(TRUNCATED_DELAY);
		this.arm();
	}

	// --- answering --------------------------------------------------------------------------------------------------

	/** Scheduler ms: in `delay` to `delay` + 100 ms. */
	private in(delay: number): number {
		return this.scheduler.now() + delay + jitter(SHARED_JITTER);
	}

	/** What is wanted of each name. */
	private wanted(): number[] {
		return this.names.list.map((owned) => owned.wanted);
	}

	/** Has what is wanted wait; with what waits already for that interface it goes at the earlier of the two times. */
	private delay(link: Link, at: number, interval: number, asked: number): void {
		const waiting = this.waiting.find(
			(one) => one.index === link.index && one.interval === interval && one.from === undefined,
		);
		if (waiting === undefined) return this.wait(new Answers(link.index, this.wanted(), at, interval, asked));
		this.merge(waiting);
		if (at < waiting.at) waiting.at = at;
		if (asked > waiting.asked) waiting.asked = asked;
		this.arm();
	}

	private wait(answers: Answers): void {
		this.waiting = [...this.waiting, answers];
		this.arm();
	}

	private merge({ records }: Answers): void {
		for (let i = 0; i < this.names.list.length; i++) records[i] = (records[i] ?? 0) | this.names.list[i]!.wanted;
	}

	/** Wakes for what waits, and to forget what was sent. */
	private arm(): void {
		let at = Infinity;
		const waiting = this.waiting;
		for (let i = 0; i < waiting.length; i++) {
			const answers = waiting[i]!;
			if (answers.at < at) at = answers.at;
		}
		const sent = this.sent;
		for (let i = 0; i < sent.length; i++) {
			const answers = sent[i]!;
			if (answers.at + REPEAT_INTERVAL < at) at = answers.at + REPEAT_INTERVAL;
		}
		if (at === Infinity) return;
		this.deadline ??= new Deadline(this.scheduler, this.answerDelayed, this);
		this.deadline.startAt(at);
	}

	private answerDelayed(): void {
		const now = this.scheduler.now();
		const due = this.waiting.filter((answers) => answers.at <= now);
		this.sent = orNone(this.sent.filter((answers) => answers.at + REPEAT_INTERVAL > now));
		this.waiting = orNone(this.waiting.filter((answers) => answers.at > now));
		for (let j = 0; j < due.length; j++) {
			const { index, records, interval, asked } = due[j]!;
			const link = this.socket.link(index);
			if (link === undefined) continue;
			for (let i = 0; i < records.length; i++)
				this.names.list[i]!.wanted = this.names.list[i]!.established ? records[i]! : 0;
			this.multicast(link, interval, asked);
			this.names.forget();
		}
		this.arm();
	}

	/**
	 * Sends what is wanted to the groups. What went to them less than `interval` ms ago waits until it may go again; what
	 * went since it was asked for has been answered.
	 */
	private multicast(link: Link, interval: number, asked: number): void {
		const names = this.names.list;
		const now = this.scheduler.now();
		const wanted = this.wanted();
		const recent = names.map(() => 0);
		let free = 0;
		for (let i = 0; i < names.length; i++) {
			const owned = names[i]!;
			let answered = 0;
			// the announcement, then the answers
			for (let j = owned.announcements < ANNOUNCEMENTS ? -1 : 0; j < this.sent.length; j++) {
				const sent = this.sent[j];
				if (sent && sent.index !== link.index) continue;
				const records = sent ? (sent.records[i] ?? 0) : owned.all(link);
				const at = sent ? sent.at : owned.due - ANNOUNCE_INTERVAL;
				if (now >= at + interval) continue;
				recent[i]! |= records;
				if (at > asked) answered |= records;
				// behind the next announcement, which may be the answer
				else free = Math.max(free, at + interval + (sent ? 0 : 1));
			}
			owned.wanted = wanted[i]! & recent[i]! & ~answered;
		}
		if (this.isWanted()) this.delay(link, free, interval, asked);
		for (let i = 0; i < names.length; i++) names[i]!.wanted = wanted[i]! & ~recent[i]!;
		if (!this.names.write(link, undefined, undefined, recent)) return;
		const last = this.sent.length < SENT ? undefined : this.sent.find((one) => one.index === link.index);
		if (last) {
			this.merge(last);
			last.at = now;
		} else this.sent = [...this.sent, new Answers(link.index, this.wanted(), now, interval, now)];
		this.arm();
	}
}

function orNone(answers: readonly Answers[]): readonly Answers[] {
	return answers.length > 0 ? answers : NONE;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

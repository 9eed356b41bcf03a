import UDP from "host/udp";
import { interfaces, onChange, type NetworkInterface } from "host/network";
import random from "host/random";
import type { Scheduler } from "../time/Scheduler";
import { Deadline } from "../time/Deadline";
import {
	CLASS_ANY,
	CLASS_IN,
	DnsReader,
	DnsWriter,
	FLAG_RESPONSE,
	TOP_BIT,
	TYPE_A,
	TYPE_AAAA,
	TYPE_ANY,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
	wireName,
} from "./Dns";
import type { Service } from "./Service";

const PORT = 5353;
/** Header, a full Matter service and the addresses of one interface fit; below the IPv6 MTU less its headers. */
const PACKET = 1232;

const HOST_TTL = 120; // seconds (RFC 6762 10)
const SERVICE_TTL = 4500;
const LEGACY_TTL = 10; // RFC 6762 6.7

const PROBES = 3; // RFC 6762 8.1
const PROBE_INTERVAL = 250; // ms
const ANNOUNCEMENTS = 2; // RFC 6762 8.3
const ANNOUNCE_INTERVAL = 1000; // ms
const CONFLICT_PAUSE = 5000; // ms, RFC 6762 8.1 and 9
/** Answers that several devices may give wait 20..120 ms, so that they don't collide (RFC 6762 6). */
const SHARED_DELAY = 20;
const SHARED_JITTER = 100;

/** 224.0.0.251 and ff02::fb, port 5353, interface index left open. */
const GROUP_4 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 224, 0, 0, 251);
const GROUP_6 = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb);
const ADDRESS = 22;

/** A service's records as bits: the fixed ones, then a pointer per subtype. */
const POINTER = 1;
const SERVER = 2;
const TEXT = 4;
const KIND = 8;
const SUBTYPES = 4;
/** The host's own records: its addresses. */
const ADDRESSES = 1;

const SHARED = ~(SERVER | TEXT);

/** What the responder needs of its host: a socket on port 5353 and the interfaces. */
export interface Multicast {
	open(onReadable: () => void): Pick<UDP, "read" | "write" | "join" | "close">;
	interfaces(): NetworkInterface[];
	onChange(callback: (() => void) | undefined): void;
}

const platform: Multicast = Object.freeze({
	open: (onReadable: () => void) => new UDP({ port: PORT, reuse: true, onReadable }),
	interfaces,
	onChange,
});

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

/** One name that this device owns and its way into use: probes, announcements, then answering. */
class Owned {
	readonly name: Uint8Array;
	probes = PROBES;
	announcements = ANNOUNCEMENTS;
	/** scheduler time of the next step; meaningless once all are done */
	due = 0;
	/** record bits wanted by the query in hand */
	wanted = 0;
	/** record bits that wait for the shared delay */
	pending = 0;

	constructor(name: Uint8Array, due: number) {
		this.name = name;
		this.due = due;
	}

	get established(): boolean {
		return this.probes === 0;
	}

	restart(due: number): void {
		this.probes = PROBES;
		this.announcements = ANNOUNCEMENTS;
		this.due = due;
		this.pending = 0;
	}

	/** Announce again without probing, as after a change of address. */
	refresh(due: number): void {
		if (!this.established) return;
		this.announcements = ANNOUNCEMENTS;
		this.due = due;
	}
}

class OwnedService extends Owned {
	readonly service: Service;
	readonly type: Uint8Array;
	readonly subtypes: Uint8Array[];
	readonly server: Uint8Array;
	readonly text: Uint8Array;

	/** @param sibling another service, which shares with this one what both would hold */
	constructor(service: Service, due: number, sibling?: OwnedService) {
		const [kind, protocol] = service.type.split(".");
		super(wireName([service.instance, kind, protocol, "local"]), due);
		this.service = service;
		const other = sibling?.service;
		this.type = other?.type === service.type ? sibling!.type : wireName([kind, protocol, "local"]);
		this.subtypes = service.subtypes.map((label) => wireName([label, "_sub", kind, protocol, "local"]));
		this.server =
			other?.port === service.port ? sibling!.server : Uint8Array.of(0, 0, 0, 0, service.port >> 8, service.port);
		this.text = other?.txt === service.txt ? sibling!.text : textOf(service);
	}

	get all(): number {
		return (1 << (SUBTYPES + this.subtypes.length)) - 1;
	}
}

function textOf({ txt }: Service): Uint8Array {
	if (txt.length === 0) return Uint8Array.of(0);
	const text = wireName(txt);
	return text.slice(0, text.length - 1);
}

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
	readonly #kinds = wireName(["_services", "_dns-sd", "_udp", "local"]);
	readonly #from = new Uint8Array(ADDRESS);
	readonly #to = new Uint8Array(ADDRESS);
	readonly #reader: DnsReader;
	readonly #writer = new DnsWriter(new Uint8Array(PACKET));
	readonly #network: Multicast;
	readonly #udp: ReturnType<Multicast["open"]>;
	readonly #step: Deadline;
	readonly #answer: Deadline;
	#host: Owned;
	#services: OwnedService[] = [];
	#links: NetworkInterface[] = [];
	/** interfaces, by index, that wait for delayed answers */
	#waiting: number[] = [];

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
		this.#host = new Owned(wireName([options.hostname, "local"]), options.scheduler.now());
		this.#step = new Deadline(options.scheduler, this.#advance, this);
		this.#answer = new Deadline(options.scheduler, this.#answerDelayed, this);
		this.#network = options.multicast ?? platform;
		this.#udp = this.#network.open(() => this.#receive());
		this.#join();
		this.#network.onChange(() => {
			if (!this.#join()) return;
			options.onNetworkChange?.();
			const now = this.#scheduler.now();
			this.#host.refresh(now);
			for (const service of this.#services) service.refresh(now);
			this.#schedule();
		});
	}

	/** Makes a service known: probes first, then announces. */
	add(service: Service): void {
		// A random start keeps devices that share a power switch apart (RFC 6762 8.1).
		const due = this.#scheduler.now() + jitter(PROBE_INTERVAL);
		this.#services.push(new OwnedService(service, due, this.#services[this.#services.length - 1]));
		this.#schedule();
	}

	/** Withdraws a service with a goodbye. A service that was never announced just goes. */
	remove(service: Service): void {
		const index = this.#services.findIndex((owned) => owned.service === service);
		if (index < 0) return;
		const [owned] = this.#services.splice(index, 1);
		if (owned.established) this.#goodbye([owned], false);
	}

	/** Asks the groups of every interface. @param write adds the questions; called once for each */
	ask(write: (writer: DnsWriter) => void): void {
		for (const link of this.#links) {
			this.#writer.begin(0, 0);
			write(this.#writer);
			this.#multicast(link);
		}
	}

	/** Withdraws everything and ends. */
	close(): void {
		this.#step.stop();
		this.#answer.stop();
		this.#network.onChange(undefined);
		this.#goodbye(
			this.#services.filter((owned) => owned.established),
			this.#host.established,
		);
		this.#services = [];
		this.#udp.close();
	}

	/** Joins the groups on the interfaces in use; true when anything about them changed. */
	#join(): boolean {
		let links = this.#network.interfaces().filter((link) => link.up && link.addresses.length > 0);
		// Loopback serves where there is nothing else, as in a network namespace for tests.
		if (links.some((link) => !link.loopback)) links = links.filter((link) => !link.loopback);
		const before = this.#links;
		this.#links = links;
		for (const link of links) {
			const known = before.find((other) => other.index === link.index);
			if (known !== undefined) continue;
			this.#udp.join(GROUP_6, link.index);
			this.#udp.join(GROUP_4, link.index);
		}
		return fingerprint(before) !== fingerprint(links);
	}

	// --- probing and announcing -------------------------------------------------------------------------------------

	#schedule(): void {
		let due = Infinity;
		for (const owned of this.#all()) if (owned.probes + owned.announcements > 0 && owned.due < due) due = owned.due;
		if (due !== Infinity) this.#step.start(Math.max(0, due - this.#scheduler.now()));
	}

	#all(): Owned[] {
		return [this.#host, ...this.#services];
	}

	#advance(): void {
		const now = this.#scheduler.now();
		const ready = this.#all().filter((owned) => owned.probes + owned.announcements > 0 && owned.due <= now + 1);
		const probing = ready.filter((owned) => owned.probes > 0);
		if (probing.length > 0) this.#probe(probing);
		for (const owned of ready) {
			if (owned.probes > 0) {
				owned.probes--;
				owned.due = now + PROBE_INTERVAL;
			} else {
				owned.wanted = owned instanceof OwnedService ? owned.all : ADDRESSES;
				owned.announcements--;
				owned.due = now + ANNOUNCE_INTERVAL;
			}
		}
		for (const link of this.#links) this.#respond(link, undefined, 0, 0);
		this.#forget();
		this.#schedule();
	}

	/** Asks for each name, with what it would hold as the authority (RFC 6762 8.1, 8.2). */
	#probe(names: Owned[]): void {
		for (const link of this.#links) {
			this.#writer.begin(0, 0);
			for (const owned of names) this.#writer.question(owned.name, TYPE_ANY, CLASS_IN | TOP_BIT);
			for (const owned of names) {
				if (owned instanceof OwnedService) {
					this.#writer.record(2, owned.name, TYPE_SRV, CLASS_IN, HOST_TTL, owned.server, this.#host.name);
					this.#writer.record(2, owned.name, TYPE_TXT, CLASS_IN, SERVICE_TTL, owned.text);
				} else this.#addresses(link, 2, HOST_TTL, CLASS_IN);
			}
			this.#multicast(link);
		}
	}

	#goodbye(services: OwnedService[], host: boolean): void {
		for (const link of this.#links) {
			this.#writer.begin(0, FLAG_RESPONSE);
			for (const owned of services) {
				this.#writer.record(1, owned.type, TYPE_PTR, CLASS_IN, 0, undefined, owned.name);
				for (const subtype of owned.subtypes) {
					this.#writer.record(1, subtype, TYPE_PTR, CLASS_IN, 0, undefined, owned.name);
				}
				this.#writer.record(1, owned.name, TYPE_SRV, CLASS_IN | TOP_BIT, 0, owned.server, this.#host.name);
				this.#writer.record(1, owned.name, TYPE_TXT, CLASS_IN | TOP_BIT, 0, owned.text);
			}
			if (host) this.#addresses(link, 1, 0, CLASS_IN | TOP_BIT);
			if (this.#writer.records > 0) this.#multicast(link);
		}
	}

	// --- receiving --------------------------------------------------------------------------------------------------

	#receive(): void {
		for (;;) {
			const length = this.#udp.read(this.#reader.bytes, this.#from);
			if (length < 0) return;
			const index = interfaceIndex(this.#from);
			const link = this.#links.find((other) => other.index === index);
			if (link === undefined) continue;
			this.#reader.reset(length);
			if (this.#reader.failed) continue;
			const id = this.#reader.uint16();
			const flags = this.#reader.uint16();
			if (flags & 0x7800 || flags & 0x000f) continue; // another opcode, or an error code: ignored (RFC 6762 18.3, 18.11)
			if (flags & 0x8000) this.#response(index);
			else this.#query(link, id);
			this.#forget();
		}
	}

	#response(interfaceIndex: number): void {
		const reader = this.#reader;
		const start = reader.position;
		this.#checkConflicts();
		// Whoever answers from another port is no multicast DNS responder (RFC 6762 6).
		if (!this.listener || ((this.#from[16] << 8) | this.#from[17]) !== PORT) return;
		reader.position = start;
		reader.failed = false;
		this.listener.onResponse(reader, interfaceIndex);
	}

	#query(link: NetworkInterface, id: number): void {
		const reader = this.#reader;
		const questions = reader.uint16();
		const answers = reader.uint16();
		const authorities = reader.uint16();
		reader.uint16();
		const first = reader.position;
		let unicast = questions > 0;
		for (let i = 0; i < questions; i++) {
			const name = reader.name();
			const type = reader.uint16();
			const klass = reader.uint16();
			if (reader.failed) return this.#forget();
			if ((klass & ~TOP_BIT) !== CLASS_IN && (klass & ~TOP_BIT) !== CLASS_ANY) continue;
			if (this.#ask(name, type) && !(klass & TOP_BIT)) unicast = false;
		}
		if (!this.#all().some((owned) => owned.wanted !== 0) && authorities === 0) return;
		for (let i = 0; i < answers; i++)
			this.#record((name, type, klass, ttl, start, length) => this.#known(name, type, ttl, start, length));
		for (let i = 0; i < authorities; i++)
			this.#record((name, type, _klass, _ttl, start, length) => this.#tieBreak(name, type, start, length));
		if (reader.failed) return this.#forget();

		const legacy = (this.#from[16] << 8) | this.#from[17];
		if (legacy !== PORT) {
			this.#respond(link, this.#from, id, questions === 1 ? first : 0);
		} else if (unicast) {
			this.#respond(link, this.#from, 0, 0);
		} else if (this.#services.some((owned) => owned.wanted & SHARED)) {
			for (const owned of this.#all()) owned.pending |= owned.wanted;
			if (!this.#waiting.includes(link.index)) this.#waiting.push(link.index);
			if (!this.#answer.armed) this.#answer.start(SHARED_DELAY + jitter(SHARED_JITTER));
		} else this.#respond(link, undefined, 0, 0);
	}

	/** Marks the records that answer one question; true when there is any. */
	#ask(name: number, type: number): boolean {
		const reader = this.#reader;
		const any = type === TYPE_ANY;
		let found = false;
		if (
			this.#host.established &&
			(any || type === TYPE_A || type === TYPE_AAAA) &&
			reader.isName(name, this.#host.name)
		) {
			this.#host.wanted = ADDRESSES;
			found = true;
		}
		for (const owned of this.#services) {
			if (!owned.established) continue;
			let bits = 0;
			if (any || type === TYPE_PTR) {
				if (reader.isName(name, owned.type)) bits |= POINTER;
				else if (reader.isName(name, this.#kinds)) bits |= KIND;
				else {
					const subtype = owned.subtypes.findIndex((label) => reader.isName(name, label));
					if (subtype >= 0) bits |= 1 << (SUBTYPES + subtype);
				}
			}
			if ((any || type === TYPE_SRV || type === TYPE_TXT) && reader.isName(name, owned.name)) {
				if (type !== TYPE_TXT) bits |= SERVER;
				if (type !== TYPE_SRV) bits |= TEXT;
			}
			owned.wanted |= bits;
			if (bits !== 0) found = true;
		}
		return found;
	}

	/** Reads one record and hands on: name offset, type, class, seconds to live, offset and length of the data. */
	#record(
		use: (name: number, type: number, klass: number, ttl: number, start: number, length: number) => void,
	): void {
		const reader = this.#reader;
		if (reader.failed) return;
		const name = reader.name();
		const type = reader.uint16();
		const klass = reader.uint16();
		const ttl = reader.uint32();
		const length = reader.uint16();
		const start = reader.position;
		if (reader.skip(length)) use(name, type, klass, ttl, start, length);
	}

	/** An answer the asker has already, with at least half its life left, is not given again (RFC 6762 7.1). */
	#known(name: number, type: number, ttl: number, start: number, length: number): void {
		const reader = this.#reader;
		for (const owned of this.#services) {
			if (owned.wanted === 0) continue;
			if (type === TYPE_PTR && ttl >= SERVICE_TTL / 2) {
				if (reader.isName(name, this.#kinds)) {
					if (reader.isName(start, owned.type)) owned.wanted &= ~KIND;
				} else if (reader.isName(start, owned.name)) {
					if (reader.isName(name, owned.type)) owned.wanted &= ~POINTER;
					const subtype = owned.subtypes.findIndex((label) => reader.isName(name, label));
					if (subtype >= 0) owned.wanted &= ~(1 << (SUBTYPES + subtype));
				}
			} else if (reader.isName(name, owned.name)) {
				if (type === TYPE_SRV && ttl >= HOST_TTL / 2 && this.#isServer(owned, start, length))
					owned.wanted &= ~SERVER;
				if (type === TYPE_TXT && ttl >= SERVICE_TTL / 2 && this.#isData(owned.text, start, length))
					owned.wanted &= ~TEXT;
			}
		}
	}

	#isServer(owned: OwnedService, start: number, length: number): boolean {
		return length > 6 && this.#isData(owned.server, start, 6) && this.#reader.isName(start + 6, this.#host.name);
	}

	#isData(data: Uint8Array, start: number, length: number): boolean {
		if (length !== data.length) return false;
		for (let i = 0; i < length; i++) if (this.#reader.bytes[start + i] !== data[i]) return false;
		return true;
	}

	// --- conflicts --------------------------------------------------------------------------------------------------

	/** Looks through a response for another owner of one of our names (RFC 6762 9). */
	#checkConflicts(): void {
		const reader = this.#reader;
		const questions = reader.uint16();
		const records = reader.uint16() + reader.uint16() + reader.uint16();
		for (let i = 0; i < questions && !reader.failed; i++) {
			reader.name();
			reader.uint32();
		}
		for (let i = 0; i < records && !reader.failed; i++) {
			this.#record((name, type, klass, ttl, start, length) => {
				if ((klass & ~TOP_BIT) !== CLASS_IN || ttl === 0) return;
				const owned = this.#foreign(name, type, start, length);
				if (owned !== undefined) this.#conflict(owned);
			});
		}
	}

	/** Two devices probe for one name at once: the one with the lexically later data keeps it (RFC 6762 8.2). */
	#tieBreak(name: number, type: number, start: number, length: number): void {
		const owned = this.#foreign(name, type, start, length);
		if (owned === undefined || owned.established) return;
		const mine = owned instanceof OwnedService ? (type === TYPE_SRV ? owned.server : owned.text) : undefined;
		if (mine !== undefined) {
			for (let i = 0; i < Math.min(length, mine.length); i++) {
				const difference = this.#reader.bytes[start + i] - mine[i];
				if (difference < 0) return;
				if (difference > 0) break;
			}
		}
		owned.restart(this.#scheduler.now() + ANNOUNCE_INTERVAL);
		this.#schedule();
	}

	/** The name of ours that this record gives other data to, if any. */
	#foreign(name: number, type: number, start: number, length: number): Owned | undefined {
		const reader = this.#reader;
		if (type === TYPE_A || type === TYPE_AAAA) {
			if (!reader.isName(name, this.#host.name)) return undefined;
			// Any address of ours may come back from another interface: it is no conflict.
			const offset = type === TYPE_A ? 12 : 0;
			const ours = this.#links.some((link) =>
				link.addresses.some(
					(address) =>
						isVersion4(address) === (type === TYPE_A) &&
						this.#isData(address.subarray(offset), start, length),
				),
			);
			return ours ? undefined : this.#host;
		}
		if (type !== TYPE_SRV && type !== TYPE_TXT) return undefined;
		const owned = this.#services.find((service) => reader.isName(name, service.name));
		if (owned === undefined) return undefined;
		const same = type === TYPE_SRV ? this.#isServer(owned, start, length) : this.#isData(owned.text, start, length);
		return same ? undefined : owned;
	}

	#conflict(owned: Owned): void {
		if (owned === this.#host && !owned.established) {
			// Nobody has been told our host name yet: another will do as well.
			const digits = new Uint8Array(6);
			random(digits);
			let label = "";
			for (const byte of digits) label += byte.toString(16).padStart(2, "0").toUpperCase();
			this.#host = new Owned(wireName([label, "local"]), this.#scheduler.now());
			this.#log?.info("mdns", `host name taken by another device, now ${label}.local`);
		} else {
			// Names are made from random bits, a hardware address or a fabric's ids, so this is a copy of us: ask again.
			if (owned.established) {
				const what =
					owned instanceof OwnedService ? `${owned.service.instance}.${owned.service.type}` : "host name";
				this.#log?.warn("mdns", `${what} is answered by another device too`);
			}
			owned.restart(this.#scheduler.now() + CONFLICT_PAUSE);
		}
		this.#schedule();
	}

	// --- answering --------------------------------------------------------------------------------------------------

	#answerDelayed(): void {
		for (const owned of this.#all()) {
			owned.wanted = owned.established ? owned.pending : 0;
			owned.pending = 0;
		}
		for (const link of this.#links) if (this.#waiting.includes(link.index)) this.#respond(link, undefined, 0, 0);
		this.#waiting.length = 0;
		this.#forget();
	}

	#forget(): void {
		this.#host.wanted = 0;
		for (const owned of this.#services) owned.wanted = 0;
	}

	/**
	 * Sends the wanted records of all names over one interface: to `to`, or to the groups. A plain DNS client (it asks from
	 * another port than 5353) gets its id and question back, short lives and no cache-flush bits (RFC 6762 6.7).
	 */
	#respond(link: NetworkInterface, to: Uint8Array | undefined, id: number, question: number): void {
		const legacy = to !== undefined && ((to[16] << 8) | to[17]) !== PORT;
		const hostTtl = legacy ? LEGACY_TTL : HOST_TTL;
		const serviceTtl = legacy ? LEGACY_TTL : SERVICE_TTL;
		const unique = legacy ? CLASS_IN : CLASS_IN | TOP_BIT;
		const writer = this.#writer;
		const host = this.#host;
		writer.begin(id, FLAG_RESPONSE);
		if (legacy && question > 0) this.#echo(question);

		let more = 0;
		const put = (
			name: Uint8Array,
			type: number,
			klass: number,
			ttl: number,
			data?: Uint8Array,
			target?: Uint8Array,
		): void => {
			if (writer.record(1, name, type, klass, ttl, data, target)) return;
			this.#send(link, to);
			writer.begin(id, FLAG_RESPONSE);
			writer.record(1, name, type, klass, ttl, data, target);
		};
		for (const owned of this.#services) {
			const { wanted } = owned;
			if (wanted === 0) continue;
			if (wanted & POINTER) put(owned.type, TYPE_PTR, CLASS_IN, serviceTtl, undefined, owned.name);
			if (wanted & KIND) put(this.#kinds, TYPE_PTR, CLASS_IN, serviceTtl, undefined, owned.type);
			for (let i = 0; i < owned.subtypes.length; i++) {
				if (wanted & (1 << (SUBTYPES + i)))
					put(owned.subtypes[i], TYPE_PTR, CLASS_IN, serviceTtl, undefined, owned.name);
			}
			if (wanted & SERVER) put(owned.name, TYPE_SRV, unique, hostTtl, owned.server, host.name);
			if (wanted & TEXT) put(owned.name, TYPE_TXT, unique, serviceTtl, owned.text);
			more |= wanted;
		}
		if (host.wanted) this.#addresses(link, 1, hostTtl, unique);
		if (writer.records === 0) return;

		// What the asker will ask next goes along where it fits (RFC 6763 12).
		for (const owned of this.#services) {
			if (!(owned.wanted & ~(KIND | SERVER | TEXT))) continue;
			if (!(owned.wanted & SERVER))
				writer.record(3, owned.name, TYPE_SRV, unique, hostTtl, owned.server, host.name);
			if (!(owned.wanted & TEXT)) writer.record(3, owned.name, TYPE_TXT, unique, serviceTtl, owned.text);
		}
		if (more & ~(KIND | TEXT) && !host.wanted && host.established) this.#addresses(link, 3, hostTtl, unique);
		this.#send(link, to);
	}

	/** Repeats the first question of the query in hand. */
	#echo(position: number): void {
		const { bytes } = this.#reader;
		const labels: number[] = [];
		let at = position;
		// A first question can hold no pointer: there is nothing before it to point to.
		while (bytes[at] !== 0 && bytes[at] < 0xc0) {
			for (let i = 0; i <= bytes[at]; i++) labels.push(bytes[at + i]);
			at += 1 + bytes[at];
		}
		labels.push(0);
		this.#writer.question(Uint8Array.from(labels), (bytes[at + 1] << 8) | bytes[at + 2], CLASS_IN);
	}

	#addresses(link: NetworkInterface, section: 1 | 2 | 3, ttl: number, klass: number): void {
		for (const address of link.addresses) {
			if (isVersion4(address))
				this.#writer.record(section, this.#host.name, TYPE_A, klass, ttl, address.subarray(12));
			else this.#writer.record(section, this.#host.name, TYPE_AAAA, klass, ttl, address);
		}
	}

	#send(link: NetworkInterface, to: Uint8Array | undefined): void {
		if (to === undefined) this.#multicast(link);
		else this.#udp.write(to, this.#writer.bytes, 0, this.#writer.finish());
	}

	#multicast(link: NetworkInterface): void {
		const length = this.#writer.finish();
		const to = this.#to;
		to[16] = PORT >> 8;
		to[17] = PORT & 0xff;
		to[18] = link.index;
		to[19] = link.index >> 8;
		to[20] = link.index >> 16;
		to[21] = link.index >> 24;
		for (const group of [GROUP_6, GROUP_4]) {
			const version4 = group === GROUP_4;
			if (!link.addresses.some((address) => isVersion4(address) === version4)) continue;
			to.set(group);
			this.#udp.write(to, this.#writer.bytes, 0, length);
		}
	}
}

function isVersion4(address: Uint8Array): boolean {
	for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
	return address[10] === 0xff && address[11] === 0xff;
}

function interfaceIndex(address: Uint8Array): number {
	return address[18] | (address[19] << 8) | (address[20] << 16) | (address[21] << 24);
}

function fingerprint(links: readonly NetworkInterface[]): string {
	return links.map((link) => `${link.index}:${link.addresses.map((address) => address.join(".")).join()}`).join(";");
}

/** A whole number of milliseconds in 0..below-1. */
function jitter(below: number): number {
	const bytes = new Uint8Array(2);
	random(bytes);
	return ((bytes[0] << 8) | bytes[1]) % below;
}

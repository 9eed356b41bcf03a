import random from "host/random";
import { toHex } from "../codec/Bytes";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import { CLASS_IN, TOP_BIT, TYPE_A, TYPE_AAAA, TYPE_SRV, TYPE_TXT, wireName, type DnsReader } from "./Dns";
import type { Responder, ResponseListener } from "./Responder";

/** Names that are looked up at once: some 700 bytes each. */
const LOOKUPS = 4;
/** ms after which a name is given up */
const TIMEOUT = 15_000;
/** ms to the second query; twice as long to each further one (RFC 6762 5.2) */
const FIRST_INTERVAL = 1000;
/** ms before the first, 20 to 120, so that nodes that start together do not ask together (RFC 6762 5.2) */
const FIRST_DELAY = 20;
const FIRST_JITTER = 100;
/** ms that a node's texts may come later than its addresses */
const SETTLE = 200;
/** addresses kept of a node; who has more has enough */
const ADDRESSES = 4;
const SOCKET_ADDRESS = 22;
/** ms; what a node says above is not believed (Matter Core 4.3.4) */
const MAX_INTERVAL = 3_600_000;
const MAX_THRESHOLD = 65_535;

const EQUALS = 0x3d;

/** Where a node is, and how it wants to be spoken to (Matter Core 4.3.2, 4.3.4). */
export interface Resolution {
	/** socket addresses, 22 bytes each; 1 to 4, IPv6 first */
	readonly addresses: readonly Uint8Array[];
	/** SII, SAI and SAT, ms; undefined: not said */
	readonly idleInterval: number | undefined;
	readonly activeInterval: number | undefined;
	readonly activeThreshold: number | undefined;
}

/** Is told once, never from within resolve(). */
export interface ResolverListener {
	onResolved(resolution: Resolution): void;
	/** nobody answered for the name in 15 s */
	onUnresolved(): void;
}

class Lookup implements Resolution {
	readonly name: Uint8Array;
	readonly listener: ResolverListener;
	/** scheduler ms; the end */
	readonly until: number;
	/** scheduler ms; of the next step */
	due: number;
	/** ms to the query after the next */
	interval = FIRST_INTERVAL;
	/** in wire form; undefined before SRV has come */
	host: Uint8Array | undefined;
	port = 0;
	addresses: Uint8Array[] = [];
	hasText = false;
	/** its addresses have come, its texts may follow */
	isSettling = false;
	idleInterval: number | undefined;
	activeInterval: number | undefined;
	activeThreshold: number | undefined;

	constructor(name: Uint8Array, listener: ResolverListener, due: number) {
		this.name = name;
		this.listener = listener;
		this.due = due;
		this.until = due + TIMEOUT;
	}
}

/**
 * Finds nodes of a fabric on the network: operational discovery (Matter Core 4.3.2) by multicast DNS, through the socket of
 * the responder. Keeps nothing between lookups: whoever asks keeps the address in its session.
 */
export class Resolver implements ResponseListener {
	private responder: Responder;
	private scheduler: Scheduler;
	/** made for the first lookup */
	private deadline: Deadline | undefined;
	private lookups: Lookup[] = [];

	constructor(responder: Responder, scheduler: Scheduler) {
		this.responder = responder;
		this.scheduler = scheduler;
		responder.listener = this;
	}

	/**
	 * Looks a node up.
	 * @param compressedFabricId 8 bytes, big-endian
	 * @param nodeId 8 bytes, little-endian
	 * @returns false, and the listener is told nothing, when too many lookups are under way
	 */
	resolve(compressedFabricId: Uint8Array, nodeId: Uint8Array, listener: ResolverListener): boolean {
		if (this.lookups.length >= LOOKUPS) return false;
		const label = `${toHex(compressedFabricId)}-${toHex(nodeId.slice().reverse())}`.toUpperCase();
		const due = this.scheduler.now() + FIRST_DELAY + jitter();
		this.lookups.push(new Lookup(wireName([label, "_matter", "_tcp", "local"]), listener, due));
		this.arm();
		return true;
	}

	/** Ends this listener's lookups; it is told nothing. */
	cancel(listener: ResolverListener): void {
		for (let i = this.lookups.length; i > 0;)
			if (this.lookups[--i]!.listener === listener) this.lookups.splice(i, 1);
		this.arm();
	}

	/** Ends all lookups; nobody is told. */
	close(): void {
		this.responder.listener = undefined;
		this.lookups = [];
		this.deadline?.stop();
	}

	/** The responder's listener. Address records may stand before the service's, so it is read twice. */
	onResponse(reader: DnsReader, interfaceIndex: number): void {
		if (this.lookups.length === 0) return;
		const start = reader.position;
		this.read(reader, interfaceIndex, false);
		reader.position = start;
		this.read(reader, interfaceIndex, true);
	}

	private read(reader: DnsReader, interfaceIndex: number, addresses: boolean): void {
		const questions = reader.uint16();
		const records = reader.uint16() + reader.uint16() + reader.uint16();
		for (let i = 0; i < questions && reader.question(); i++);
		for (let i = 0; i < records && reader.record(); i++) {
			const type = reader.type;
			const data = reader.data;
			const length = reader.length;
			if ((reader.klass & ~TOP_BIT) !== CLASS_IN || reader.ttl === 0) continue;
			const lookups = this.lookups;
			for (let j = 0; j < lookups.length; j++) {
				const lookup = lookups[j]!;
				if (addresses) {
					if ((type === TYPE_A || type === TYPE_AAAA) && lookup.host && reader.isOf(lookup.host))
						this.address(lookup, reader.bytes.subarray(data, data + length), interfaceIndex);
				} else if ((type === TYPE_SRV || type === TYPE_TXT) && reader.isOf(lookup.name)) {
					if (type === TYPE_TXT) readText(lookup, reader.bytes, data, data + length);
					else this.server(lookup, reader, data, length);
				}
			}
		}
		if (addresses) {
			const all = this.lookups;
			for (let i = 0; i < all.length; i++) this.look(all[i]!);
		}
		this.arm();
	}

	/** SRV: priority, weight, port, target (RFC 2782). */
	private server(lookup: Lookup, reader: DnsReader, start: number, length: number): void {
		const port = length > 6 ? (reader.bytes[start + 4]! << 8) | reader.bytes[start + 5]! : 0;
		const host = port === 0 ? undefined : reader.copyName(start + 6);
		if (!host) return;
		if (!lookup.host || lookup.port !== port || !reader.isName(start + 6, lookup.host)) {
			lookup.addresses = [];
			lookup.isSettling = false;
			// Asks for the addresses at once, if they have not come along; for those of a second host in its time.
			if (!lookup.host) lookup.due = this.scheduler.now();
		}
		lookup.host = host;
		lookup.port = port;
	}

	/** @param data 4 or 16 bytes */
	private address(lookup: Lookup, data: Uint8Array, interfaceIndex: number): void {
		const addresses = lookup.addresses;
		const port = lookup.port;
		const isVersion4 = data.length === 4;
		if (addresses.length >= ADDRESSES || !isUnicast(data)) return;
		const address = new Uint8Array(SOCKET_ADDRESS);
		if (isVersion4) {
			address.fill(0xff, 10, 12);
			address.set(data, 12);
		} else address.set(data);
		address[16] = port >> 8;
		address[17] = port;
		if (!isVersion4 && data[0] === 0xfe && (data[1]! & 0xc0) === 0x80)
			for (let i = 0; i < 4; i++) address[18 + i] = interfaceIndex >>> (8 * i);
		for (let i = 0; i < addresses.length; i++) if (toHex(addresses[i]!) === toHex(address)) return;
		if (isVersion4) addresses.push(address);
		else addresses.splice(addresses.filter((known) => known[10] !== 0xff || known[0] !== 0).length, 0, address);
	}

	/** What has come may be enough. */
	private look(lookup: Lookup): void {
		if (lookup.addresses.length === 0) return;
		if (lookup.hasText) lookup.due = this.scheduler.now();
		else if (!lookup.isSettling) lookup.due = this.scheduler.now() + SETTLE;
		lookup.isSettling = true;
	}

	private arm(): void {
		let due = Infinity;
		const lookups = this.lookups;
		for (let i = 0; i < lookups.length; i++) {
			const lookup = lookups[i]!;
			if (lookup.due < due) due = lookup.due;
		}
		if (due < Infinity) {
			this.deadline ??= new Deadline(this.scheduler, this.expire, this);
			this.deadline.startAt(due);
		} else this.deadline?.stop();
	}

	/** The next step of one lookup; if others are due, they have their turn right after. */
	private expire(): void {
		const now = this.scheduler.now();
		const index = this.lookups.findIndex((lookup) => lookup.due <= now);
		const lookup = this.lookups[index];
		if (!lookup) return this.arm();
		const found = lookup.addresses.length > 0;
		if (found || now >= lookup.until) {
			this.lookups.splice(index, 1);
			this.arm();
			if (found) lookup.listener.onResolved(lookup);
			else lookup.listener.onUnresolved();
			return;
		}
		lookup.due = Math.min(lookup.until, now + lookup.interval);
		lookup.interval *= 2;
		this.arm();
		this.responder.ask((writer) => {
			const host = lookup.host;
			const name = lookup.name;
			if (!host) writer.question(name, TYPE_SRV, CLASS_IN);
			if (!lookup.hasText) writer.question(name, TYPE_TXT, CLASS_IN);
			if (host) {
				writer.question(host, TYPE_AAAA, CLASS_IN);
				writer.question(host, TYPE_A, CLASS_IN);
			}
		});
	}
}

/** Neither unspecified nor multicast nor broadcast. */
function isUnicast(address: Uint8Array): boolean {
	if (address.length === 4) return address[0] !== 0 && address[0]! < 224;
	if (address.length !== 16 || address[0] === 0xff) return false;
	for (let i = 0; i < 16; i++) if (address[i] !== 0) return true;
	return false;
}

/** Reads SII, SAI and SAT out of bytes [at, end): strings, each behind its length (RFC 6763 6). */
function readText(lookup: Lookup, bytes: Uint8Array, at: number, end: number): void {
	lookup.hasText = true;
	while (at < end) {
		const from = at + 1;
		at = from + bytes[at]!;
		if (at > end || at - from < 5 || bytes[from + 3] !== EQUALS) continue;
		const key = String.fromCharCode(bytes[from]!, bytes[from + 1]!, bytes[from + 2]!).toUpperCase();
		const value = decimal(bytes, from + 4, at);
		if (value < 0) continue;
		if (key === "SII" && value <= MAX_INTERVAL) lookup.idleInterval = value;
		else if (key === "SAI" && value <= MAX_INTERVAL) lookup.activeInterval = value;
		else if (key === "SAT" && value <= MAX_THRESHOLD) lookup.activeThreshold = value;
	}
}

/** @returns -1 when it is none of at most 7 digits */
function decimal(bytes: Uint8Array, start: number, end: number): number {
	if (end - start > 7) return -1;
	let value = 0;
	for (let i = start; i < end; i++) {
		const digit = bytes[i]! - 0x30;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
	}
	return value;
}

function jitter(): number {
	const bytes = new Uint8Array(1);
	random(bytes);
	return (bytes[0]! * FIRST_JITTER) >> 8;
}

import {
	CLASS_IN,
	TOP_BIT,
	TYPE_ANY,
	TYPE_NSEC,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
	wireName,
	type DnsReader,
	type DnsWriter,
} from "./Dns";
import type { OwnedHost } from "./OwnedHost";
import { HOST_TTL, OwnedName, SERVICE_TTL } from "./OwnedName";
import type { Service } from "./Service";

/** The records as bits: the fixed ones, then a pointer for each subtype. */
const POINTER = 1;
const SERVER = 2;
const TEXT = 4;
/** that there are services of this type (RFC 6763 9) */
const KIND = 8;
/** NSEC: the instance's name has no other records (RFC 6762 6.1) */
const ABSENT = 16;
const SUBTYPES = 5;

/** Data of NSEC behind the name: TXT and SRV (RFC 4034 4.1.2). */
const TYPES = Uint8Array.of(0, 5, 0, 0, 0x80, 0, 0x40);
const KINDS = wireName(["_services", "_dns-sd", "_udp", "local"]);

/** A service instance, with the records that lead to it (RFC 6763). */
export class OwnedService extends OwnedName {
	readonly service: Service;

	#host: OwnedHost;
	#type: Uint8Array;
	#subtypes: Uint8Array[];
	/** data of SRV before the host's name: priority, weight, port (RFC 2782) */
	#server: Uint8Array;
	#text: Uint8Array;

	/** @param others whose bytes it shares where they are the same */
	constructor(service: Service, host: OwnedHost, due: number, others: readonly OwnedService[]) {
		const { type, port, txt } = service;
		const [kind, protocol] = type.split(".") as [string, string];
		super(wireName([service.instance, kind, protocol, "local"]), due);
		this.service = service;
		this.#host = host;
		this.#subtypes = service.subtypes.map((label) => wireName([label, "_sub", kind, protocol, "local"]));
		let owner = others.find((other) => other.service.type === type);
		this.#type = owner ? owner.#type : wireName([kind, protocol, "local"]);
		owner = others.find((other) => other.service.port === port);
		this.#server = owner ? owner.#server : Uint8Array.of(0, 0, 0, 0, port >> 8, port);
		owner = others.find((other) => other.service.txt === txt);
		this.#text = owner ? owner.#text : textOf(txt);
	}

	/** Without KIND, which others may hold too: it is told to those who ask. */
	all(): number {
		return ((1 << (SUBTYPES + this.#subtypes.length)) - 1) & ~(KIND | ABSENT);
	}

	get shared(): number {
		return ~(SERVER | TEXT | ABSENT);
	}

	/** Services of one type have one KIND between them. */
	override isTold(records: number, other: OwnedName): boolean {
		if (records !== KIND || !(other instanceof OwnedService) || other === this) return false;
		return other.service.type === this.service.type && (other.wanted & KIND) !== 0;
	}

	override next(records: number): number {
		return records & ~(KIND | SERVER | TEXT | ABSENT) ? (SERVER | TEXT) & ~records : 0;
	}

	override leadsToHost(records: number): boolean {
		return (records & ~(KIND | TEXT | ABSENT)) !== 0;
	}

	asked(reader: DnsReader): number {
		const { type } = reader;
		const isAny = type === TYPE_ANY;
		if (reader.isOf(this.name))
			return isAny ? SERVER | TEXT : type === TYPE_SRV ? SERVER : type === TYPE_TXT ? TEXT : ABSENT;
		return isAny || type === TYPE_PTR ? this.#pointer(reader) : 0;
	}

	known(reader: DnsReader): number {
		const { type, ttl } = reader;
		if (type === TYPE_PTR) {
			if (ttl < SERVICE_TTL / 2) return 0;
			const pointer = this.#pointer(reader);
			return pointer !== 0 && reader.isName(reader.data, pointer === KIND ? this.#type : this.name) ? pointer : 0;
		}
		if (!reader.isOf(this.name) || ttl < (type === TYPE_TXT ? SERVICE_TTL : HOST_TTL) / 2) return 0;
		if (type === TYPE_SRV) return this.#isServer(reader) ? SERVER : 0;
		if (type === TYPE_TXT) return reader.isData(this.#text) ? TEXT : 0;
		return type === TYPE_NSEC ? ABSENT : 0;
	}

	isForeign(reader: DnsReader): boolean {
		const { type } = reader;
		if ((type !== TYPE_SRV && type !== TYPE_TXT) || !reader.isOf(this.name)) return false;
		return !(type === TYPE_SRV ? this.#isServer(reader) : reader.isData(this.#text));
	}

	/** The lexically later data win. */
	yields(reader: DnsReader): boolean {
		const mine = reader.type === TYPE_SRV ? this.#server : this.#text;
		for (let i = 0; i < reader.length && i < mine.length; i++) {
			const difference = reader.bytes[reader.data + i]! - mine[i]!;
			if (difference !== 0) return difference > 0;
		}
		return true;
	}

	write(writer: DnsWriter, section: 1 | 2 | 3, records: number): number {
		const { name } = this;
		const subtypes = this.#subtypes;
		const unique = section === 2 ? CLASS_IN : CLASS_IN | TOP_BIT;
		for (let record = 1, i = -SUBTYPES; record <= records; record <<= 1, i++) {
			if (!(records & record)) continue;
			let done: boolean;
			if (record === SERVER)
				done = writer.record(section, name, TYPE_SRV, unique, HOST_TTL, this.#server, this.#host.name);
			else if (record === TEXT) done = writer.record(section, name, TYPE_TXT, unique, SERVICE_TTL, this.#text);
			else if (record === ABSENT)
				done = writer.record(section, name, TYPE_NSEC, unique, HOST_TTL, undefined, name, TYPES);
			else {
				const from = record === POINTER ? this.#type : record === KIND ? KINDS : subtypes[i]!;
				const to = record === KIND ? this.#type : name;
				done = writer.record(section, from, TYPE_PTR, CLASS_IN, SERVICE_TTL, undefined, to);
			}
			if (!done) return records;
			records &= ~record;
		}
		return 0;
	}

	/** The pointer of ours that bears the name read last. */
	#pointer(reader: DnsReader): number {
		if (reader.isOf(this.#type)) return POINTER;
		if (reader.isOf(KINDS)) return KIND;
		const subtypes = this.#subtypes;
		for (let i = 0; i < subtypes.length; i++) if (reader.isOf(subtypes[i]!)) return 1 << (SUBTYPES + i);
		return 0;
	}

	#isServer(reader: DnsReader): boolean {
		const server = this.#server;
		return reader.startsWith(server) && reader.isName(reader.data + server.length, this.#host.name);
	}
}

function textOf(txt: readonly string[]): Uint8Array {
	if (txt.length === 0) return Uint8Array.of(0);
	const text = wireName(txt);
	return text.slice(0, text.length - 1);
}

import { equalBytes } from "../codec/Bytes";
import { decode } from "../codec/Utf8";
import {
	CLASS_IN,
	TOP_BIT,
	TYPE_ANY,
	TYPE_NSEC,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
	putLabels,
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
/** Data of SRV before the host's name: priority, weight, port (RFC 2782). */
const SERVER_LENGTH = 6;

/**
 * A service instance, with the records that lead to it (RFC 6763). There is one for each fabric, so it is small: `name` has
 * the names of its subtypes behind its own, and of that the end is the type's.
 */
export class OwnedService extends OwnedName {
	private host: OwnedHost;
	private port: number;
	private text: Uint8Array;

	/** @param others whose bytes it shares where they are the same */
	constructor(service: Service, host: OwnedHost, due: number, others: readonly OwnedService[]) {
		super(namesOf(service), due);
		this.host = host;
		this.port = service.port;
		const text = textOf(service.txt);
		const same = others.find((other) => equalBytes(other.text, text));
		this.text = same ? same.text : text;
	}

	get instance(): string {
		return decode(this.name, 1, this.typeAt)!;
	}

	/** Such as `_matter._tcp`. */
	get type(): string {
		const name = this.name;
		const at = this.typeAt;
		const protocol = at + 1 + name[at]!;
		return `${decode(name, at + 1, protocol)!}.${decode(name, protocol + 1, protocol + 1 + name[protocol]!)!}`;
	}

	/** Without KIND, which others may hold too: it is told to those who ask. */
	all(): number {
		let records = POINTER | SERVER | TEXT;
		for (let at = this.behind(0), bit = 1 << SUBTYPES; at > 0; at = this.behind(at), bit <<= 1) records |= bit;
		return records;
	}

	get shared(): number {
		return ~(SERVER | TEXT | ABSENT);
	}

	/** Services of one type have one KIND between them. */
	override isTold(records: number, other: OwnedName): boolean {
		if (records !== KIND || !(other instanceof OwnedService) || other === this) return false;
		return other.type === this.type && (other.wanted & KIND) !== 0;
	}

	override next(records: number): number {
		return records & ~(KIND | SERVER | TEXT | ABSENT) ? (SERVER | TEXT) & ~records : 0;
	}

	override leadsToHost(records: number): boolean {
		return (records & ~(KIND | TEXT | ABSENT)) !== 0;
	}

	asked(reader: DnsReader): number {
		const type = reader.type;
		const isAny = type === TYPE_ANY;
		if (reader.isOf(this.name))
			return isAny ? SERVER | TEXT : type === TYPE_SRV ? SERVER : type === TYPE_TXT ? TEXT : ABSENT;
		return isAny || type === TYPE_PTR ? this.pointer(reader) : 0;
	}

	known(reader: DnsReader): number {
		const type = reader.type;
		const ttl = reader.ttl;
		if (type === TYPE_PTR) {
			if (ttl < SERVICE_TTL / 2) return 0;
			const pointer = this.pointer(reader);
			return pointer !== 0 && reader.isName(reader.data, this.name, pointer === KIND ? this.typeAt : 0)
				? pointer
				: 0;
		}
		if (!reader.isOf(this.name) || ttl < (type === TYPE_TXT ? SERVICE_TTL : HOST_TTL) / 2) return 0;
		if (type === TYPE_SRV) return this.isServer(reader) ? SERVER : 0;
		if (type === TYPE_TXT) return reader.isData(this.text) ? TEXT : 0;
		return type === TYPE_NSEC ? ABSENT : 0;
	}

	isForeign(reader: DnsReader): boolean {
		const type = reader.type;
		if ((type !== TYPE_SRV && type !== TYPE_TXT) || !reader.isOf(this.name)) return false;
		return !(type === TYPE_SRV ? this.isServer(reader) : reader.isData(this.text));
	}

	/** The lexically later data win. */
	yields(reader: DnsReader): boolean {
		const mine = reader.type === TYPE_SRV ? this.server() : this.text;
		for (let i = 0; i < reader.length && i < mine.length; i++) {
			const difference = reader.bytes[reader.data + i]! - mine[i]!;
			if (difference !== 0) return difference > 0;
		}
		return true;
	}

	write(writer: DnsWriter, section: 1 | 2 | 3, records: number): number {
		let at = 0;
		for (let record = 1; record <= records; record <<= 1) {
			if (record >= 1 << SUBTYPES) at = this.behind(at);
			if (!(records & record)) continue;
			if (!this.record(writer, section, record, at)) return records;
			records &= ~record;
		}
		return 0;
	}

	/** @param subtype where its name begins, for its pointer */
	private record(writer: DnsWriter, section: 1 | 2 | 3, record: number, subtype: number): boolean {
		const name = this.name;
		const unique = section === 2 ? CLASS_IN : CLASS_IN | TOP_BIT;
		if (record === SERVER)
			return writer.record(section, name, TYPE_SRV, unique, HOST_TTL, this.server(), this.host.name);
		if (record === TEXT) return writer.record(section, name, TYPE_TXT, unique, SERVICE_TTL, this.text);
		if (record === ABSENT) return writer.record(section, name, TYPE_NSEC, unique, HOST_TTL, undefined, name, TYPES);
		const type = name.subarray(this.typeAt);
		const from = record === POINTER ? type : record === KIND ? KINDS : name.subarray(subtype);
		return writer.record(section, from, TYPE_PTR, CLASS_IN, SERVICE_TTL, undefined, record === KIND ? type : name);
	}

	/** The pointer of ours that bears the name read last. */
	private pointer(reader: DnsReader): number {
		const name = this.name;
		if (reader.isOf(name, this.typeAt)) return POINTER;
		if (reader.isOf(KINDS)) return KIND;
		for (let at = this.behind(0), bit = 1 << SUBTYPES; at > 0; at = this.behind(at), bit <<= 1)
			if (reader.isOf(name, at)) return bit;
		return 0;
	}

	/** Where the type's name begins. */
	private get typeAt(): number {
		return 1 + this.name[0]!;
	}

	/** Where the name behind the one at `at` begins, 0: there is none. */
	private behind(at: number): number {
		const name = this.name;
		while (name[at] !== 0) at += 1 + name[at]!;
		return at + 1 < name.length ? at + 1 : 0;
	}

	private server(): Uint8Array {
		return Uint8Array.of(0, 0, 0, 0, this.port >> 8, this.port);
	}

	private isServer(reader: DnsReader): boolean {
		return reader.startsWith(this.server()) && reader.isName(reader.data + SERVER_LENGTH, this.host.name);
	}
}

/** In wire form, the instance's and those of its subtypes. */
function namesOf(service: Service): Uint8Array {
	const names = new Uint8Array(putNames(service));
	putNames(service, names);
	return names;
}

/** @returns their length */
function putNames({ instance, type, subtypes }: Service, bytes?: Uint8Array): number {
	const end = [...type.split("."), "local"];
	let at = putLabels([instance], bytes);
	at = putLabels(end, bytes, at) + 1;
	for (let i = 0; i < subtypes.length; i++) {
		at = putLabels([subtypes[i]!, "_sub"], bytes, at);
		at = putLabels(end, bytes, at) + 1;
	}
	return at;
}

function textOf(txt: readonly string[]): Uint8Array {
	if (txt.length === 0) return Uint8Array.of(0);
	const text = new Uint8Array(putLabels(txt));
	putLabels(txt, text);
	return text;
}

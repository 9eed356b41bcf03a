import {
	CLASS_IN,
	TOP_BIT,
	TYPE_A,
	TYPE_AAAA,
	TYPE_ANY,
	TYPE_NSEC,
	wireName,
	type DnsReader,
	type DnsWriter,
} from "./Dns";
import { ADDRESSES, type Link } from "./Link";
import { isMapped } from "./MulticastSocket";
import { HOST_TTL, OwnedName } from "./OwnedName";

/** NSEC: it has no address of the other kind (RFC 6762 6.1). */
const ABSENT = 1 << ADDRESSES;

/** Data of NSEC behind the name: which types there are (RFC 4034 4.1.2). */
const ONLY_A = Uint8Array.of(0, 1, 0x40);
const ONLY_AAAA = Uint8Array.of(0, 4, 0, 0, 0, 0x08);
const BOTH = Uint8Array.of(0, 4, 0x40, 0, 0, 0x08);

/** The host name: the device's addresses, of each interface its own. */
export class OwnedHost extends OwnedName {
	/** `label`: before `.local`, 12 or 16 hexadecimal digits (Matter Core 4.3.1.1) */
	constructor(label: string, due: number) {
		super(wireName([label, "local"]), due);
	}

	/** Takes another name, which nobody has been told yet. */
	rename(label: string, due: number): void {
		this.name = wireName([label, "local"]);
		this.restart(due);
	}

	all(link: Link): number {
		return (1 << link.length) - 1;
	}

	get shared(): number {
		return 0;
	}

	/** What is told beside these records: that there are no others (RFC 6762 6.2). */
	absent(link: Link): number {
		return ofType(TYPE_A, link) === 0 || ofType(TYPE_AAAA, link) === 0 ? ABSENT : 0;
	}

	asked(reader: DnsReader, link: Link): number {
		if (!reader.isOf(this.name)) return 0;
		return (reader.type === TYPE_ANY ? this.all(link) : ofType(reader.type, link)) || ABSENT;
	}

	known(reader: DnsReader, link: Link): number {
		if (reader.ttl < HOST_TTL / 2 || !reader.isOf(this.name)) return 0;
		if (reader.type === TYPE_NSEC) return ABSENT;
		for (let i = 0; i < link.length; i++) {
			const address = link.address(i);
			if (typeOf(address) === reader.type && reader.isData(octetsOf(address))) return 1 << i;
		}
		return 0;
	}

	/** Any address of ours may come back from another interface: it is no conflict. */
	isForeign(reader: DnsReader, links: readonly Link[]): boolean {
		const type = reader.type;
		if ((type !== TYPE_A && type !== TYPE_AAAA) || !reader.isOf(this.name)) return false;
		for (let j = 0; j < links.length; j++) {
			const link = links[j]!;
			for (let i = 0; i < link.length; i++) {
				const address = link.address(i);
				if (typeOf(address) === type && reader.isData(octetsOf(address))) return false;
			}
		}
		return true;
	}

	/** Another name will do as well. */
	yields(): boolean {
		return true;
	}

	write(writer: DnsWriter, section: 1 | 2 | 3, records: number, link: Link): number {
		const name = this.name;
		const klass = section === 2 ? CLASS_IN : CLASS_IN | TOP_BIT;
		for (let i = 0; i < link.length; i++) {
			if (!(records & (1 << i))) continue;
			const address = link.address(i);
			if (!writer.record(section, name, typeOf(address), klass, HOST_TTL, octetsOf(address))) return records;
			records &= ~(1 << i);
		}
		if (records & ABSENT) {
			const types = ofType(TYPE_A, link) === 0 ? ONLY_AAAA : ofType(TYPE_AAAA, link) === 0 ? ONLY_A : BOTH;
			if (!writer.record(section, name, TYPE_NSEC, klass, HOST_TTL, undefined, name, types)) return records;
		}
		return 0;
	}
}

/** The addresses that records of a type hold. */
function ofType(type: number, link: Link): number {
	let records = 0;
	for (let i = 0; i < link.length; i++) if (typeOf(link.address(i)) === type) records |= 1 << i;
	return records;
}

function typeOf(address: Uint8Array): number {
	return isMapped(address) ? TYPE_A : TYPE_AAAA;
}

function octetsOf(address: Uint8Array): Uint8Array {
	return isMapped(address) ? address.subarray(12) : address;
}

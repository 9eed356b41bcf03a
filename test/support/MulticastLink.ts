import {
	DnsReader,
	DnsWriter,
	TOP_BIT,
	TYPE_A,
	TYPE_AAAA,
	TYPE_ANY,
	TYPE_NSEC,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
} from "../../modules/discovery/Dns";
import type { Multicast } from "../../modules/discovery/MulticastSocket";

/** who answers and asks, unless a test says otherwise: fe80::9%2, port 5353 */
export const PEER = Uint8Array.of(
	0xfe,
	0x80,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	9,
	5353 >> 8,
	5353 & 0xff,
	2,
	0,
	0,
	0,
);
/** the addresses of the interface */
export const GLOBAL = Uint8Array.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
export const VERSION4 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1);

const TYPES: Record<number, string> = {
	[TYPE_A]: "A",
	[TYPE_AAAA]: "AAAA",
	[TYPE_PTR]: "PTR",
	[TYPE_SRV]: "SRV",
	[TYPE_TXT]: "TXT",
	[TYPE_ANY]: "ANY",
	[TYPE_NSEC]: "NSEC",
};

export interface Sent {
	group: boolean;
	response: boolean;
	questions: string[];
	records: string[][];
	seconds: number[];
	flush: boolean[];
	/** of all sections */
	data: Uint8Array[];
}

/** A link with an interface (index 2), or two: what is sent on it is read back as names and types. */
export class MulticastLink implements Multicast {
	readonly sent: Sent[] = [];
	/** takes what is sent to the groups; of another responder on the same link */
	other: MulticastLink | undefined;
	joined: string[] = [];
	addresses = [GLOBAL, VERSION4];
	/** of a second interface (index 3), where there are any */
	others: Uint8Array[] = [];
	#waiting: { bytes: Uint8Array; from: Uint8Array }[] = [];
	#readable = (): void => {};
	#names: Readonly<Record<string, Uint8Array>>;

	/** @param names in wire form, and what they are called in what is read back */
	constructor(names: Readonly<Record<string, Uint8Array>>) {
		this.#names = names;
	}

	open(onReadable: () => void): ReturnType<Multicast["open"]> {
		this.#readable = onReadable;
		return {
			read: (buffer, from) => {
				const datagram = this.#waiting.shift();
				if (datagram === undefined) return -1;
				buffer.set(datagram.bytes);
				from.set(datagram.from);
				return datagram.bytes.length;
			},
			write: (to, bytes, start, end) => {
				const isGroup = to[0] === 0xff || to[12] === 224;
				this.sent.push(parse(bytes.slice(start, end), isGroup, this.#names));
				if (isGroup) this.other?.deliver(bytes.slice(start, end));
				return true;
			},
			join: (group) => this.joined.push(group.join(".")) > 0,
			close: () => {},
		};
	}

	interfaces(): ReturnType<Multicast["interfaces"]> {
		return [this.addresses, this.others].map((addresses, i) => ({
			name: `eth${i}`,
			index: 2 + i,
			type: 2,
			up: true,
			loopback: false,
			mac: new Uint8Array(6),
			addresses,
		}));
	}

	changed = (): void => {};
	onChange(callback: (() => void) | undefined): void {
		this.changed = callback ?? (() => {});
	}

	/** What `build` writes comes in. */
	receive(build: (writer: DnsWriter) => void, flags = 0, from = PEER, id = 0): void {
		const writer = new DnsWriter(new Uint8Array(1232));
		writer.begin(id, flags);
		build(writer);
		this.deliver(writer.bytes.slice(0, writer.finish()), from);
	}

	deliver(bytes: Uint8Array, from = PEER): void {
		this.#waiting.push({ bytes, from });
		this.#readable();
	}

	take(): Sent[] {
		return this.sent.splice(0);
	}
}

function parse(bytes: Uint8Array, group: boolean, names: Readonly<Record<string, Uint8Array>>): Sent {
	const reader = new DnsReader(bytes);
	reader.reset(bytes.length);
	reader.uint16();
	const response = (reader.uint16() & 0x8000) !== 0;
	const counts = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()];
	const called = (at: number): string =>
		Object.entries(names).find(([, name]) => reader.isName(at, name))?.[0] ?? "?";
	const sent: Sent = { group, response, questions: [], records: [], seconds: [], flush: [], data: [] };
	for (let i = 0; i < counts[0]; i++) {
		reader.question();
		sent.questions.push(`${called(reader.owner)} ${TYPES[reader.type]}`);
	}
	for (let section = 1; section <= 3; section++) {
		const records: string[] = [];
		for (let i = 0; i < counts[section]; i++) {
			reader.record();
			sent.flush.push((reader.klass & TOP_BIT) !== 0);
			sent.seconds.push(reader.ttl);
			sent.data.push(bytes.slice(reader.data, reader.position));
			records.push(`${called(reader.owner)} ${TYPES[reader.type]}`);
		}
		sent.records.push(records);
	}
	expect(reader.failed).toBe(false);
	expect(reader.position).toBe(bytes.length);
	return sent;
}

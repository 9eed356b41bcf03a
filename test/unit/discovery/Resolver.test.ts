import {
	CLASS_IN,
	TOP_BIT,
	TYPE_A,
	TYPE_AAAA,
	TYPE_SRV,
	TYPE_TXT,
	wireName,
	type DnsWriter,
} from "../../../modules/discovery/Dns";
import { Resolver, type Resolution } from "../../../modules/discovery/Resolver";
import { Responder } from "../../../modules/discovery/Responder";
import { Scheduler } from "../../../modules/time/Scheduler";
import { addressToString } from "../../../modules/transport/SocketAddress";
import { MulticastLink, PEER } from "../../support/MulticastLink";
import { VirtualClock } from "../../support/VirtualClock";

const COMPRESSED = Uint8Array.of(0x29, 0x06, 0xc9, 0x08, 0xd1, 0x15, 0xd3, 0x62);
const NODE = Uint8Array.of(0x96, 0x06, 0xcd, 0x01, 0x24, 0x77, 0xc7, 0x8f); // little-endian
const INSTANCE = "2906C908D115D362-8FC7772401CD0696";
const names = {
	instance: wireName([INSTANCE, "_matter", "_tcp", "local"]),
	host: wireName(["B75AFB458ECD", "local"]),
	elsewhere: wireName(["000000000000", "local"]),
};
const SERVER = Uint8Array.of(0, 0, 0, 0, 5541 >> 8, 5541 & 0xff);
const ULA = Uint8Array.of(0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
const LINK_LOCAL = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
const V4 = Uint8Array.of(192, 0, 2, 7);
const RESPONSE = 0x8400;

function text(...strings: string[]): Uint8Array {
	const name = wireName(strings);
	return name.subarray(0, name.length - 1);
}

let clock: VirtualClock;
let link: MulticastLink;
let responder: Responder;
let resolver: Resolver;
let results: (Resolution | undefined)[];

const listener = () => ({
	onResolved: (resolution: Resolution) => void results.push(resolution),
	onUnresolved: () => void results.push(undefined),
});

function resolve(node = NODE): boolean {
	return resolver.resolve(COMPRESSED, node, listener());
}

beforeEach(() => {
	clock = new VirtualClock();
	link = new MulticastLink(names);
	const scheduler = new Scheduler(clock);
	responder = new Responder({ hostname: "AAAAAAAAAAAA", scheduler, multicast: link });
	resolver = new Resolver(responder, scheduler);
	results = [];
});

/** The names asked for, over IPv6 alone. */
function asked(): string[][] {
	return link
		.take()
		.filter((sent, index) => !sent.response && index % 2 === 0)
		.map((sent) => sent.questions)
		.filter((questions) => questions.length > 0 && !questions[0]!.startsWith("?"));
}

function answer(build: (writer: DnsWriter) => void, from = PEER): void {
	link.receive(build, RESPONSE, from);
	clock.advance(1);
}

const server = (writer: DnsWriter, host = names.host, ttl = 120) =>
	writer.record(1, names.instance, TYPE_SRV, CLASS_IN | TOP_BIT, ttl, SERVER, host);
const texts = (writer: DnsWriter, ...strings: string[]) =>
	writer.record(1, names.instance, TYPE_TXT, CLASS_IN | TOP_BIT, 4500, text(...strings));
const address = (writer: DnsWriter, data: Uint8Array, host = names.host) =>
	writer.record(3, host, data.length === 4 ? TYPE_A : TYPE_AAAA, CLASS_IN | TOP_BIT, 120, data);

/** The addresses of the one result, as text. */
function found(): string[] {
	expect(results).toHaveLength(1);
	return results[0]!.addresses.map((each) => addressToString(each));
}

describe("Resolver (Matter Core 4.3.2)", () => {
	test("asks once, and takes all out of one answer", () => {
		expect(resolve()).toBe(true);
		expect(results).toEqual([]);
		clock.advance(150);
		expect(asked()).toEqual([["instance SRV", "instance TXT"]]);
		answer((writer) => {
			server(writer);
			texts(writer, "SII=5000", "SAI=300", "SAT=4000", "T=0");
			address(writer, V4);
			address(writer, LINK_LOCAL);
			address(writer, ULA);
		});
		expect(found()).toEqual(["[fe80::7%2]:5541", "[fd01::7]:5541", "192.0.2.7:5541"]);
		expect(results[0]).toMatchObject({ idleInterval: 5000, activeInterval: 300, activeThreshold: 4000 });
		clock.advance(60_000);
		expect(asked()).toEqual([]);
		expect(results).toHaveLength(1);
	});

	test("takes addresses that stand before the service", () => {
		resolve();
		answer((writer) => {
			address(writer, ULA);
			texts(writer, "SII=1");
			server(writer);
		});
		expect(found()).toEqual(["[fd01::7]:5541"]);
	});

	test("asks for the addresses when they did not come along", () => {
		resolve();
		clock.advance(150);
		link.take();
		answer((writer) => server(writer));
		expect(asked()).toEqual([["instance TXT", "host AAAA", "host A"]]);
		answer((writer) => {
			address(writer, ULA);
			texts(writer);
		});
		expect(found()).toEqual(["[fd01::7]:5541"]);
	});

	test("does without texts after a while", () => {
		resolve();
		answer((writer) => {
			server(writer);
			address(writer, ULA);
		});
		clock.advance(100);
		expect(results).toEqual([]);
		answer((writer) => address(writer, V4));
		clock.advance(150);
		expect(found()).toEqual(["[fd01::7]:5541", "192.0.2.7:5541"]);
		expect(results[0]!.idleInterval).toBeUndefined();
	});

	test("asks again after 1, 2 and 4 s, and gives up after 15", () => {
		resolve();
		const times: number[] = [];
		for (let ms = 0; ms < 20_000; ms += 50) {
			clock.advance(50);
			if (asked().length > 0) times.push(ms);
			if (results.length > 0) break;
		}
		expect(times.slice(1).map((time, i) => Math.round((time - times[i]!) / 500) * 500)).toEqual([1000, 2000, 4000]);
		expect(results).toEqual([undefined]);
		expect(clock.now()).toBeGreaterThan(14_900);
		expect(resolve()).toBe(true);
	});

	test("hears of a node that announces itself by chance", () => {
		resolve();
		clock.advance(5_000);
		answer((writer) => {
			server(writer);
			texts(writer);
			address(writer, ULA);
		});
		expect(found()).toHaveLength(1);
	});

	test("finds another responder's service", () => {
		const there = new MulticastLink(names);
		const scheduler = new Scheduler(clock);
		const node = new Responder({ hostname: "B75AFB458ECD", scheduler, multicast: there });
		node.add({ instance: INSTANCE, type: "_matter._tcp", subtypes: [], port: 5541, txt: ["SII=501", "SAT=4003"] });
		clock.advance(5_000);
		there.other = link;
		link.other = there;
		resolve();
		clock.advance(500);
		expect(found()).toEqual(["[fd00::1]:5541", "192.0.2.1:5541"]);
		expect(results[0]).toMatchObject({ idleInterval: 501, activeThreshold: 4003 });
		expect(results[0]!.activeInterval).toBeUndefined();
		node.close();
	});

	test("tells two names apart", () => {
		const other = NODE.map((byte) => byte ^ 1);
		resolve(other);
		resolve();
		answer((writer) => {
			server(writer);
			texts(writer);
			address(writer, ULA);
		});
		expect(found()).toHaveLength(1);
		clock.advance(16_000);
		expect(results).toHaveLength(2);
		expect(results[1]).toBeUndefined();
	});

	test("does four lookups at once", () => {
		for (let i = 0; i < 4; i++) expect(resolve()).toBe(true);
		expect(resolve()).toBe(false);
		clock.advance(16_000);
		expect(results).toHaveLength(4);
		expect(resolve()).toBe(true);
	});

	test("can be asked from its own callbacks, and survives one that throws", () => {
		const told: string[] = [];
		resolver.resolve(COMPRESSED, NODE, {
			onResolved: () => {},
			onUnresolved: () => {
				told.push(`again ${resolve()}`);
				throw new Error("of the application");
			},
		});
		resolve();
		clock.advance(40_000);
		expect(told).toEqual(["again true"]);
		expect(results).toEqual([undefined, undefined]);
	});

	test("forgets what is cancelled, and everything at its end", () => {
		const mine = listener();
		resolver.resolve(COMPRESSED, NODE, mine);
		resolver.cancel(mine);
		clock.advance(20_000);
		resolve();
		resolver.close();
		clock.advance(20_000);
		expect(asked()).toEqual([]);
		expect(results).toEqual([]);
	});
});

describe("Resolver passes over", () => {
	const withAddress = (build: (writer: DnsWriter) => void) => (writer: DnsWriter) => {
		build(writer);
		texts(writer);
		address(writer, ULA);
	};
	const cases: [string, (writer: DnsWriter) => void][] = [
		["a goodbye", withAddress((writer) => server(writer, names.host, 0))],
		[
			"another class",
			withAddress((writer) => writer.record(1, names.instance, TYPE_SRV, 3, 120, SERVER, names.host)),
		],
		[
			"port 0",
			withAddress((writer) =>
				writer.record(1, names.instance, TYPE_SRV, CLASS_IN, 120, new Uint8Array(6), names.host),
			),
		],
		[
			"a service without host",
			withAddress((writer) => writer.record(1, names.instance, TYPE_SRV, CLASS_IN, 120, SERVER)),
		],
		[
			"a host that points to itself",
			withAddress((writer) => {
				const at = writer.position + 12 + names.instance.length + 4;
				const pointer = Uint8Array.of(...SERVER, 0xc0 | (at >> 8), at);
				writer.record(1, names.instance, TYPE_SRV, CLASS_IN, 120, pointer);
			}),
		],
		[
			"another name's service",
			withAddress((writer) => writer.record(1, names.host, TYPE_SRV, CLASS_IN, 120, SERVER, names.host)),
		],
		["another host's addresses", (writer) => void (server(writer), address(writer, ULA, names.elsewhere))],
		["an address that is unspecified", (writer) => void (server(writer), address(writer, new Uint8Array(16)))],
		["a group's address", (writer) => void (server(writer), address(writer, new Uint8Array(16).fill(0xff)))],
		["the broadcast address", (writer) => void (server(writer), address(writer, new Uint8Array(4).fill(0xff)))],
		[
			"an address of 5 bytes",
			(writer) => {
				server(writer);
				writer.record(3, names.host, TYPE_AAAA, CLASS_IN, 120, new Uint8Array(5).fill(1));
			},
		],
	];

	test.each(cases)("%s", (_title, build) => {
		resolve();
		answer(build);
		clock.advance(20_000);
		expect(results).toEqual([undefined]);
	});

	test("what does not come from port 5353 (RFC 6762 6)", () => {
		resolve();
		const from = PEER.slice();
		from[17]! ^= 1;
		answer(
			withAddress((writer) => server(writer)),
			from,
		);
		clock.advance(20_000);
		expect(results).toEqual([undefined]);
	});

	test("more than four addresses", () => {
		resolve();
		answer((writer) => {
			server(writer);
			texts(writer);
			for (let i = 1; i < 40; i++)
				address(
					writer,
					ULA.map((byte, at) => (at === 15 ? (i >> 1) + 1 : byte)),
				);
		});
		expect(found()).toHaveLength(4);
		expect(new Set(found()).size).toBe(4);
	});

	test("values that are none", () => {
		resolve();
		answer((writer) => {
			server(writer);
			address(writer, ULA);
			texts(writer, "SII=3600001", "SAI=-1", "SAT=70000", "SII", "x", "SII=12345678", "SAI=1e3");
		});
		expect(results[0]).toMatchObject({
			idleInterval: undefined,
			activeInterval: undefined,
			activeThreshold: undefined,
		});
	});

	test("garbage", () => {
		resolve();
		let seed = 1;
		for (let i = 0; i < 500; i++) {
			const bytes = new Uint8Array(12 + (i % 90));
			for (let at = 0; at < bytes.length; at++) bytes[at] = (seed = (seed * 1103515245 + 12345) >>> 0) >> 16;
			bytes.set([0, 0, 0x84, 0], 0);
			link.deliver(bytes);
		}
		clock.advance(1000);
		expect(results).toEqual([]);
		answer((writer) => {
			server(writer);
			texts(writer);
			address(writer, ULA);
		});
		expect(found()).toHaveLength(1);
	});
});

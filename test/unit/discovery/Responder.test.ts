import {
	CLASS_IN,
	FLAG_TRUNCATED,
	TOP_BIT,
	TYPE_A,
	TYPE_AAAA,
	TYPE_ANY,
	TYPE_NSEC,
	TYPE_PTR,
	TYPE_SRV,
	TYPE_TXT,
	wireName,
	type DnsWriter,
} from "../../../modules/discovery/Dns";
import { Responder } from "../../../modules/discovery/Responder";
import { Scheduler } from "../../../modules/time/Scheduler";
import { GLOBAL, MulticastLink, PEER, VERSION4 } from "../../support/MulticastLink";
import { VirtualClock } from "../../support/VirtualClock";

const service = {
	instance: "DD200C20D25AE5F7",
	type: "_matterc._udp",
	subtypes: ["_S3", "_L840", "_CM"],
	port: 5540,
	txt: ["D=840", "CM=1"],
} as const;
const names = {
	type: wireName(["_matterc", "_udp", "local"]),
	long: wireName(["_L840", "_sub", "_matterc", "_udp", "local"]),
	instance: wireName(["DD200C20D25AE5F7", "_matterc", "_udp", "local"]),
	host: wireName(["B75AFB458ECD", "local"]),
	kinds: wireName(["_services", "_dns-sd", "_udp", "local"]),
};

describe("Responder", () => {
	let clock: VirtualClock;
	let link: MulticastLink;
	let responder: Responder;

	function start(): void {
		clock = new VirtualClock();
		link = new MulticastLink(names);
		responder = new Responder({ hostname: "B75AFB458ECD", scheduler: new Scheduler(clock), multicast: link });
		responder.add(service);
	}

	function establish(): void {
		start();
		clock.advance(5000);
		link.take();
	}

	test("joins both groups of its interface", () => {
		start();
		expect(link.joined).toEqual(["255.2.0.0.0.0.0.0.0.0.0.0.0.0.0.251", "0.0.0.0.0.0.0.0.0.0.255.255.224.0.0.251"]);
	});

	test("probes three times, then announces twice (RFC 6762 8)", () => {
		start();
		clock.advance(5000);
		const all = link.take();
		const probes = all.filter((sent) => !sent.response && sent.questions.includes("instance ANY"));
		expect(probes).toHaveLength(6); // three, on IPv6 and IPv4
		expect(probes[0].records[1]).toContain("instance SRV");
		const announced = all.filter((sent) => sent.response && sent.records[0].includes("instance SRV"));
		expect(announced).toHaveLength(4);
		expect(announced[0].records[0]).toEqual(
			expect.arrayContaining(["type PTR", "long PTR", "instance SRV", "instance TXT"]),
		);
		clock.advance(60_000);
		expect(link.take()).toEqual([]);
	});

	test("probes for all that it starts with in one message, and at once for what comes later", () => {
		start();
		clock.advance(250);
		expect(link.take()[0].questions).toEqual(["host ANY", "instance ANY"]);
		clock.advance(5000);
		link.take();
		responder.add({ ...service, instance: "0000000000000000" });
		clock.advance(1);
		expect(link.take()[0].questions).toEqual(["? ANY"]);
		clock.advance(750);
		expect(link.take().at(-1)).toMatchObject({ response: true });
	});

	test("does not answer for a name before it is established", () => {
		start();
		link.receive((writer) => writer.question(names.type, TYPE_PTR, CLASS_IN));
		clock.advance(150);
		expect(link.take().filter((sent) => sent.response)).toEqual([]);
	});

	test("answers a shared question to the groups after 20..120 ms, with what is asked next", () => {
		establish();
		link.receive((writer) => writer.question(names.long, TYPE_PTR, CLASS_IN));
		clock.advance(19);
		expect(link.take()).toEqual([]);
		clock.advance(101);
		const [answer, second] = link.take();
		expect(answer.group && second.group).toBe(true);
		expect(answer.records[0]).toEqual(["long PTR"]);
		expect(answer.records[2]).toEqual(["instance SRV", "instance TXT", "host AAAA", "host A"]);
	});

	test("answers a unique question at once", () => {
		establish();
		link.receive((writer) => writer.question(names.instance, TYPE_SRV, CLASS_IN));
		expect(link.take()[0].records[0]).toEqual(["instance SRV"]);
		clock.advance(1000);
		link.receive((writer) => writer.question(names.host, TYPE_AAAA, CLASS_IN));
		expect(link.take()[0].records[0]).toContain("host AAAA");
	});

	test("answers by unicast where that is welcome (RFC 6762 5.4)", () => {
		establish();
		link.receive((writer) => writer.question(names.type, TYPE_PTR, CLASS_IN | TOP_BIT));
		const sent = link.take();
		expect(sent).toHaveLength(1);
		expect(sent[0].group).toBe(false);
		expect(sent[0].records[0]).toEqual(["type PTR"]);
	});

	test("answers a plain DNS client in its own terms (RFC 6762 6.7)", () => {
		establish();
		const client = PEER.slice();
		client[16] = 0x99;
		link.receive((writer) => writer.question(names.type, TYPE_PTR, CLASS_IN), 0, client, 77);
		const [answer] = link.take();
		expect(answer.group).toBe(false);
		expect(answer.questions).toEqual(["type PTR"]);
		expect(Math.max(...answer.seconds)).toBeLessThanOrEqual(10);
		expect(answer.flush).not.toContain(true);
	});

	test.each([
		["half its life or more left", 2250, 0],
		["less than half its life left", 2249, 2],
	])("a known answer with %s", (_what, seconds, packets) => {
		establish();
		link.receive((writer) => {
			writer.question(names.type, TYPE_PTR, CLASS_IN);
			writer.record(1, names.type, TYPE_PTR, CLASS_IN, seconds, undefined, names.instance);
		});
		clock.advance(200);
		expect(link.take()).toHaveLength(packets);
	});

	test("lists its service type", () => {
		establish();
		link.receive((writer) => writer.question(names.kinds, TYPE_PTR, CLASS_IN));
		clock.advance(200);
		expect(link.take()[0].records[0]).toEqual(["kinds PTR"]);
	});

	test("says goodbye with no time left to live", () => {
		establish();
		responder.remove(service);
		const [goodbye] = link.take();
		expect(goodbye.records[0]).toEqual(expect.arrayContaining(["type PTR", "long PTR", "instance SRV"]));
		expect(Math.max(...goodbye.seconds)).toBe(0);
		link.receive((writer) => writer.question(names.type, TYPE_PTR, CLASS_IN | TOP_BIT));
		expect(link.take()).toEqual([]);
	});

	test("takes another host name when somebody has it already", () => {
		start();
		link.receive(
			(writer) => writer.record(1, names.host, TYPE_AAAA, CLASS_IN | TOP_BIT, 120, PEER.subarray(0, 16)),
			0x8400,
		);
		clock.advance(5000);
		link.take();
		link.receive((writer) => writer.question(names.host, TYPE_AAAA, CLASS_IN));
		expect(link.take()).toEqual([]);
		link.receive((writer) => writer.question(names.instance, TYPE_SRV, CLASS_IN));
		expect(link.take()).toHaveLength(2);
	});

	test("its own address heard back is no conflict", () => {
		establish();
		link.receive((writer) => writer.record(1, names.host, TYPE_AAAA, CLASS_IN | TOP_BIT, 120, GLOBAL), 0x8400);
		link.receive((writer) => writer.question(names.host, TYPE_AAAA, CLASS_IN));
		expect(link.take()).toHaveLength(2);
	});

	test("a response from another port than 5353 is none (RFC 6762 6)", () => {
		establish();
		const client = PEER.slice();
		client[16] = 0x99;
		const other = (writer: DnsWriter): void =>
			void writer.record(1, names.instance, TYPE_TXT, CLASS_IN | TOP_BIT, 4500, Uint8Array.of(1, 0x61));
		link.receive(other, 0x8400, client);
		link.receive((writer) => writer.question(names.instance, TYPE_SRV, CLASS_IN));
		expect(link.take()).toHaveLength(2);
	});

	test("falls silent about a name that another answers, and probes anew", () => {
		establish();
		link.receive(
			(writer) => writer.record(1, names.instance, TYPE_TXT, CLASS_IN | TOP_BIT, 4500, Uint8Array.of(1, 0x61)),
			0x8400,
		);
		link.receive((writer) => writer.question(names.instance, TYPE_SRV, CLASS_IN));
		expect(link.take()).toEqual([]);
		clock.advance(5000);
		expect(link.take()[0].questions).toEqual(["instance ANY"]);
	});

	test("announces again when an address changes", () => {
		establish();
		link.addresses = [GLOBAL];
		link.changed();
		clock.advance(10);
		expect(link.take()[0].records[0]).toContain("instance SRV");
	});

	test("passes over garbage", () => {
		establish();
		for (let length = 0; length < 60; length++) {
			link.receive((writer) => {
				writer.question(names.type, TYPE_PTR, CLASS_IN);
				writer.bytes[5] = length; // more questions than there are
				writer.position = 12 + (length % 20);
			});
		}
		clock.advance(200);
		expect(link.take()).toEqual([]);
	});

	/** What goes out at once for a question, over IPv6; by unicast alone if `klass` says so. */
	function ask(name: Uint8Array, type: number, klass = CLASS_IN): string[][] | undefined {
		link.receive((writer) => writer.question(name, type, klass));
		return link.take()[0]?.records;
	}

	describe("lives of records (RFC 6762 10)", () => {
		test("120 s where they tell of the host, 4500 s else; the cache is flushed of what is ours alone", () => {
			establish();
			link.receive((writer) => writer.question(names.long, TYPE_PTR, CLASS_IN | TOP_BIT));
			const [{ records, seconds, flush }] = link.take();
			expect(records.flat()).toEqual(["long PTR", "instance SRV", "instance TXT", "host AAAA", "host A"]);
			expect(seconds).toEqual([4500, 120, 4500, 120, 120]);
			expect(flush).toEqual([false, true, true, true, true]);
		});
	});

	describe("what there is not (RFC 6762 6.1)", () => {
		const QU = CLASS_IN | TOP_BIT;

		test.each([
			["IPv4", GLOBAL, TYPE_AAAA, TYPE_A, [0, 4, 0, 0, 0, 8]],
			["IPv6", VERSION4, TYPE_A, TYPE_AAAA, [0, 1, 0x40]],
		])(
			"a host without %s says so when it is asked, and beside its addresses",
			(_what, address, there, not, types) => {
				start();
				link.addresses = [address];
				link.changed();
				clock.advance(5000);
				link.take();
				expect(ask(names.host, not, QU)).toEqual([["host NSEC"], [], expect.arrayContaining([])]);
				link.receive((writer) => writer.question(names.host, there, QU));
				const [{ records, data, flush, seconds }] = link.take();
				expect(records[2]).toEqual(["host NSEC"]);
				expect(Array.from(data[1]).slice(-types.length)).toEqual(types);
				expect([flush[1], seconds[1]]).toEqual([true, 120]);
			},
		);

		test("an instance has nothing but SRV and TXT", () => {
			establish();
			link.receive((writer) => writer.question(names.instance, TYPE_AAAA, QU));
			const [{ records, data }] = link.take();
			expect(records[0]).toEqual(["instance NSEC"]);
			expect(Array.from(data[0]).slice(-7)).toEqual([0, 5, 0, 0, 0x80, 0, 0x40]);
		});

		test("nothing is said of names that are not ours, or not yet", () => {
			establish();
			expect(ask(names.type, TYPE_AAAA, QU)).toBeUndefined();
			expect(ask(wireName(["x", "local"]), TYPE_A, QU)).toBeUndefined();
			start();
			expect(ask(names.host, TYPE_NSEC, QU)).toBeUndefined();
		});

		test("the addresses of one kind are the answer, those of the other go along (RFC 6762 6.2)", () => {
			establish();
			expect(ask(names.host, TYPE_A, QU)).toEqual([["host A"], [], ["host AAAA"]]);
			expect(ask(names.host, TYPE_ANY, QU)).toEqual([["host AAAA", "host A"], [], []]);
		});
	});

	describe("known answers", () => {
		test.each([
			["the host's address", names.host, TYPE_AAAA, GLOBAL, 60, true],
			["another address", names.host, TYPE_AAAA, PEER.subarray(0, 16), 60, false],
			["the address, nearly forgotten", names.host, TYPE_AAAA, GLOBAL, 59, false],
		])("%s", (_what, name, type, data, seconds, isKnown) => {
			establish();
			link.receive((writer) => {
				writer.question(name, type, CLASS_IN | TOP_BIT);
				writer.record(1, name, type, CLASS_IN, seconds, data);
			});
			expect(link.take()).toHaveLength(isKnown ? 0 : 1);
		});

		const knowing = (known: boolean) => (writer: DnsWriter) => {
			if (known) writer.record(1, names.type, TYPE_PTR, CLASS_IN, 4500, undefined, names.instance);
		};
		const question = (writer: DnsWriter) => void writer.question(names.type, TYPE_PTR, CLASS_IN);

		test("that are to follow are waited for 400 to 500 ms (RFC 6762 7.2)", () => {
			establish();
			link.receive(question, FLAG_TRUNCATED);
			clock.advance(399);
			expect(link.take()).toEqual([]);
			clock.advance(101);
			expect(link.take()[0].records[0]).toEqual(["type PTR"]);
		});

		test("that follow count, and put the answer off while more are to follow", () => {
			establish();
			link.receive(question, FLAG_TRUNCATED);
			clock.advance(350);
			link.receive(knowing(false), FLAG_TRUNCATED);
			clock.advance(350);
			link.receive(knowing(true));
			clock.advance(1000);
			expect(link.take()).toEqual([]);
		});

		test("of somebody else do not", () => {
			establish();
			link.receive(question, FLAG_TRUNCATED);
			const other = PEER.slice();
			other[15] = 8;
			link.receive(knowing(true), 0, other);
			clock.advance(500);
			expect(link.take()[0].records[0]).toEqual(["type PTR"]);
		});

		test("are not waited for by more than four at once", () => {
			establish();
			for (let i = 0; i < 100; i++) {
				const other = PEER.slice();
				other[15] = i;
				link.receive(question, FLAG_TRUNCATED, other);
			}
			clock.advance(120);
			expect(link.take()[0].records[0]).toEqual(["type PTR"]);
		});
	});

	describe("no record is multicast twice within a second (RFC 6762 6)", () => {
		test("the second answer waits", () => {
			establish();
			expect(ask(names.instance, TYPE_TXT)?.[0]).toEqual(["instance TXT"]);
			clock.advance(400);
			expect(ask(names.instance, TYPE_TXT)).toBeUndefined();
			expect(ask(names.instance, TYPE_TXT, CLASS_IN | TOP_BIT)?.[0]).toEqual(["instance TXT"]);
			clock.advance(599);
			expect(link.take()).toEqual([]);
			clock.advance(1);
			expect(link.take().map(({ records }) => records[0])).toEqual([["instance TXT"], ["instance TXT"]]);
			clock.advance(5000);
			expect(link.take()).toEqual([]);
		});

		test("what went along with an answer neither", () => {
			establish();
			expect(ask(names.instance, TYPE_SRV)?.[2]).toEqual(["host AAAA", "host A"]);
			expect(ask(names.host, TYPE_A)).toBeUndefined();
			expect(ask(names.instance, TYPE_TXT)).toEqual([["instance TXT"], [], []]);
			clock.advance(1000);
			expect(link.take()[0].records[0]).toEqual(["host A"]);
		});

		test("nor what was announced", () => {
			start();
			clock.advance(1100);
			expect(link.take().some(({ response }) => response)).toBe(true);
			expect(ask(names.instance, TYPE_TXT)).toBeUndefined();
			expect(ask(names.instance, TYPE_TXT, CLASS_IN | TOP_BIT)?.[0]).toEqual(["instance TXT"]);
		});

		test("an announcement answers what was asked before it", () => {
			start();
			clock.advance(1100);
			link.take();
			expect(ask(names.instance, TYPE_TXT)).toBeUndefined();
			clock.advance(1000);
			expect(link.take().filter(({ records }) => records[0].includes("instance TXT"))).toHaveLength(2);
			clock.advance(3000);
			expect(link.take()).toEqual([]);
		});

		test("what an announcement does not hold is answered all the same", () => {
			start();
			clock.advance(1100);
			link.take();
			ask(names.kinds, TYPE_PTR);
			clock.advance(120);
			expect(link.take()[0].records).toEqual([["kinds PTR"], [], []]);
		});

		test("other records go at once", () => {
			establish();
			for (let i = 0; i < 10; i++) ask(names.instance, TYPE_TXT);
			expect(ask(names.instance, TYPE_SRV)?.[0]).toEqual(["instance SRV"]);
			clock.advance(2000);
			expect(link.take()).toHaveLength(2);
		});

		test("a name is defended against a probe after 250 ms", () => {
			establish();
			const probe = (writer: DnsWriter) => {
				writer.question(names.instance, TYPE_ANY, CLASS_IN);
				writer.record(2, names.instance, TYPE_TXT, CLASS_IN, 4500, Uint8Array.of(0));
			};
			link.receive(probe);
			expect(link.take()).toHaveLength(2);
			clock.advance(249);
			link.receive(probe);
			expect(link.take()).toEqual([]);
			clock.advance(1);
			expect(link.take()[0].records[0]).toEqual(["instance SRV", "instance TXT"]);
		});
	});

	describe("many services", () => {
		const operational = (i: number) => ({
			instance: `2906C908D115D362-000000000000000${i}`,
			type: "_matter._tcp" as const,
			subtypes: ["_I2906C908D115D362"],
			port: 5540,
			txt: Array.from({ length: 4 }, (_, j) => `${j}=${"x".repeat(50)}`),
		});

		test("a goodbye names all, in as many messages as it takes", () => {
			start();
			const all = [1, 2, 3, 4, 5].map(operational);
			for (const one of all) responder.add(one);
			clock.advance(5000);
			link.take();
			responder.close();
			const sent = link.take();
			expect(sent.length).toBeGreaterThan(2);
			// Each goes over IPv6 and IPv4: pointer, subtype, SRV and TXT of the five, 6 of the first service, 2 addresses.
			expect(sent.reduce((sum, { seconds }) => sum + seconds.length, 0)).toBe(2 * (5 * 4 + 6 + 2));
			expect(Math.max(...sent.flatMap(({ seconds }) => seconds))).toBe(0);
		});

		test("of one type are one entry in the list of types", () => {
			start();
			responder.add(operational(1));
			responder.add(operational(2));
			clock.advance(5000);
			link.take();
			expect(ask(names.kinds, TYPE_PTR, CLASS_IN | TOP_BIT)?.[0]).toEqual(["kinds PTR", "kinds PTR"]);
		});

		test("what waits for one that goes is not answered for another", () => {
			start();
			const [first, second] = [operational(1), operational(2)];
			responder.add(first);
			responder.add(second);
			clock.advance(5000);
			const gone = wireName([first.instance, "_matter", "_tcp", "local"]);
			link.receive((writer) => {
				writer.question(names.type, TYPE_PTR, CLASS_IN);
				writer.question(gone, TYPE_TXT, CLASS_IN);
			});
			responder.remove(first);
			link.take();
			clock.advance(200);
			expect(link.take()[0].records[0]).toEqual(["type PTR"]);
		});
	});

	test("probes again on an interface that is new (RFC 6762 8)", () => {
		establish();
		link.others = [PEER.subarray(0, 16)];
		link.changed();
		clock.advance(600);
		expect(link.take().map(({ response, questions }) => [response, questions[1]])).toContainEqual([
			false,
			"instance ANY",
		]);
		clock.advance(2500);
		expect(
			link.take().filter(({ response, records }) => response && records[0].includes("host AAAA")),
		).toHaveLength(6);
	});

	describe("two interfaces", () => {
		beforeEach(() => {
			start();
			link.others = [PEER.subarray(0, 16)];
			link.changed();
		});

		test("are told the addresses of each", () => {
			clock.advance(5000);
			link.take();
			const added = { ...service, instance: "0000000000000000" };
			responder.add(added);
			clock.advance(1100);
			const [first, version4, second] = link.take().filter(({ response }) => response);
			expect([first, version4].map(({ records }) => records[2])).toEqual([
				["host AAAA", "host A"],
				["host AAAA", "host A"],
			]);
			expect(second.records[2]).toEqual(["host AAAA", "host NSEC"]);
			expect(Array.from(second.data.at(-2)!)).toEqual(Array.from(PEER.subarray(0, 16)));
		});

		test("bear a record each within a second", () => {
			clock.advance(5000);
			link.take();
			expect(ask(names.instance, TYPE_TXT)?.[0]).toEqual(["instance TXT"]);
			const from = PEER.slice();
			from[18] = 3;
			link.receive((writer) => writer.question(names.instance, TYPE_TXT, CLASS_IN), 0, from);
			expect(link.take()).toHaveLength(1);
		});
	});

	test("services are announced anew when the host's name is taken", () => {
		establish();
		const conflict = (): void =>
			link.receive(
				(writer) => writer.record(1, names.host, TYPE_AAAA, CLASS_IN | TOP_BIT, 120, PEER.subarray(0, 16)),
				0x8400,
			);
		conflict();
		clock.advance(5100);
		link.take();
		conflict();
		clock.advance(5000);
		const announced = link
			.take()
			.filter(({ response, records }) => response && records[0].includes("instance SRV"));
		expect(announced).toHaveLength(4);
	});

	test("two that probe for one name at once do not both give way for ever", () => {
		start();
		const probe = (data: Uint8Array): void =>
			link.receive((writer) => {
				writer.question(names.instance, TYPE_ANY, CLASS_IN | TOP_BIT);
				writer.record(2, names.instance, TYPE_TXT, CLASS_IN, 4500, data);
			});
		clock.advance(300);
		link.take();
		probe(Uint8Array.of(0)); // earlier than ours: it gives way
		clock.advance(700);
		expect(link.take().some(({ response }) => response)).toBe(true);
		start();
		clock.advance(300);
		probe(Uint8Array.of(9)); // later than ours
		link.take();
		clock.advance(999);
		expect(link.take().flatMap(({ questions }) => questions)).not.toContain("instance ANY");
		clock.advance(300);
		expect(link.take().flatMap(({ questions }) => questions)).toContain("instance ANY");
	});

	test("a count of questions that do not follow is no work", () => {
		establish();
		link.receive((writer) => {
			// by definition: where the class is preloaded, its frozen member cannot be assigned over
			Object.defineProperty(writer, "finish", {
				value: () => {
					writer.bytes.fill(0xff, 4, 12);
					return 12;
				},
			});
		}, 0x8400);
		expect(link.take()).toEqual([]);
	});
});

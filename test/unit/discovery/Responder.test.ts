import { CLASS_IN, TOP_BIT, TYPE_AAAA, TYPE_PTR, TYPE_SRV, TYPE_TXT, wireName } from "../../../modules/discovery/Dns";
import { Responder } from "../../../modules/discovery/Responder";
import { Scheduler } from "../../../modules/time/Scheduler";
import { GLOBAL, MulticastLink, PEER } from "../../support/MulticastLink";
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
});

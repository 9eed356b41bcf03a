import { Opcode } from "../../../modules/interaction/Opcode";
import {
	Bench,
	eventPath,
	NODE_ID,
	path,
	type Piece,
	readRequest,
	type Report,
	shown,
	statusResponse,
	structure,
	u,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

/** What a reader makes of reports: lists put together from their entries. */
function assembled(reports: readonly Report[]): Record<string, string> {
	const values: Record<string, string> = {};
	for (const line of shown(reports)) {
		const added = /^(.*)\+=(.*)$/.exec(line);
		const key = added?.[1] ?? line.slice(0, /[=!]/.exec(line)!.index);
		if (!added) values[key] = line.slice(key.length);
		else values[key] = `${values[key]!.slice(0, -1)}${values[key] === "=[]" ? "" : ","}${added[2]!}]`;
	}
	return values;
}

function full(): Bench {
	const bench = new Bench();
	bench.gadget.items = [10, 20, 30, 5, 0, 40].map((length) => new Uint8Array(length));
	bench.gadget.scoped = [
		{ label: "one", hidden: 1, fabricIndex: 1 },
		{ label: "other", hidden: 2, fabricIndex: 2 },
		{ label: "two", fabricIndex: 1 },
	];
	return bench;
}

describe("ReportData in chunks", () => {
	// The longest single item here is an attribute report with 40 octets; 81 bytes hold it.
	const limits = Array.from({ length: 90 }, (_, i) => 81 + i * 5);

	it("says the same at every length of a message", () => {
		const bench = full();
		bench.limit = 4000;
		const whole = bench.read({ paths: [path(1, GADGET), path(9, 9, 9), path(1, GADGET, 5)], filtered: true });
		expect(whole).toHaveLength(1);
		const expected = assembled(whole);
		for (const limit of limits) {
			bench.limit = limit;
			const reports = bench.read({ paths: [path(1, GADGET), path(9, 9, 9), path(1, GADGET, 5)], filtered: true });
			expect(assembled(reports)).toEqual(expected);
			for (const [index, report] of reports.entries()) {
				const last = index === reports.length - 1;
				expect(report[3]).toBe(last ? undefined : true);
				expect(report[4]).toBe(last ? true : undefined);
				expect(report[255]).toBe(12);
			}
		}
	});

	it("fills a message to its last byte, and one byte less makes two of it", () => {
		const bench = full();
		const length = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET, 5)] })).last.bytes
			.length;
		// Room for MoreChunkedMessages is always kept.
		bench.limit = length + 2;
		expect(bench.read({ paths: [path(1, GADGET, 5)] })).toHaveLength(1);
		bench.limit = length + 1;
		expect(bench.read({ paths: [path(1, GADGET, 5)] }).length).toBeGreaterThan(1);
	});

	it("empties a long list first, then adds its entries (10.6.4.3)", () => {
		const bench = new Bench();
		bench.gadget.items = Array.from({ length: 4 }, () => new Uint8Array(40));
		bench.limit = 100;
		expect(bench.read({ paths: [path(1, GADGET, 5)] }).map((report) => shown([report]))).toEqual([
			["1/405/5=[]"],
			["1/405/5+=#40"],
			["1/405/5+=#40"],
			["1/405/5+=#40"],
			["1/405/5+=#40"],
		]);
	});

	it("shows of a long list what the fabric may see", () => {
		const bench = new Bench();
		bench.gadget.scoped = Array.from({ length: 6 }, (_, i) => ({
			label: `entry number ${i}`,
			hidden: i,
			fabricIndex: (i & 1) + 1,
		}));
		bench.limit = 100;
		expect(shown(bench.read({ paths: [path(1, GADGET, 6)], filtered: true }))).toEqual([
			"1/405/6=[]",
			...[0, 2, 4].map((i) => `1/405/6+={1:entry number ${i},2:${i},254:1}`),
		]);
		expect(shown(bench.read({ paths: [path(1, GADGET, 6)] }))).toContain("1/405/6+={1:entry number 1,254:2}");
	});

	it("keeps two reads apart that go on in turn", () => {
		const bench = full();
		bench.limit = 100;
		const expected = bench.read({ paths: [path(1, GADGET)] });
		const exchanges = [1, 2].map(() =>
			bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET)] })),
		);
		while (!exchanges.every(({ closed }) => closed))
			for (const exchange of exchanges) exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		for (const { sent } of exchanges) expect(sent.map(({ tree }) => tree as unknown as Report)).toEqual(expected);
	});

	it("begins a long list again that changed in between", () => {
		const bench = new Bench();
		bench.gadget.items = Array.from({ length: 3 }, () => new Uint8Array(40));
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET, 5)] }));
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		bench.gadget.change("items", [new Uint8Array(3)]);
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		expect(shown(exchange.sent.map(({ tree }) => tree as unknown as Report))).toEqual([
			"1/405/5=[]",
			"1/405/5+=#40",
			"1/405/5=[#3]",
		]);
		expect(exchange.closed).toBe(true);
	});

	it("reports that there is no list any more", () => {
		const bench = new Bench();
		bench.gadget.choices = Array.from({ length: 3 }, () => new Uint8Array(40));
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET, 12)] }));
		bench.gadget.change("choices", null);
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		expect(shown(exchange.sent.map(({ tree }) => tree as unknown as Report))).toEqual([
			"1/405/c=[]",
			"1/405/c=null",
		]);
		expect(bench.lines).toEqual([]);
	});

	it("reports ResourceExhausted for what no message can hold, and goes on", () => {
		const bench = new Bench();
		bench.limit = 100;
		bench.gadget.text = "x".repeat(200);
		bench.gadget.items = [new Uint8Array(5), new Uint8Array(200), new Uint8Array(5)];
		expect(shown(bench.read({ paths: [path(1, GADGET, 5), path(1, GADGET, 7), path(1, GADGET, 1)] }))).toEqual([
			"1/405/5=[]",
			"1/405/5+=#5",
			"1/405/5!89",
			"1/405/7!89",
			"1/405/1=7",
		]);
	});

	it("refuses when not even a status fits", () => {
		const bench = new Bench();
		bench.limit = 25;
		expect(bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET, 0)] })).status).toBe(0x89);
	});

	it("gives up when messages became too short for anything", () => {
		const bench = full();
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET)] }));
		bench.limit = 25;
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		expect(exchange.status).toBe(0x89);
		expect(exchange.closed).toBe(true);
	});

	it("checks access anew for each message", () => {
		const bench = full();
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET)] }));
		(bench.fabric as unknown as { acl: unknown[] }).acl = [];
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		expect(exchange.last.tree).toEqual({ 4: true, 255: 12 });
	});

	it.each([
		["an error status ends it without a word", Opcode.STATUS_RESPONSE, statusResponse(1), 1],
		["another message is refused", Opcode.READ_REQUEST, readRequest({}), 2],
		["another message that looks like a status is refused", Opcode.READ_REQUEST, statusResponse(0), 2],
		["a malformed status is refused", Opcode.STATUS_RESPONSE, new Uint8Array(1), 2],
	])("%s", (_, opcode, payload, messages) => {
		const bench = full();
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET)] }));
		exchange.receive(opcode, payload);
		expect(exchange.sent).toHaveLength(messages);
		if (messages === 2) expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
	});

	it("waits only so long for the reader", () => {
		const bench = full();
		bench.limit = 100;
		const exchange = bench.request(Opcode.READ_REQUEST, readRequest({ paths: [path(1, GADGET)] }));
		bench.clock.advance(20_000);
		expect(exchange.closed).toBe(false);
		exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		bench.clock.advance(20_000);
		expect(exchange.closed).toBe(false);
		bench.clock.advance(10_000);
		expect(exchange.closed).toBe(true);
		expect(bench.clock.next).toBeUndefined();
	});

	it("answers Busy to the sixteenth long read, and takes another when one has ended", () => {
		const bench = full();
		bench.limit = 100;
		const request = readRequest({ paths: [path(1, GADGET)] });
		const exchanges = Array.from({ length: 15 }, () => bench.request(Opcode.READ_REQUEST, request));
		expect(bench.request(Opcode.READ_REQUEST, request).status).toBe(0x9c);
		expect(shown(bench.read({ paths: [path(1, GADGET, 1)] }))).toEqual(["1/405/1=7"]);
		exchanges[3]!.end("timeout");
		expect(bench.request(Opcode.READ_REQUEST, request).last.opcode).toBe(Opcode.REPORT_DATA);
		expect(bench.request(Opcode.READ_REQUEST, request).status).toBe(0x9c);
	});
});

describe("events", () => {
	const numbers = (reports: readonly Report[]): number[] =>
		reports.flatMap((report) => (report[2] ?? []) as never[]).map((event) => event[1][1]);

	it("are reported in order, with priority and time since start", () => {
		const bench = new Bench();
		const first = bench.node.events.next;
		bench.gadget.happen(5);
		bench.clock.advance(250);
		bench.gadget.happen(6);
		expect(bench.read({ events: [eventPath(1, GADGET, 0)] })).toEqual([
			{
				2: [
					{ 1: { 0: { 1: 1, 2: GADGET, 3: 0 }, 1: first, 2: 1, 4: 1000, 7: { 0: 5 } } },
					{ 1: { 0: { 1: 1, 2: GADGET, 3: 0 }, 1: first + 1, 2: 1, 4: 1250, 7: { 0: 6 } } },
				],
				4: true,
				255: 12,
			},
		]);
	});

	it.each([
		["an endpoint that is not there", eventPath(9, GADGET, 0), 0x7f],
		["a cluster that is not there", eventPath(1, 0x999, 0), 0xc3],
		["an event that is not there", eventPath(1, GADGET, 9), 0xc7],
		["another node", eventPath(1, GADGET, 0, { 0: (writer, tag) => writer.unsigned(tag, 1) }), 0x9b],
	])("answers %s with its status", (_, where, status) => {
		const bench = new Bench();
		expect(
			(
				(bench.read({ events: [where] })[0]![2] as never[])[0] as { [tag: number]: { [tag: number]: unknown } }
			)[0]![1],
		).toEqual({ 0: status });
	});

	it("are not shown to who may not read them", () => {
		const bench = new Bench();
		bench.gadget.happen(1);
		bench.gadget.confide(2);
		const viewer = bench.peer(
			1n,
			bench.makeFabric(2, [{ privilege: 1, authMode: 2, subjects: null, targets: null } as never]),
		);
		expect(numbers(bench.read({ events: [eventPath()] }))).toHaveLength(2);
		expect(numbers(bench.read({ events: [eventPath()] }, viewer))).toHaveLength(1);
		expect(
			(
				(bench.read({ events: [eventPath(1, GADGET, 1)] }, viewer)[0]![2] as never[])[0] as {
					[tag: number]: { [tag: number]: unknown };
				}
			)[0]![1],
		).toEqual({ 0: 0x7e });
		const stranger = bench.peer(1n, bench.makeFabric(3, []));
		expect(
			(
				(bench.read({ events: [eventPath(9, GADGET, 1)] }, stranger)[0]![2] as never[])[0] as {
					[tag: number]: { [tag: number]: unknown };
				}
			)[0]![1],
		).toEqual({ 0: 0x7e });
	});

	it("that are fabric-sensitive are shown to their fabric only", () => {
		const bench = new Bench();
		bench.gadget.tell(1, 1);
		bench.gadget.tell(2, 2);
		expect(numbers(bench.read({ events: [eventPath()], filtered: false }))).toHaveLength(1);
	});

	it("are those that are asked for", () => {
		const bench = new Bench();
		const first = bench.node.events.next;
		bench.gadget.happen(1);
		bench.gadget.confide(2);
		bench.parts.custom.happen(3);
		bench.parts.second.happen(4);
		const found = (...events: Piece[]) => numbers(bench.read({ events })).map((number) => number - first);
		expect(found(eventPath(1, GADGET, 1))).toEqual([1]);
		expect(found(eventPath(1, GADGET))).toEqual([0, 1]);
		expect(found(eventPath(undefined, GADGET, 0))).toEqual([0, 3]);
		expect(found(eventPath(undefined, CUSTOM))).toEqual([2]);
		expect(found(eventPath(1))).toEqual([0, 1, 2]);
		expect(found(eventPath(2, GADGET, 0), eventPath(1, CUSTOM, 0))).toEqual([2, 3]);
		expect(found(eventPath(9), eventPath(1, 0x999), eventPath(undefined, GADGET, 9))).toEqual([]);
	});

	it("that fit no message are left out", () => {
		const bench = new Bench();
		bench.gadget.happen(1);
		bench.limit = 40;
		expect(bench.read({ events: [eventPath()] })).toEqual([{ 4: true, 255: 12 }]);
	});

	it("of another node are not asked for", () => {
		const bench = new Bench();
		bench.gadget.happen(1);
		const elsewhere = eventPath(undefined, undefined, undefined, { 0: u(NODE_ID + 1n) });
		expect(numbers(bench.read({ events: [elsewhere] }))).toEqual([]);
		expect(
			numbers(bench.read({ events: [eventPath(undefined, undefined, undefined, { 0: u(NODE_ID) })] })),
		).toHaveLength(1);
	});

	it("begin at the number that a filter gives", () => {
		const bench = new Bench();
		const first = bench.node.events.next;
		for (let i = 0; i < 4; i++) bench.gadget.happen(i);
		const filter =
			(number: number | bigint) => (writer: Parameters<ReturnType<typeof eventPath>>[0], tag: number) => {
				writer.structure(tag);
				writer.unsigned(1, number);
				writer.end();
			};
		expect(numbers(bench.read({ events: [eventPath()], eventFilters: [filter(first + 2)] }))).toEqual([
			first + 2,
			first + 3,
		]);
		expect(numbers(bench.read({ events: [eventPath()], eventFilters: [filter(0xffffffffffffffffn)] }))).toEqual([]);
		const elsewhere = structure({ 0: u(NODE_ID + 1n), 1: u(first + 2) });
		expect(numbers(bench.read({ events: [eventPath()], eventFilters: [elsewhere] }))).toHaveLength(4);
		expect(
			numbers(
				bench.read({ events: [eventPath()], eventFilters: [structure({ 0: u(NODE_ID), 1: u(first + 2) })] }),
			),
		).toHaveLength(2);
	});

	it("say the same at every length of a message, behind attributes", () => {
		const bench = new Bench();
		for (let i = 0; i < 6; i++) bench.gadget.happen(i);
		const request = {
			paths: [path(1, GADGET, 0), path(1, GADGET, 7)],
			events: [eventPath(1, GADGET, 7), eventPath(undefined, GADGET)],
		};
		bench.limit = 1000;
		const expected = numbers(bench.read({ events: [eventPath(undefined, GADGET)] }));
		expect(expected).toHaveLength(6);
		for (let limit = 60; limit < 400; limit += 3) {
			bench.limit = limit;
			const reports = bench.read(request);
			expect(shown(reports)).toEqual(["1/405/0=false", "1/405/7=hello"]);
			const events = reports.flatMap((report) => (report[2] ?? []) as { [tag: number]: unknown }[]);
			expect(events.filter((event) => event[0] !== undefined)).toHaveLength(1);
			expect(events.filter((event) => event[1] !== undefined).map((event) => (event[1] as number[])[1])).toEqual(
				expected,
			);
		}
	});
});

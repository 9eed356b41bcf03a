import { Opcode } from "../../../modules/interaction/Opcode";
import {
	array,
	b,
	Bench,
	encode,
	entry,
	eventPath,
	invoke,
	invokeRequest,
	list,
	NODE_ID,
	path,
	readRequest,
	shown,
	statusResponse,
	structure,
	subscribeRequest,
	TestSession,
	u,
	type Report,
	type SubscribeOptions,
	type TestExchange,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

const SUBSCRIBE = Opcode.SUBSCRIBE_REQUEST;

/** Lets the peer answer the report that is under way. */
function answer(exchange: TestExchange, status = 0): void {
	exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(status));
}

/** What the reports on an exchange say. */
function said(exchange: TestExchange): string[] {
	return shown(
		exchange.sent
			.filter(({ opcode }) => opcode === Opcode.REPORT_DATA)
			.map(({ tree }) => tree as unknown as Report),
	);
}

/** The one report that was opened since the last call. */
function report(bench: Bench): TestExchange {
	expect(bench.opened).toHaveLength(1);
	return bench.opened.pop()!;
}

const subscriptions = (bench: Bench): number => bench.server.subscribe.subscriptions.length;

describe("Subscription: priming (Matter Core 8.5.3)", () => {
	it("reports what is asked for, then the id and the interval", () => {
		const bench = new Bench();
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)], min: 1, max: 60 }));
		expect(exchange.sent).toHaveLength(1);
		const id = exchange.last.tree[0] as number;
		expect(exchange.last.opcode).toBe(Opcode.REPORT_DATA);
		expect(exchange.last.tree).toEqual({
			0: id,
			1: [{ 1: { 0: bench.gadget.dataVersion, 1: { 2: 1, 3: GADGET, 4: 0 }, 2: false } }],
			255: 12,
		});
		answer(exchange);
		expect(exchange.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		expect(exchange.last.tree).toEqual({ 0: id, 2: 60, 255: 12 });
		expect(exchange.closed).toBe(true);
		expect(bench.session.subscriptions).toHaveLength(1);
	});

	it("goes in several messages that all want an answer", () => {
		const bench = new Bench();
		bench.limit = 120;
		const exchange = bench.subscribe({ paths: [path(1, GADGET)] });
		const reports = exchange.sent.filter(({ opcode }) => opcode === Opcode.REPORT_DATA);
		expect(reports.length).toBeGreaterThan(3);
		for (const { tree } of reports) expect(tree[4]).toBeUndefined();
		expect(reports[reports.length - 1]!.tree[3]).toBeUndefined();
		expect(exchange.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		expect(exchange.sent).toHaveLength(reports.length + 1);
	});

	it("gives every subscription another id", () => {
		const bench = new Bench();
		const ids = [1, 2, 3].map(() => bench.subscribe({ paths: [path(1, GADGET, 0)] }).last.tree[0]);
		expect(new Set(ids).size).toBe(3);
	});

	it("says which of the paths named cannot be read", () => {
		const exchange = new Bench().subscribe({ paths: [path(1, GADGET, 0), path(1, GADGET, 0x77)] });
		expect(said(exchange)).toEqual(["1/405/0=false", "1/405/77!86"]);
		expect(exchange.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
	});

	it("leaves out clusters that the subscriber knows", () => {
		const bench = new Bench();
		const known = structure({ 0: list({ 1: u(1), 2: u(GADGET) }), 1: u(bench.gadget.dataVersion) });
		const exchange = bench.subscribe({ paths: [path(undefined, GADGET, 1)], filters: [known] });
		expect(said(exchange)).toEqual(["2/405/1=7"]);
		const silent = bench.subscribe({ paths: [path(1, GADGET, 1)], filters: [known] });
		expect(said(silent)).toEqual([]);
		expect(silent.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
	});

	it.each([
		["no path at all", {}, 0x80],
		[
			"paths that mean nothing",
			{ paths: [path(9), path(1, GADGET, 0x77)], events: [eventPath(9), eventPath(1, GADGET, 9)] },
			0x80,
		],
		["an interval that ends before it begins", { paths: [path()], min: 5, max: 4 }, 0x80],
		["too many paths", { paths: Array.from({ length: 52 }, () => path(1, GADGET, 0)) }, 0xc8],
		["a path that is none", { paths: [u(1)] }, 0x80],
	] as [string, SubscribeOptions, number][])("refuses %s", (_, options, status) => {
		const bench = new Bench();
		const exchange = bench.request(SUBSCRIBE, subscribeRequest(options));
		expect(exchange.status).toBe(status);
		expect(exchange.closed).toBe(true);
		expect(subscriptions(bench)).toBe(0);
		expect(bench.session.subscriptions).toHaveLength(0);
		expect(bench.clock.next).toBeUndefined();
	});

	it.each([0, 1, 2, 7])("refuses a request without field %i", (tag) => {
		const members: Parameters<typeof structure>[0] = {
			0: b(true),
			1: u(0),
			2: u(10),
			3: array(path()),
			7: b(false),
		};
		members[tag] = undefined;
		expect(new Bench().request(SUBSCRIBE, encode(structure(members))).status).toBe(0x80);
	});

	it("refuses who may read nothing of it", () => {
		const bench = new Bench();
		expect(
			bench.request(
				SUBSCRIBE,
				subscribeRequest({ paths: [path()], events: [eventPath()] }),
				bench.peer(1n, bench.makeFabric(2, [])),
			).status,
		).toBe(0x80);
	});

	it("refuses when not even a status fits", () => {
		const bench = new Bench();
		bench.limit = 30;
		expect(bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)] })).status).toBe(0x89);
		expect(subscriptions(bench)).toBe(0);
	});

	it("refuses events of another node", () => {
		const elsewhere = eventPath(undefined, undefined, undefined, { 0: u(NODE_ID + 1n) });
		expect(new Bench().request(SUBSCRIBE, subscribeRequest({ events: [elsewhere] })).status).toBe(0x80);
	});

	it.each([
		["an endpoint's", eventPath(1)],
		["a cluster's", eventPath(1, GADGET)],
		["a cluster's on every endpoint", eventPath(undefined, GADGET)],
		["one on every endpoint", eventPath(undefined, GADGET, 0)],
		["one", eventPath(1, GADGET, 0)],
		["all", eventPath()],
	])("takes events that may happen: %s", (_, where) => {
		const exchange = new Bench().subscribe({ events: [where] });
		expect(exchange.sent[0]!.tree[2]).toBeUndefined();
		expect(exchange.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
	});

	it.each([
		["an endpoint that is not there", eventPath(9)],
		["a cluster that is not there", eventPath(undefined, 0x999)],
		["an event that is not there", eventPath(undefined, GADGET, 9)],
	])("refuses events of %s", (_, where) => {
		expect(new Bench().request(SUBSCRIBE, subscribeRequest({ events: [where] })).status).toBe(0x80);
	});

	it("goes on when access was taken away meanwhile", () => {
		const bench = new Bench();
		bench.limit = 120;
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET)] }));
		(bench.fabric as unknown as { acl: unknown[] }).acl = [];
		answer(exchange);
		expect(exchange.last.tree[1]).toBeUndefined();
		answer(exchange);
		expect(exchange.last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
	});

	it("ends with an error status in the middle", () => {
		const bench = new Bench();
		bench.limit = 120;
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET)] }));
		answer(exchange, 1);
		expect(exchange.sent).toHaveLength(1);
		expect(exchange.closed).toBe(true);
		expect(subscriptions(bench)).toBe(0);
	});

	it("of two goes on in turn", () => {
		const bench = new Bench();
		bench.limit = 120;
		const request = subscribeRequest({ paths: [path(1, GADGET)] });
		const exchanges = [1, 2].map(() => bench.request(SUBSCRIBE, request));
		while (!exchanges.every(({ closed }) => closed)) for (const exchange of exchanges) answer(exchange);
		expect(said(exchanges[0]!)).toEqual(said(exchanges[1]!));
		expect(said(exchanges[0]!)).toEqual(shown(bench.read({ paths: [path(1, GADGET)] })));
	});

	it.each([
		["an error status", Opcode.STATUS_RESPONSE, statusResponse(0x7d), 1],
		["another message", Opcode.READ_REQUEST, readRequest({}), 2],
	])("ends with %s", (_, opcode, payload, messages) => {
		const bench = new Bench();
		const exchange = bench
			.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)] }))
			.receive(opcode, payload);
		expect(exchange.sent).toHaveLength(messages);
		expect(exchange.closed).toBe(true);
		expect(subscriptions(bench)).toBe(0);
	});

	it("ends when nobody answers", () => {
		const bench = new Bench();
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)] }));
		bench.clock.advance(30_000);
		expect(exchange.closed).toBe(true);
		expect(subscriptions(bench)).toBe(0);
	});

	it.each([
		["its report", false],
		["its response", true],
	])("ends when %s is not acknowledged", (_, answered) => {
		const bench = new Bench();
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)] }));
		exchange.held = true;
		if (answered) answer(exchange);
		exchange.end("timeout");
		expect(subscriptions(bench)).toBe(0);
		expect(bench.clock.next).toBeUndefined();
	});

	it("holds changes back until the subscriber knows the id", () => {
		const bench = new Bench();
		const exchange = bench.request(SUBSCRIBE, subscribeRequest({ paths: [path(1, GADGET, 0)] }));
		exchange.held = true;
		bench.gadget.change("flag", true);
		bench.clock.advance(100);
		answer(exchange);
		bench.clock.advance(100);
		expect(bench.opened).toHaveLength(0);
		exchange.end("done");
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/0=true"]);
	});

	it.each([
		[0, 60, 60],
		[0, 0, 1],
		[5, 5, 5],
		[0, 3600, 3600],
		[0, 7200, 3600],
		[4000, 7200, 4000],
		[0, 65535, 3600],
	])("chooses for %i..%i s a maximum of %i s", (min, max, chosen) => {
		expect(new Bench().subscribe({ paths: [path(1, GADGET, 0)], min, max }).last.tree[2]).toBe(chosen);
	});
});

describe("Subscription: changes", () => {
	it("are reported at once, and want an answer", () => {
		const bench = new Bench();
		const id = bench.subscribe({ paths: [path(1, GADGET, 0)] }).last.tree[0];
		bench.clock.advance(5);
		bench.gadget.change("flag", true);
		bench.clock.advance(0);
		const exchange = report(bench);
		expect(exchange.session).toBe(bench.session);
		expect(exchange.last.tree).toEqual({
			0: id,
			1: [{ 1: { 0: bench.gadget.dataVersion, 1: { 2: 1, 3: GADGET, 4: 0 }, 2: true } }],
			255: 12,
		});
		expect(exchange.closed).toBe(false);
		answer(exchange);
		expect(exchange.closed).toBe(true);
		expect(exchange.sent).toHaveLength(1);
	});

	it("follow the command that made them", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 0)] });
		const command = bench.request(Opcode.INVOKE_REQUEST, invokeRequest([invoke(1, GADGET, 0)]));
		expect(command.last.opcode).toBe(Opcode.INVOKE_RESPONSE);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/0=true"]);
	});

	it("made together go together, each once with its latest value", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path()] });
		bench.gadget.change("level", 1);
		bench.gadget.change("flag", true);
		bench.parts.second.change("level", 3);
		bench.gadget.change("level", 2);
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/0=true", "2/405/1=3", "1/405/1=2"]);
	});

	it("of what is not asked for are none", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 0), path(2, CUSTOM), path(undefined, undefined, 0xfffd)] });
		bench.gadget.change("level", 1);
		bench.parts.second.change("flag", true);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
		expect(bench.server.subscribe.changes).toHaveLength(0);
	});

	it("of what is asked of another node are none", () => {
		const bench = new Bench();
		const elsewhere = { 1: u(NODE_ID + 1n) };
		bench.subscribe({
			paths: [path(1, GADGET, 0), path(undefined, GADGET, undefined, elsewhere), path(1, GADGET, 1, elsewhere)],
		});
		bench.gadget.change("level", 1);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
	});

	it("give up when messages became too short for anything", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET)] });
		bench.limit = 90;
		bench.gadget.change("items", [new Uint8Array(40), new Uint8Array(40)]);
		bench.clock.advance(0);
		const exchange = report(bench);
		bench.limit = 30;
		answer(exchange);
		expect(exchange.status).toBe(0x89);
		expect(exchange.closed).toBe(true);
		expect(subscriptions(bench)).toBe(0);
	});

	it("go to those who asked for them", () => {
		const bench = new Bench();
		const other = bench.peer(5n);
		bench.subscribe({ paths: [path(1, GADGET, 0)] });
		bench.subscribe({ paths: [path(1, GADGET, 1)] }, other);
		bench.gadget.change("level", 1);
		bench.gadget.change("flag", true);
		bench.clock.advance(0);
		expect(bench.opened.map((exchange) => [exchange.session === other, said(exchange)])).toEqual([
			[true, ["1/405/1=1"]],
			[false, ["1/405/0=true"]],
		]);
	});

	it("of a path that has flags are none where they leave it out, but where every id is given", () => {
		const bench = new Bench();
		const fixed = bench.gadget.attribute(8)!;
		bench.subscribe({ paths: [path(1, GADGET, undefined, { 6: u(0x40) })] });
		bench.node.attributeChanged(bench.gadget, fixed);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
		bench.subscribe({ paths: [path(1, GADGET, 8, { 6: u(0x40) })] });
		bench.node.attributeChanged(bench.gadget, fixed);
		bench.clock.advance(1000);
		expect(said(report(bench))).toEqual(["1/405/8=9"]);
	});

	it("that a wildcard's flags leave out are none", () => {
		const bench = new Bench();
		bench.subscribe({
			paths: [
				path(undefined, CUSTOM, undefined, { 6: u(0x01) }),
				path(undefined, undefined, undefined, { 6: u(0x20) }),
			],
		});
		bench.parts.root.value = 8;
		bench.node.attributeChanged(bench.parts.root, bench.parts.root.attribute(0)!);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
		bench.node.attributeChanged(bench.parts.custom, bench.parts.custom.attribute(0)!);
		bench.clock.advance(1000);
		expect(said(report(bench))).toEqual(["1/fff1fc01/0=3"]);
	});

	it("wait for the minimum interval", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], min: 2, max: 60 });
		bench.gadget.change("level", 1);
		bench.clock.advance(1500);
		bench.gadget.change("level", 2);
		bench.clock.advance(499);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(1);
		const exchange = report(bench);
		expect(said(exchange)).toEqual(["1/405/1=2"]);
		answer(exchange);
		bench.gadget.change("level", 3);
		bench.clock.advance(1999);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(1);
		expect(said(report(bench))).toEqual(["1/405/1=3"]);
	});

	it("during a report go into the next", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1), path(1, GADGET, 0)] });
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		const first = report(bench);
		bench.gadget.change("level", 2);
		bench.gadget.change("flag", true);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
		answer(first);
		bench.clock.advance(0);
		const second = report(bench);
		expect(said(second)).toEqual(["1/405/1=2", "1/405/0=true"]);
		answer(second);
		expect(bench.server.subscribe.changes).toHaveLength(0);
		bench.clock.advance(1000);
		expect(bench.opened).toHaveLength(0);
	});

	it("go in several messages when one is too short", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET)] });
		for (let limit = 87; limit < 300; limit += 3) {
			bench.limit = limit;
			bench.gadget.change(
				"items",
				Array.from({ length: 4 }, () => new Uint8Array(40)),
			);
			bench.gadget.change("level", limit & 0xff);
			bench.gadget.change("flag", !bench.gadget.flag);
			bench.clock.advance(0);
			const exchange = report(bench);
			while (!exchange.closed) answer(exchange);
			const lines = said(exchange);
			const items = lines.filter((line) => line.startsWith("1/405/5"));
			expect(items.join(" ")).toBe(
				items.length === 1
					? "1/405/5=[#40,#40,#40,#40]"
					: "1/405/5=[] 1/405/5+=#40 1/405/5+=#40 1/405/5+=#40 1/405/5+=#40",
			);
			expect(lines.slice(items.length)).toEqual([`1/405/1=${limit & 0xff}`, `1/405/0=${bench.gadget.flag}`]);
			expect(bench.server.subscribe.changes).toHaveLength(0);
		}
	});

	it("bring a list to its end that changes while it is reported, and report it again", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET)], min: 3 });
		bench.clock.advance(3000);
		bench.limit = 90;
		bench.gadget.change(
			"items",
			Array.from({ length: 3 }, () => new Uint8Array(40)),
		);
		bench.clock.advance(0);
		const exchange = report(bench);
		answer(exchange);
		bench.gadget.change("items", [new Uint8Array(38), new Uint8Array(39)]);
		while (!exchange.closed) answer(exchange);
		expect(said(exchange)).toEqual(["1/405/5=[]", "1/405/5+=#40", "1/405/5=[]", "1/405/5+=#38", "1/405/5+=#39"]);
		bench.limit = 1000;
		bench.clock.advance(3000);
		expect(said(report(bench))).toEqual(["1/405/5=[#38,#39]"]);
	});

	it("stay in the log only until every subscription has reported them", () => {
		const bench = new Bench();
		const other = bench.peer(5n);
		bench.subscribe({ paths: [path(1, GADGET)] });
		bench.subscribe({ paths: [path(1, GADGET)], min: 10 }, other);
		bench.gadget.change("level", 1);
		bench.gadget.change("flag", true);
		expect(bench.server.subscribe.changes).toHaveLength(2);
		bench.clock.advance(0);
		answer(report(bench));
		expect(bench.server.subscribe.changes).toHaveLength(2);
		for (let i = 0; i < 50; i++) {
			bench.gadget.change("level", 100 + i);
			bench.clock.advance(10);
			answer(report(bench));
			expect(bench.server.subscribe.changes).toHaveLength(2);
		}
		bench.clock.advance(10_000);
		const last = report(bench);
		expect(last.session).toBe(other);
		expect(said(last)).toEqual(["1/405/0=true", "1/405/1=149"]);
		expect(bench.server.subscribe.changes).toHaveLength(0);
		answer(last);
		other.destroy();
		expect(bench.server.subscribe.changes).toHaveLength(0);
	});

	it("are not told to who may not read them any more", () => {
		const bench = new Bench();
		const fabric = bench.makeFabric(2, [entry(5)]);
		bench.subscribe({ paths: [path()], max: 10 }, bench.peer(1n, fabric));
		(fabric as unknown as { acl: unknown[] }).acl = [entry(1)];
		bench.gadget.change("secret", 1);
		bench.clock.advance(1000);
		expect(bench.opened.map((exchange) => exchange.sent)).toEqual([[]]);
		expect(bench.opened.pop()!.closed).toBe(true);
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/1=1"]);
	});

	it("wait when no exchange is free", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)] });
		bench.exhausted = true;
		bench.gadget.change("level", 1);
		bench.clock.advance(100);
		bench.exhausted = false;
		bench.gadget.change("level", 2);
		bench.clock.advance(600);
		expect(said(report(bench))).toEqual(["1/405/1=2"]);
	});

	it("are reported as the fabric sees them", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 6)], filtered: true });
		bench.gadget.change("scoped", [
			{ label: "a", fabricIndex: 1 },
			{ label: "b", fabricIndex: 2 },
		]);
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/6=[{1:a,254:1}]"]);
	});
});

describe("Subscription: the maximum interval", () => {
	it.each([
		[1, 700],
		[2, 1700],
		[10, 9000],
		[60, 54_000],
		[3600, 3_590_000],
	])("of %i s brings an empty report after %i ms", (max, after) => {
		const bench = new Bench();
		const id = bench.subscribe({ paths: [path(1, GADGET, 0)], max }).last.tree[0];
		const listening = Math.min(2000, after / 2);
		bench.clock.advance(after - 1);
		for (let i = 0; i < 3; i++) {
			expect(bench.opened).toHaveLength(0);
			bench.clock.advance(1);
			const exchange = report(bench);
			expect(exchange.last.tree).toEqual({ 0: id, 4: true, 255: 12 });
			bench.clock.advance(listening - 1);
			expect(exchange.closed).toBe(false);
			bench.clock.advance(1);
			expect(exchange.closed).toBe(true);
			expect(exchange.sent).toHaveLength(1);
			bench.clock.advance(after - listening - 1);
		}
	});

	it("brings a report that a change follows at once", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], max: 10 });
		bench.clock.advance(9000);
		const empty = report(bench);
		bench.clock.advance(100);
		bench.gadget.change("level", 1);
		expect(empty.closed).toBe(true);
		bench.clock.advance(0);
		const exchange = report(bench);
		expect(said(exchange)).toEqual(["1/405/1=1"]);
		bench.clock.advance(2000);
		expect(exchange.closed).toBe(false);
		answer(exchange);
		bench.clock.advance(7000);
		expect(said(report(bench))).toEqual([]);
	});

	it("brings a report that may be answered", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], max: 10 });
		bench.clock.advance(9000);
		const empty = report(bench);
		answer(empty);
		expect(empty.closed).toBe(true);
		expect(subscriptions(bench)).toBe(1);
		bench.clock.advance(9000);
		expect(bench.opened).toHaveLength(1);
	});

	it("is counted from the latest report", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 0)], max: 10 });
		bench.clock.advance(8000);
		bench.gadget.change("flag", true);
		bench.clock.advance(0);
		answer(report(bench));
		bench.clock.advance(8999);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(1);
		expect(said(report(bench))).toEqual([]);
	});

	it("never comes before the minimum interval", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 0)], min: 10, max: 10 });
		bench.clock.advance(9999);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(1);
		expect(bench.opened).toHaveLength(1);
	});

	it("holds changes back until the empty report is acknowledged", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], max: 10 });
		const open = bench.server.exchanges.open.bind(bench.server.exchanges);
		bench.server.exchanges.open = (...parameters) => {
			const exchange = open(...parameters);
			(exchange as unknown as TestExchange).held = true;
			return exchange;
		};
		bench.clock.advance(9000);
		const empty = report(bench);
		bench.gadget.change("level", 1);
		bench.clock.advance(100);
		expect(bench.opened).toHaveLength(0);
		empty.end("done");
		bench.clock.advance(0);
		expect(said(report(bench))).toEqual(["1/405/1=1"]);
	});
});

describe("Subscription: events", () => {
	const values = (exchange: TestExchange): number[] =>
		exchange.sent
			.filter(({ opcode }) => opcode === Opcode.REPORT_DATA)
			.flatMap(({ tree }) => (tree[2] ?? []) as { [tag: number]: { [tag: number]: { [tag: number]: number } } }[])
			.map((one) => one[1]![7]![0]!);

	it("are reported at once when they are urgent", () => {
		const bench = new Bench();
		bench.subscribe({ events: [eventPath(1, GADGET, 0, { 4: b(true) })], min: 1 });
		bench.clock.advance(5000);
		bench.gadget.happen(3);
		bench.clock.advance(0);
		const exchange = report(bench);
		expect(values(exchange)).toEqual([3]);
		answer(exchange);
		bench.gadget.happen(4);
		bench.clock.advance(999);
		expect(bench.opened).toHaveLength(0);
		bench.clock.advance(1);
		expect(values(report(bench))).toEqual([4]);
	});

	it("wait for the next report otherwise", () => {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], events: [eventPath(1, GADGET)], max: 10 });
		bench.gadget.happen(1);
		bench.clock.advance(100);
		expect(bench.opened).toHaveLength(0);
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		const exchange = report(bench);
		expect(said(exchange)).toEqual(["1/405/1=1"]);
		expect(values(exchange)).toEqual([1]);
		answer(exchange);
		bench.gadget.happen(2);
		bench.clock.advance(9000);
		const timely = report(bench);
		expect(values(timely)).toEqual([2]);
		expect(timely.last.tree[4]).toBeUndefined();
	});

	it("are all reported before the node ends, each as its minimum interval allows", () => {
		const bench = new Bench();
		const { subscribe } = bench.server;
		bench.subscribe({ events: [eventPath(1, GADGET)], min: 0 });
		bench.subscribe({ events: [eventPath(1, GADGET)], min: 1 });
		bench.subscribe({ paths: [path(1, GADGET, 1)] });
		bench.clock.advance(700);
		subscribe.hurry();
		expect(subscribe.isReporting).toBe(false);
		bench.gadget.happen(7);
		expect(subscribe.isReporting).toBe(true);
		bench.clock.advance(0);
		expect(bench.opened).toHaveLength(1);
		const first = report(bench);
		expect(values(first)).toEqual([7]);
		bench.clock.advance(300);
		const second = report(bench);
		expect(values(second)).toEqual([7]);
		answer(first);
		expect(subscribe.isReporting).toBe(true);
		answer(second);
		expect(subscribe.isReporting).toBe(false);
	});

	it("of the past are primed once", () => {
		const bench = new Bench();
		bench.gadget.happen(1);
		const exchange = bench.subscribe({ events: [eventPath(1, GADGET, 0, { 4: b(true) })] });
		expect(values(exchange)).toEqual([1]);
		bench.gadget.happen(2);
		bench.clock.advance(0);
		expect(values(report(bench))).toEqual([2]);
	});

	it("that cannot be read are said so once", () => {
		const bench = new Bench();
		const exchange = bench.subscribe({ paths: [path(1, GADGET, 1)], events: [eventPath(1, GADGET, 9)] });
		expect(exchange.sent[0]!.tree[2]).toHaveLength(1);
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		expect(report(bench).last.tree[2]).toBeUndefined();
	});

	it("of others, or that nobody asked for, are none", () => {
		const bench = new Bench();
		bench.subscribe({ events: [eventPath(1, GADGET, undefined, { 4: b(true) })] });
		bench.parts.second.happen(1);
		bench.clock.advance(100);
		expect(bench.opened).toHaveLength(0);
		bench.gadget.tell(1, 2);
		bench.clock.advance(100);
		expect(report(bench).sent).toHaveLength(0);
	});
});

describe("Subscription: its end", () => {
	function subscribed(): Bench {
		const bench = new Bench();
		bench.subscribe({ paths: [path(1, GADGET, 1)], max: 10 });
		expect(subscriptions(bench)).toBe(1);
		return bench;
	}
	function ended(bench: Bench): void {
		expect(subscriptions(bench)).toBe(0);
		expect(bench.session.subscriptions).toHaveLength(0);
		bench.opened.length = 0;
		bench.gadget.change("level", 99);
		bench.clock.advance(100_000);
		expect(bench.opened).toHaveLength(0);
		expect(bench.server.subscribe.changes).toHaveLength(0);
		expect(bench.clock.next).toBeUndefined();
	}
	function reporting(): [Bench, TestExchange] {
		const bench = subscribed();
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		return [bench, report(bench)];
	}

	it.each([0x7d, 0x01, 0x9c])("comes with status 0x%x", (status) => {
		const [bench, exchange] = reporting();
		answer(exchange, status);
		expect(exchange.closed).toBe(true);
		expect(exchange.sent).toHaveLength(1);
		ended(bench);
	});

	it("comes with an answer that is none", () => {
		const [bench, exchange] = reporting();
		exchange.receive(Opcode.READ_REQUEST, readRequest({}));
		expect(exchange.status).toBe(0x80);
		ended(bench);
	});

	it.each(["timeout", "session"] as const)("comes when a report ends by %s", (reason) => {
		const [bench, exchange] = reporting();
		exchange.end(reason);
		ended(bench);
	});

	it("comes when a report is acknowledged, but never answered", () => {
		const [bench, exchange] = reporting();
		bench.clock.advance(30_000);
		expect(exchange.closed).toBe(true);
		ended(bench);
	});

	it("comes when the subscriber objects to an empty report", () => {
		const bench = subscribed();
		bench.clock.advance(9000);
		const exchange = report(bench);
		answer(exchange, 0x7d);
		expect(exchange.sent).toHaveLength(1);
		expect(exchange.closed).toBe(true);
		ended(bench);
	});

	it("comes when an empty report is not acknowledged", () => {
		const bench = subscribed();
		const open = bench.server.exchanges.open.bind(bench.server.exchanges);
		bench.server.exchanges.open = (...parameters) => {
			const exchange = open(...parameters);
			(exchange as unknown as TestExchange).held = true;
			return exchange;
		};
		bench.clock.advance(9000);
		report(bench).end("timeout");
		ended(bench);
	});

	it("comes with the session's", () => {
		const bench = subscribed();
		bench.session.destroy();
		ended(bench);
	});

	it("comes with the server's", () => {
		const bench = subscribed();
		bench.server.close();
		ended(bench);
	});

	it("comes with a new one that does not keep others, of the same peer through any session", () => {
		const bench = subscribed();
		const again = bench.peer(bench.session.peerNodeId);
		const other = bench.peer(0x88n);
		const foreign = bench.peer(bench.session.peerNodeId, bench.makeFabric(2, [entry(5)]));
		bench.subscribe({ paths: [path(1, GADGET, 1)] }, again);
		bench.subscribe({ paths: [path(1, GADGET, 1)] }, other);
		bench.subscribe({ paths: [path(1, GADGET, 1)] }, foreign);
		expect(subscriptions(bench)).toBe(4);
		bench.subscribe({ paths: [path(1, GADGET, 1)], keep: false }, again);
		expect(subscriptions(bench)).toBe(3);
		expect(bench.session.subscriptions).toHaveLength(0);
		expect(again.subscriptions).toHaveLength(1);
		expect(other.subscriptions).toHaveLength(1);
		expect(foreign.subscriptions).toHaveLength(1);
	});

	it("of a PASE session's leaves those of other PASE sessions", () => {
		const bench = new Bench();
		const one = new TestSession(undefined, 0n);
		const other = new TestSession(undefined, 0n);
		bench.subscribe({ paths: [path(1, GADGET, 1)] }, one);
		bench.subscribe({ paths: [path(1, GADGET, 1)], keep: false }, other);
		expect(subscriptions(bench)).toBe(2);
		bench.subscribe({ paths: [path(1, GADGET, 1)], keep: false }, other);
		expect(subscriptions(bench)).toBe(2);
		expect(one.subscriptions).toHaveLength(1);
	});
});

describe("Subscription: capacity (Matter Core 2.11.2.2)", () => {
	const one = { paths: [path(1, GADGET, 1), path(1, GADGET, 0), path(2, GADGET)] };

	it("holds three of three paths for each of five fabrics", () => {
		const bench = new Bench();
		for (let index = 1; index <= 5; index++) {
			const session = bench.peer(1n, bench.makeFabric(index, [entry(5)]));
			for (let i = 0; i < 3; i++)
				expect(bench.subscribe(one, session).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		}
		expect(subscriptions(bench)).toBe(15);
		expect(
			bench.request(SUBSCRIBE, subscribeRequest(one), bench.peer(1n, bench.makeFabric(3, [entry(5)]))).status,
		).toBe(0x89);
		bench.gadget.change("level", 1);
		bench.clock.advance(0);
		expect(bench.opened).toHaveLength(15);
	});

	it("lends what others leave, and takes it back from who has most for who has less than its share", () => {
		const bench = new Bench();
		const greedy = bench.peer(1n);
		let count = 0;
		while (bench.subscribe(one, greedy).last.opcode === Opcode.SUBSCRIBE_RESPONSE) count++;
		expect(count).toBeGreaterThan(14);
		const late = bench.peer(2n, bench.makeFabric(2, [entry(5)]));
		for (let i = 0; i < 3; i++) expect(bench.subscribe(one, late).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		expect(bench.request(SUBSCRIBE, subscribeRequest(one), late).status).toBe(0x89);
		expect(greedy.subscriptions).toHaveLength(count - 3);
		expect(late.subscriptions).toHaveLength(3);
	});

	it("keeps a PASE session from taking a fabric's place", () => {
		const bench = new Bench();
		while (bench.subscribe(one).last.opcode === Opcode.SUBSCRIBE_RESPONSE);
		expect(bench.request(SUBSCRIBE, subscribeRequest(one), new TestSession(undefined, 0n)).status).toBe(0x89);
	});

	it("takes a PASE session's place for a fabric that has less than its share", () => {
		const bench = new Bench();
		const pase = new TestSession(undefined, 0n);
		bench.subscribe(one, pase);
		for (let index = 1; index <= 5; index++) {
			const session = bench.peer(1n, bench.makeFabric(index, [entry(5)]));
			for (let i = 0; i < 3; i++)
				expect(bench.subscribe(one, session).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		}
		expect(pase.subscriptions).toHaveLength(0);
		expect(subscriptions(bench)).toBe(15);
	});

	it("shares the paths beyond three", () => {
		const bench = new Bench();
		const paths = (count: number) => ({ paths: Array.from({ length: count }, () => path(1, GADGET, 1)) });
		expect(bench.subscribe(paths(40)).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		expect(bench.request(SUBSCRIBE, subscribeRequest(paths(15))).status).toBe(0xc8);
		expect(bench.subscribe(paths(14)).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
		expect(bench.request(SUBSCRIBE, subscribeRequest(paths(4))).status).toBe(0xc8);
		expect(bench.subscribe(paths(3)).last.opcode).toBe(Opcode.SUBSCRIBE_RESPONSE);
	});
});

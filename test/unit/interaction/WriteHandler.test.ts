import { Opcode } from "../../../modules/interaction/Opcode";
import {
	array,
	b,
	Bench,
	encode,
	entry,
	list,
	nil,
	NODE_ID,
	octets,
	path,
	readRequest,
	statusResponse,
	structure,
	TestSession,
	text,
	timedRequest,
	u,
	write,
	writeRequest,
	type Piece,
	type Tree,
} from "./Bench";
import { GADGET } from "./TestNode";

const WRITE = Opcode.WRITE_REQUEST;

/** AttributeStatusIBs as text: `1/405/0!0`. */
function shown(messages: readonly { opcode: number; tree: { [tag: number]: Tree } }[]): string[] {
	const lines: string[] = [];
	for (const { opcode, tree } of messages) {
		if (opcode === Opcode.STATUS_RESPONSE) {
			lines.push(`status ${(tree[0] as number).toString(16)}`);
			continue;
		}
		expect(opcode).toBe(Opcode.WRITE_RESPONSE);
		for (const { 0: where, 1: status } of tree[0] as { [tag: number]: { [tag: number]: number } }[])
			lines.push(
				`${[where![2], where![3], where![4]].map((value) => value!.toString(16)).join("/")}!${status![0]!.toString(16)}${status![1] === undefined ? "" : `,${status![1]}`}`,
			);
	}
	return lines;
}

const append = (endpoint: number, attribute: number): Piece => path(endpoint, GADGET, attribute, { 5: nil });

describe("WriteHandler: concrete paths (Matter Core 8.7.3.2)", () => {
	it("writes, and answers with the status of the path", () => {
		const bench = new Bench();
		const exchange = bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true))]));
		expect(bench.gadget.flag).toBe(true);
		expect(exchange.sent).toHaveLength(1);
		expect(exchange.last.tree).toEqual({ 0: [{ 0: { 2: 1, 3: GADGET, 4: 0 }, 1: { 0: 0 } }], 255: 12 });
		expect(exchange.closed).toBe(true);
	});

	it.each([
		["an endpoint that is not there", write(path(9, GADGET, 0), b(true)), "9/405/0!7f"],
		["a cluster that is not there", write(path(1, 0x999, 0), b(true)), "1/999/0!c3"],
		["an attribute that is not there", write(path(1, GADGET, 0x77), b(true)), "1/405/77!86"],
		["an attribute that is only read", write(path(1, GADGET, 1), u(1)), "1/405/1!88"],
		["a global attribute", write(path(1, GADGET, 0xfffd), u(1)), "1/405/fffd!88"],
		["another node", write(path(1, GADGET, 0, { 1: u(NODE_ID + 1n) }), b(true)), "1/405/0!9b"],
		["a value of another type", write(path(1, GADGET, 0), u(1)), "1/405/0!8d"],
		["a value out of range", write(path(1, GADGET, 3), u(256)), "1/405/3!87"],
		["an attribute that needs a timed interaction", write(path(1, GADGET, 4), u(1)), "1/405/4!c6"],
		["a value that the server refuses with a status of its own", write(path(1, GADGET, 10), u(1)), "1/405/a!1,17"],
		["another data version", write(path(1, GADGET, 0), b(true), 0), "1/405/0!92"],
	])("answers %s with its status", (_, data, line) => {
		const bench = new Bench();
		bench.gadget.dataVersion = 5;
		expect(shown(bench.request(WRITE, writeRequest([data])).sent)).toEqual([line]);
		expect(bench.gadget.flag).toBe(false);
		expect(bench.gadget.timedOnly).toBe(1);
	});

	it("writes an attribute that is not read", () => {
		const bench = new Bench();
		expect(
			shown(bench.request(WRITE, writeRequest([write(path(1, GADGET, 3), u(8), bench.gadget.dataVersion)])).sent),
		).toEqual(["1/405/3!0"]);
		expect(bench.gadget.writeOnly).toBe(8);
	});

	it("tells of the missing privilege, the missing time and the missing writability before the data version", () => {
		const bench = new Bench();
		bench.gadget.dataVersion = 5;
		const viewer = bench.peer(1n, bench.makeFabric(2, [entry(1)]));
		expect(shown(bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true), 4)]), viewer).sent)).toEqual(
			["1/405/0!7e"],
		);
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([write(path(1, GADGET, 4), u(1), 4), write(path(1, GADGET, 1), u(1), 4)]),
				).sent,
			),
		).toEqual(["1/405/4!c6", "1/405/1!88"]);
	});

	it("carries out what it can of several", () => {
		const bench = new Bench();
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([
						write(path(1, GADGET, 1), u(1)),
						write(path(1, GADGET, 0), b(true)),
						write(path(2, GADGET, 7), text("x")),
					]),
				).sent,
			),
		).toEqual(["1/405/1!88", "1/405/0!0", "2/405/7!0"]);
		expect(bench.gadget.flag).toBe(true);
		expect(bench.parts.second.text).toBe("x");
	});
});

describe("WriteHandler: access", () => {
	it.each([
		["endpoint", path(9, GADGET, 0), "9/405/0!7e"],
		["cluster", path(1, 0x999, 0), "1/999/0!7e"],
		["attribute", path(1, GADGET, 0x77), "1/405/77!7e"],
		["attribute that cannot be written", path(1, GADGET, 1), "1/405/1!7e"],
	])("tells nobody about an %s who may not view it", (_, where, line) => {
		const bench = new Bench();
		expect(
			shown(
				bench.request(WRITE, writeRequest([write(where, b(true))]), bench.peer(1n, bench.makeFabric(2, [])))
					.sent,
			),
		).toEqual([line]);
	});

	it("asks for the attribute's own privilege", () => {
		const bench = new Bench();
		const operator = bench.peer(1n, bench.makeFabric(2, [entry(3)]));
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([
						write(path(1, GADGET, 0), b(true)),
						write(path(1, GADGET, 7), text("x")),
						write(path(1, GADGET, 1), u(1)),
					]),
					operator,
				).sent,
			),
		).toEqual(["1/405/0!0", "1/405/7!7e", "1/405/1!88"]);
		expect(bench.gadget.text).toBe("hello");
	});

	it("keeps fabric-scoped attributes from who has no fabric", () => {
		const bench = new Bench();
		expect(
			shown(
				bench.request(WRITE, writeRequest([write(path(1, GADGET, 6), array())]), new TestSession(undefined, 0n))
					.sent,
			),
		).toEqual(["1/405/6!7e"]);
	});
});

describe("WriteHandler: lists", () => {
	const label = (text_: string): Piece => structure({ 1: text(text_), 254: u(99) });

	it("replaces and adds within one message as one write", () => {
		const bench = new Bench();
		const versions: number[] = [];
		bench.node.addListener({ onAttributeChanged: (server) => void versions.push(server.dataVersion) });
		const exchange = bench.request(
			WRITE,
			writeRequest([
				write(path(1, GADGET, 5), array(octets(1))),
				write(append(1, 5), octets(2)),
				write(append(1, 5), octets(3)),
			]),
		);
		expect(shown(exchange.sent)).toEqual(["1/405/5!0", "1/405/5!0", "1/405/5!0"]);
		expect(bench.gadget.items.map(({ length }) => length)).toEqual([1, 2, 3]);
		expect(versions).toHaveLength(1);
	});

	it("keeps the list when one of its new entries is wrong", () => {
		const bench = new Bench();
		bench.gadget.items = [new Uint8Array(9)];
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([
						write(path(1, GADGET, 5), array()),
						write(append(1, 5), octets(2)),
						write(append(1, 5), u(3)),
					]),
				).sent,
			),
		).toEqual(["1/405/5!8d", "1/405/5!8d", "1/405/5!8d"]);
		expect(bench.gadget.items.map(({ length }) => length)).toEqual([9]);
	});

	it("writes entries of the accessing fabric only, whatever fabric they name", () => {
		const bench = new Bench();
		bench.gadget.scoped = [
			{ label: "mine", fabricIndex: 1 },
			{ label: "other", fabricIndex: 2 },
		];
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([write(path(1, GADGET, 6), array(label("a"))), write(append(1, 6), label("b"))]),
				).sent,
			),
		).toEqual(["1/405/6!0", "1/405/6!0"]);
		expect(bench.gadget.scoped.map((one) => `${one.label}${one.fabricIndex}`).sort()).toEqual([
			"a1",
			"b1",
			"other2",
		]);
	});

	it("adds only to a list that was written just before (Busy)", () => {
		const bench = new Bench();
		bench.gadget.items = [new Uint8Array(9)];
		expect(shown(bench.request(WRITE, writeRequest([write(append(1, 5), octets(2))])).sent)).toEqual([
			"1/405/5!9c",
		]);
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([
						write(path(1, GADGET, 5), array()),
						write(path(1, GADGET, 0), b(true)),
						write(append(1, 5), octets(2)),
					]),
				).sent,
			),
		).toEqual(["1/405/5!0", "1/405/0!0", "1/405/5!9c"]);
		expect(bench.gadget.items).toEqual([]);
	});

	it("adds nothing to a list that kept its old content", () => {
		const bench = new Bench();
		bench.gadget.items = [new Uint8Array(9)];
		const exchange = bench.request(WRITE, writeRequest([write(path(1, GADGET, 5), array(u(1)))], { more: true }));
		exchange.receive(WRITE, writeRequest([write(append(1, 5), octets(2))]));
		expect(shown(exchange.sent)).toEqual(["1/405/5!8d", "1/405/5!9c"]);
		expect(bench.gadget.items).toHaveLength(1);
	});

	it("adds nothing to what is no list", () => {
		const bench = new Bench();
		expect(
			shown(
				bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true)), write(append(1, 0), b(false))]))
					.sent,
			),
		).toEqual(["1/405/0!0", "1/405/0!8d"]);
		expect(bench.gadget.flag).toBe(true);
	});

	it("adds nothing to a list that was given something else", () => {
		const bench = new Bench();
		bench.gadget.items = [new Uint8Array(9)];
		const writes = [write(path(1, GADGET, 5), u(1)), write(append(1, 5), octets(2))];
		expect(shown(bench.request(WRITE, writeRequest(writes)).sent)).toEqual(["1/405/5!8d", "1/405/5!9c"]);
		expect(bench.gadget.items).toHaveLength(1);
	});

	it("refuses an entry by its index", () => {
		const bench = new Bench();
		expect(
			bench.request(
				WRITE,
				writeRequest([write(path(1, GADGET, 0), b(true)), write(path(1, GADGET, 5, { 5: u(0) }), octets(1))]),
			).status,
		).toBe(0x80);
		expect(bench.gadget.flag).toBe(false);
	});
});

describe("WriteHandler: several messages", () => {
	it("go on with the list, though the first took the writer's own privilege", () => {
		const bench = new Bench();
		const exchange = bench.request(
			WRITE,
			writeRequest([write(path(1, GADGET, 5), array(octets(1)))], { more: true }),
		);
		expect(exchange.closed).toBe(false);
		(bench.fabric as unknown as { acl: unknown[] }).acl = [];
		exchange.receive(
			WRITE,
			writeRequest([write(append(1, 5), octets(2)), write(append(1, 5), octets(3))], { more: true }),
		);
		exchange.receive(WRITE, writeRequest([write(append(1, 5), octets(4)), write(path(1, GADGET, 0), b(true))]));
		expect(shown(exchange.sent)).toEqual(["1/405/5!0", "1/405/5!0", "1/405/5!0", "1/405/5!0", "1/405/0!7e"]);
		expect(exchange.sent).toHaveLength(3);
		expect(bench.gadget.items.map(({ length }) => length)).toEqual([1, 2, 3, 4]);
		expect(bench.gadget.flag).toBe(false);
		expect(exchange.closed).toBe(true);
	});

	it.each([
		["a status", Opcode.STATUS_RESPONSE, statusResponse(0), 0x80],
		["a read", Opcode.READ_REQUEST, readRequest({}), 0x80],
		[
			"a read that looks like a write",
			Opcode.READ_REQUEST,
			writeRequest([write(path(1, GADGET, 0), b(true))]),
			0x80,
		],
		["a malformed write", WRITE, new Uint8Array([0x15]), 0x80],
		["a write without answer", WRITE, writeRequest([write(path(1, GADGET, 0), b(true))], { suppress: true }), 0x80],
		["a timed write", WRITE, writeRequest([write(path(1, GADGET, 0), b(true))], { timed: true }), 0xc9],
	])("end with %s", (_, opcode, payload, status) => {
		const bench = new Bench();
		const exchange = bench
			.request(WRITE, writeRequest([write(path(1, GADGET, 5), array())], { more: true }))
			.receive(opcode, payload);
		expect(exchange.status).toBe(status);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.flag).toBe(false);
		expect(bench.clock.next).toBeUndefined();
	});

	it("must each be answered", () => {
		const bench = new Bench();
		expect(
			bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true))], { more: true, suppress: true }))
				.status,
		).toBe(0x80);
		expect(bench.gadget.flag).toBe(false);
	});

	it("are waited for only so long, and by so many", () => {
		const bench = new Bench();
		const request = writeRequest([write(path(1, GADGET, 0), b(true))], { more: true });
		const exchanges = Array.from({ length: 8 }, () => bench.request(WRITE, request));
		bench.gadget.flag = false;
		expect(bench.request(WRITE, request).status).toBe(0x9c);
		expect(bench.gadget.flag).toBe(false);
		bench.clock.advance(30_000);
		expect(exchanges.every(({ closed }) => closed)).toBe(true);
		expect(bench.request(WRITE, request).last.opcode).toBe(Opcode.WRITE_RESPONSE);
	});
});

describe("WriteHandler: every endpoint", () => {
	it("writes where it can, and says nothing of the rest", () => {
		const bench = new Bench();
		expect(shown(bench.request(WRITE, writeRequest([write(path(undefined, GADGET, 0), b(true))])).sent)).toEqual([
			"1/405/0!0",
			"2/405/0!0",
		]);
		expect(bench.parts.second.flag).toBe(true);
		for (const attribute of [1, 4, 0x77])
			expect(
				shown(bench.request(WRITE, writeRequest([write(path(undefined, GADGET, attribute), u(1))])).sent),
			).toEqual([]);
		expect(
			shown(
				bench.request(
					WRITE,
					writeRequest([write(path(undefined, GADGET, 0, { 1: u(NODE_ID + 1n) }), b(false))]),
				).sent,
			),
		).toEqual([]);
		const operator = bench.peer(
			1n,
			bench.makeFabric(2, [entry(3, null, [{ cluster: null, endpoint: 2, deviceType: null }])]),
		);
		expect(
			shown(bench.request(WRITE, writeRequest([write(path(undefined, GADGET, 0), b(false))]), operator).sent),
		).toEqual(["2/405/0!0"]);
		expect(bench.gadget.flag).toBe(true);
	});
});

describe("WriteHandler: answers", () => {
	it("are left out when nobody wants them", () => {
		const bench = new Bench();
		const exchange = bench.request(
			WRITE,
			writeRequest([write(path(1, GADGET, 0), b(true)), write(path(1, GADGET, 1), u(1))], { suppress: true }),
		);
		expect(bench.gadget.flag).toBe(true);
		expect(exchange.sent).toHaveLength(0);
		expect(exchange.closed).toBe(true);
	});

	it("need no room when nobody wants them", () => {
		const bench = new Bench();
		bench.limit = 60;
		const writes = Array.from({ length: 9 }, () => write(path(1, GADGET, 0), b(true)));
		expect(bench.request(WRITE, writeRequest(writes, { suppress: true })).sent).toHaveLength(0);
		expect(bench.gadget.flag).toBe(true);
	});

	it("are left out when the write ended its session", () => {
		const bench = new Bench();
		bench.gadget.meanwhile = () => bench.current!.end("session");
		expect(bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true))])).sent).toHaveLength(0);
		expect(
			bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(false))], { more: true })).sent,
		).toHaveLength(0);
		for (let i = 0; i < 10; i++)
			bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true))], { more: true }));
		bench.gadget.meanwhile = undefined;
		expect(
			bench.request(WRITE, writeRequest([write(path(1, GADGET, 0), b(true))], { more: true })).last.opcode,
		).toBe(Opcode.WRITE_RESPONSE);
		expect(bench.lines).toEqual([]);
	});

	it("fit into one message, or nothing is written", () => {
		for (let count = 1; count < 20; count += 3)
			for (let limit = 60; limit < 500; limit += 29) {
				const bench = new Bench();
				bench.limit = limit;
				const exchange = bench.request(
					WRITE,
					writeRequest(
						Array.from({ length: count }, (_, i) => write(path(i + 300, 0x123456, 0x10000 + i), b(true))),
					),
				);
				if (exchange.last.opcode === Opcode.STATUS_RESPONSE) expect(exchange.status).toBe(0x89);
				else expect(shown(exchange.sent)).toHaveLength(count);
			}
		const bench = new Bench();
		bench.limit = 100;
		expect(
			bench.request(WRITE, writeRequest(Array.from({ length: 5 }, () => write(path(1, GADGET, 0), b(true)))))
				.status,
		).toBe(0x89);
		expect(
			bench.request(
				WRITE,
				writeRequest(Array.from({ length: 3 }, () => write(path(undefined, GADGET, 0), b(true)))),
			).status,
		).toBe(0x89);
		expect(bench.gadget.flag).toBe(false);
	});
});

describe("WriteHandler: requests that are refused as a whole", () => {
	const good = write(path(1, GADGET, 0), b(true));
	it.each([
		["no TimedRequest", encode(structure({ 2: array(good) }))],
		["no writes", encode(structure({ 1: b(false) }))],
		["writes that are a list", encode(structure({ 1: b(false), 2: list({ 0: good }) }))],
		["a write without path", writeRequest([good, structure({ 2: b(true) })])],
		["a write without data", writeRequest([good, structure({ 1: path(1, GADGET, 0) })])],
		["every cluster", writeRequest([good, write(path(1, undefined, 0xfffd), u(1))])],
		["every attribute", writeRequest([good, write(path(1, GADGET), u(1))])],
		["wildcard flags", writeRequest([good, write(path(1, GADGET, 0, { 6: u(1) }), b(true))])],
		["a message that is cut off", writeRequest([good]).slice(0, -2)],
	])("%s", (_, payload) => {
		const bench = new Bench();
		const exchange = bench.request(WRITE, payload);
		expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.flag).toBe(false);
	});

	it("answers nothing on a session that is not secure", () => {
		const bench = new Bench();
		expect(bench.request(WRITE, writeRequest([good]), new TestSession(bench.fabric, 1n, false)).sent).toHaveLength(
			0,
		);
		expect(bench.gadget.flag).toBe(false);
	});
});

describe("timed write (Matter Core 8.7.2)", () => {
	const timed = writeRequest([write(path(1, GADGET, 4), u(33))], { timed: true });

	it("is carried out within the announced time", () => {
		const bench = new Bench();
		const exchange = bench.request(Opcode.TIMED_REQUEST, timedRequest(200));
		bench.clock.advance(200);
		exchange.receive(WRITE, timed);
		expect(shown(exchange.sent.slice(1))).toEqual(["1/405/4!0"]);
		expect(bench.gadget.timedOnly).toBe(33);
	});

	it.each([
		["comes too late", timed, 201, 0x94],
		["does not say that it is one", writeRequest([write(path(1, GADGET, 4), u(33))]), 0, 0xc9],
		[
			"comes in several messages",
			writeRequest([write(path(1, GADGET, 4), u(33))], { timed: true, more: true }),
			0,
			0x80,
		],
	])("is refused when it %s", (_, payload, wait, status) => {
		const bench = new Bench();
		const exchange = bench.request(Opcode.TIMED_REQUEST, timedRequest(200));
		bench.clock.advance(wait);
		exchange.receive(WRITE, payload);
		expect(exchange.status).toBe(status);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.timedOnly).toBe(1);
	});

	it("is refused without a timed request", () => {
		expect(new Bench().request(WRITE, timed).status).toBe(0xc9);
	});
});

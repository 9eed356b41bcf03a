import { LaterResponse } from "../../../modules/datamodel/LaterResponse";
import { Opcode } from "../../../modules/interaction/Opcode";
import {
	array,
	b,
	Bench,
	encode,
	entry,
	invoke,
	invokeRequest,
	statusResponse,
	structure,
	TestSession,
	timedRequest,
	u,
	writeRequest,
	list,
	text,
	commandPath,
	type Tree,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

const INVOKE = Opcode.INVOKE_REQUEST;

/** InvokeResponseIBs as text: `1/405/81={0:7}`, `1/405/0!0`, with `#ref` behind. */
function shown(messages: readonly { opcode: number; tree: { [tag: number]: Tree } }[]): string[] {
	const lines: string[] = [];
	for (const { opcode, tree } of messages) {
		if (opcode === Opcode.STATUS_RESPONSE) {
			lines.push(`status ${(tree[0] as number).toString(16)}`);
			continue;
		}
		for (const response of tree[1] as { [tag: number]: { [tag: number]: Tree } }[]) {
			const data = (response[0] ?? response[1])!;
			const where = data[0] as { [tag: number]: number };
			const name = [where[0], where[1], where[2]].map((value) => value!.toString(16)).join("/");
			const ref = data[2] === undefined ? "" : `#${data[2] as number}`;
			if (response[0]) lines.push(`${name}=${JSON.stringify(data[1]).replace(/"/g, "")}${ref}`);
			else {
				const status = data[1] as { [tag: number]: number };
				lines.push(`${name}!${status[0]!.toString(16)}${status[1] === undefined ? "" : `,${status[1]}`}${ref}`);
			}
		}
	}
	return lines;
}

describe("InvokeHandler: one command (Matter Core 8.8.3.2)", () => {
	it("executes it and answers with a status", () => {
		const bench = new Bench();
		const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0)]));
		expect(bench.gadget.flag).toBe(true);
		expect(bench.gadget.seen).toEqual({ fields: {}, timed: false, fabricIndex: 1 });
		expect(exchange.sent).toHaveLength(1);
		expect(exchange.last.opcode).toBe(Opcode.INVOKE_RESPONSE);
		expect(exchange.last.tree).toEqual({
			0: false,
			1: [{ 1: { 0: { 0: 1, 1: GADGET, 2: 0 }, 1: { 0: 0 } } }],
			255: 12,
		});
		expect(exchange.closed).toBe(true);
	});

	it("answers with the response command", () => {
		const bench = new Bench();
		const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 1, { 0: u(200), 1: u(100) })]));
		expect(exchange.last.tree).toEqual({
			0: false,
			1: [{ 0: { 0: { 0: 1, 1: GADGET, 2: 0x81 }, 1: { 0: 300 } } }],
			255: 12,
		});
	});

	it("needs no fields where all are optional", () => {
		const bench = new Bench();
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 10)])).sent)).toEqual(["1/405/a!0"]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 10, { 0: u(4) })])).sent)).toEqual([
			"1/405/a!0",
		]);
		expect(bench.gadget.seen!.fields).toEqual({ a: 4 });
	});

	it("gives a CommandRef back", () => {
		const bench = new Bench();
		expect(
			shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 1, { 0: u(2), 1: u(1) }, 0)])).sent),
		).toEqual(["1/405/81={0:3}#0"]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0, undefined, 77)])).sent)).toEqual([
			"1/405/0!0#77",
		]);
	});

	it("answers later where the command says so, with the command's own path and CommandRef", () => {
		const bench = new Bench();
		const later = new LaterResponse();
		bench.gadget.add = () => later as never;
		const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 1, { 0: u(2), 1: u(1) }, 5)]));
		expect([exchange.sent.length, exchange.closed]).toEqual([0, false]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0)])).sent)).toEqual(["1/405/0!0"]);
		later.give({ sum: 42 });
		later.give({ sum: 43 });
		expect(shown(exchange.sent)).toEqual(["1/405/81={0:42}#5"]);
		expect(exchange.closed).toBe(true);
	});

	it("has nobody to answer later when the exchange is gone", () => {
		const bench = new Bench();
		const later = new LaterResponse();
		bench.gadget.add = () => later as never;
		const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 1, { 0: u(2), 1: u(1) })]));
		exchange.close();
		later.give({ sum: 42 });
		expect(exchange.sent).toEqual([]);
	});

	it("refuses what answers later among several", () => {
		const bench = new Bench();
		bench.gadget.add = () => new LaterResponse() as never;
		const commands = [invoke(1, GADGET, 0, undefined, 1), invoke(1, GADGET, 1, { 0: u(2), 1: u(1) }, 2)];
		expect(shown(bench.request(INVOKE, invokeRequest(commands)).sent)).toEqual(["1/405/0!0#1", "1/405/1!9c#2"]);
	});

	it.each([
		["an endpoint that is not there", invoke(9, GADGET, 0), "9/405/0!7f"],
		["a cluster that is not there", invoke(1, 0x999, 0), "1/999/0!c3"],
		["a command that is not there", invoke(1, GADGET, 0x55), "1/405/55!81"],
		["a response in place of a command", invoke(1, GADGET, 0x81), "1/405/81!81"],
		["fields that are missing altogether", invoke(1, GADGET, 1), "1/405/1!85"],
		["a field that is missing", invoke(1, GADGET, 1, { 0: u(1) }), "1/405/1!85"],
		["a field of another type", invoke(1, GADGET, 1, { 0: text("1"), 1: u(1) }), "1/405/1!85"],
		["a field out of range", invoke(1, GADGET, 1, { 0: u(256), 1: u(1) }), "1/405/1!87"],
		["fields that are no structure", structure({ 0: commandPath(1, GADGET, 1), 1: array() }), "1/405/1!85"],
		["a command that needs a timed interaction", invoke(1, GADGET, 3), "1/405/3!c6"],
		["a command that needs longer messages than UDP has", invoke(1, GADGET, 9), "1/405/9!d1"],
		["a command that the server refuses with a status of its own", invoke(1, GADGET, 4), "1/405/4!1,5"],
		["a command whose server makes a mistake", invoke(1, GADGET, 5), "1/405/5!1"],
	])("answers %s with its status", (_, command, line) => {
		expect(shown(new Bench().request(INVOKE, invokeRequest([command])).sent)).toEqual([line]);
	});

	it("logs a server's mistake", () => {
		const bench = new Bench();
		bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 5)]));
		expect(bench.lines).toHaveLength(1);
	});

	it("ignores fields that a command has not got", () => {
		const bench = new Bench();
		expect(
			shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0, { 0: u(1), 9: array() })])).sent),
		).toEqual(["1/405/0!0"]);
	});

	it("answers only after the command, which may have sent an acknowledgement", () => {
		const bench = new Bench();
		const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 7)]));
		expect(exchange.acknowledged).toBe(1);
		expect(shown(exchange.sent)).toEqual(["1/405/7!0"]);
	});

	it("answers nothing when the command ended its session", () => {
		const bench = new Bench();
		bench.gadget.meanwhile = () => bench.current!.end("session");
		const commands = [1, 2].map((i) => invoke(i, GADGET, 7, undefined, i));
		for (const request of [[invoke(1, GADGET, 7)], commands, [invoke(undefined, GADGET, 7)]])
			expect(bench.request(INVOKE, invokeRequest(request)).sent).toHaveLength(0);
		expect(bench.lines).toEqual([]);
	});

	it("answers ResourceExhausted when the response does not fit", () => {
		const bench = new Bench();
		const size = (length: number) =>
			shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 6, { 0: u(length) })])).sent);
		bench.limit = 300;
		expect(size(200)).toEqual(["1/405/86={0:#200}"]);
		expect(size(300)).toEqual(["1/405/6!89"]);
	});

	it("answers to the last byte of a message", () => {
		for (let limit = 60; limit < 120; limit++) {
			const bench = new Bench();
			bench.limit = limit;
			for (let size = 0; size < 80; size += 7) {
				const exchange = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 6, { 0: u(size) })]));
				expect(exchange.last.opcode).toBe(Opcode.INVOKE_RESPONSE);
			}
		}
	});
});

describe("InvokeHandler: access", () => {
	it.each([
		["endpoint", invoke(9, GADGET, 0), "9/405/0!7e"],
		["cluster", invoke(1, 0x999, 0), "1/999/0!7e"],
		["command", invoke(1, GADGET, 0x55), "1/405/55!7e"],
		["command that is there", invoke(1, GADGET, 0), "1/405/0!7e"],
	])("tells nobody about an %s who may not operate it", (_, command, line) => {
		const bench = new Bench();
		const viewer = bench.peer(1n, bench.makeFabric(2, [entry(1)]));
		expect(shown(bench.request(INVOKE, invokeRequest([command]), viewer).sent)).toEqual([line]);
		expect(bench.gadget.toggles).toBe(0);
	});

	it("asks for the command's own privilege", () => {
		const bench = new Bench();
		bench.gadget.toggles = 5;
		const operator = bench.peer(1n, bench.makeFabric(2, [entry(3)]));
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 2)]), operator).sent)).toEqual([
			"1/405/2!7e",
		]);
		expect(bench.gadget.toggles).toBe(5);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 2)])).sent)).toEqual(["1/405/2!0"]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 9)]), operator).sent)).toEqual([
			"1/405/9!7e",
		]);
	});

	it("keeps fabric-scoped commands from who has no fabric", () => {
		const bench = new Bench();
		expect(
			shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 8)]), new TestSession(undefined, 0n)).sent),
		).toEqual(["1/405/8!7e"]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 8)])).sent)).toEqual(["1/405/8!0"]);
	});
});

describe("InvokeHandler: SuppressResponse", () => {
	it("sends no status, but a response", () => {
		const bench = new Bench();
		const silent = bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0)], false, true));
		expect(bench.gadget.toggles).toBe(1);
		expect(silent.sent).toHaveLength(0);
		expect(silent.closed).toBe(true);
		expect(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0x55)], false, true)).sent).toHaveLength(0);
		expect(
			shown(bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 1, { 0: u(1), 1: u(1) })], false, true)).sent),
		).toEqual(["1/405/81={0:2}"]);
	});

	it("of several commands sends all answers when one is a response", () => {
		const bench = new Bench();
		const status = (ref: number) => invoke(1, GADGET, ref === 1 ? 0 : 7, undefined, ref);
		expect(bench.request(INVOKE, invokeRequest([status(1), status(2)], false, true)).sent).toHaveLength(0);
		expect(
			shown(
				bench.request(
					INVOKE,
					invokeRequest([status(1), invoke(1, GADGET, 1, { 0: u(1), 1: u(1) }, 3)], false, true),
				).sent,
			),
		).toEqual(["1/405/0!0#1", "1/405/81={0:2}#3"]);
	});
});

describe("InvokeHandler: several commands", () => {
	it("executes them in order and answers each", () => {
		const bench = new Bench();
		const exchange = bench.request(
			INVOKE,
			invokeRequest([
				invoke(1, GADGET, 0, undefined, 5),
				invoke(1, GADGET, 1, { 0: u(1), 1: u(2) }, 4),
				invoke(2, GADGET, 7, undefined, 3),
				invoke(1, GADGET, 0x55, undefined, 9),
				invoke(1, GADGET, 4, undefined, 8),
			]),
		);
		expect(shown(exchange.sent)).toEqual([
			"1/405/0!0#5",
			"1/405/81={0:3}#4",
			"2/405/7!0#3",
			"1/405/55!81#9",
			"1/405/4!1,5#8",
		]);
		expect(exchange.closed).toBe(true);
	});

	it.each([
		["one without CommandRef", [invoke(1, GADGET, 0, undefined, 1), invoke(2, GADGET, 0)]],
		["the same CommandRef twice", [invoke(1, GADGET, 0, undefined, 1), invoke(2, GADGET, 0, undefined, 1)]],
		["the same path twice", [invoke(1, GADGET, 0, undefined, 1), invoke(1, GADGET, 0, undefined, 2)]],
		["every endpoint", [invoke(1, GADGET, 0, undefined, 1), invoke(undefined, GADGET, 7, undefined, 2)]],
		["more than are allowed", Array.from({ length: 11 }, (_, i) => invoke(i, GADGET, 0, undefined, i))],
	])("with %s executes none (InvalidAction)", (_, commands) => {
		const bench = new Bench();
		const exchange = bench.request(INVOKE, invokeRequest(commands));
		expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.toggles).toBe(0);
	});

	it("answers in several messages when one is too short", () => {
		const commands = [1, 2, 3, 4].map((i) => invoke(i, GADGET, 6, { 0: u(i * 10) }, i));
		const bench = new Bench();
		const expected = ["1/405/86={0:#10}#1", "2/405/86={0:#20}#2", "3/405/6!7f#3", "4/405/6!7f#4"];
		for (let limit = 70; limit < 260; limit++) {
			bench.limit = limit;
			const exchange = bench.request(INVOKE, invokeRequest(commands));
			while (!exchange.closed) {
				expect(exchange.last.tree[2]).toBe(true);
				exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
			}
			expect(exchange.last.tree[2]).toBeUndefined();
			expect(shown(exchange.sent)).toEqual(expected);
		}
	});

	it.each([
		["an error status", Opcode.STATUS_RESPONSE, statusResponse(1), 1],
		["another message", INVOKE, invokeRequest([invoke(1, GADGET, 0)]), 2],
	])("stops at %s", (_, opcode, payload, messages) => {
		const bench = new Bench();
		bench.limit = 70;
		const exchange = bench.request(INVOKE, invokeRequest([1, 2].map((i) => invoke(i, GADGET, 6, { 0: u(10) }, i))));
		exchange.receive(opcode, payload);
		expect(exchange.sent).toHaveLength(messages);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.toggles).toBe(0);
	});

	it("waits only so long, and for so many", () => {
		const bench = new Bench();
		bench.limit = 70;
		const request = invokeRequest([1, 2].map((i) => invoke(i, GADGET, 6, { 0: u(10) }, i)));
		const exchanges = Array.from({ length: 8 }, () => bench.request(INVOKE, request));
		expect(exchanges[7]!.closed).toBe(false);
		expect(bench.request(INVOKE, request).status).toBe(0x89);
		bench.clock.advance(30_000);
		expect(exchanges.every(({ closed }) => closed)).toBe(true);
		expect(bench.request(INVOKE, request).closed).toBe(false);
	});
});

describe("InvokeHandler: every endpoint", () => {
	it("executes where the command is, and answers for each", () => {
		const bench = new Bench();
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, GADGET, 0)])).sent)).toEqual([
			"1/405/0!0",
			"2/405/0!0",
		]);
		expect(bench.gadget.toggles + bench.parts.second.toggles).toBe(2);
	});

	it("says nothing of where it may not be executed", () => {
		const bench = new Bench();
		const operator = bench.peer(
			1n,
			bench.makeFabric(2, [entry(3, null, [{ cluster: null, endpoint: 2, deviceType: null }])]),
		);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, GADGET, 0)]), operator).sent)).toEqual([
			"2/405/0!0",
		]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, GADGET, 3)])).sent)).toEqual([]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, 0x999, 0)])).sent)).toEqual([]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, GADGET, 9)])).sent)).toEqual([]);
		expect(
			shown(
				bench.request(INVOKE, invokeRequest([invoke(undefined, GADGET, 8)]), new TestSession(undefined, 0n))
					.sent,
			),
		).toEqual([]);
		expect(shown(bench.request(INVOKE, invokeRequest([invoke(undefined, CUSTOM, 0)])).sent)).toHaveLength(2);
	});
});

describe("InvokeHandler: requests that are refused as a whole", () => {
	const commands = array(invoke(1, GADGET, 0));
	it.each([
		["no SuppressResponse", encode(structure({ 1: b(false), 2: commands }))],
		["no TimedRequest", encode(structure({ 0: b(false), 2: commands }))],
		["no commands", encode(structure({ 0: b(false), 1: b(false) }))],
		["an empty array of commands", invokeRequest([])],
		[
			"commands that are a list",
			encode(structure({ 0: b(false), 1: b(false), 2: list({ 0: invoke(1, GADGET, 0) }) })),
		],
		["a command without path", invokeRequest([structure({ 1: structure({}) })])],
		["a command without cluster", invokeRequest([invoke(1, undefined, 0)])],
		["a command without id", invokeRequest([invoke(1, GADGET)])],
		[
			"a path that is a structure",
			invokeRequest([structure({ 0: structure({ 0: u(1), 1: u(GADGET), 2: u(0) }) })]),
		],
		["a CommandRef of 17 bits", invokeRequest([invoke(1, GADGET, 0, undefined, 0x10000)])],
		["a message that is cut off behind the command", invokeRequest([invoke(1, GADGET, 0)]).slice(0, -2)],
	])("%s", (_, payload) => {
		const bench = new Bench();
		const exchange = bench.request(INVOKE, payload);
		expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.toggles).toBe(0);
	});

	it("answers nothing on a session that is not secure", () => {
		const bench = new Bench();
		expect(
			bench.request(INVOKE, invokeRequest([invoke(1, GADGET, 0)]), new TestSession(bench.fabric, 1n, false)).sent,
		).toHaveLength(0);
		expect(bench.gadget.toggles).toBe(0);
	});
});

describe("timed invoke (Matter Core 8.8.2)", () => {
	const unlock = invokeRequest([invoke(1, GADGET, 3)], true);

	it("is executed within the announced time", () => {
		const bench = new Bench();
		const exchange = bench.request(Opcode.TIMED_REQUEST, timedRequest(500));
		expect(exchange.status).toBe(0);
		bench.clock.advance(500);
		exchange.receive(INVOKE, unlock);
		expect(shown(exchange.sent.slice(1))).toEqual(["1/405/3!0"]);
		expect(bench.gadget.seen!.timed).toBe(true);
		expect(exchange.closed).toBe(true);
		expect(bench.clock.next).toBeUndefined();
	});

	it("is refused when it comes too late", () => {
		const bench = new Bench();
		const exchange = bench.request(Opcode.TIMED_REQUEST, timedRequest(500));
		bench.clock.advance(501);
		exchange.receive(INVOKE, unlock);
		expect(exchange.status).toBe(0x94);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.seen).toBeUndefined();
	});

	it("is refused when one side speaks of a timed request and the other not", () => {
		const bench = new Bench();
		expect(bench.request(INVOKE, unlock).status).toBe(0xc9);
		const exchange = bench
			.request(Opcode.TIMED_REQUEST, timedRequest(500))
			.receive(INVOKE, invokeRequest([invoke(1, GADGET, 0)]));
		expect(exchange.status).toBe(0xc9);
		expect(exchange.closed).toBe(true);
		expect(bench.gadget.toggles).toBe(0);
	});

	it.each([
		["a read", Opcode.READ_REQUEST, encode(structure({ 3: b(false) }))],
		["another timed request", Opcode.TIMED_REQUEST, timedRequest(5)],
		["a subscription", Opcode.SUBSCRIBE_REQUEST, encode(structure({}))],
		["a status", Opcode.STATUS_RESPONSE, statusResponse(0)],
		["a read that looks like a command", Opcode.READ_REQUEST, unlock],
		["a malformed write", Opcode.WRITE_REQUEST, writeRequest([u(1)], { timed: true })],
	])("is not %s", (_, opcode, payload) => {
		const exchange = new Bench().request(Opcode.TIMED_REQUEST, timedRequest(500)).receive(opcode, payload);
		expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
	});

	it.each([
		["without time", encode(structure({}))],
		["with a time of 17 bits", timedRequest(0x10000)],
		["that is no structure", encode(array())],
	])("a timed request %s is refused", (_, payload) => {
		expect(new Bench().request(Opcode.TIMED_REQUEST, payload).status).toBe(0x80);
	});

	it("is waited for only so long, and by so many", () => {
		const bench = new Bench();
		const exchanges = Array.from({ length: 8 }, () => bench.request(Opcode.TIMED_REQUEST, timedRequest(10_000)));
		expect(bench.request(Opcode.TIMED_REQUEST, timedRequest(10_000)).status).toBe(0x9c);
		exchanges[0]!.receive(INVOKE, unlock);
		expect(bench.request(Opcode.TIMED_REQUEST, timedRequest(10_000)).status).toBe(0);
		bench.clock.advance(40_000);
		expect(exchanges.every(({ closed }) => closed)).toBe(true);
		expect(bench.request(Opcode.TIMED_REQUEST, timedRequest(10)).status).toBe(0);
	});
});

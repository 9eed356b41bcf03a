import { Opcode } from "../../../modules/interaction/Opcode";
import {
	array,
	b,
	Bench,
	entry,
	eventPath,
	list,
	nil,
	NODE_ID,
	path,
	readRequest,
	shown,
	statusResponse,
	structure,
	TestSession,
	u,
	encode,
	text,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

const READ = Opcode.READ_REQUEST;

describe("ReadHandler: concrete paths (Matter Core 8.4.3.2)", () => {
	it("reports a value with its data version, path and the end of the interaction", () => {
		const bench = new Bench();
		const [report] = bench.read({ paths: [path(1, GADGET, 0)] });
		expect(report).toEqual({
			1: [{ 1: { 0: bench.gadget.dataVersion, 1: { 2: 1, 3: GADGET, 4: 0 }, 2: false } }],
			4: true,
			255: 12,
		});
	});

	it.each([
		["an endpoint that is not there", path(9, GADGET, 0), "9/405/0!7f"],
		["a cluster that is not there", path(1, 0x999, 0), "1/999/0!c3"],
		["a cluster of another endpoint", path(0, GADGET, 0), "0/405/0!c3"],
		["an attribute that is not there", path(1, GADGET, 0x77), "1/405/77!86"],
		["an attribute that is only written", path(1, GADGET, 3), "1/405/3!8f"],
		["another node", path(1, GADGET, 0, { 1: u(NODE_ID + 1n) }), "1/405/0!9b"],
		["an attribute whose server refuses", path(1, GADGET, 10), "1/405/a!9c"],
		["an attribute whose server makes a mistake", path(1, GADGET, 9), "1/405/9!1"],
	])("answers %s with its status", (_, where, line) => {
		expect(shown(new Bench().read({ paths: [where] }))).toEqual([line]);
	});

	it("logs a server's mistake", () => {
		const bench = new Bench();
		bench.read({ paths: [path(1, GADGET, 9)] });
		expect(bench.lines).toHaveLength(1);
		expect(bench.lines[0]!).toContain("Gadget.broken");
	});

	it("reads for its own node id", () => {
		expect(shown(new Bench().read({ paths: [path(1, GADGET, 0, { 1: u(NODE_ID) })] }))).toEqual(["1/405/0=false"]);
	});

	it("reads a list as a whole, whatever entry is named", () => {
		expect(shown(new Bench().read({ paths: [path(1, GADGET, 5, { 5: u(3) })] }))).toEqual(["1/405/5=[]"]);
	});

	it("answers several paths in their order, each for itself", () => {
		expect(
			shown(new Bench().read({ paths: [path(9, 1, 1), path(1, GADGET, 1), path(1, GADGET, 0xfffd)] })),
		).toEqual(["9/1/1!7f", "1/405/1=7", "1/405/fffd=3"]);
	});
});

describe("ReadHandler: access", () => {
	it.each([
		["nothing is granted", [], "1/405/1!7e"],
		["the privilege is for another subject", [entry(5, [0x99n])], "1/405/1!7e"],
		[
			"the privilege is for another cluster",
			[entry(5, null, [{ cluster: 6, endpoint: null, deviceType: null }])],
			"1/405/1!7e",
		],
		["it may be viewed", [entry(1)], "1/405/1=7"],
	])("when %s", (_, acl, line) => {
		const bench = new Bench();
		const session = bench.peer(1n, bench.makeFabric(2, acl));
		expect(shown(bench.read({ paths: [path(1, GADGET, 1)] }, session))).toEqual([line]);
	});

	it.each([
		["endpoint", path(9, GADGET, 0), "9/405/0!7e"],
		["cluster", path(1, 0x999, 0), "1/999/0!7e"],
		["attribute", path(1, GADGET, 0x77), "1/405/77!7e"],
	])("tells nobody whether there is such an %s who may not view it", (_, where, line) => {
		const bench = new Bench();
		expect(shown(bench.read({ paths: [where] }, bench.peer(1n, bench.makeFabric(2, []))))).toEqual([line]);
	});

	it("asks for the attribute's own privilege as well, after existence", () => {
		const bench = new Bench();
		const viewer = bench.peer(1n, bench.makeFabric(2, [entry(1)]));
		expect(
			shown(bench.read({ paths: [path(1, GADGET, 2), path(1, GADGET, 3), path(1, GADGET, 0x77)] }, viewer)),
		).toEqual(["1/405/2!7e", "1/405/3!8f", "1/405/77!86"]);
	});

	it("grants a PASE session everything", () => {
		const bench = new Bench();
		expect(shown(bench.read({ paths: [path(1, GADGET, 2)] }, new TestSession(undefined, 0n)))).toEqual([
			"1/405/2=42",
		]);
	});

	it("does not answer on a session that is not secure", () => {
		const bench = new Bench();
		const exchange = bench.request(
			READ,
			readRequest({ paths: [path(1, GADGET, 0)] }),
			new TestSession(bench.fabric, 1n, false),
		);
		expect(exchange.sent).toHaveLength(0);
		expect(exchange.closed).toBe(true);
	});
});

describe("ReadHandler: wildcards", () => {
	it("expands every dimension in order and never reports an error", () => {
		const bench = new Bench();
		expect(shown(bench.read({ paths: [path(undefined, GADGET, 1)] }))).toEqual(["1/405/1=7", "2/405/1=7"]);
		expect(shown(bench.read({ paths: [path(1, undefined, 0xfffd)] }))).toEqual([
			"1/405/fffd=3",
			"1/fff1fc01/fffd=1",
		]);
		expect(shown(bench.read({ paths: [path(undefined, undefined, 0xfffd)] }))).toEqual([
			"0/fff1fc01/fffd=1",
			"1/405/fffd=3",
			"1/fff1fc01/fffd=1",
			"2/405/fffd=3",
		]);
		const all = shown(bench.read({ paths: [path(1, GADGET)] }));
		expect(all).toEqual([
			"1/405/0=false",
			"1/405/1=7",
			"1/405/2=42",
			"1/405/4=1",
			"1/405/5=[]",
			"1/405/6=[]",
			"1/405/7=hello",
			"1/405/8=9",
			"1/405/b=0",
			"1/405/c=null",
			"1/405/fff8=[129,134]",
			"1/405/fff9=[0,1,2,3,4,5,6,7,8,9,10]",
			"1/405/fffb=[0,1,2,3,4,5,6,7,8,9,10,11,12,65528,65529,65531,65532,65533,4293984257]",
			"1/405/fffc=0",
			"1/405/fffd=3",
			"1/405/fff10001=6",
		]);
		expect(shown(bench.read({ paths: [path(2, GADGET)] }))).toEqual(all.map((line) => `2${line.slice(1)}`));
		expect(shown(bench.read({ paths: [path()] }))).toHaveLength(2 * all.length + 2 * 6);
	});

	it.each([
		["an endpoint that is not there", path(9)],
		["a cluster that is not there", path(undefined, 0x999)],
		["an attribute that is not there", path(undefined, GADGET, 0x77)],
		["an attribute that cannot be read", path(undefined, GADGET, 3)],
		["an attribute whose server refuses", path(undefined, GADGET, 10)],
		["another node", path(undefined, GADGET, 0, { 1: u(NODE_ID + 1n) })],
	])("says nothing about %s", (_, where) => {
		expect(shown(new Bench().read({ paths: [where] }))).toEqual([]);
	});

	it("passes over what may not be read", () => {
		const bench = new Bench();
		const viewer = bench.peer(
			1n,
			bench.makeFabric(2, [entry(1, null, [{ cluster: null, endpoint: 1, deviceType: null }])]),
		);
		expect(shown(bench.read({ paths: [path(undefined, GADGET, 1), path(undefined, GADGET, 2)] }, viewer))).toEqual([
			"1/405/1=7",
		]);
	});

	it.each([
		["the root node", 0x01, path(undefined, CUSTOM, 0), ["1/fff1fc01/0=3"]],
		["global lists", 0x02, path(1, CUSTOM), ["1/fff1fc01/0=3", "1/fff1fc01/fffc=0", "1/fff1fc01/fffd=1"]],
		[
			"the attribute list",
			0x04,
			path(1, CUSTOM),
			["1/fff1fc01/0=3", "1/fff1fc01/fff8=[]", "1/fff1fc01/fff9=[0]", "1/fff1fc01/fffc=0", "1/fff1fc01/fffd=1"],
		],
		[
			"command lists",
			0x10,
			path(1, CUSTOM),
			[
				"1/fff1fc01/0=3",
				"1/fff1fc01/fffb=[0,65528,65529,65531,65532,65533]",
				"1/fff1fc01/fffc=0",
				"1/fff1fc01/fffd=1",
			],
		],
		["manufacturers' clusters", 0x20, path(1, undefined, 0xfffd), ["1/405/fffd=3"]],
		["fixed attributes", 0x40, path(1, CUSTOM), ["1/fff1fc01/0=3"]],
	])("leaves out %s when asked to (8.9.2.5)", (_, flags, where, lines) => {
		const flagged = (writer: Parameters<typeof where>[0], tag: number): void => {
			const plain = encode(where);
			writer.list(tag);
			writer.raw(plain, 1, plain.length - 1);
			writer.unsigned(6, flags);
			writer.end();
		};
		expect(shown(new Bench().read({ paths: [flagged] }))).toEqual(lines);
	});

	it("leaves out manufacturers' attributes only when asked to", () => {
		const lines = (flags: number) =>
			shown(new Bench().read({ paths: [path(1, GADGET, undefined, { 6: u(flags) })] }));
		expect(lines(0x04)).toContain("1/405/fff10001=6");
		expect(lines(0x20).join(" ")).not.toContain("fff10001=");
		expect(lines(0x20)).toContain("1/405/1=7");
	});

	it("heeds no flags where every id is given", () => {
		expect(shown(new Bench().read({ paths: [path(1, GADGET, 8, { 6: u(0x1ff) })] }))).toEqual(["1/405/8=9"]);
	});

	it("leaves out attributes whose changes are omitted when asked to", () => {
		expect(
			shown(new Bench().read({ paths: [path(1, GADGET, undefined, { 6: u(0x80) })] })).join(" "),
		).not.toContain("1/405/b=");
	});

	it("leaves out nothing for a reader of another configuration", () => {
		const bench = new Bench();
		expect(shown(bench.read({ paths: [path(undefined, CUSTOM, 0, { 6: u(1), 7: u(1) })] }))).toHaveLength(2);
		expect(shown(bench.read({ paths: [path(undefined, CUSTOM, 0, { 6: u(1), 7: u(0xffffffff) })] }))).toHaveLength(
			1,
		);
	});
});

describe("ReadHandler: data version filters", () => {
	const filter = (endpoint: number, cluster: number, version: number, node?: bigint) =>
		structure({
			0: list({ 0: node === undefined ? undefined : u(node), 1: u(endpoint), 2: u(cluster) }),
			1: u(version),
		});

	it("leaves out clusters that the reader knows, by wildcard and by name", () => {
		const bench = new Bench();
		const known = filter(1, GADGET, bench.gadget.dataVersion);
		expect(shown(bench.read({ paths: [path(undefined, GADGET, 1)], filters: [known] }))).toEqual(["2/405/1=7"]);
		expect(shown(bench.read({ paths: [path(1, GADGET, 1)], filters: [known] }))).toEqual([]);
	});

	it("reports a cluster that has changed since, and one of another node's filter", () => {
		const bench = new Bench();
		const version = bench.gadget.dataVersion;
		expect(
			shown(bench.read({ paths: [path(1, GADGET, 1)], filters: [filter(1, GADGET, (version + 1) >>> 0)] })),
		).toEqual(["1/405/1=7"]);
		expect(
			shown(bench.read({ paths: [path(1, GADGET, 1)], filters: [filter(1, GADGET, version, NODE_ID + 1n)] })),
		).toEqual(["1/405/1=7"]);
		expect(
			shown(bench.read({ paths: [path(1, GADGET, 1)], filters: [filter(1, GADGET, version, NODE_ID)] })),
		).toEqual([]);
	});

	it("tells endpoints and clusters apart", () => {
		const bench = new Bench();
		const version = bench.gadget.dataVersion;
		const filters = [filter(2, GADGET, version), filter(1, CUSTOM, version)];
		expect(shown(bench.read({ paths: [path(1, GADGET, 1)], filters }))).toEqual(["1/405/1=7"]);
	});

	it("still asks for the attribute's privilege", () => {
		const bench = new Bench();
		const viewer = bench.peer(1n, bench.makeFabric(2, [entry(1)]));
		const filters = [filter(1, GADGET, bench.gadget.dataVersion)];
		expect(shown(bench.read({ paths: [path(1, GADGET, 2)], filters }, viewer))).toEqual(["1/405/2!7e"]);
	});

	it("still says what cannot be read", () => {
		const bench = new Bench();
		expect(
			shown(
				bench.read({ paths: [path(1, GADGET, 0x77)], filters: [filter(1, GADGET, bench.gadget.dataVersion)] }),
			),
		).toEqual(["1/405/77!86"]);
	});

	it("honours only so many", () => {
		const bench = new Bench();
		const filters = Array.from({ length: 64 }, (_, i) => filter(5, i, 0));
		expect(
			shown(
				bench.read({
					paths: [path(1, GADGET, 1)],
					filters: [...filters, filter(1, GADGET, bench.gadget.dataVersion)],
				}),
			),
		).toEqual(["1/405/1=7"]);
	});
});

describe("ReadHandler: fabrics", () => {
	it("shows entries of the accessing fabric only, or hides what is sensitive of others (7.13.7)", () => {
		const bench = new Bench();
		bench.gadget.scoped = [
			{ label: "a", hidden: 1, fabricIndex: 1 },
			{ label: "b", hidden: 2, fabricIndex: 2 },
		];
		expect(shown(bench.read({ paths: [path(1, GADGET, 6)], filtered: true }))).toEqual([
			"1/405/6=[{1:a,2:1,254:1}]",
		]);
		expect(shown(bench.read({ paths: [path(1, GADGET, 6)], filtered: false }))).toEqual([
			"1/405/6=[{1:a,2:1,254:1},{1:b,254:2}]",
		]);
	});
});

describe("ReadHandler: requests that are refused as a whole", () => {
	const paths = (count: number) => Array.from({ length: count }, () => path(1, GADGET, 0));
	it.each([
		["no structure", encode(array()), 0x80],
		["nothing at all", new Uint8Array(0), 0x80],
		["a message that is cut off", readRequest({ paths: [path(1, GADGET, 0)] }).slice(0, 8), 0x80],
		["no FabricFiltered", encode(structure({ 0: array(path(1, GADGET, 0)) })), 0x80],
		["a path that is a structure", encode(structure({ 0: array(structure({ 2: u(1) })), 3: b(false) })), 0x80],
		["an endpoint of 17 bits", readRequest({ paths: [list({ 2: u(0x10000) })] }), 0x80],
		["an endpoint that is a string", readRequest({ paths: [list({ 2: text("1") })] }), 0x80],
		["every cluster's own attribute", readRequest({ paths: [path(1, undefined, 0)] }), 0x80],
		["an entry of every attribute", readRequest({ paths: [path(1, GADGET, undefined, { 5: u(1) })] }), 0x80],
		["an entry behind the last", readRequest({ paths: [path(1, GADGET, 5, { 5: nil })] }), 0x80],
		["a compressed path", readRequest({ paths: [path(1, GADGET, 5, { 0: b(true) })] }), 0x80],
		[
			"a filter without version",
			readRequest({ paths: [path()], filters: [structure({ 0: list({ 1: u(1), 2: u(1) }) })] }),
			0x80,
		],
		[
			"a filter without endpoint",
			readRequest({ paths: [path()], filters: [structure({ 0: list({ 2: u(1) }), 1: u(1) })] }),
			0x80,
		],
		[
			"a filter without cluster",
			readRequest({ paths: [path()], filters: [structure({ 0: list({ 1: u(1) }), 1: u(1) })] }),
			0x80,
		],
		["an event without its cluster", readRequest({ events: [eventPath(1, undefined, 0)] }), 0x80],
		["an event filter without number", readRequest({ events: [eventPath()], eventFilters: [structure({})] }), 0x80],
		["25 paths", readRequest({ paths: paths(25) }), 0xc8],
		[
			"an event path and 24 paths",
			encode(structure({ 1: array(eventPath()), 0: array(...paths(24)), 3: b(false) })),
			0xc8,
		],
		["24 paths and an event path", readRequest({ paths: paths(24), events: [eventPath()] }), 0xc8],
	])("%s", (_, payload, status) => {
		const exchange = new Bench().request(READ, payload);
		expect(exchange.sent).toHaveLength(1);
		expect(exchange.status).toBe(status);
		expect(exchange.closed).toBe(true);
	});

	it("reads 24 paths", () => {
		expect(shown(new Bench().read({ paths: paths(24) }))).toHaveLength(24);
	});

	it("reports nothing when nothing is asked for", () => {
		expect(new Bench().read({})).toEqual([{ 4: true, 255: 12 }]);
	});

	it.each([
		[Opcode.SUBSCRIBE_RESPONSE],
		[Opcode.REPORT_DATA],
		[Opcode.WRITE_RESPONSE],
		[Opcode.INVOKE_RESPONSE],
		[11],
		[0],
	])("opcode %i", (opcode) => {
		const exchange = new Bench().request(opcode, encode(structure({})));
		expect(exchange.status).toBe(0x80);
		expect(exchange.closed).toBe(true);
	});

	it("says nothing to a status that answers nothing", () => {
		const exchange = new Bench().request(Opcode.STATUS_RESPONSE, statusResponse(0));
		expect(exchange.sent).toHaveLength(0);
		expect(exchange.closed).toBe(true);
	});
});

import { AccessControlServer } from "../../../modules/clusters/AccessControlServer";
import { AccessControl } from "../../../modules/clusters/generated/AccessControl";
import { fromHex } from "../../../modules/codec/Bytes";
import { TlvReader } from "../../../modules/codec/TlvReader";
import { PASE } from "../../../modules/datamodel/InteractionContext";
import { Status } from "../../../modules/datamodel/Status";
import { decodeValue } from "../../../modules/datamodel/Types";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { TestNode, contextOf, statusOf, write } from "./TestNode";

const ADMIN = { privilege: 5, authMode: 2, subjects: [0xdadan], targets: null, fabricIndex: 1 };
const CAT = 0xfffffffd_00000000n;

describe("Access Control (Matter Core 9.10)", () => {
	let test: TestNode;
	let server: AccessControlServer;
	let fabric: Fabric;

	beforeEach(() => {
		test = new TestNode();
		server = new AccessControlServer(test.fabrics);
		test.start([server]);
		fabric = test.fabric();
		write(server, "acl", [ADMIN], contextOf(fabric));
		test.events.length = 0;
	});

	function entry(changes: object): object {
		return { ...ADMIN, privilege: 3, ...changes };
	}

	function listed(): object[] {
		return server.acl.map(({ privilege, authMode, subjects, targets, fabricIndex }) => ({
			privilege,
			authMode,
			subjects,
			targets,
			fabricIndex,
		}));
	}

	function written(...entries: object[]): number {
		return statusOf(() => write(server, "acl", entries, contextOf(fabric)));
	}

	it.each([
		["auth mode PASE", { authMode: 1 }, Status.ConstraintError],
		["auth mode unknown", { authMode: 4 }, Status.ConstraintError],
		["privilege ProxyView", { privilege: 2 }, Status.ConstraintError],
		["privilege 0", { privilege: 0 }, Status.ConstraintError],
		["privilege 6", { privilege: 6 }, Status.ConstraintError],
		["Administer for a group", { privilege: 5, authMode: 3, subjects: [1n] }, Status.ConstraintError],
		["node id 0", { subjects: [0n] }, Status.ConstraintError],
		["group as subject of CASE", { subjects: [0xffffffff_ffff0001n] }, Status.ConstraintError],
		["a reserved node id", { subjects: [0xfffffff0_00000000n] }, Status.ConstraintError],
		["a tag of version 0", { subjects: [CAT | 0x00010000n] }, Status.ConstraintError],
		["group 0", { authMode: 3, subjects: [0n] }, Status.ConstraintError],
		["a node id as group", { authMode: 3, subjects: [0x10000n] }, Status.ConstraintError],
		[
			"a target of nothing",
			{ targets: [{ cluster: null, endpoint: null, deviceType: null }] },
			Status.ConstraintError,
		],
		[
			"a target of endpoint and device type",
			{ targets: [{ cluster: null, endpoint: 1, deviceType: 0x100 }] },
			Status.ConstraintError,
		],
		[
			"a cluster id out of range",
			{ targets: [{ cluster: 0x8000, endpoint: null, deviceType: null }] },
			Status.ConstraintError,
		],
		[
			"endpoint 65535",
			{ targets: [{ cluster: null, endpoint: 0xffff, deviceType: null }] },
			Status.ConstraintError,
		],
		[
			"a device type out of range",
			{ targets: [{ cluster: null, endpoint: null, deviceType: 0xc000 }] },
			Status.ConstraintError,
		],
		["five subjects", { subjects: [1n, 2n, 3n, 4n, 5n] }, Status.ResourceExhausted],
		[
			"four targets",
			{ targets: [1, 2, 3, 4].map((endpoint) => ({ cluster: null, endpoint, deviceType: null })) },
			Status.ResourceExhausted,
		],
	])("refuses %s and keeps the list as it was", (_what, changes, status) => {
		expect(written(ADMIN, entry(changes))).toBe(status);
		expect(listed()).toEqual([ADMIN]);
		expect(test.events).toEqual([]);
	});

	it.each([
		[
			"four subjects and three targets",
			{
				subjects: [1n, 2n, 3n, CAT | 0x00010001n],
				targets: [1, 2, 3].map((endpoint) => ({ cluster: 6, endpoint, deviceType: null })),
			},
		],
		["no subjects for a group", { authMode: 3, subjects: null }],
		["a manufacturer's cluster", { targets: [{ cluster: 0xfff1fc00, endpoint: null, deviceType: null }] }],
	])("takes %s", (_what, changes) => {
		expect(written(ADMIN, entry(changes))).toBe(0);
		expect(listed()[1]).toEqual(entry(changes));
	});

	it("four entries are a fabric's share; another fabric has its own", () => {
		const many = [2, 3, 4].map((node) => entry({ subjects: [BigInt(node)] }));
		expect(written(ADMIN, ...many)).toBe(0);
		expect(written(ADMIN, ...many, entry({ subjects: [9n] }))).toBe(Status.ResourceExhausted);
		const other = test.fabric(2);
		write(server, "acl", [ADMIN], contextOf(other));
		expect(server.acl).toHaveLength(5);
		expect(other.acl).toHaveLength(1);
	});

	it("tells by an event of each entry written, and of those gone from the end; a list as it was tells nothing", () => {
		written(ADMIN, entry({}), entry({ subjects: [2n] }));
		written(ADMIN, entry({}), entry({ subjects: [2n] }));
		written(ADMIN, entry({ privilege: 1 }));
		test.clock.advance(0);
		const changes: unknown[] = [];
		for (let record = test.node.events.from(0); record; record = test.node.events.from(record.number + 1)) {
			const reader = new TlvReader(record.data);
			reader.next();
			const event = decodeValue(reader, record.definition.fields) as Record<string, unknown>;
			changes.push([event["changeType"], event["adminNodeId"], event["adminPasscodeId"]]);
		}
		expect(changes.slice(1)).toEqual([
			[0, 0xdadan, null],
			[1, 0xdadan, null],
			[1, 0xdadan, null],
			[0, 0xdadan, null],
			[0, 0xdadan, null],
			[2, 0xdadan, null],
		]);
	});

	it("AddNOC's entry is told as done over PASE", () => {
		server.entryAdded(fabric, fabric.acl[0]!, contextOf(fabric, { authMode: PASE, subject: 0n }));
		expect(test.events).toEqual([AccessControl.events.accessControlEntryChanged.id]);
	});

	it("subscribers are told of what is written, added and gone, and not of what is as it was", () => {
		const told = (step: () => unknown) => {
			test.changes.length = 0;
			step();
			return test.changes.filter((name) => name.startsWith("AccessControl/"));
		};
		expect(told(() => written(ADMIN, entry({})))).toEqual(["AccessControl/acl"]);
		expect(told(() => written(ADMIN, entry({})))).toEqual([]);
		expect(told(() => server.entryAdded(fabric, fabric.acl[0]!, contextOf(fabric)))).toEqual(["AccessControl/acl"]);
		const extension = [{ data: fromHex("17d00000f1ff010001aa18"), fabricIndex: 1 }];
		expect(told(() => write(server, "extension", extension, contextOf(fabric)))).toEqual([
			"AccessControl/extension",
		]);
		expect(told(() => write(server, "extension", extension, contextOf(fabric)))).toEqual([]);
		expect(told(() => test.fabrics.remove(1))).toEqual(["AccessControl/acl", "AccessControl/extension"]);
		expect(test.storage.names("acl-extension.")).toEqual([]);
	});

	it("an extension of a fabric that is not there is forgotten at start", () => {
		test.storage.set("acl-extension.9", fromHex("1718"));
		const again = new TestNode(test.files);
		again.start([new AccessControlServer(again.fabrics)]);
		expect(again.storage.names("acl-extension.")).toEqual([]);
	});

	it("an entry outlives a restart", () => {
		const again = new TestNode(test.files);
		expect(again.fabrics.find(1)?.acl).toEqual(fabric.acl);
	});

	describe("extension", () => {
		it("keeps one TLV list for each fabric", () => {
			const data = fromHex("17d00000f1ff010001aa18");
			write(server, "extension", [{ data, fabricIndex: 1 }], contextOf(fabric));
			expect(server.extension).toEqual([{ data, fabricIndex: 1 }]);
			expect(test.events).toEqual([1]);
			const two = statusOf(() =>
				write(
					server,
					"extension",
					[
						{ data, fabricIndex: 1 },
						{ data, fabricIndex: 1 },
					],
					contextOf(fabric),
				),
			);
			expect(two).toBe(Status.ConstraintError);
			write(server, "extension", [], contextOf(fabric));
			expect(server.extension).toEqual([]);
		});

		it.each([
			["no list", "15d00000f1ff010001aa18"],
			["a context-specific tag", "17300101aa18"],
			["an anonymous element", "171001aa18"],
			["no end", "17d00000f1ff010001aa"],
			["bytes after the end", "17d00000f1ff010001aa1800"],
			["nothing", ""],
		])("refuses %s", (_what, hex) => {
			const status = statusOf(() =>
				write(server, "extension", [{ data: fromHex(hex), fabricIndex: 1 }], contextOf(fabric)),
			);
			expect(status).toBe(Status.ConstraintError);
			expect(server.extension).toEqual([]);
		});
	});
});

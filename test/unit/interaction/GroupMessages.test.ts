import { GROUP } from "../../../modules/datamodel/InteractionContext";
import type { AccessControlEntry } from "../../../modules/fabric/AccessControlEntry";
import { Opcode } from "../../../modules/interaction/Opcode";
import type { GroupSession } from "../../../modules/session/GroupSession";
import {
	array,
	b,
	Bench,
	encode,
	entry,
	invoke,
	invokeRequest,
	nil,
	NODE_ID,
	path,
	readRequest,
	statusResponse,
	structure,
	subscribeRequest,
	timedRequest,
	u,
	write,
	writeRequest,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

const ID = 0x101;
const OPERATE = 3;
const MANAGE = 4;

function group(privilege: number, changes: Partial<AccessControlEntry> = {}): AccessControlEntry {
	return { ...entry(privilege, [BigInt(ID)]), authMode: GROUP, ...changes };
}

describe("Requests to a group (Matter Core 8.7.3.2, 8.8.3.2)", () => {
	let bench: Bench;
	let members: number[];
	let session: GroupSession;

	beforeEach(() => {
		bench = new Bench();
		members = [1];
		bench.fabric.acl = [group(MANAGE)];
		const fabric = Object.assign(bench.fabric, {
			isMember: (groupId: number, endpoint: number) => groupId === ID && members.includes(endpoint),
		});
		session = { fabric, groupId: ID, getName: () => "group/1" } as unknown as GroupSession;
	});

	function send(opcode: number, payload: Uint8Array): void {
		bench.server.onGroupMessage(session, bench.message(opcode, payload));
	}

	const toggle = (...endpoint: number[]): void =>
		send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(endpoint[0], GADGET, 0)], false, true));
	/** how often the gadgets of endpoints 1 and 2 were toggled */
	const toggles = (): [number, number] => [bench.gadget.toggles, bench.parts.second.toggles];

	it("a command is executed by the group's endpoints, and only by them", () => {
		toggle();
		expect(toggles()).toEqual([1, 0]);
		expect(bench.gadget.seen).toEqual({ fields: {}, timed: false, fabricIndex: 1 });
		members = [0, 1, 2];
		toggle();
		expect(toggles()).toEqual([2, 1]);
		members = [];
		toggle();
		expect(toggles()).toEqual([2, 1]);
	});

	it.each<[string, AccessControlEntry[], [number, number]]>([
		["for the group", [group(OPERATE)], [1, 1]],
		["for every group", [group(OPERATE, { subjects: null })], [1, 1]],
		["for another group", [group(OPERATE, { subjects: [0x102n] })], [0, 0]],
		["for viewing only", [group(1)], [0, 0]],
		["for one endpoint", [group(OPERATE, { targets: [{ cluster: null, endpoint: 2, deviceType: null }] })], [0, 1]],
		[
			"for another cluster",
			[group(OPERATE, { targets: [{ cluster: 6, endpoint: null, deviceType: null }] })],
			[0, 0],
		],
		["for the node with that id", [entry(OPERATE, [BigInt(ID)])], [0, 0]],
		["for every node", [entry(OPERATE)], [0, 0]],
		["for nobody", [], [0, 0]],
	])("an access control entry %s counts", (_what, acl, expected) => {
		bench.fabric.acl = acl;
		members = [1, 2];
		toggle();
		expect(toggles()).toEqual(expected);
	});

	it.each([
		["that names an endpoint", invokeRequest([invoke(1, GADGET, 0)], false, true)],
		["that says it is timed", invokeRequest([invoke(undefined, GADGET, 0)], true, true)],
		[
			"with several commands",
			invokeRequest([invoke(undefined, GADGET, 0, undefined, 1), invoke(undefined, CUSTOM, 0, undefined, 2)]),
		],
		["without a command", encode(structure({ 0: b(true), 1: b(false), 2: array() }))],
		["that is cut off", invokeRequest([invoke(undefined, GADGET, 0)]).subarray(0, 12)],
		["that is nothing", new Uint8Array(0)],
	])("an InvokeRequest %s is refused whole", (_what, payload) => {
		send(Opcode.INVOKE_REQUEST, payload);
		expect(toggles()).toEqual([0, 0]);
	});

	it("takes a request that wants a response, and gives none", () => {
		send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 1, { 0: u(1), 1: u(2) })]));
		expect(bench.gadget.seen!.fields).toEqual({ a: 1, b: 2 });
	});

	it("does not execute what needs time, privilege or what is not there", () => {
		for (const command of [2, 3, 9, 77])
			send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, command)]));
		expect(bench.gadget.seen).toBeUndefined();
		expect(bench.gadget.toggles).toBe(0);
	});

	it("goes on at the next endpoint when a command is refused, or is a mistake", () => {
		members = [1, 2];
		for (const command of [4, 5]) send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, command)]));
		expect(bench.lines.filter((line) => line.includes("a mistake in the server"))).toHaveLength(2);
		send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 1, { 0: u(1) })]));
		toggle();
		expect(toggles()).toEqual([1, 1]);
	});

	it("executes a fabric-scoped command for the fabric", () => {
		send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 8)]));
		expect(bench.gadget.seen!.fabricIndex).toBe(1);
	});

	it("a slow command has nobody to acknowledge to", () => {
		let done = false;
		bench.gadget.meanwhile = () => (done = true);
		send(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 7)]));
		expect(done).toBe(true);
	});

	const attributeWrite = (...data: Parameters<typeof write>[]): void =>
		send(
			Opcode.WRITE_REQUEST,
			writeRequest(
				data.map((one) => write(...one)),
				{ suppress: true },
			),
		);

	it("a write reaches the group's endpoints, and only them", () => {
		attributeWrite([path(undefined, GADGET, 0), b(true)]);
		expect([bench.gadget.flag, bench.parts.second.flag]).toEqual([true, false]);
		members = [1, 2];
		attributeWrite([path(undefined, GADGET, 3), u(5)], [path(undefined, GADGET, 7), nil]);
		expect([bench.gadget.writeOnly, bench.parts.second.writeOnly]).toEqual([5, 5]);
		expect(bench.gadget.text).toBe("hello");
	});

	it("a write without privilege, or of what needs time, does nothing", () => {
		attributeWrite([path(undefined, GADGET, 2), u(9)], [path(undefined, GADGET, 4), u(9)]);
		expect([bench.gadget.secret, bench.gadget.timedOnly]).toEqual([42, 1]);
		bench.fabric.acl = [entry(5)];
		attributeWrite([path(undefined, GADGET, 0), b(true)]);
		expect(bench.gadget.flag).toBe(false);
	});

	const flag = write(path(undefined, GADGET, 0), b(true));
	it.each([
		["that names an endpoint", [flag, write(path(1, GADGET, 3), u(5))], {}],
		["that names this node and an endpoint", [write(path(1, GADGET, 0, { 1: u(NODE_ID) }), b(true))], {}],
		["with a data version", [write(path(undefined, GADGET, 0), b(true), 7)], {}],
		["that says it is timed", [flag], { timed: true }],
		["that says more follows", [flag], { more: true }],
	])("a WriteRequest %s is refused whole", (_what, writes, options) => {
		send(Opcode.WRITE_REQUEST, writeRequest(writes, options));
		expect([bench.gadget.flag, bench.gadget.writeOnly]).toEqual([false, 0]);
	});

	it.each([
		["reads", Opcode.READ_REQUEST, readRequest({ paths: [path()] })],
		["subscribes", Opcode.SUBSCRIBE_REQUEST, subscribeRequest({ paths: [path()] })],
		["begins a timed interaction", Opcode.TIMED_REQUEST, timedRequest(1000)],
		["answers", Opcode.STATUS_RESPONSE, statusResponse(0)],
		["says nothing known", 0x77, new Uint8Array(3)],
	])("nobody %s by group", (_what, opcode, payload) => {
		send(opcode, payload);
		bench.clock.advance(100_000);
		expect(bench.opened).toHaveLength(0);
		expect(bench.server.subscribe.subscriptions).toHaveLength(0);
	});

	it("leaves nothing behind for the next request, which is a node's", () => {
		bench.fabric.acl = [group(MANAGE), entry(5)];
		members = [];
		toggle();
		const exchange = bench.request(Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 0)]));
		expect(toggles()).toEqual([1, 1]);
		expect(exchange.last.opcode).toBe(Opcode.INVOKE_RESPONSE);
	});
});

import { GroupsServer } from "../../../modules/clusters/GroupsServer";
import { IdentifyServer } from "../../../modules/clusters/IdentifyServer";
import { Status } from "../../../modules/datamodel/Status";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { TestNode, contextOf, invoke, statusOf, write } from "./TestNode";

const KEY = new Uint8Array(16).fill(7);
const EMPTY = {
	epochKey1: null,
	epochStartTime1: null,
	epochKey2: null,
	epochStartTime2: null,
};

describe("Group keys and groups", () => {
	let test: TestNode;
	let groups: GroupsServer;
	let identify: IdentifyServer;
	let fabric: Fabric;

	beforeEach(() => {
		test = new TestNode();
		groups = new GroupsServer();
		identify = new IdentifyServer(1);
		test.start([], [groups, identify]);
		fabric = test.fabric();
	});

	function keySet(groupKeySetId: number, changes: object = {}): number {
		const set = {
			groupKeySetId,
			groupKeySecurityPolicy: 0,
			epochKey0: KEY,
			epochStartTime0: 1n,
			...EMPTY,
			fabricIndex: 1,
			...changes,
		};
		return statusOf(() => invoke(test.keys, "keySetWrite", { groupKeySet: set }, contextOf(fabric)));
	}

	function map(...pairs: [number, number][]): number {
		const entries = pairs.map(([groupId, groupKeySetId]) => ({ groupId, groupKeySetId, fabricIndex: 1 }));
		return statusOf(() => write(test.keys, "groupKeyMap", entries, contextOf(fabric)));
	}

	function add(groupId: number, groupName = "g"): unknown {
		return invoke(groups, "addGroup", { groupId, groupName }, contextOf(fabric))["status"];
	}

	describe("Group Key Management (Matter Core 11.2)", () => {
		it.each([
			["no first key", { epochKey0: null, epochStartTime0: null }],
			["a key without its start", { epochStartTime0: null }],
			["start time 0", { epochStartTime0: 0n }],
			["a second key that starts no later", { epochKey1: KEY, epochStartTime1: 1n }],
			["a third key without a second", { epochKey2: KEY, epochStartTime2: 3n }],
			["policy CacheAndSync", { groupKeySecurityPolicy: 1 }],
		])("KeySetWrite refuses %s", (_what, changes) => {
			expect(keySet(1, changes)).not.toBe(0);
			expect(fabric.groupKeySets).toHaveLength(1);
		});

		it("holds three sets, the IPK's among them, and never tells a key", () => {
			expect(keySet(1, { epochKey1: KEY, epochStartTime1: 2n })).toBe(0);
			expect(keySet(2)).toBe(0);
			expect(keySet(3)).toBe(Status.ResourceExhausted);
			expect(invoke(test.keys, "keySetReadAllIndices", {}, contextOf(fabric))).toEqual({
				groupKeySetIDs: [0, 1, 2],
			});
			const set = invoke(test.keys, "keySetRead", { groupKeySetId: 1 }, contextOf(fabric))[
				"groupKeySet"
			] as Record<string, unknown>;
			expect([set["epochKey0"], set["epochStartTime0"], set["epochKey1"], set["epochStartTime1"]]).toEqual([
				null,
				1n,
				null,
				2n,
			]);
		});

		it("KeySetRemove takes the mappings along, and leaves the IPK", () => {
			keySet(1);
			map([5, 1]);
			expect(statusOf(() => invoke(test.keys, "keySetRemove", { groupKeySetId: 0 }, contextOf(fabric)))).toBe(
				Status.InvalidCommand,
			);
			expect(statusOf(() => invoke(test.keys, "keySetRemove", { groupKeySetId: 9 }, contextOf(fabric)))).toBe(
				Status.NotFound,
			);
			expect(statusOf(() => invoke(test.keys, "keySetRemove", { groupKeySetId: 1 }, contextOf(fabric)))).toBe(0);
			expect(test.keys.groupKeyMap).toEqual([]);
		});

		it("GroupKeyMap refuses key set 0, group 0 and a group named twice", () => {
			expect(map([5, 0])).toBe(Status.ConstraintError);
			expect(map([0, 1])).toBe(Status.ConstraintError);
			expect(map([5, 1], [5, 2])).toBe(Status.ConstraintError);
			expect(map([5, 1], [6, 1])).toBe(0);
			expect(map(...Array.from({ length: 13 }, (_, i): [number, number] => [i + 1, 1]))).toBe(
				Status.ResourceExhausted,
			);
			expect(test.keys.groupKeyMap).toHaveLength(2);
		});
	});

	it("all of it outlives a restart, and who listens hears of it", () => {
		const told = (step: () => unknown) => {
			test.changes.length = 0;
			step();
			return test.changes.filter((name) => name.startsWith("GroupKeyManagement/"));
		};
		const stored = () => new TestNode(test.files).fabrics.find(1)!;
		const [keyMap, table] = ["GroupKeyManagement/groupKeyMap", "GroupKeyManagement/groupTable"];
		keySet(1);
		expect(stored().groupKeySets).toEqual(fabric.groupKeySets);
		expect(told(() => map([5, 1]))).toEqual([keyMap]);
		expect(stored().groupKeyMap).toEqual([{ groupId: 5, groupKeySetId: 1 }]);
		expect(told(() => add(5))).toEqual([table]);
		expect(told(() => invoke(test.keys, "keySetRemove", { groupKeySetId: 1 }, contextOf(fabric)))).toEqual([
			keyMap,
		]);
		expect(stored().groupKeySets).toHaveLength(1);
		expect(stored().groupKeyMap).toEqual([]);
		expect(told(() => test.fabrics.remove(1))).toEqual([keyMap, table]);
	});

	it("receivers of group messages hear of all of it", () => {
		let told = 0;
		test.fabrics.addListener({ onGroupsChanged: (changed) => (told += changed === fabric ? 1 : 100) });
		const step = (act: () => unknown): number => {
			told = 0;
			act();
			return told;
		};
		const context = contextOf(fabric);
		expect(step(() => keySet(1))).toBe(1);
		expect(step(() => keySet(1, { epochKey0: new Uint8Array(16).fill(8) }))).toBe(1);
		expect(step(() => map([5, 1]))).toBe(1);
		expect(step(() => add(5))).toBe(1);
		expect(step(() => invoke(groups, "removeGroup", { groupId: 5 }, context))).toBe(1);
		expect(step(() => invoke(test.keys, "keySetRemove", { groupKeySetId: 1 }, context))).toBe(1);
		expect(step(() => keySet(1, { groupKeySecurityPolicy: 1 }))).toBe(0);
	});

	describe("Groups (Matter Application Clusters 1.3)", () => {
		beforeEach(() => {
			map([5, 1], [6, 1]);
		});

		it("adds a group that has a key, renames it, and shows it in the node's table", () => {
			expect(add(5, "kitchen")).toBe(Status.Success);
			expect(add(5, "hall")).toBe(Status.Success);
			expect(test.keys.groupTable).toEqual([{ groupId: 5, endpoints: [1], groupName: "hall", fabricIndex: 1 }]);
			expect(invoke(groups, "viewGroup", { groupId: 5 }, contextOf(fabric))).toEqual({
				status: Status.Success,
				groupId: 5,
				groupName: "hall",
			});
			expect(new TestNode(test.files).fabrics.find(1)?.groups).toHaveLength(1);
		});

		it("answers what is wrong in the response", () => {
			expect(add(0)).toBe(Status.ConstraintError);
			expect(add(5, "a name of 17 byte")).toBe(Status.ConstraintError);
			expect(add(7)).toBe(Status.UnsupportedAccess);
			expect(invoke(groups, "viewGroup", { groupId: 5 }, contextOf(fabric))["status"]).toBe(Status.NotFound);
			expect(invoke(groups, "removeGroup", { groupId: 5 }, contextOf(fabric))["status"]).toBe(Status.NotFound);
			for (const command of ["viewGroup", "removeGroup"])
				expect(invoke(groups, command, { groupId: 0 }, contextOf(fabric))["status"]).toBe(
					Status.ConstraintError,
				);
		});

		it("has room for twelve in a fabric", () => {
			for (let group = 1; group <= 13; group++) fabric.groupKeyMap.push({ groupId: group, groupKeySetId: 1 });
			for (let group = 1; group <= 12; group++) expect(add(group)).toBe(Status.Success);
			expect(add(13)).toBe(Status.ResourceExhausted);
			expect(add(12, "renamed")).toBe(Status.Success);
		});

		it("tells its memberships, all or those asked for", () => {
			add(5);
			add(6);
			const members = (groupList: number[]) =>
				invoke(groups, "getGroupMembership", { groupList }, contextOf(fabric));
			expect(members([])).toEqual({ capacity: 10, groupList: [5, 6] });
			expect(members([6, 7])).toEqual({ capacity: 10, groupList: [6] });
		});

		it("AddGroupIfIdentifying adds only while the endpoint identifies itself", () => {
			const fields = { groupId: 5, groupName: "" };
			invoke(groups, "addGroupIfIdentifying", fields, contextOf(fabric));
			expect(fabric.groups).toHaveLength(0);
			invoke(identify, "identify", { identifyTime: 2 }, contextOf(fabric));
			invoke(groups, "addGroupIfIdentifying", fields, contextOf(fabric));
			expect(fabric.groups).toHaveLength(1);
			expect(
				statusOf(() =>
					invoke(groups, "addGroupIfIdentifying", { groupId: 9, groupName: "" }, contextOf(fabric)),
				),
			).toBe(Status.UnsupportedAccess);
		});
	});

	describe("Identify (Matter Application Clusters 1.2)", () => {
		it("counts down by the second and is reported at begin and end only", () => {
			invoke(identify, "identify", { identifyTime: 3 }, contextOf(fabric));
			test.clock.advance(1000);
			expect(identify.identifyTime).toBe(2);
			test.clock.advance(2000);
			expect(identify.identifyTime).toBe(0);
			expect(test.changes.filter((name) => name === "Identify/identifyTime")).toHaveLength(2);
		});

		it("a write of 0 ends it", () => {
			const seen: boolean[] = [];
			const other = new TestNode();
			const lamp = new IdentifyServer(1, { identify: (on) => seen.push(on) });
			other.start([], [lamp]);
			write(lamp, "identifyTime", 60, contextOf(other.fabric()));
			write(lamp, "identifyTime", 0, contextOf(other.fabrics.find(1)));
			expect(seen).toEqual([true, false]);
		});
	});
});

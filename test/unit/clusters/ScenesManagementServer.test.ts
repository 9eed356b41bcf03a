import { GroupsServer } from "../../../modules/clusters/GroupsServer";
import { IdentifyServer } from "../../../modules/clusters/IdentifyServer";
import { OnOffServer } from "../../../modules/clusters/OnOffServer";
import { ScenesManagementServer } from "../../../modules/clusters/ScenesManagementServer";
import { GROUP as AUTH_GROUP, PASE } from "../../../modules/datamodel/InteractionContext";
import { Status } from "../../../modules/datamodel/Status";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { TestNode, contextOf, invoke, statusOf } from "./TestNode";

const GROUP = 0x0103;
const ON_OFF = 6;
const ON = [{ clusterId: ON_OFF, attributeValueList: [{ attributeId: 0, valueUnsigned8: 1 }] }];

describe("Scenes Management (Matter Application Clusters 1.4)", () => {
	let test: TestNode;
	let light: OnOffServer;
	let scenes: ScenesManagementServer;
	let groups: GroupsServer;
	let fabric: Fabric;

	beforeEach(() => {
		test = new TestNode();
		light = new OnOffServer(() => undefined);
		scenes = new ScenesManagementServer();
		groups = new GroupsServer();
		test.start([], [light, scenes, groups, new IdentifyServer(1)]);
		fabric = test.fabric();
		join(fabric);
	});

	function join(member: Fabric): void {
		member.groupKeyMap.push({ groupId: GROUP, groupKeySetId: 1 });
		invoke(groups, "addGroup", { groupId: GROUP, groupName: "kitchen" }, contextOf(member));
	}

	function add(sceneId: number, changes: object = {}, of = fabric): unknown {
		const scene = { groupId: GROUP, sceneId, transitionTime: 0, sceneName: "s", extensionFieldSetStructs: ON };
		return invoke(scenes, "addScene", { ...scene, ...changes }, contextOf(of))["status"];
	}

	function view(sceneId: number, of = fabric): Record<string, unknown> {
		return invoke(scenes, "viewScene", { groupId: GROUP, sceneId }, contextOf(of));
	}

	function info(index: number): unknown {
		return scenes.fabricSceneInfo.find((entry) => entry.fabricIndex === index);
	}

	it("keeps what AddScene brings", () => {
		expect(add(1, { transitionTime: 2000, sceneName: "evening" })).toBe(Status.Success);
		expect(view(1)).toEqual({
			status: Status.Success,
			groupId: GROUP,
			sceneId: 1,
			transitionTime: 2000,
			sceneName: "evening",
			extensionFieldSetStructs: ON,
		});
	});

	it.each([
		["scene id above 254", { sceneId: 255 }, Status.ConstraintError],
		["transition time above 60,000,000 ms", { transitionTime: 60_000_001 }, Status.ConstraintError],
		["a group the endpoint is not in", { groupId: 7 }, Status.InvalidCommand],
		[
			"an attribute that is none of scenes",
			{
				extensionFieldSetStructs: [
					{ clusterId: ON_OFF, attributeValueList: [{ attributeId: 0x4001, valueUnsigned16: 1 }] },
				],
			},
			Status.InvalidCommand,
		],
		[
			"a value in the wrong field",
			{
				extensionFieldSetStructs: [
					{ clusterId: ON_OFF, attributeValueList: [{ attributeId: 0, valueUnsigned16: 1 }] },
				],
			},
			Status.InvalidCommand,
		],
		[
			"two values for one attribute",
			{
				extensionFieldSetStructs: [
					{
						clusterId: ON_OFF,
						attributeValueList: [{ attributeId: 0, valueUnsigned8: 1, valueUnsigned16: 1 }],
					},
				],
			},
			Status.InvalidCommand,
		],
	])("AddScene answers %s by a status in its response", (_what, changes, status) => {
		expect(add(1, changes)).toBe(status);
		expect(view(1)["status"]).toBe(Status.NotFound);
	});

	it("a message to a group concerns scenes of groups only", () => {
		expect(add(1, { groupId: 0 })).toBe(Status.Success);
		const recall = { groupId: 0, sceneId: 1, transitionTime: null };
		const context = contextOf(fabric, { authMode: AUTH_GROUP, subject: BigInt(GROUP) });
		expect(statusOf(() => invoke(scenes, "recallScene", recall, context))).toBe(Status.InvalidCommand);
		expect(light.onOff).toBe(false);
		invoke(scenes, "recallScene", recall, contextOf(fabric));
		expect(light.onOff).toBe(true);
	});

	it("nothing is stored for a commissioner without a fabric", () => {
		const { storage } = light.endpoint.node;
		light.on();
		const before = storage.get("scenes.1");
		const effect = { effectIdentifier: 0, effectVariant: 0 };
		invoke(light, "offWithEffect", effect, contextOf(undefined, { authMode: PASE }));
		expect([light.onOff, light.globalSceneControl]).toEqual([false, false]);
		expect(storage.get("scenes.1")).toEqual(before);
		invoke(light, "onWithRecallGlobalScene", {}, contextOf(undefined, { authMode: PASE }));
		expect(light.onOff).toBe(true);
	});

	it("leaves out sets of clusters that the endpoint has not", () => {
		expect(add(1, { extensionFieldSetStructs: [{ clusterId: 8, attributeValueList: [] }, ...ON] })).toBe(
			Status.Success,
		);
		expect(view(1)["extensionFieldSetStructs"]).toEqual(ON);
	});

	it("gives no fabric more than its share of the table (1.4.6.1)", () => {
		for (let scene = 1; scene <= 7; scene++) expect(add(scene)).toBe(Status.Success);
		expect(add(8)).toBe(Status.ResourceExhausted);
		expect(add(7)).toBe(Status.Success);
		expect(invoke(scenes, "getSceneMembership", { groupId: GROUP }, contextOf(fabric))).toEqual({
			status: Status.Success,
			capacity: 0,
			groupId: GROUP,
			sceneList: [1, 2, 3, 4, 5, 6, 7],
		});
		const other = test.fabric(2);
		join(other);
		expect(add(1, {}, other)).toBe(Status.Success);
	});

	it("stores the endpoint's state and recalls it", () => {
		light.on();
		expect(invoke(scenes, "storeScene", { groupId: GROUP, sceneId: 3 }, contextOf(fabric))["status"]).toBe(
			Status.Success,
		);
		expect(info(1)).toEqual({
			sceneCount: 1,
			currentScene: 3,
			currentGroup: GROUP,
			sceneValid: true,
			remainingCapacity: 6,
			fabricIndex: 1,
		});
		light.off();
		expect(scenes.fabricSceneInfo[0]?.sceneValid).toBe(false);
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 3 }, contextOf(fabric));
		expect(light.onOff).toBe(true);
		expect(scenes.fabricSceneInfo[0]?.sceneValid).toBe(true);
	});

	it("StoreScene over an existing scene keeps its name and transition time (1.4.9.10)", () => {
		add(4, { sceneName: "movie", transitionTime: 500 });
		invoke(scenes, "storeScene", { groupId: GROUP, sceneId: 4 }, contextOf(fabric));
		const scene = view(4);
		expect(scene["sceneName"]).toBe("movie");
		expect(scene["transitionTime"]).toBe(500);
		expect(scene["extensionFieldSetStructs"]).toEqual([
			{ clusterId: ON_OFF, attributeValueList: [{ attributeId: 0, valueUnsigned8: 0 }] },
		]);
	});

	it("switches at the end of the transition; another command before that ends it", () => {
		add(1, { transitionTime: 1000 });
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 1 }, contextOf(fabric));
		test.clock.advance(999);
		expect(light.onOff).toBe(false);
		test.clock.advance(1);
		expect(light.onOff).toBe(true);
		light.off();
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 1, transitionTime: 100 }, contextOf(fabric));
		light.off();
		test.clock.advance(1000);
		expect(light.onOff).toBe(false);
	});

	it("RecallScene refuses by status: unknown group, unknown scene, out of range", () => {
		const recall = (fields: object) => statusOf(() => invoke(scenes, "recallScene", fields, contextOf(fabric)));
		expect(recall({ groupId: 9, sceneId: 1 })).toBe(Status.InvalidCommand);
		expect(recall({ groupId: GROUP, sceneId: 1 })).toBe(Status.NotFound);
		expect(recall({ groupId: GROUP, sceneId: 255 })).toBe(Status.ConstraintError);
	});

	it("keeps fabrics apart, and one fabric's recall ends the other's current scene", () => {
		const other = test.fabric(2);
		join(other);
		add(1);
		add(1, { sceneName: "theirs" }, other);
		expect(view(1)["sceneName"]).toBe("s");
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 1 }, contextOf(fabric));
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 1 }, contextOf(other));
		expect(scenes.fabricSceneInfo.map((entry) => entry.sceneValid)).toEqual([false, true]);
		test.fabrics.remove(2);
		expect(view(1)["status"]).toBe(Status.Success);
		expect(scenes.fabricSceneInfo).toHaveLength(1);
	});

	it("copies one scene or all of a group", () => {
		add(1);
		add(2);
		const copy = (fields: object) =>
			invoke(
				scenes,
				"copyScene",
				{
					mode: 0,
					groupIdentifierFrom: GROUP,
					sceneIdentifierFrom: 1,
					groupIdentifierTo: 0,
					sceneIdentifierTo: 9,
					...fields,
				},
				contextOf(fabric),
			)["status"];
		expect(copy({})).toBe(Status.Success);
		expect(copy({ sceneIdentifierFrom: 3 })).toBe(Status.NotFound);
		expect(copy({ mode: 1 })).toBe(Status.Success);
		const list = invoke(scenes, "getSceneMembership", { groupId: 0 }, contextOf(fabric))["sceneList"];
		expect(list).toEqual([9, 1, 2]);
	});

	it("a group that the endpoint leaves takes its scenes along (1.3.7.4)", () => {
		add(1);
		add(1, { groupId: 0 });
		invoke(groups, "removeGroup", { groupId: GROUP }, contextOf(fabric));
		expect(scenes.fabricSceneInfo[0]?.sceneCount).toBe(1);
		invoke(groups, "removeAllGroups", {}, contextOf(fabric));
		expect(scenes.fabricSceneInfo[0]?.sceneCount).toBe(0);
	});

	it("every command answers a scene or group out of range, or not there", () => {
		const answer = (name: string, fields: object) => invoke(scenes, name, fields, contextOf(fabric))["status"];
		for (const name of ["viewScene", "removeScene", "storeScene"]) {
			expect(answer(name, { groupId: GROUP, sceneId: 255 })).toBe(Status.ConstraintError);
			expect(answer(name, { groupId: 9, sceneId: 1 })).toBe(Status.InvalidCommand);
		}
		expect(answer("viewScene", { groupId: GROUP, sceneId: 1 })).toBe(Status.NotFound);
		expect(answer("removeScene", { groupId: GROUP, sceneId: 1 })).toBe(Status.NotFound);
		expect(answer("removeAllScenes", { groupId: 9 })).toBe(Status.InvalidCommand);
		expect(answer("getSceneMembership", { groupId: 9 })).toBe(Status.InvalidCommand);
		const copy = {
			mode: 0,
			groupIdentifierFrom: GROUP,
			sceneIdentifierFrom: 1,
			groupIdentifierTo: GROUP,
			sceneIdentifierTo: 2,
		};
		expect(answer("copyScene", { ...copy, groupIdentifierFrom: 9 })).toBe(Status.InvalidCommand);
		expect(answer("copyScene", { ...copy, groupIdentifierTo: 9 })).toBe(Status.InvalidCommand);
		expect(answer("copyScene", { ...copy, sceneIdentifierFrom: 255 })).toBe(Status.ConstraintError);
		expect(answer("copyScene", { ...copy, sceneIdentifierTo: 255 })).toBe(Status.ConstraintError);
		add(1);
		const late = { groupId: GROUP, sceneId: 1, transitionTime: 60_000_001 };
		expect(statusOf(() => invoke(scenes, "recallScene", late, contextOf(fabric)))).toBe(Status.ConstraintError);
	});

	it("copies of all scenes end where the table is full", () => {
		for (let scene = 1; scene <= 5; scene++) add(scene);
		const copy = {
			mode: 1,
			groupIdentifierFrom: GROUP,
			sceneIdentifierFrom: 0,
			groupIdentifierTo: 0,
			sceneIdentifierTo: 0,
		};
		expect(invoke(scenes, "copyScene", copy, contextOf(fabric))["status"]).toBe(Status.ResourceExhausted);
		expect(scenes.fabricSceneInfo[0]?.sceneCount).toBe(7);
	});

	it("a scene that goes is no current scene any more, and gone after a restart", () => {
		const stored = () => {
			const again = new TestNode(test.files);
			const restarted = new ScenesManagementServer();
			again.start([], [new OnOffServer(() => undefined), restarted, new GroupsServer()]);
			return restarted.fabricSceneInfo[0]?.sceneCount;
		};
		add(2);
		invoke(scenes, "storeScene", { groupId: GROUP, sceneId: 1 }, contextOf(fabric));
		invoke(scenes, "removeScene", { groupId: GROUP, sceneId: 1 }, contextOf(fabric));
		expect(info(1)).toEqual({
			sceneCount: 1,
			currentScene: 1,
			currentGroup: GROUP,
			sceneValid: false,
			remainingCapacity: 6,
			fabricIndex: 1,
		});
		expect(stored()).toBe(1);
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 2 }, contextOf(fabric));
		invoke(scenes, "removeAllScenes", { groupId: GROUP }, contextOf(fabric));
		expect(scenes.fabricSceneInfo[0]?.sceneValid).toBe(false);
		expect(stored()).toBe(0);
		test.changes.length = 0;
		test.fabrics.remove(1);
		expect(test.changes).toContain("ScenesManagement/fabricSceneInfo");
	});

	it("who listens hears of each change of FabricSceneInfo", () => {
		const told = (step: () => unknown) => {
			test.changes.length = 0;
			step();
			return test.changes.includes("ScenesManagement/fabricSceneInfo");
		};
		const scene = { groupId: GROUP, sceneId: 1 };
		expect(told(() => add(1))).toBe(true);
		expect(told(() => invoke(scenes, "recallScene", scene, contextOf(fabric)))).toBe(true);
		expect(told(() => light.toggle())).toBe(true);
		expect(told(() => light.toggle())).toBe(false);
		expect(told(() => invoke(scenes, "storeScene", scene, contextOf(fabric)))).toBe(true);
		expect(told(() => invoke(scenes, "removeScene", scene, contextOf(fabric)))).toBe(true);
	});

	it("a scene without a value for the light leaves it as it is", () => {
		add(1, { extensionFieldSetStructs: [{ clusterId: ON_OFF, attributeValueList: [] }] });
		light.on();
		invoke(scenes, "recallScene", { groupId: GROUP, sceneId: 1 }, contextOf(fabric));
		expect(light.onOff).toBe(true);
	});

	it("without a stored global scene OnWithRecallGlobalScene is On", () => {
		invoke(light, "offWithEffect", { effectIdentifier: 0, effectVariant: 0 }, contextOf(fabric));
		invoke(scenes, "removeAllScenes", { groupId: 0 }, contextOf(fabric));
		invoke(light, "onWithRecallGlobalScene", {}, contextOf(fabric));
		expect(light.onOff).toBe(true);
	});

	it("On after OffWithEffect opens the global scene for the next time", () => {
		invoke(light, "offWithEffect", { effectIdentifier: 0, effectVariant: 0 }, contextOf(fabric));
		expect(light.globalSceneControl).toBe(false);
		light.on();
		expect(light.globalSceneControl).toBe(true);
	});

	it("survives a restart", () => {
		add(1, { transitionTime: 700 });
		const again = new TestNode(test.files);
		const restarted = new ScenesManagementServer();
		again.start([], [new OnOffServer(() => undefined), restarted, new GroupsServer()]);
		expect(
			invoke(restarted, "viewScene", { groupId: GROUP, sceneId: 1 }, contextOf(again.fabrics.find(1)))[
				"transitionTime"
			],
		).toBe(700);
	});
});

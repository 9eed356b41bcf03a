/** Every cluster of the light, driven and read by matter.js, which decodes all that comes by its own model. */
import { AccessControl } from "@matter/main/clusters/access-control";
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { BasicInformation } from "@matter/main/clusters/basic-information";
import { GeneralCommissioning } from "@matter/main/clusters/general-commissioning";
import { GeneralDiagnostics } from "@matter/main/clusters/general-diagnostics";
import { GroupKeyManagement } from "@matter/main/clusters/group-key-management";
import { Groups } from "@matter/main/clusters/groups";
import { Identify } from "@matter/main/clusters/identify";
import { NetworkCommissioning } from "@matter/main/clusters/network-commissioning";
import { OnOff } from "@matter/main/clusters/on-off";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { ScenesManagement } from "@matter/main/clusters/scenes-management";
import { ClusterModel, DeviceTypeModel, Matter } from "@matter/main/model";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";

const Status = {
	Success: 0,
	Failure: 1,
	UnsupportedAccess: 0x7e,
	InvalidAction: 0x80,
	InvalidCommand: 0x85,
	ConstraintError: 0x87,
	ResourceExhausted: 0x89,
	NotFound: 0x8b,
	NeedsTimedInteraction: 0xc6,
	FailsafeRequired: 0xca,
};
/** event of Basic Information */
const SHUT_DOWN = 1;
const GROUP = 0x0103;
/** matter.js takes microseconds of the Unix epoch, the data model has them from 2000 on. */
const START = 946_684_800_000_000n + 1n;
const KEY = new Uint8Array(16).fill(7);

describe("the light's clusters", () => {
	let device, controller, light;

	beforeAll(async () => {
		device = await Device.create();
		await device.start();
		controller = await Controller.start("clusters");
		light = await controller.commissionAt(device.port, device.passcode);
	}, 60_000);

	afterAll(async () => {
		await controller?.close();
		await device?.close();
	}, 30_000);

	const read = (endpoint, cluster, name) => light.read(endpoint, cluster, attributeId(cluster, name));
	const refused = (promise, status, clusterStatus) =>
		expect(promise).rejects.toMatchObject(clusterStatus === undefined ? { status } : { status, clusterStatus });

	test("have every attribute and command that their revision, features and device types ask for", async () => {
		const reports = await light.report({});
		expect(reports.filter((report) => report.kind !== "attr-value")).toEqual([]);
		const values = new Map();
		for (const { path, value } of reports) {
			const key = `${path.endpointId}/${path.clusterId}`;
			if (!values.has(key)) values.set(key, new Map());
			values.get(key).set(path.attributeId, value);
		}
		for (const [key, attributes] of values) {
			const model = Matter.get(ClusterModel, Number(key.split("/")[1]));
			expect([key, attributes.get(0xfffd)]).toEqual([key, model.revision]);
			const listed = attributes.get(0xfffb);
			expect([key, [...attributes.keys()].sort((a, b) => a - b)]).toEqual([
				key,
				[...listed].sort((a, b) => a - b),
			]);
			for (const id of listed) if (id < 0xfff0) expect(model.attributes(id)).toBeDefined();
			for (const id of attributes.get(0xfff9))
				expect(model.commands.for?.(id) ?? model.commands(id)).toBeDefined();
		}
		for (const endpoint of [0, 1])
			for (const { deviceType, revision } of values.get(`${endpoint}/29`).get(0)) {
				const model = Matter.get(DeviceTypeModel, deviceType);
				expect(revision).toBe(model.revision);
				const servers = values.get(`${endpoint}/29`).get(1);
				for (const requirement of model.requirements)
					if (requirement.element === "serverCluster" && String(requirement.conformance) === "M")
						expect(servers).toContain(requirement.id);
			}
	}, 30_000);

	test("access control: written lists are kept, wrong ones refused, and what is taken away is gone", async () => {
		const acl = await read(0, AccessControl, "acl");
		const admin = { privilege: 5, authMode: 2, subjects: acl[0].subjects, targets: null, fabricIndex: 1 };
		const view = {
			privilege: 1,
			authMode: 2,
			subjects: [1n],
			targets: [{ cluster: 6, endpoint: null, deviceType: null }],
			fabricIndex: 1,
		};
		await light.write(0, AccessControl, "acl", [admin, view]);
		expect(await read(0, AccessControl, "acl")).toHaveLength(2);
		await refused(light.write(0, AccessControl, "acl", [admin, { ...view, authMode: 1 }]), Status.ConstraintError);
		await refused(light.write(0, AccessControl, "acl", [admin, view, view, view, view]), Status.ResourceExhausted);
		const events = await light.events({ endpointId: 0, clusterId: AccessControl.id });
		expect(events.map(({ value, data }) => (value ?? data).changeType)).toEqual([1, 0, 1]);

		// Only the clusters of endpoint 0 are left to the administrator.
		const root = [{ cluster: null, endpoint: 0, deviceType: null }];
		await light.write(0, AccessControl, "acl", [{ ...admin, targets: root }]);
		await refused(light.invoke(1, OnOff, "on"), Status.UnsupportedAccess);
		await refused(light.read(1, OnOff, 0), Status.UnsupportedAccess);
		expect(await light.report({ endpointId: 1 })).toEqual([]);
		await light.write(0, AccessControl, "acl", [admin]);
		await light.invoke(1, OnOff, "on");
		await light.invoke(1, OnOff, "off");
	}, 20_000);

	test("on/off: timed on, delayed off, start-up", async () => {
		await light.invoke(1, OnOff, "onWithTimedOff", { onOffControl: {}, onTime: 5, offWaitTime: 0 });
		expect(await read(1, OnOff, "onOff")).toBe(true);
		await new Promise((resolve) => setTimeout(resolve, 800));
		expect(await read(1, OnOff, "onOff")).toBe(false);
		expect(await read(1, OnOff, "onTime")).toBe(0);
		await light.write(1, OnOff, "startUpOnOff", 1);
		await refused(light.write(1, OnOff, "startUpOnOff", 3).catch(rethrown), Status.ConstraintError);
	}, 20_000);

	test("groups, keys and scenes", async () => {
		await refused(light.invoke(0, GroupKeyManagement, "keySetRead", { groupKeySetId: 5 }), Status.NotFound);
		await light.invoke(0, GroupKeyManagement, "keySetWrite", {
			groupKeySet: {
				groupKeySetId: 5,
				groupKeySecurityPolicy: 0,
				epochKey0: KEY,
				epochStartTime0: START,
				epochKey1: null,
				epochStartTime1: null,
				epochKey2: null,
				epochStartTime2: null,
			},
		});
		const { groupKeySet } = await light.invoke(0, GroupKeyManagement, "keySetRead", { groupKeySetId: 5 });
		expect(groupKeySet).toMatchObject({ epochKey0: null, epochStartTime0: START });
		expect(await light.invoke(0, GroupKeyManagement, "keySetReadAllIndices")).toMatchObject({
			groupKeySetIDs: [0, 5],
		});
		await light.write(0, GroupKeyManagement, "groupKeyMap", [{ groupId: GROUP, groupKeySetId: 5, fabricIndex: 1 }]);

		expect(await light.invoke(1, Groups, "addGroup", { groupId: 9, groupName: "no key" })).toMatchObject({
			status: Status.UnsupportedAccess,
		});
		expect(await light.invoke(1, Groups, "addGroup", { groupId: GROUP, groupName: "kitchen" })).toEqual({
			status: 0,
			groupId: GROUP,
		});
		expect(await light.invoke(1, Groups, "viewGroup", { groupId: GROUP })).toMatchObject({ groupName: "kitchen" });
		expect(await light.invoke(1, Groups, "getGroupMembership", { groupList: [] })).toMatchObject({
			groupList: [GROUP],
		});
		expect(await read(0, GroupKeyManagement, "groupTable")).toMatchObject([
			{ groupId: GROUP, endpoints: [1], groupName: "kitchen" },
		]);

		const scene = { groupId: GROUP, sceneId: 1 };
		await light.invoke(1, OnOff, "on");
		expect(await light.invoke(1, ScenesManagement, "storeScene", scene)).toMatchObject({ status: 0 });
		await light.invoke(1, OnOff, "off");
		expect(await read(1, ScenesManagement, "fabricSceneInfo")).toMatchObject([
			{ sceneCount: 1, currentScene: 1, sceneValid: false },
		]);
		await light.invoke(1, ScenesManagement, "recallScene", scene);
		expect(await read(1, OnOff, "onOff")).toBe(true);
		const extensionFieldSetStructs = [
			{ clusterId: 6, attributeValueList: [{ attributeId: 0, valueUnsigned8: 0 }] },
		];
		const added = { ...scene, sceneId: 2, transitionTime: 0, sceneName: "dark", extensionFieldSetStructs };
		expect(await light.invoke(1, ScenesManagement, "addScene", added)).toMatchObject({ status: 0 });
		expect(await light.invoke(1, ScenesManagement, "viewScene", { ...scene, sceneId: 2 })).toMatchObject({
			sceneName: "dark",
			extensionFieldSetStructs,
		});
		const copy = {
			mode: {},
			groupIdentifierFrom: GROUP,
			sceneIdentifierFrom: 2,
			groupIdentifierTo: 0,
			sceneIdentifierTo: 3,
		};
		expect(await light.invoke(1, ScenesManagement, "copyScene", copy)).toMatchObject({ status: 0 });
		expect(await light.invoke(1, ScenesManagement, "getSceneMembership", { groupId: GROUP })).toMatchObject({
			sceneList: [1, 2],
		});
		await light.invoke(1, Groups, "removeAllGroups");
		expect(await read(1, ScenesManagement, "fabricSceneInfo")).toMatchObject([{ sceneCount: 0 }]);
		await light.invoke(1, OnOff, "off");
	}, 20_000);

	test("identify", async () => {
		await light.invoke(1, Identify, "identify", { identifyTime: 60 });
		expect(await read(1, Identify, "identifyTime")).toBeGreaterThan(50);
		await light.write(1, Identify, "identifyTime", 0);
		expect(await read(1, Identify, "identifyTime")).toBe(0);
		await light.invoke(1, Identify, "triggerEffect", { effectIdentifier: 0, effectVariant: 0 });
	}, 20_000);

	test("basic information, diagnostics and network", async () => {
		expect(await read(0, BasicInformation, "specificationVersion")).toBe(0x01060000);
		expect(await read(0, BasicInformation, "uniqueId")).toMatch(/^[0-9a-f]{32}$/);
		await light.write(0, BasicInformation, "location", "DE");
		expect(await read(0, BasicInformation, "location")).toBe("DE");
		await refused(
			light.write(0, BasicInformation, "nodeLabel", "x".repeat(33)).catch(rethrown),
			Status.ConstraintError,
		);
		expect(await read(0, GeneralDiagnostics, "rebootCount")).toBe(1);
		const { currentSubscriptions, totalInteractionModelMessagesReceived } = await read(
			0,
			GeneralDiagnostics,
			"deviceLoadStatus",
		);
		expect(currentSubscriptions).toBe(0);
		expect(totalInteractionModelMessagesReceived).toBeGreaterThan(20);
		expect((await read(0, GeneralDiagnostics, "networkInterfaces")).length).toBeGreaterThan(0);
		expect((await light.invoke(0, GeneralDiagnostics, "timeSnapshot")).systemTimeMs).toBeGreaterThan(0n);
		await refused(
			light.invoke(0, GeneralDiagnostics, "testEventTrigger", { enableKey: KEY, eventTrigger: 1n }),
			Status.ConstraintError,
		);
		await refused(light.write(0, NetworkCommissioning, "interfaceEnabled", false), Status.InvalidAction);
		expect(await read(0, NetworkCommissioning, "networks")).toHaveLength(1);
	}, 20_000);

	test("general commissioning and credentials after commissioning", async () => {
		expect(await light.invoke(0, GeneralCommissioning, "commissioningComplete")).toMatchObject({ errorCode: 3 });
		await refused(
			light.invoke(0, OperationalCredentials, "csrRequest", { csrNonce: new Uint8Array(32) }),
			Status.FailsafeRequired,
		);
		expect(await light.invoke(0, OperationalCredentials, "updateFabricLabel", { label: "home" })).toMatchObject({
			statusCode: 0,
		});
		expect(await read(0, OperationalCredentials, "fabrics")).toMatchObject([{ label: "home" }]);
		expect(await read(0, OperationalCredentials, "currentFabricIndex")).toBe(1);
		expect(await light.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: 200 })).toMatchObject({
			statusCode: 11,
		});
		expect(
			await light.invoke(0, GeneralCommissioning, "armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 5n }),
		).toMatchObject({ errorCode: 0 });
		expect(await read(0, GeneralCommissioning, "breadcrumb")).toBe(5);
		expect(
			await light.invoke(0, GeneralCommissioning, "armFailSafe", { expiryLengthSeconds: 0, breadcrumb: 0n }),
		).toMatchObject({ errorCode: 0 });
		expect(await read(0, GeneralCommissioning, "breadcrumb")).toBe(0);
	}, 20_000);

	test("windows open one at a time, and are revoked", async () => {
		const open = (options) =>
			light.invoke(
				0,
				AdministratorCommissioning,
				"openBasicCommissioningWindow",
				{ commissioningTimeout: 180 },
				options,
			);
		await open({ timeout: 5000 });
		expect(await read(0, AdministratorCommissioning, "windowStatus")).toBe(2);
		await refused(open({ timeout: 5000 }), Status.Failure, 2);
		await light.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, { timeout: 5000 });
		await refused(
			light.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, { timeout: 5000 }),
			Status.Failure,
			4,
		);
	}, 20_000);

	test("all that is kept is there after a restart, and a subscriber heard of the end", async () => {
		const shutDown = { endpointId: 0, clusterId: BasicInformation.id, eventId: SHUT_DOWN };
		const watch = await light.subscribe([], { events: [shutDown] });
		expect(await device.stop("SIGTERM")).toBe(0);
		await watch.until(() => watch.reports.length > 0, "report of ShutDown", 1000);
		expect(watch.reports).toMatchObject([{ kind: "event-value", path: shutDown }]);
		await device.start();
		expect(await read(0, GeneralDiagnostics, "bootReason")).toBe(6);
		// StartUpOnOff says on
		expect(await read(1, OnOff, "onOff")).toBe(true);
		expect(await read(0, OperationalCredentials, "fabrics")).toMatchObject([{ label: "home" }]);
		expect(await read(0, BasicInformation, "location")).toBe("DE");
		expect(await read(0, GeneralDiagnostics, "rebootCount")).toBe(2);
		expect(await read(0, GroupKeyManagement, "groupKeyMap")).toMatchObject([{ groupId: GROUP, groupKeySetId: 5 }]);
	}, 20_000);
});

/** matter.js checks what it writes by its own model; what it refuses itself counts as refused. */
function rethrown(error) {
	if (error.status === undefined && /constraint|range|length|valid/i.test(error.message))
		throw Object.assign(error, { status: Status.ConstraintError });
	throw error;
}

function attributeId(cluster, name) {
	return cluster.attributes[name].id;
}

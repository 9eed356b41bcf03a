import * as accessControl from "../../../modules/clusters/generated/AccessControl";
import * as administratorCommissioning from "../../../modules/clusters/generated/AdministratorCommissioning";
import * as basicInformation from "../../../modules/clusters/generated/BasicInformation";
import * as descriptor from "../../../modules/clusters/generated/Descriptor";
import * as deviceTypes from "../../../modules/clusters/generated/DeviceTypes";
import * as generalCommissioning from "../../../modules/clusters/generated/GeneralCommissioning";
import * as generalDiagnostics from "../../../modules/clusters/generated/GeneralDiagnostics";
import * as groupKeyManagement from "../../../modules/clusters/generated/GroupKeyManagement";
import * as groups from "../../../modules/clusters/generated/Groups";
import * as identify from "../../../modules/clusters/generated/Identify";
import * as networkCommissioning from "../../../modules/clusters/generated/NetworkCommissioning";
import * as onOff from "../../../modules/clusters/generated/OnOff";
import * as operationalCredentials from "../../../modules/clusters/generated/OperationalCredentials";
import * as scenesManagement from "../../../modules/clusters/generated/ScenesManagement";
import {
	ADMINISTER,
	FABRIC_SCOPED,
	FABRIC_SENSITIVE,
	FIXED,
	MANAGE,
	NON_VOLATILE,
	OPERATE,
	SCENE,
	TIMED,
	VIEW,
	holds,
} from "../../../modules/datamodel/ClusterDefinition";
import { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { implement } from "../../../modules/datamodel/Implementation";
import { testNode } from "../../support/dataModel";

const { OnOff } = onOff;
const MODULES = {
	accessControl,
	administratorCommissioning,
	basicInformation,
	descriptor,
	deviceTypes,
	generalCommissioning,
	generalDiagnostics,
	groupKeyManagement,
	groups,
	identify,
	networkCommissioning,
	onOff,
	operationalCredentials,
	scenesManagement,
};

/** The paths of objects that could still be changed. */
function loose(value: unknown, path: string): string[] {
	if (value === null || typeof value !== "object") return [];
	const inside = Object.entries(value).flatMap(([key, member]) => loose(member, `${path}.${key}`));
	return Object.isFrozen(value) ? inside : [path, ...inside];
}

describe("generated definitions", () => {
	it.each(Object.entries(MODULES))(
		"%s is frozen to the last object, so that it can stay in flash",
		(name, module) => {
			expect(Object.entries(module).flatMap(([key, value]) => loose(value, `${name}.${key}`))).toEqual([]);
		},
	);

	it("hold what the specification says of some", () => {
		const { acl } = accessControl.AccessControl.attributes;
		expect([acl.id, acl.read, acl.write, acl.flags]).toEqual([0, ADMINISTER, ADMINISTER, FABRIC_SCOPED]);
		const { startUpOnOff, onOff: state } = OnOff.attributes;
		expect([startUpOnOff.id, startUpOnOff.read, startUpOnOff.write, startUpOnOff.flags]).toEqual([
			0x4003,
			VIEW,
			MANAGE,
			NON_VOLATILE,
		]);
		expect(startUpOnOff.type).toEqual({ kind: 1, nullable: true, min: 0, max: 2 });
		expect([state.write, state.flags]).toEqual([0, NON_VOLATILE | SCENE]);
		const { vendorName } = basicInformation.BasicInformation.attributes;
		expect([vendorName.flags, vendorName.type.kind]).toEqual([FIXED, 7]);
		const { openCommissioningWindow } = administratorCommissioning.AdministratorCommissioning.commands;
		expect([openCommissioningWindow.invoke, openCommissioningWindow.flags]).toEqual([ADMINISTER, TIMED]);
		const { keySetWrite, keySetRead } = groupKeyManagement.GroupKeyManagement.commands;
		expect([keySetWrite.flags, keySetWrite.response, keySetRead.response?.id]).toEqual([
			FABRIC_SCOPED,
			undefined,
			2,
		]);
		const { accessControlEntryChanged } = accessControl.AccessControl.events;
		expect([accessControlEntryChanged.flags, accessControlEntryChanged.fields.fabricScoped]).toEqual([
			FABRIC_SENSITIVE,
			true,
		]);
		expect(OnOff.commands.toggle.invoke).toBe(OPERATE);
	});

	it("know which feature asks for what", () => {
		const { off, on, offWithEffect } = OnOff.commands;
		const { lighting, deadFrontBehavior, offOnly } = OnOff.features;
		const present = (features: number) =>
			[off, on, offWithEffect].map(({ mandatory }) => holds(mandatory, features));
		expect(present(0)).toEqual([true, true, false]);
		expect(present(lighting | deadFrontBehavior)).toEqual([true, true, true]);
		expect(present(offOnly)).toEqual([true, false, false]);
	});
});

class Light extends ClusterServer {
	static override readonly implementation = implement(OnOff, { features: ["lighting"] });
	onOff = false;
	globalSceneControl = true;
	onTime = 0;
	offWaitTime = 0;
	startUpOnOff = null;
	off(): void {}
	on(): void {}
	toggle(): void {}
	offWithEffect(): void {}
	onWithRecallGlobalScene(): void {}
	onWithTimedOff(): void {}
}

class Socket extends ClusterServer {
	static override readonly implementation = implement(OnOff);
	onOff = false;
	off(): void {}
	on(): void {}
	toggle(): void {}
}

class Buzzer extends ClusterServer {
	static override readonly implementation = implement(identify.Identify);
	identifyTime = 0;
	identifyType = 0;
	identify(): void {}
}

describe("Endpoint", () => {
	const { servers, ...rest } = deviceTypes.OnOffLightDeviceType;
	const lamp = { ...rest, servers: servers.filter(({ name }) => name === "OnOff") };
	const blinker = { ...rest, servers: servers.filter(({ name }) => name === "Identify") };

	it("takes what a device type requires", () => {
		expect(new Endpoint(1, [lamp], [new Light()]).hasDeviceType(0x0100)).toBe(true);
		expect(servers.map(({ name }) => name)).toEqual(["Identify", "Groups", "OnOff", "ScenesManagement"]);
	});

	it("says what is missing", () => {
		expect(() => new Endpoint(1, [lamp], [])).toThrow("endpoint 1: OnOffLight requires OnOff");
		expect(() => new Endpoint(1, [lamp], [new Socket()])).toThrow("requires OnOff with features 0x1");
		expect(() => new Endpoint(1, [blinker], [new Buzzer()])).toThrow("requires Identify with command 0x40");
	});

	it("has one server of a cluster, which has one endpoint", () => {
		expect(() => new Endpoint(1, [], [new Light(), new Socket()])).toThrow("two servers of OnOff");
		const light = new Light();
		new Endpoint(1, [], [light]);
		expect(() => new Endpoint(2, [], [light])).toThrow("OnOff belongs to an endpoint already");
	});

	it("finds servers, in the order of their clusters", () => {
		const light = new Light();
		const endpoint = new Endpoint(1, [], [light, new Buzzer()]);
		expect(endpoint.servers.map(({ clusterId }) => clusterId)).toEqual([3, 6]);
		expect(endpoint.server(6)).toBe(light);
		expect(endpoint.server(7)).toBeUndefined();
	});

	it("belongs to one node, under an id of its own", () => {
		const node = testNode();
		const endpoint = new Endpoint(1, [], []);
		expect(() => endpoint.node).toThrow("endpoint 1 is not part of a node yet");
		node.add(endpoint);
		node.add(new Endpoint(0, [], []));
		expect(node.endpoints.map(({ id }) => id)).toEqual([0, 1]);
		expect(node.endpoint(1)).toBe(endpoint);
		expect(() => node.add(new Endpoint(1, [], []))).toThrow("endpoint 1 is there already");
		expect(() => testNode().add(endpoint)).toThrow("endpoint 1 belongs to a node already");
	});
});

/** Messages to a group: matter.js sends them by multicast, the light does what they say and answers nothing. */
import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { createSocket, Socket } from "node:dgram";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AccessControl } from "@matter/main/clusters/access-control";
import { GroupKeyManagement } from "@matter/main/clusters/group-key-management";
import { Groups } from "@matter/main/clusters/groups";
import { Identify } from "@matter/main/clusters/identify";
import { OnOff } from "@matter/main/clusters/on-off";
import { ScenesManagement } from "@matter/main/clusters/scenes-management";
import { ClientInteraction, Invoke, PeerAddress, PeerSet, SessionManager, Write } from "@matter/main/protocol";
import { GroupId, NodeId } from "@matter/main/types";
import { NodeJsNetwork } from "@matter/nodejs";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const GROUP = 0x0103;
const OTHER_GROUP = 0x0104;
const KEY_SET = 0x1a3;
const { Manage, Administer } = AccessControl.AccessControlEntryPrivilege;
const { Case, Group } = AccessControl.AccessControlEntryAuthMode;
/** matter.js takes microseconds of the Unix epoch, the data model has them from 2000 on. */
const START = 946_684_800_000_000n;

/** Datagrams that matter.js sent to groups. */
const multicast = [];
const send = Socket.prototype.send;

describe("the light in a group", () => {
	let device, controller, light, fabric, watch;

	beforeAll(async () => {
		// Of itself matter.js sends to no group where there is nothing but loopback.
		const { MDNS_INTERFACE } = process.env;
		if (MDNS_INTERFACE) NodeJsNetwork.getDefaultNetInterface = () => MDNS_INTERFACE;
		Socket.prototype.send = function (data, port, host, ...more) {
			if (typeof host === "string" && host.startsWith("ff35")) multicast.push(Buffer.from(data));
			return send.call(this, data, port, host, ...more);
		};
		device = await Device.create();
		await device.start();
		controller = await Controller.start("groups");
		light = await controller.commissionAt(device.port, device.passcode);
		await join(light, 1);
		watch = await light.subscribe([{ endpointId: 1, clusterId: OnOff.id, attributeId: 0 }]);
	}, 60_000);

	afterAll(async () => {
		Socket.prototype.send = send;
		await controller?.close();
		await device?.close();
	}, 30_000);

	/** A light comes into both groups; one of them may manage it. */
	async function join(light, keys) {
		// matter.js has its fabric in another object after a node has joined.
		fabric = controller.node.env.get(SessionManager).fabricFor(light.peer.address);
		await light.write(0, AccessControl, "acl", [
			{ privilege: Administer, authMode: Case, subjects: [fabric.rootNodeId], targets: null, fabricIndex: 1 },
			{ privilege: Manage, authMode: Group, subjects: [NodeId(GROUP)], targets: null, fabricIndex: 1 },
		]);
		await keySet(keys, light);
		await map([GROUP, OTHER_GROUP], light);
		for (const groupId of [GROUP, OTHER_GROUP])
			await light.invoke(1, Groups, "addGroup", { groupId, groupName: "hall" });
	}

	/** Gives the key set `count` keys, here and on the light: a later one takes the place of those before for sending. */
	async function keySet(count, to = light) {
		const key = (index) => (index < count ? new Uint8Array(16).fill(0x70 + index) : null);
		const start = (index) => (index < count ? START + BigInt(index) + 1n : null);
		const groupKeySet = {
			groupKeySetId: KEY_SET,
			groupKeySecurityPolicy: 0,
			epochKey0: key(0),
			epochStartTime0: start(0),
			epochKey1: key(1),
			epochStartTime1: start(1),
			epochKey2: key(2),
			epochStartTime2: start(2),
			fabricIndex: 1,
		};
		await to.invoke(0, GroupKeyManagement, "keySetWrite", { groupKeySet });
		await fabric.groups.setFromGroupKeySet({ ...groupKeySet, groupKeyMulticastPolicy: 0 });
	}

	async function map(groupIds, to = light) {
		const entries = groupIds.map((groupId) => ({ groupId, groupKeySetId: KEY_SET, fabricIndex: 1 }));
		await to.write(0, GroupKeyManagement, "groupKeyMap", entries);
		fabric.groups.groupKeyIdMap = new Map([GROUP, OTHER_GROUP].map((groupId) => [GroupId(groupId), KEY_SET]));
	}

	/** matter.js with a group for its peer. @returns the datagram that it sent */
	async function toGroup(act, groupId = GROUP) {
		const address = PeerAddress({ fabricIndex: fabric.fabricIndex, nodeId: NodeId.fromGroupId(GroupId(groupId)) });
		const { exchangeProvider } = controller.node.env.get(PeerSet).for(address);
		const sent = multicast.length;
		await act(
			new ClientInteraction({
				environment: controller.node.env,
				exchangeProvider,
				address,
				network: "unlimited",
			}),
		);
		expect(multicast.length).toBe(sent + 1);
		return multicast[sent];
	}

	const invoke = (cluster, command, fields, groupId) =>
		toGroup(async (interaction) => {
			const request = Invoke({ commands: [{ cluster, command, fields }], suppressResponse: true });
			for await (const _ of interaction.invoke(request));
		}, groupId);
	const toggle = (groupId) => invoke(OnOff, "toggle", undefined, groupId);

	/** The datagram once more, to the light's own port: by no other way than the network's would it be anything else. */
	async function replay(datagram) {
		const socket = createSocket("udp6");
		await new Promise((resolve, reject) =>
			send.call(socket, datagram, device.port, "::1", (error) => (error ? reject(error) : resolve())),
		);
		socket.close();
	}

	const isOn = () => light.read(1, OnOff, 0);

	/** What was sent has an effect, told by a report. */
	async function turns(on, act) {
		expect(await isOn()).toBe(!on);
		const seen = watch.reports.length;
		const datagram = await act();
		await watch.until(() => watch.reports.length > seen, `report after a message to the group`);
		expect(watch.reports.at(-1).value).toBe(on);
		return datagram;
	}

	/** What was sent has none: the light answers a read after it as before. */
	async function nothing(act) {
		const before = await isOn();
		await act();
		await sleep(300);
		expect(await isOn()).toBe(before);
	}

	test("toggles, once for each message, and not when the datagram comes again", async () => {
		const first = await turns(true, toggle);
		const second = await turns(false, toggle);
		await nothing(() => replay(second));
		await nothing(() => replay(first));
	}, 30_000);

	test("takes no message for a group without an entry in the access control list", async () => {
		await nothing(() => toggle(OTHER_GROUP));
	}, 30_000);

	test("takes a header that privacy hides, and not when it comes again", async () => {
		const datagram = await withheld(toggle);
		const hidden = privately(datagram, fabric);
		expect(hidden.equals(datagram)).toBe(false);
		await turns(true, () => replay(hidden));
		await nothing(() => replay(hidden));
		await nothing(() => replay(datagram));
	}, 30_000);

	test("takes no message that was changed on its way", async () => {
		const datagram = await withheld(toggle);
		for (const at of [0, 3, 4, 9, 17, 20, datagram.length - 1]) {
			const changed = Buffer.from(datagram);
			changed[at] ^= 1;
			await nothing(() => replay(changed));
		}
		await turns(false, () => replay(datagram));
	}, 30_000);

	test("writes, recalls scenes and identifies", async () => {
		const command = { identifyTime: 60 };
		await invoke(Identify, "identify", command);
		await eventually(async () => (await light.read(1, Identify, 0)) > 0);
		await invoke(Identify, "identify", { identifyTime: 0 });
		await eventually(async () => (await light.read(1, Identify, 0)) === 0);
		await toGroup(async (interaction) => {
			const request = Write(Write.Attribute({ cluster: OnOff, attributes: "onTime", value: 77 }));
			await interaction.write({ ...request, suppressResponse: true });
		});
		await eventually(async () => (await light.read(1, OnOff, 0x4001)) === 77);
		await turns(true, () => invoke(OnOff, "on"));
		await invoke(ScenesManagement, "storeScene", { groupId: GROUP, sceneId: 3 });
		await turns(false, () => invoke(OnOff, "off"));
		await turns(true, () => invoke(ScenesManagement, "recallScene", { groupId: GROUP, sceneId: 3 }));
		await turns(false, () => invoke(OnOff, "off"));
	}, 30_000);

	test("hears every key of the set at once", async () => {
		const early = await withheld(toggle);
		await keySet(2);
		const late = await turns(true, toggle);
		expect(late.readUInt16LE(1)).not.toBe(early.readUInt16LE(1));
		await turns(false, () => replay(early));
	}, 30_000);

	test("goes on after its process was killed", async () => {
		const before = multicast.at(-1);
		await device.stop("SIGKILL");
		await device.start();
		await light.dropSessions(false);
		watch = await light.subscribe([{ endpointId: 1, clusterId: OnOff.id, attributeId: 0 }]);
		await turns(true, toggle);
		await nothing(() => replay(before));
		await turns(false, toggle);
	}, 30_000);

	test("is one of two that a single message reaches", async () => {
		const second = await Device.create();
		try {
			await second.start();
			const other = await controller.commissionAt(second.port, second.passcode);
			await join(other, 2);
			await turns(true, toggle);
			await eventually(() => other.read(1, OnOff, 0));
			await turns(false, toggle);
			await eventually(async () => !(await other.read(1, OnOff, 0)));
			await other.dropSessions(true);
		} finally {
			await second.close();
		}
	}, 30_000);

	test("is switched by another device of ours, and hears nothing of its other group", async () => {
		const button = await switchDevice();
		try {
			await button.start();
			const other = await controller.commissionAt(button.port, button.passcode);
			fabric = controller.node.env.get(SessionManager).fabricFor(other.peer.address);
			const press = () => button.type("toggle");
			// Without a key there is nobody to send to.
			await nothing(press);
			await keySet(2, other);
			await map([GROUP], other);
			await turns(true, press);
			await turns(false, press);
			await map([OTHER_GROUP], other);
			await nothing(press);
			await map([OTHER_GROUP, GROUP], other);
			await turns(true, press);
			// With three keys its current one is not the newest: it does not know the time.
			await keySet(3);
			await keySet(3, other);
			await turns(false, press);
			await keySet(2);
			await other.dropSessions(true);
		} finally {
			await button.close();
		}
	}, 30_000);

	// On a network that others use as well the port may be theirs.
	const testOn5540 = process.env.MDNS_INTERFACE === "lo" ? test : test.skip;

	testOn5540(
		"and so is matter.js's own light, which shares the port with nobody",
		async () => {
			await device.stop();
			const button = await switchDevice();
			const bulb = await Device.create({
				program: resolve(folder, "../../bench/matterjs-light.mjs"),
				port: 5540,
			});
			try {
				await bulb.start();
				const theirs = await controller.commissionAt(bulb.port, bulb.passcode);
				await join(theirs, 1);
				await button.start();
				const other = await controller.commissionAt(button.port, button.passcode);
				fabric = controller.node.env.get(SessionManager).fabricFor(other.peer.address);
				await keySet(1, other);
				await map([GROUP], other);
				for (const on of [true, false, true]) {
					button.type("toggle");
					await eventually(async () => (await theirs.read(1, OnOff, 0)) === on);
				}
				for (const peer of [other, theirs]) await peer.dropSessions(true);
			} finally {
				await button.close();
				await bulb.close();
			}
		},
		30_000,
	);

	testOn5540(
		"hears the group on its own port, where that is 5540",
		async () => {
			await device.stop();
			device.port = 5540;
			await device.start();
			await light.dropSessions(false);
			light.moveTo("::1", device.port);
			watch = await light.subscribe([{ endpointId: 1, clusterId: OnOff.id, attributeId: 0 }]);
			await turns(true, toggle);
			await turns(false, toggle);
		},
		30_000,
	);

	test("stops at once when it leaves the group, when the group has no key, and when the keys are gone", async () => {
		await light.invoke(1, Groups, "removeGroup", { groupId: GROUP });
		await nothing(toggle);
		await nothing(async () => replay(await withheld(toggle)));
		await light.invoke(1, Groups, "addGroup", { groupId: GROUP, groupName: "hall" });
		await turns(true, toggle);
		await map([OTHER_GROUP]);
		await nothing(async () => replay(await withheld(toggle)));
		await map([GROUP, OTHER_GROUP]);
		await turns(false, toggle);
		await light.invoke(0, GroupKeyManagement, "keySetRemove", { groupKeySetId: KEY_SET });
		await nothing(async () => replay(await withheld(toggle)));
	}, 30_000);

	function switchDevice() {
		return Device.create({
			program: resolve(folder, "../../build/linux/xs-run"),
			script: resolve(folder, "groups/switch.ts"),
		});
	}

	/** What `act` sends, without sending it. */
	async function withheld(act) {
		const patched = Socket.prototype.send;
		Socket.prototype.send = function (data, port, host, ...more) {
			if (typeof host !== "string" || !host.startsWith("ff35"))
				return patched.call(this, data, port, host, ...more);
			multicast.push(Buffer.from(data));
			return more.at(-1)(null, data.length);
		};
		try {
			return await act();
		} finally {
			Socket.prototype.send = patched;
		}
	}
});

async function eventually(test) {
	for (let i = 0; i < 50; i++) {
		if (await test()) return;
		await sleep(50);
	}
	throw new Error("it did not come true");
}

/** The same message with the P flag set and its header hidden, sealed anew with keys of matter.js (Matter Core 4.9). */
function privately(datagram, fabric) {
	const sessionId = datagram.readUInt16LE(1);
	const [{ key }] = fabric.groups.sessions.get(sessionId);
	const nonce = (header) => Buffer.concat([header.subarray(3, 4), header.subarray(4, 8), header.subarray(8, 16)]);
	const options = { authTagLength: 16 };
	const header = datagram.subarray(0, 18);
	const tag = datagram.subarray(-16);
	const decipher = createDecipheriv("aes-128-ccm", key, nonce(header), options);
	decipher.setAuthTag(tag);
	decipher.setAAD(header, { plaintextLength: datagram.length - 34 });
	const plain = decipher.update(datagram.subarray(18, -16));
	decipher.final();
	const hidden = Buffer.from(header);
	hidden[3] |= 0x80;
	const cipher = createCipheriv("aes-128-ccm", key, nonce(hidden), options);
	cipher.setAAD(hidden, { plaintextLength: plain.length });
	const sealed = cipher.update(plain);
	cipher.final();
	const mic = cipher.getAuthTag();
	const privacyKey = Buffer.from(hkdfSync("sha256", key, new Uint8Array(0), "PrivacyKey", 16));
	const counter = Buffer.concat([
		Buffer.from([1, sessionId >> 8, sessionId & 0xff]),
		mic.subarray(5),
		Buffer.from([0, 1]),
	]);
	const stream = createCipheriv("aes-128-ctr", privacyKey, counter);
	return Buffer.concat([hidden.subarray(0, 4), stream.update(hidden.subarray(4)), sealed, mic]);
}

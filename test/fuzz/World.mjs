/** A commissioned device, its honest administrator, a hostile one on a fabric of its own, and strangers. */
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { AccessControl } from "@matter/main/clusters/access-control";
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { BasicInformation } from "@matter/main/clusters/basic-information";
import { GeneralCommissioning } from "@matter/main/clusters/general-commissioning";
import { GroupKeyManagement } from "@matter/main/clusters/group-key-management";
import { Groups } from "@matter/main/clusters/groups";
import { Identify } from "@matter/main/clusters/identify";
import { OnOff } from "@matter/main/clusters/on-off";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { ScenesManagement } from "@matter/main/clusters/scenes-management";
import { PaseClient } from "@matter/main/protocol";
import { Crypto } from "@matter/main";
import { Controller } from "../interop/Controller.mjs";
import { Device } from "../interop/Device.mjs";
import { SessionClient, parsePayload } from "./SessionClient.mjs";
import { GroupMember } from "./GroupMember.mjs";
import { Mdns, Tap, Wiretap } from "./Wire.mjs";

const HOSTILE_PASSCODE = 34567890;
const HOSTILE_DISCRIMINATOR = 1234;
const INVOKE_REQUEST = 8;
const INVOKE_RESPONSE = 9;
const PAGE = 4096;
const GROUP = 0x0666;
const KEY_SET = 0x66;

export class World {
	/** hostile administrators that had to be made anew, and restarts of the device for that */
	renewals = 0;
	restarts = 0;

	static async create(program, flags = []) {
		const world = new World();
		try {
			await world.#open(program, flags);
			return world;
		} catch (error) {
			await world.close();
			throw error;
		}
	}

	async #open(program, flags) {
		this.device = await Device.create({ program, arguments: ["--log", "error", ...flags] });
		await this.device.start();
		this.tap = await Tap.open(this.device.port);
		this.socket = createSocket("udp6");
		await new Promise((resolve) => this.socket.bind(0, "::1", resolve));
		if (process.env.MDNS_INTERFACE === "lo") this.mdns = await Mdns.open();
		await this.#commission();
		await this.#repertoire();
		await this.#abandon();
		await this.hire();
		this.#gather();
	}

	async #commission() {
		this.honest = await Controller.start("honest");
		this.wiretap = new Wiretap(this.honest);
		this.light = await this.honest.commissionAt(this.tap.port, this.device.passcode);
	}

	/** One of everything that a controller says. What is refused is worth recording too. */
	async #repertoire() {
		const { light } = this;
		const steps = [
			() => light.report({}),
			() => light.events({}),
			() => light.report({ endpointId: 1, clusterId: 6, attributeId: 0 }, { endpointId: 0, clusterId: 40 }),
			() => light.write(0, BasicInformation, "nodeLabel", "a light"),
			() => light.write(0, BasicInformation, "location", "DE"),
			() => light.write(1, OnOff, "onTime", 3),
			() => light.invoke(1, OnOff, "onWithRecallGlobalScene"),
			() => light.invoke(1, OnOff, "offWithEffect", { effectIdentifier: 0, effectVariant: 0 }),
			() =>
				light.invoke(1, OnOff, "onWithTimedOff", {
					onOffControl: { acceptOnlyWhenOn: false },
					onTime: 2,
					offWaitTime: 2,
				}),
			() => light.invoke(1, Identify, "identify", { identifyTime: 1 }),
			() => light.invoke(1, Identify, "triggerEffect", { effectIdentifier: 0, effectVariant: 0 }),
			() => light.write(0, GroupKeyManagement, "groupKeyMap", [{ groupId: 1, groupKeySetId: 1, fabricIndex: 1 }]),
			() =>
				light.invoke(0, GroupKeyManagement, "keySetWrite", {
					groupKeySet: {
						groupKeySetId: 1,
						groupKeySecurityPolicy: 0,
						epochKey0: Buffer.alloc(16, 1),
						epochStartTime0: 1_700_000_000_000_000n,
						epochKey1: Buffer.alloc(16, 2),
						epochStartTime1: 1_700_000_001_000_000n,
						epochKey2: null,
						epochStartTime2: null,
					},
				}),
			() => light.invoke(0, GroupKeyManagement, "keySetRead", { groupKeySetId: 0 }),
			() => light.invoke(1, Groups, "addGroup", { groupId: 1, groupName: "room" }),
			() => light.invoke(1, Groups, "getGroupMembership", { groupList: [1, 2] }),
			() =>
				light.invoke(1, ScenesManagement, "addScene", {
					groupId: 0,
					sceneId: 1,
					transitionTime: 0,
					sceneName: "evening",
					extensionFieldSetStructs: [
						{ clusterId: 6, attributeValueList: [{ attributeId: 0, valueUnsigned8: 1 }] },
					],
				}),
			() => light.invoke(1, ScenesManagement, "storeScene", { groupId: 0, sceneId: 2 }),
			() => light.invoke(1, ScenesManagement, "recallScene", { groupId: 0, sceneId: 1 }),
			() =>
				light.invoke(1, ScenesManagement, "copyScene", {
					mode: { copyAllScenes: true },
					groupIdentifierFrom: 0,
					sceneIdentifierFrom: 1,
					groupIdentifierTo: 1,
					sceneIdentifierTo: 1,
				}),
			() =>
				light.write(0, AccessControl, "acl", [
					{
						privilege: 5,
						authMode: 2,
						subjects: [light.sessions[0].fabric.rootNodeId],
						targets: null,
						fabricIndex: 1,
					},
				]),
			() => light.invoke(0, OperationalCredentials, "updateFabricLabel", { label: "home" }),
			() =>
				light.invoke(0, OperationalCredentials, "attestationRequest", {
					attestationNonce: Buffer.alloc(32, 3),
				}),
			() => light.invoke(0, GeneralCommissioning, "armFailSafe", { expiryLengthSeconds: 0, breadcrumb: 0 }),
			() => light.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, { timeout: 5000 }),
		];
		for (const step of steps) {
			try {
				await step();
			} catch (error) {
				if (process.env.XS_MATTER_LOG) console.error(error.message);
			}
		}
		const watch = await light.subscribe([{ endpointId: 1, clusterId: 6, attributeId: 0 }], { max: 60 });
		await light.invoke(1, OnOff, "toggle");
		this.toggle = parsePayload(this.wiretap.plain.findLast((plain) => plain[1] === INVOKE_REQUEST)).payload;
		await watch.until(() => watch.reports.length >= 2, "report");
	}

	/** Takes matter.js's session over and lets it make others: resumed, then by a full handshake. */
	async #abandon() {
		const { light } = this;
		await light.read(1, OnOff, 0);
		const [session] = light.sessions;
		this.probe = await SessionClient.open(this.device.port, this.wiretap.keysOf(session));
		await light.dropSessions(false);
		await light.read(1, OnOff, 0);
		await this.honest.forgetResumption(light);
		await light.dropSessions(true);
		await light.read(1, OnOff, 0);
	}

	/** Opens the window for a passcode of its own, unless it is open. */
	async openWindow() {
		if ((await this.light.read(0, AdministratorCommissioning, 0)) !== 0) return;
		const crypto = this.honest.node.env.get(Crypto);
		const salt = crypto.randomBytes(32);
		const iterations = 1000;
		await this.light.invoke(
			0,
			AdministratorCommissioning,
			"openCommissioningWindow",
			{
				commissioningTimeout: 900,
				pakePasscodeVerifier: await PaseClient.generatePakePasscodeVerifier(crypto, HOSTILE_PASSCODE, {
					iterations,
					salt,
				}),
				discriminator: HOSTILE_DISCRIMINATOR,
				iterations,
				salt,
			},
			{ timeout: 5000 },
		);
	}

	/** Commissions a hostile administrator and takes its session over. */
	async hire() {
		this.hostile = await Controller.start("hostile");
		this.hostileTap = new Wiretap(this.hostile);
		await this.openWindow();
		const find = this.mdns && this.renewals === 0;
		this.hostileLight = await (find
			? this.hostile.commission(HOSTILE_PASSCODE, HOSTILE_DISCRIMINATOR)
			: this.hostile.commissionAt(this.tap.port, HOSTILE_PASSCODE));
		this.hostileIndex = await this.hostileLight.read(0, OperationalCredentials, 5);
		await this.seduce();
		if (this.plain) this.#adapt();
	}

	/** The hostile administrator's session becomes one in which anything can be said; matter.js makes itself another. */
	async seduce() {
		this.attacker?.close();
		const { hostileLight } = this;
		await hostileLight.read(0, AccessControl, 0);
		await this.#conspire();
		this.attacker = await SessionClient.open(this.device.port, this.hostileTap.keysOf(hostileLight.sessions[0]));
		await hostileLight.dropSessions(false);
		await hostileLight.read(0, AccessControl, 0);
	}

	/** A group of the hostile fabric, whose members may do what an administrator may not forbid them. */
	async #conspire() {
		const { hostileLight } = this;
		const { fabric } = hostileLight.sessions[0];
		const epochKey0 = Buffer.alloc(16, 0x70);
		const compressedId = Buffer.from(BigInt(fabric.globalId).toString(16).padStart(16, "0"), "hex");
		this.member = new GroupMember(epochKey0, compressedId, GROUP);
		const groupKeySet = {
			groupKeySetId: KEY_SET,
			groupKeySecurityPolicy: 0,
			epochKey0,
			epochStartTime0: 1_700_000_000_000_000n,
			epochKey1: null,
			epochStartTime1: null,
			epochKey2: null,
			epochStartTime2: null,
		};
		const steps = [
			() => hostileLight.invoke(0, GroupKeyManagement, "keySetWrite", { groupKeySet }),
			() =>
				hostileLight.write(0, GroupKeyManagement, "groupKeyMap", [
					{ groupId: GROUP, groupKeySetId: KEY_SET, fabricIndex: this.hostileIndex },
				]),
			() => hostileLight.invoke(1, Groups, "addGroup", { groupId: GROUP, groupName: "gang" }),
			() =>
				hostileLight.write(0, AccessControl, "acl", [
					{ privilege: 5, authMode: 2, subjects: [fabric.rootNodeId], targets: null },
					{ privilege: 4, authMode: 3, subjects: null, targets: null },
				]),
		];
		// What it said before may have left no room for this.
		for (const step of steps) await step().catch(() => {});
	}

	/** Sees that the hostile administrator still is one; what it said may have cost it its session, rights or fabric. */
	async keepHostile() {
		const alive = !this.attacker.closed && (await this.attacker.pulse(1000));
		try {
			await within(this.hostileLight.read(0, AccessControl, 0), 5000);
			if (!alive) await within(this.seduce(), 10_000);
			return;
		} catch {
			// what the device ended of is found by whoever looks for signs of life
			if (this.ended !== undefined) return;
			this.renewals++;
		}
		try {
			await within(this.#replace(), 20_000);
		} catch {
			if (this.ended !== undefined) return;
			// It may hold a fail-safe against everybody.
			this.restarts++;
			await this.restart();
			await this.#replace();
		}
	}

	async #replace() {
		void this.hostile.close().catch(() => {});
		await this.light
			.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: this.hostileIndex })
			.catch(() => {});
		await this.hire();
	}

	async restart() {
		await this.device.stop();
		await this.device.start();
		await this.light.dropSessions(false);
		await this.light.read(1, OnOff, 0);
		this.probe.close();
		this.probe = await SessionClient.open(this.device.port, this.wiretap.keysOf(this.light.sessions[0]));
		await this.light.dropSessions(false);
		await this.light.read(1, OnOff, 0);
	}

	/** The corpus: what was recorded, by kind. */
	#gather() {
		this.tap.recording = this.wiretap.recording = this.hostileTap.recording = false;
		this.unsecured = this.tap.datagrams.filter((datagram) => datagram.readUInt16LE(1) === 0);
		this.secured = this.tap.datagrams.filter((datagram) => datagram.readUInt16LE(1) !== 0);
		// Standalone acknowledgements are most of what is said.
		const said = [...this.wiretap.plain, ...this.hostileTap.plain];
		this.plain = said.filter((plain) => plain[1] !== 0x10 || plain.readUInt16LE(4) !== 0);
		this.dns = [...(this.mdns?.datagrams ?? [])];
		this.#adapt();
	}

	/** What the honest administrator said of itself, the hostile one says of itself; else it would shut itself out. */
	#adapt() {
		const to = nodeId(this.hostileLight);
		const from = this.spokenOf ?? nodeId(this.light);
		this.spokenOf = to;
		for (const plain of this.plain ?? []) {
			for (let at = plain.indexOf(from); at >= 0; at = plain.indexOf(from, at + 8)) to.copy(plain, at);
		}
	}

	/** The id of the honest controller's session. */
	get honestSession() {
		return this.light.sessions[0];
	}

	/** bytes of the device's resident memory */
	get memory() {
		return Number(readFileSync(`/proc/${this.device.process.pid}/statm`, "utf8").split(" ")[1]) * PAGE;
	}

	get ended() {
		const { exitCode, signalCode } = this.device.process;
		return exitCode ?? signalCode ?? undefined;
	}

	/** What the device or a sanitizer complained about; undefined for nothing. */
	get complaint() {
		return /^error |Sanitizer|runtime error/m.test(this.device.errors) ? this.device.errors : undefined;
	}

	/**
	 * An honest controller reads, toggles and reads.
	 * @returns what is wrong, undefined for nothing
	 */
	async honestTrouble() {
		const session = this.honestSession;
		try {
			// A countdown that a hostile command began may switch the light in between, once.
			let steps;
			for (let attempt = 0; attempt < 3; attempt++) {
				steps = [await within(this.light.read(1, OnOff, 0))];
				await within(this.light.invoke(1, OnOff, "toggle"));
				steps.push(await within(this.light.read(1, OnOff, 0)));
				if (steps[0] !== steps[1]) break;
			}
			if (steps[0] === steps[1]) return "the honest controller's toggle does nothing";
		} catch (error) {
			return `the honest controller: ${error.message}`;
		}
		return this.honestSession === session ? undefined : "the honest session is not the one it was";
	}

	/**
	 * The replay window of the probe's session. `late` is a counter that was left out, at most 32 ago: its message is
	 * taken, and only once.
	 */
	async windowTrouble(late) {
		const { probe } = this;
		const { datagram, exchange, answer } = await probe.request(INVOKE_REQUEST, this.toggle, INVOKE_RESPONSE, {
			counter: late,
			timeout: 10_000,
		});
		if (answer === undefined) return "the replay window moved: a counter that was left out is not taken any more";
		probe.send(datagram);
		if (await probe.comes(INVOKE_RESPONSE, exchange))
			return "the replay window does not know a counter that was used";
		return undefined;
	}

	sendRaw(datagram) {
		this.socket.send(datagram, this.device.port, "::1");
	}

	async close() {
		this.probe?.close();
		this.attacker?.close();
		this.socket?.close();
		this.mdns?.close();
		await this.device?.close();
		this.tap?.close();
	}
}

/** The administrator's node id, as messages carry it. */
function nodeId(light) {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(light.sessions[0].fabric.rootNodeId));
	return bytes;
}

/** @throws Error after `timeout` ms */
function within(promise, timeout = 15_000) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

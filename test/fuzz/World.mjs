/** A commissioned device, its honest administrator, a hostile one on a fabric of its own, and strangers. */
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
import { anotherSession, Fleet } from "../interop/Fleet.mjs";
import { SessionClient, parsePayload } from "./SessionClient.mjs";
import { HostileAdministrator } from "./HostileAdministrator.mjs";
import { Mdns, Tap, Wiretap } from "./Wire.mjs";

const HOSTILE_PASSCODE = 34567890;
const HOSTILE_DISCRIMINATOR = 1234;
const INVOKE_REQUEST = 8;
const INVOKE_RESPONSE = 9;
const PAGE = 4096;
/** So many may try to become a hostile administrator, each but the first after a restart of the device. */
const HIRINGS = 4;
/** What it takes to set up a device that does what it should, many times over; ms. */
const OPENING = 120_000;
/** of a timed command, ms */
const WAIT = { timeout: 5000 };

export class World {
	/** fabrics that the hostile administrator leaves alone, as it may remove any: that of the honest one, and guests' */
	kept = [1];
	/** whoever else talks to the device */
	stranger;
	/** hostile administrators that had to be made anew, and restarts of the device for that */
	renewals = 0;
	restarts = 0;

	/** @param isFull whether the device is to be at its capacity: three further fabrics, all sessions and subscriptions */
	static async create(program, flags = [], isFull = false) {
		const world = new World();
		world.isFull = isFull;
		try {
			await within(world.#open(program, flags), OPENING);
			return world;
		} catch (error) {
			const { errors } = world.device ?? {};
			await world.close();
			throw errors ? new Error(`${error.message}\n${errors}`) : error;
		}
	}

	async #open(program, flags) {
		this.device = await Device.create({ program, arguments: ["--log", "error", ...flags] });
		await this.device.start();
		this.tap = await Tap.open(this.device.port);
		if (process.env.MDNS_INTERFACE === "lo") this.mdns = await Mdns.open();
		await this.#commission();
		await this.#repertoire();
		await this.#abandon();
		await this.hire();
		this.#gather();
		if (this.isFull) await this.#invite();
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
			() => light.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, WAIT),
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
			WAIT,
		);
	}

	/** Commissions a hostile administrator, by mDNS where nobody did so before. */
	async hire() {
		// One that a hostile administrator opened is for a passcode that nobody knows.
		await this.light.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, WAIT).catch(() => {});
		await this.openWindow();
		const find = this.mdns && this.renewals === 0;
		this.hostile = await HostileAdministrator.hire(this.device.port, (controller) =>
			find
				? controller.commission(HOSTILE_PASSCODE, HOSTILE_DISCRIMINATOR)
				: controller.commissionAt(this.tap.port, HOSTILE_PASSCODE),
		);
		if (this.plain) this.#adapt();
	}

	/**
	 * Sees that the hostile administrator still is one, or has another take its place.
	 * @returns what is wrong, undefined for nothing; what the device ended of is found by whoever looks for signs of life
	 */
	async keepHostile() {
		const held = await this.stranger.calm();
		if (held || this.ended !== undefined) return this.ended === undefined ? held : undefined;
		if (await this.hostile.keep()) return undefined;
		let trouble;
		for (let tries = 0; tries < HIRINGS && this.ended === undefined; tries++) {
			this.renewals++;
			try {
				if (tries > 0) {
					// The last one may hold a fail-safe against everybody.
					this.restarts++;
					await this.restart();
				}
				await this.#dismiss();
				await this.stranger.calm();
				await this.hire();
				return undefined;
			} catch (error) {
				trouble = error.message;
			}
		}
		return this.ended === undefined ? `nobody can be commissioned any more: ${trouble}` : undefined;
	}

	/** Guests fill the device: three fabrics, and what sessions and subscriptions are left of the other two. */
	async #invite() {
		const guests = (this.guests = new Fleet());
		await guests.join(this.device, { fabrics: 3, first: this.light });
		for (const light of guests.lights)
			if (light.session === undefined) this.kept.push(await light.read(0, OperationalCredentials, 5));
		guests.lights.push(this.light, await anotherSession(this.light));
		await guests.fill();
	}

	/** Guests whose device was started again are gone, and others come. */
	async #reinvite() {
		for (const fabricIndex of this.kept.splice(1))
			await this.light.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex });
		this.guests.lights = this.guests.lights.filter(({ controller }) => controller !== this.honest);
		await this.guests.close(true);
		await this.#invite();
	}

	/** The honest administrator removes the hostile one's fabric, if it is there. */
	async #dismiss() {
		await this.light
			.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: this.hostile.index })
			.catch(() => {});
	}

	/** The device ends and starts again; the honest controller and the probe get other sessions. */
	async restart() {
		await within(this.device.stop());
		await this.device.start();
		await this.light.dropSessions(false);
		await this.light.read(1, OnOff, 0);
		this.probe.close();
		this.probe = await SessionClient.open(this.device.port, this.wiretap.keysOf(this.light.sessions[0]));
		await this.light.dropSessions(false);
		await this.light.read(1, OnOff, 0);
		if (this.guests) await this.#reinvite();
	}

	/** The corpus: what was recorded, by kind. */
	#gather() {
		this.tap.recording = this.wiretap.recording = this.hostile.tap.recording = false;
		this.unsecured = this.tap.datagrams.filter((datagram) => datagram.readUInt16LE(1) === 0);
		this.secured = this.tap.datagrams.filter((datagram) => datagram.readUInt16LE(1) !== 0);
		// Standalone acknowledgements are most of what is said.
		const said = [...this.wiretap.plain, ...this.hostile.tap.plain];
		this.plain = said.filter((plain) => plain[1] !== 0x10 || plain.readUInt16LE(4) !== 0);
		this.dns = [...(this.mdns?.datagrams ?? [])];
		this.#adapt();
	}

	/** What the honest administrator said of itself, the hostile one says of itself; else it would shut itself out. */
	#adapt() {
		const to = nodeId(this.hostile.light);
		const from = this.spokenOf ?? nodeId(this.light);
		this.spokenOf = to;
		for (const plain of this.plain ?? []) {
			for (let at = plain.indexOf(from); at >= 0; at = plain.indexOf(from, at + 8)) to.copy(plain, at);
		}
	}

	/** says anything in the hostile administrator's session */
	get attacker() {
		return this.hostile.attacker;
	}

	/** of the hostile administrator's group */
	get member() {
		return this.hostile.member;
	}

	/** of the honest controller */
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
		try {
			await this.guests?.allServed();
		} catch (error) {
			return `a guest: ${error.message}`;
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

	async close() {
		this.probe?.close();
		void this.hostile?.close();
		void this.honest?.close().catch(() => {});
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

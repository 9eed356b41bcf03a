/** An administrator by matter.js, of a fabric of its own, in whose session anything can be said. */
import { setTimeout as sleep } from "node:timers/promises";
import { AccessControl } from "@matter/main/clusters/access-control";
import { GroupKeyManagement } from "@matter/main/clusters/group-key-management";
import { Groups } from "@matter/main/clusters/groups";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { PeerSet } from "@matter/main/protocol";
import { Controller } from "../interop/Controller.mjs";
import { GroupMember } from "./GroupMember.mjs";
import { SessionClient } from "./SessionClient.mjs";
import { Wiretap } from "./Wire.mjs";

const GROUP = 0x0666;
const KEY_SET = 0x66;
/** What it takes on a machine that is busy with other things, many times over; ms. */
const HIRING = 30_000;
const KEEPING = 15_000;
/** ms that a controller has to end when it is closed */
const ENDING = 10_000;
/** ms that matter.js waits beyond what a busy device asks for, at most (its own: 15 s), and after a refusal (5 minutes) */
const PATIENCE = { delayAfterNetworkError: 200, delayAfterPeerError: 1000 };

export class HostileAdministrator {
	/** says anything in a session that was matter.js's; undefined before there is one */
	attacker;
	/** of its group, which it cannot forbid anything */
	member;
	/** of its fabric */
	index;
	#port;
	#ending;

	/**
	 * @param port of the device itself
	 * @param commission takes a controller; gives the device as its fabric sees it
	 * @throws Error when it does not become one in time; nothing of it is left then
	 */
	static async hire(port, commission) {
		const administrator = new HostileAdministrator();
		administrator.#port = port;
		administrator.controller = await Controller.start("hostile");
		administrator.controller.node.env.get(PeerSet).timing = PATIENCE;
		administrator.tap = new Wiretap(administrator.controller);
		try {
			await administrator.#within(HIRING, async () => {
				administrator.light = await commission(administrator.controller);
				administrator.index = await administrator.light.read(0, OperationalCredentials, 5);
				await administrator.#seduce();
			});
			return administrator;
		} catch (error) {
			await administrator.close();
			throw error;
		}
	}

	/**
	 * Sees that it still is one: what it said may have cost it its session, rights or fabric.
	 * @returns false when it is none any more, and is closed
	 */
	async keep() {
		const heard = !this.attacker.closed && (await this.attacker.pulse(1000));
		try {
			await this.#within(KEEPING, async () => {
				await this.light.read(0, AccessControl, 0);
				if (!heard) await this.#seduce();
			});
			return true;
		} catch {
			await this.close();
			return false;
		}
	}

	/**
	 * Awaits what `work` does with the controller. What takes longer than `limit` ms is ended by closing the controller: it
	 * works on nowhere when this returns.
	 * @throws Error when it was ended, or by itself
	 */
	async #within(limit, work) {
		let end;
		const late = new Promise((resolve) => {
			end = setTimeout(() => resolve(this.close().then(() => sleep(ENDING))), limit);
		});
		try {
			await Promise.race([work(), late]);
		} finally {
			clearTimeout(end);
		}
		if (this.#ending) throw new Error(`not done within ${limit} ms`);
	}

	/** Its session becomes one in which anything can be said; matter.js makes itself another. */
	async #seduce() {
		const { light } = this;
		this.attacker?.close();
		await light.read(0, AccessControl, 0);
		await this.#conspire();
		this.attacker = await SessionClient.open(this.#port, this.tap.keysOf(light.sessions[0]));
		if (this.#ending) this.attacker.close();
		await light.dropSessions(false);
		await light.read(0, AccessControl, 0);
	}

	/** A group of its fabric, whose members may do what an administrator may not forbid them. */
	async #conspire() {
		const { light } = this;
		const { fabric } = light.sessions[0];
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
			() => light.invoke(0, GroupKeyManagement, "keySetWrite", { groupKeySet }),
			() =>
				light.write(0, GroupKeyManagement, "groupKeyMap", [
					{ groupId: GROUP, groupKeySetId: KEY_SET, fabricIndex: this.index },
				]),
			() => light.invoke(1, Groups, "addGroup", { groupId: GROUP, groupName: "gang" }),
			() =>
				light.write(0, AccessControl, "acl", [
					{ privilege: 5, authMode: 2, subjects: [fabric.rootNodeId], targets: null },
					{ privilege: 4, authMode: 3, subjects: null, targets: null },
				]),
		];
		// What it said before may have left no room for this.
		for (const step of steps) await step().catch(() => {});
	}

	/** Ends all that it does; whoever awaits it is told so by an error. */
	close() {
		return (this.#ending ??= this.#end());
	}

	async #end() {
		this.attacker?.close();
		await Promise.race([this.controller.close().catch(() => {}), sleep(ENDING)]);
	}
}

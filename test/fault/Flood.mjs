/** Everything that anybody may ask a full device for at the same time. */
import { createSocket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AccessControl } from "@matter/main/clusters/access-control";
import { fullList, THREE_PATHS } from "../interop/Fleet.mjs";

const PBKDF_PARAM_REQUEST = 0x20;
const SIGMA1 = 0x30;
/** initiator, reliable */
const FLAGS = 0x05;

const octets = (tag, bytes) => Buffer.concat([Buffer.from([0x30, tag, bytes.length]), bytes]);
const uint16 = (tag, value) => Buffer.from([0x25, tag, value & 0xff, value >> 8]);

/** Well formed, from somebody unknown: PBKDFParamRequest or Sigma1 (Matter Core 4.14.1.2, 4.14.2.4). */
function handshake(opcode, number) {
	const header = Buffer.alloc(22);
	header[0] = 0x04;
	randomBytes(12).copy(header, 4);
	header[16] = FLAGS;
	header[17] = opcode;
	header.writeUInt16LE(number & 0xffff, 18);
	const fields =
		opcode === SIGMA1
			? [
					octets(1, randomBytes(32)),
					uint16(2, number + 1),
					octets(3, randomBytes(32)),
					octets(4, randomBytes(65)),
				]
			: [octets(1, randomBytes(32)), uint16(2, number + 1), uint16(3, 0), Buffer.from([0x28, 4])];
	return Buffer.concat([header, Buffer.from([0x15]), ...fields, Buffer.from([0x18])]);
}

/** Strangers, each on a port of its own, that begin handshakes and never go on. */
export class Strangers {
	#sockets = [];
	#number = 0;
	/** datagrams that the device answered with */
	answers = 0;

	async open(count) {
		for (let i = 0; i < count; i++) {
			const socket = createSocket("udp6");
			await new Promise((resolve) => socket.bind(0, "::1", resolve));
			socket.on("message", () => this.answers++);
			this.#sockets.push(socket);
		}
	}

	say(port) {
		for (const socket of this.#sockets) {
			this.#number++;
			socket.send(handshake(this.#number % 2 === 0 ? SIGMA1 : PBKDF_PARAM_REQUEST, this.#number), port, "::1");
		}
	}

	close() {
		for (const socket of this.#sockets) socket.close();
	}
}

/** Settled, or `ms` later: some requests of a controller wait long for an answer that they don't get. */
const within = (ms, promises) => Promise.race([Promise.allSettled(promises), sleep(ms)]);

/**
 * Floods `device`, which `fleet` fills: handshakes from many ports, reads of everything on all sessions at once, more
 * subscriptions than there are places, lists too long. What is refused may be refused; nothing may be lost by it.
 * @returns how many datagrams strangers got, and how many subscriptions there were no places for
 */
export async function flood(device, fleet, { strangers = 40, rounds = 2, reads = 3, patience = 4000 } = {}) {
	const crowd = new Strangers();
	await crowd.open(strangers);
	try {
		for (let round = 0; round < rounds; round++) {
			crowd.say(device.port);
			const asked = [];
			for (const light of fleet.lights) {
				for (let i = 0; i < reads; i++) asked.push(light.report({}));
				asked.push(light.events({}));
				const nodeId = light.controller.node.state?.commissioning?.nodeId ?? 1n;
				const list = fullList(nodeId);
				asked.push(light.write(0, AccessControl, "acl", [...list, ...list]));
			}
			crowd.say(device.port);
			await within(patience, asked);
		}
		let refused = 0;
		const more = fleet.lights.map((light) =>
			light.subscribe([...THREE_PATHS, {}], { max: 600 }).catch(() => refused++),
		);
		crowd.say(device.port);
		await within(patience, more);
		return { answers: crowd.answers, refused };
	} finally {
		crowd.close();
	}
}

/**
 * Begins something, again and again where it is refused, while strangers ask every 50 ms; then does the rest in peace.
 * @returns how often it was begun, and how many datagrams strangers got
 */
export async function duringFlood(device, begin, finish, { strangers = 40, tries = 10 } = {}) {
	const crowd = new Strangers();
	await crowd.open(strangers);
	const timer = setInterval(() => crowd.say(device.port), 50);
	try {
		await sleep(500);
		for (let i = 1; ; i++) {
			try {
				const begun = await begin();
				clearInterval(timer);
				await finish(begun);
				return { tries: i, answers: crowd.answers };
			} catch (error) {
				if (i === tries) throw error;
				await sleep(1000);
			}
		}
	} finally {
		clearInterval(timer);
		crowd.close();
	}
}

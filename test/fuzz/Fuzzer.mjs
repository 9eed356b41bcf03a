/** Says hostile things to a whole device and sees that it stays what it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { random } from "../interop/LossyLink.mjs";
import { withoutEndpoints } from "./GroupMember.mjs";
import { Mutator, removesFabric } from "./Mutator.mjs";
import { INITIATOR, RELIABLE, parsePayload, writePayload } from "./SessionClient.mjs";
import { Stranger, headerLength } from "./Stranger.mjs";
import { World } from "./World.mjs";

/** Datagrams from one check to the next, and from one sign of life to the next. */
const ROUND = 1000;
const BATCH = 40;
/** Requests in a session at a time: one less than exchanges that a peer may have. */
const REQUESTS = 4;
/** So many times without an answer: another session. */
const DEAF = 5;
/** Resident memory may grow so much after the warm-up, a tenth of the run, at most WARM_UP datagrams: */
const GROWTH = 8 * 1024 * 1024;
const WARM_UP = 100_000;

const PBKDF_REQUEST = 0x20;
const SIGMA1 = 0x30;
const REPORT_DATA = 5;
const STATUS_RESPONSE = 1;
/** { 0: 0, 0xFF: 13 }: success */
const SUCCESS = Buffer.from("1524000024ff0d18", "hex");
const TIMED_REQUEST = 10;
/** { 0: 20, 0xFF: 13 }: the request follows within 20 ms, or the exchange would stay taken */
const AT_ONCE = Buffer.from("1524001424ff0d18", "hex");
const ANSWERS = { 1: "status", 4: "subscribed", 5: "report", 7: "written", 9: "invoked" };

/** Something that must not happen, with what led to it. */
export class Finding extends Error {
	/** @param items datagrams, the culprit among them: { index, mode, bytes } */
	constructor(what, items, details) {
		super(what);
		this.items = items;
		this.details = details;
	}
}

/** Numbers for datagram `index`, whatever came before it. */
function numbers(seed, index) {
	const next = random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
	for (let i = 0; i < 4; i++) next();
	return next;
}

export class Fuzzer {
	sent = 0;
	counts = {};
	/** what the hostile administrator was answered, by opcode of the interaction model */
	answered = {};
	#seed;
	#program;
	#flags;
	#isFull;
	#world;
	#stranger;
	#recent = [];
	#interactions = 0;
	#interactionsSeen = 0;
	#deaf = 0;

	/** @param flags of the program; isFull: see World.create */
	constructor({ seed, program, flags = [], isFull = false }) {
		this.#seed = seed;
		this.#isFull = isFull;
		this.#program = program;
		this.#flags = flags;
	}

	/** @throws Error when the device cannot be set up */
	async open() {
		this.#world = await World.create(this.#program, this.#flags, this.#isFull);
		const answers = new Mutator(random(this.#seed));
		this.answers = answers;
		this.#world.stranger = this.#stranger = await Stranger.open(
			this.#world.device.port,
			this.#world.unsecured,
			(payload) => (answers.chance(0.3) ? Buffer.from(payload) : answers.tlv(payload)),
		);
	}

	/** How many of each were recorded. */
	get corpus() {
		const { unsecured, secured, plain, dns } = this.#world;
		return { unsecured: unsecured.length, secured: secured.length, plain: plain.length, dns: dns.length };
	}

	/**
	 * Sends `count` datagrams.
	 * @param progress told after each check: { sent, memory }
	 * @throws Finding
	 */
	async run(count, progress = () => {}) {
		const warmUp = Math.min(count / 10, WARM_UP);
		const began = performance.now();
		let base;
		let memory = this.#world.memory;
		let most = 0;
		while (this.sent < count) {
			const restarts = this.#world.restarts;
			await this.#round(Math.min(ROUND, count - this.sent));
			await this.#keepHostile([]);
			memory = this.#world.memory;
			if (restarts !== this.#world.restarts) base = undefined;
			else if (base === undefined && this.sent >= warmUp) base = memory;
			most = Math.max(most, memory - (base ?? memory));
			if (most > GROWTH) throw new Finding(`resident memory grew by ${most} bytes`, []);
			progress({ sent: this.sent, memory });
		}
		const { renewals, restarts } = this.#world;
		const seconds = (performance.now() - began) / 1000;
		return {
			sent: this.sent,
			seconds,
			counts: this.counts,
			answered: this.answered,
			memory,
			growth: most,
			renewals,
			restarts,
		};
	}

	async #round(count) {
		const world = this.#world;
		this.#listen();
		if (this.sent % (10 * ROUND) === 0) await world.openWindow().catch(() => {});
		const { probe } = world;
		let late = ++probe.counter;
		let requests = 0;
		for (let done = 0; done < count;) {
			const items = [];
			for (; items.length < BATCH && done < count; done++) {
				const item = this.#make(this.sent++);
				this.counts[item.mode] = (this.counts[item.mode] ?? 0) + 1;
				items.push(item);
				this.#send(item);
				if (item.mode === "secure" && ++requests % REQUESTS === 0) await this.#breathe(items);
			}
			await this.#alive(items);
			// The window is 32 wide, and the probe's acknowledgements take their part of it.
			if (world.probe.counter - late > 24) late = ++world.probe.counter;
		}
		// After a restart of the device the probe has another session, which used no counters yet.
		if (probe !== world.probe) late = ++world.probe.counter;
		const trouble = (await world.windowTrouble(late)) ?? (await world.honestTrouble());
		if (trouble) throw new Finding(trouble, [], world.device.errors);
		await this.#alive([]);
	}

	/** Lets the hostile administrator acknowledge answers, without which its next requests were refused. */
	async #breathe(items) {
		const { attacker } = this.#world;
		const alive = !attacker.closed && (await attacker.pulse(500));
		if (this.#world.ended !== undefined) return;
		// What waits for a word that never comes takes the session's exchanges.
		this.#deaf = this.#interactions === this.#interactionsSeen ? this.#deaf + 1 : 0;
		this.#interactionsSeen = this.#interactions;
		if (alive && this.#deaf < DEAF) return;
		this.#deaf = 0;
		if (alive) attacker.sayGoodbye();
		await this.#keepHostile(items);
		this.#listen();
	}

	async #keepHostile(items) {
		const trouble = await this.#world.keepHostile();
		if (!trouble) return;
		await this.#alive(items);
		throw new Finding(trouble, items, this.#world.device.errors);
	}

	#listen() {
		const { attacker } = this.#world;
		attacker.answer = (message) => this.#answer(message);
		attacker.heard = ({ protocol, opcode }) => {
			if (protocol === 1) this.#interactions++;
			const name = protocol === 1 ? (ANSWERS[opcode] ?? opcode) : "acknowledgement";
			this.answered[name] = (this.answered[name] ?? 0) + 1;
		};
	}

	async #alive(items) {
		const world = this.#world;
		const answered = await Promise.race([world.probe.pulse(), world.device.exit.then(() => false)]);
		if (answered && world.complaint === undefined) return;
		await sleep(200);
		const what =
			world.ended !== undefined
				? `the device ended (${world.ended})`
				: world.complaint
					? "the device complains"
					: "the device does not answer";
		throw new Finding(what, items, world.device.errors);
	}

	/** What the attacker says to a message of the device. */
	#answer(message) {
		const { answers } = this;
		if (answers.chance(0.001)) return "nothing";
		if (message.opcode !== REPORT_DATA || answers.chance(0.01)) return undefined;
		return { opcode: STATUS_RESPONSE, payload: answers.chance(0.9) ? SUCCESS : answers.tlv(SUCCESS) };
	}

	#send({ mode, bytes, send }) {
		if (send) return send();
		const world = this.#world;
		if (mode === "mdns") world.mdns?.send(bytes);
		else if (mode === "group") this.#stranger.shout(world.member.seal(bytes));
		else if (mode === "secure") {
			const datagram = world.attacker.seal(bytes);
			this.#recent[this.sent % 64] = datagram;
			world.attacker.send(datagram);
		} else this.#stranger.shout(bytes);
	}

	#make(index) {
		const waiting = this.#stranger.queue.shift();
		if (waiting) return { index, mode: "udp", bytes: waiting, send: () => this.#stranger.send(waiting) };
		const mutator = new Mutator(numbers(this.#seed, index));
		const dice = mutator.int(1000);
		if (dice < 350) return { index, mode: "secure", bytes: this.#authentic(mutator) };
		if (dice < 470 && this.#world.dns.length > 0) return { index, mode: "mdns", bytes: this.#dns(mutator) };
		if (dice < 540) return this.#toGroup(mutator, index);
		if (dice < 750) return { index, mode: "udp", bytes: this.#forged(mutator) };
		const bytes =
			dice < 990
				? this.#unsecured(mutator)
				: this.#stranger.begin(mutator.chance(0.7) ? PBKDF_REQUEST : SIGMA1, index, mutator.chance(0.5));
		return { index, mode: "udp", bytes, send: () => this.#stranger.send(bytes) };
	}

	/** In the hostile administrator's session: recorded requests with something wrong. */
	#authentic(mutator) {
		const { plain } = this.#world;
		const template = mutator.pick(plain);
		const message = parsePayload(template);
		const other = parsePayload(mutator.pick(plain)).payload;
		let payload = message.payload;
		if (message.opcode === TIMED_REQUEST && mutator.chance(0.98)) payload = AT_ONCE;
		const dice = mutator.int(10);
		if (dice < 6) payload = mutator.tlv(payload, other);
		else if (dice < 8) payload = mutator.bytes(payload, other);
		// They would be gone, and rightly.
		if (this.#world.kept.some((index) => removesFabric(payload, index))) return this.#authentic(mutator);
		const exchange = mutator.chance(0.8) ? mutator.int(0x8000) | 0x8000 : mutator.int(4);
		// Sessions that end take their time to be made again.
		const opcode = message.protocol === 0 && mutator.chance(0.95) ? 1 + mutator.int(10) : message.opcode;
		const flags = mutator.chance(0.95) ? INITIATOR | RELIABLE : INITIATOR;
		const made = writePayload(flags, opcode, exchange, mutator.chance(0.98) ? 1 : message.protocol, payload);
		return (mutator.chance(0.1) ? mutator.payloadHeader(made) : made).subarray(0, 1200);
	}

	/** To the hostile administrator's group: recorded requests without endpoints, with something wrong in them or around. */
	#toGroup(mutator, index) {
		const { member, plain } = this.#world;
		const message = parsePayload(mutator.pick(plain));
		let payload = mutator.chance(0.9) ? withoutEndpoints(message.payload) : message.payload;
		if (mutator.chance(0.5)) payload = mutator.tlv(payload, parsePayload(mutator.pick(plain)).payload);
		const flags = mutator.chance(0.7) ? INITIATOR : mutator.int(8);
		let made = writePayload(
			flags,
			message.opcode,
			mutator.int(0x10000),
			message.protocol,
			payload.subarray(0, 1150),
		);
		if (mutator.chance(0.1)) made = mutator.payloadHeader(made).subarray(0, 1180);
		if (mutator.chance(0.5)) return { index, mode: "group", bytes: made };
		const options = { hidden: mutator.chance(0.7) };
		if (mutator.chance(0.2)) options.extensions = mutator.noise(mutator.int(40));
		if (mutator.chance(0.2)) options.counter = mutator.counter(member.counter);
		if (mutator.chance(0.1)) options.groupId = mutator.int(0x10000);
		let bytes = member.seal(made, options);
		if (mutator.chance(0.3)) bytes = mutator.packetHeader(bytes, [member.id]);
		if (mutator.chance(0.3)) bytes = mutator.bytes(bytes);
		return { index, mode: "udp", bytes };
	}

	/** To live sessions, by somebody without their keys: what was said before with other counters, ids, bits. */
	#forged(mutator) {
		const world = this.#world;
		const ids = [world.probe.id, world.attacker.id, world.honestSession?.peerSessionId ?? 0];
		const genuine = mutator.chance(0.5) ? this.#recent[mutator.int(64)] : undefined;
		if (genuine && mutator.chance(0.2)) return genuine;
		let bytes = Buffer.from(genuine ?? mutator.pick(world.secured));
		if (!genuine) {
			bytes.writeUInt16LE(mutator.pick(ids), 1);
			bytes.writeUInt32LE(mutator.counter(mutator.pick([world.probe, world.attacker]).counter), 4);
		}
		if (mutator.chance(0.7)) bytes = mutator.packetHeader(bytes, ids);
		if (mutator.chance(0.4)) bytes = mutator.bytes(bytes, mutator.pick(world.secured));
		return bytes;
	}

	/** Without a session: steps of handshakes, out of order and wrong. */
	#unsecured(mutator) {
		const { unsecured } = this.#world;
		const template = mutator.pick(unsecured);
		const length = headerLength(template);
		let header = template.subarray(0, length);
		let plain = template.subarray(length);
		if (mutator.chance(0.9)) {
			header = Buffer.from(header);
			header.writeUInt32LE(mutator.int(2 ** 32), 4);
			if (mutator.chance(0.5)) mutator.noise(8).copy(header, 8);
		}
		switch (mutator.int(4)) {
			case 0:
				return mutator.bytes(Buffer.concat([header, plain]), mutator.pick(unsecured));
			case 1:
				header = mutator.packetHeader(header, [0]);
				break;
			case 2:
				plain = mutator.payloadHeader(plain);
				break;
			default: {
				const at = plain.length - parsePayload(plain).payload.length;
				plain = Buffer.concat([
					plain.subarray(0, at),
					mutator.tlv(plain.subarray(at), mutator.pick(unsecured).subarray(24)),
				]);
			}
		}
		return Buffer.concat([header, plain]);
	}

	#dns(mutator) {
		const { dns } = this.#world;
		return mutator.dns(mutator.pick(dns), mutator.pick(dns));
	}

	/** Sends items one by one. @returns the one after which something is wrong; undefined where nothing is */
	async replay(items) {
		for (const item of items) {
			this.#send({ mode: item.mode, bytes: item.bytes });
			try {
				await this.#alive([item]);
			} catch (error) {
				return error;
			}
		}
		const trouble = await this.#world.honestTrouble();
		return trouble ? new Finding(trouble, items, this.#world.device.errors) : undefined;
	}

	async close() {
		this.#stranger?.close();
		await this.#world?.close();
	}
}

/** A bad network between a controller and the device: datagrams are lost, doubled and overtaken, by a fixed seed. */
import { createSocket } from "node:dgram";

/** Numbers in 0..1 that depend on the seed alone (xorshift). */
export function random(seed) {
	let state = seed >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 0x1_0000_0000;
	};
}

/** of a message, in all (Matter Core 4.12.8) */
const TRANSMISSIONS = 5;

export class LossyLink {
	lost = 0;
	/** messages that were lost in all their transmissions: nothing could have delivered them */
	lostForGood = 0;
	doubled = 0;
	overtaken = 0;
	passed = 0;
	/** datagrams that came before */
	repeated = { up: 0, down: 0 };
	#seen = new Set();
	#clients = new Map();
	#held = new Map();
	/** how many times a datagram that is missing was lost, by its session and counter */
	#missing = new Map();

	/**
	 * Listens on a port of its own and passes on to `target` on `host` and back. `loss`, `duplication` and `reordering` are
	 * probabilities for each direction. `mercy`: what was lost so many times in a row comes through the next time, so that a
	 * test does not hang on whether one message in thousands is lost in all its five transmissions.
	 */
	static async open(
		target,
		{ host = "::1", loss = 0, duplication = 0, reordering = 0, seed = 1, mercy = Infinity } = {},
	) {
		const link = new LossyLink();
		link.host = host;
		link.target = target;
		link.rates = { loss, duplication, reordering };
		link.mercy = mercy;
		link.random = random(seed);
		link.socket = createSocket("udp6");
		await new Promise((resolve) => link.socket.bind(0, "::1", resolve));
		link.port = link.socket.address().port;
		link.socket.on("message", (data, from) => link.#fromClient(data, from));
		return link;
	}

	#fromClient(data, from) {
		let upstream = this.#clients.get(from.port);
		if (upstream === undefined) {
			upstream = createSocket("udp6");
			upstream.on("message", (answer) =>
				this.#pass(`down ${from.port}`, answer, (bytes) => this.socket.send(bytes, from.port, "::1")),
			);
			this.#clients.set(from.port, upstream);
		}
		this.#pass(`up ${from.port}`, data, (bytes) => upstream.send(bytes, this.target, this.host));
	}

	#pass(direction, data, send) {
		const known = `${direction} ${data.toString("base64")}`;
		if (this.#seen.has(known)) this.repeated[direction.split(" ")[0]]++;
		this.#seen.add(known);
		const held = this.#held.get(direction);
		const { loss, duplication, reordering } = this.rates;
		if (this.random() < loss && this.#mayLose(data)) this.lost++;
		else if (held === undefined && this.random() < reordering) {
			// Held back until the next one has passed it, or for a moment where none comes.
			this.overtaken++;
			const release = () => {
				clearTimeout(timer);
				this.#held.delete(direction);
				send(data);
			};
			const timer = setTimeout(release, 50);
			this.#held.set(direction, release);
			return;
		} else {
			this.passed++;
			send(data);
			if (this.random() < duplication) {
				this.doubled++;
				send(data);
			}
		}
		held?.();
	}

	#mayLose(data) {
		const name = data.toString("latin1", 1, 8);
		const times = (this.#missing.get(name) ?? 0) + 1;
		this.#missing.set(name, times);
		if (times > this.mercy) return false;
		if (times === TRANSMISSIONS) this.lostForGood++;
		return true;
	}

	close() {
		for (const socket of [this.socket, ...this.#clients.values()]) socket.close();
	}
}

/** What honest peers put on the wire: recorded as it passes, with the keys of their sessions. */
import { createSocket } from "node:dgram";
import { Crypto } from "@matter/main";

const MDNS_PORT = 5353;
const MDNS_GROUP = "224.0.0.251";
const LOOPBACK = "127.0.0.1";

/** Passes datagrams between controllers and the device, and keeps those to the device. */
export class Tap {
	datagrams = [];
	recording = true;
	#clients = new Map();

	static async open(target) {
		const tap = new Tap();
		tap.target = target;
		tap.socket = createSocket("udp6");
		await new Promise((resolve) => tap.socket.bind(0, "::1", resolve));
		tap.port = tap.socket.address().port;
		tap.socket.on("message", (data, from) => tap.#pass(data, from));
		return tap;
	}

	#pass(data, from) {
		if (this.recording) this.datagrams.push(Buffer.from(data));
		let upstream = this.#clients.get(from.port);
		if (upstream === undefined) {
			upstream = createSocket("udp6");
			upstream.on("message", (answer) => this.socket.send(answer, from.port, "::1"));
			this.#clients.set(from.port, upstream);
		}
		upstream.send(data, this.target, "::1");
	}

	close() {
		for (const socket of [this.socket, ...this.#clients.values()]) socket.close();
	}
}

/** Keeps what a controller encrypts, and with what: its messages in the clear, and the keys of its sessions. */
export class Wiretap {
	/** protocol header and payload of each message */
	plain = [];
	recording = true;
	/** what is to be encrypted passes through it, where it is set; its second argument: the nonce */
	tamper = undefined;
	#sent = new Map();
	#received = new Map();

	constructor(controller) {
		const crypto = controller.node.env.get(Crypto);
		const encrypt = crypto.encrypt.bind(crypto);
		const decrypt = crypto.decrypt.bind(crypto);
		crypto.encrypt = (key, data, nonce, header, ...more) => {
			const bytes = this.tamper?.(Buffer.from(data), Buffer.from(nonce)) ?? data;
			if (header !== undefined) {
				const id = Buffer.from(header).readUInt16LE(1);
				const counter = Buffer.from(header).readUInt32LE(4);
				this.#sent.set(id, { key: Buffer.from(key), node: Buffer.from(nonce).subarray(5), counter });
				if (this.recording) this.plain.push(Buffer.from(data));
			}
			return encrypt(key, bytes, nonce, header, ...more);
		};
		crypto.decrypt = (key, data, nonce, header, ...more) => {
			if (header !== undefined) {
				const id = Buffer.from(header).readUInt16LE(1);
				this.#received.set(id, { key: Buffer.from(key), node: Buffer.from(nonce).subarray(5) });
			}
			return decrypt(key, data, nonce, header, ...more);
		};
	}

	/** The keys of a session of matter.js, in which it must have sent and received. */
	keysOf(session) {
		const encrypt = this.#sent.get(session.peerSessionId);
		const decrypt = this.#received.get(session.id);
		if (!encrypt || !decrypt) throw new Error("nothing was sent in this session");
		return { id: session.peerSessionId, localId: session.id, encrypt, decrypt, counter: encrypt.counter };
	}
}

/** Hears and speaks mDNS on the loopback of a network of its own. */
export class Mdns {
	datagrams = [];

	static async open() {
		const mdns = new Mdns();
		mdns.socket = createSocket({ type: "udp4", reuseAddr: true });
		await new Promise((resolve) => mdns.socket.bind(MDNS_PORT, "0.0.0.0", resolve));
		mdns.socket.addMembership(MDNS_GROUP, LOOPBACK);
		mdns.socket.setMulticastInterface(LOOPBACK);
		mdns.socket.on("message", (data) => {
			if (mdns.datagrams.length < 200) mdns.datagrams.push(Buffer.from(data));
		});
		return mdns;
	}

	send(datagram) {
		this.socket.send(datagram, MDNS_PORT, MDNS_GROUP);
	}

	close() {
		this.socket.close();
	}
}

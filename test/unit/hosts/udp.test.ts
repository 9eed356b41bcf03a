import { interfaces } from "host/network";
import Timer from "host/timer";
import UDP from "host/udp";

const V6_LOOPBACK = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const V4_LOOPBACK = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];
/** ff02::fb and 224.0.0.251, the groups of multicast DNS (RFC 6762 section 3) */
const V6_GROUP = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb];
const V4_GROUP = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 224, 0, 0, 251];

function socketAddress(address: number[], port: number, index = 0): Uint8Array {
	const result = new Uint8Array(22);
	result.set(address);
	result[16] = port >> 8;
	result[17] = port & 0xff;
	new DataView(result.buffer).setUint32(18, index, true);
	return result;
}

function indexOf(address: Uint8Array): number {
	return new DataView(address.buffer).getUint32(18, true);
}

interface Received {
	bytes: number[];
	from: Uint8Array;
}

/** A socket that collects what comes, and resolves when something did. */
class Inbox {
	readonly socket: UDP;
	readonly received: Received[] = [];
	calls = 0;
	#waiting: (() => void) | undefined;

	constructor(options: { port?: number; reuse?: boolean; size?: number; lazy?: boolean } = {}) {
		const buffer = new Uint8Array(options.size ?? 1280);
		this.socket = new UDP({
			port: options.port ?? 0,
			reuse: options.reuse ?? false,
			onReadable: () => {
				this.calls++;
				const from = new Uint8Array(22);
				let length: number;
				while ((length = this.socket.read(buffer, from)) >= 0) {
					this.received.push({ bytes: [...buffer.subarray(0, length)], from: from.slice() });
					if (options.lazy) break;
				}
				this.#waiting?.();
			},
		});
	}

	/** Resolves when `count` datagrams are there, or after `ms`. */
	until(count: number, ms = 1000): Promise<void> {
		return new Promise((resolve) => {
			const timer = new Timer(() => resolve());
			timer.set(ms);
			this.#waiting = () => {
				if (this.received.length < count) return;
				timer.clear();
				resolve();
			};
			this.#waiting();
		});
	}
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => new Timer(resolve).set(ms));
}

describe("UDP", () => {
	let sockets: UDP[] = [];
	const inbox = (options?: ConstructorParameters<typeof Inbox>[0]): Inbox => {
		const result = new Inbox(options);
		sockets.push(result.socket);
		return result;
	};

	afterEach(() => {
		for (const socket of sockets) socket.close();
		sockets = [];
	});

	it.each([
		["::1", V6_LOOPBACK],
		["127.0.0.1", V4_LOOPBACK],
	])("sends and receives over %s", async (_name, address) => {
		const a = inbox();
		const b = inbox();
		const bytes = new Uint8Array([9, 1, 2, 3, 9]);
		expect(a.socket.write(socketAddress(address as number[], b.socket.port), bytes, 1, 4)).toBe(true);
		await b.until(1);
		expect(b.received[0]!.bytes).toEqual([1, 2, 3]);
		const { from } = b.received[0]!;
		expect([...from.subarray(0, 16)]).toEqual(address as number[]);
		expect((from[16]! << 8) | from[17]!).toBe(a.socket.port);
		expect(indexOf(from)).toBe(interfaces().find(({ loopback }) => loopback)!.index);
		// what came in says where the answer goes
		expect(b.socket.write(from, bytes, 0, 2)).toBe(true);
		await a.until(1);
		expect(a.received[0]!.bytes).toEqual([9, 1]);
	});

	it("hands over an empty datagram", async () => {
		const a = inbox();
		a.socket.write(socketAddress(V6_LOOPBACK, a.socket.port), new Uint8Array(1), 0, 0);
		await a.until(1);
		expect(a.received[0]!.bytes).toEqual([]);
	});

	it("drops and counts a datagram that is longer than the buffer, and goes on with the next", async () => {
		const a = inbox({ size: 10 });
		const to = socketAddress(V6_LOOPBACK, a.socket.port);
		a.socket.write(to, new Uint8Array(11), 0, 11);
		a.socket.write(to, new Uint8Array(10).fill(7), 0, 10);
		await a.until(1);
		expect(a.received).toHaveLength(1);
		expect(a.received[0]!.bytes).toEqual(new Array(10).fill(7));
		expect(a.socket.dropped).toBe(1);
	});

	it("calls once for a batch, and again as long as something is left", async () => {
		const whole = inbox();
		const lazy = inbox({ lazy: true });
		const bytes = new Uint8Array([1]);
		for (const { socket } of [whole, lazy])
			for (let i = 0; i < 5; i++) socket.write(socketAddress(V6_LOOPBACK, socket.port), bytes, 0, 1);
		await whole.until(5);
		await lazy.until(5);
		expect(whole.received).toHaveLength(5);
		expect(whole.calls).toBe(1);
		expect(lazy.received).toHaveLength(5);
		expect(lazy.calls).toBe(5);
	});

	it("says that a port is in use, with a code", () => {
		const a = inbox();
		let error: (Error & { code?: string }) | undefined;
		try {
			inbox({ port: a.socket.port });
		} catch (caught) {
			error = caught as Error;
		}
		expect(error?.message).toBe(`port ${a.socket.port} is in use`);
		expect(error?.code).toBe("EADDRINUSE");
	});

	it("shares a port that all its sockets reuse", () => {
		const a = inbox({ reuse: true });
		expect(inbox({ port: a.socket.port, reuse: true }).socket.port).toBe(a.socket.port);
	});

	it.each([
		["ff02::fb", V6_GROUP],
		["224.0.0.251", V4_GROUP],
	])("hears a group only where it joined: %s", async (_name, group) => {
		const link = interfaces().find(({ up, loopback, addresses }) => up && !loopback && addresses.length > 0);
		const lo = interfaces().find(({ loopback }) => loopback)!;
		const { index } = link ?? lo;
		const a = inbox({ reuse: true });
		const bytes = new Uint8Array([1, 2, 3]);
		const to = socketAddress(group as number[], a.socket.port, index);
		a.socket.write(to, bytes, 0, 3);
		await a.until(1, 50);
		expect(a.received).toHaveLength(0);
		if (!a.socket.join(new Uint8Array(group as number[]), index)) return; // this machine has no such network
		// twice is as good as once
		expect(a.socket.join(new Uint8Array(group as number[]), index)).toBe(true);
		// a machine without a way out refuses to send
		if (!a.socket.write(to, bytes, 0, 3)) return;
		await a.until(1);
		expect(a.received[0]!.bytes).toEqual([1, 2, 3]);
		expect(indexOf(a.received[0]!.from)).toBe(index);
		a.socket.leave(new Uint8Array(group as number[]), index);
		a.socket.write(to, bytes, 0, 3);
		await a.until(2, 50);
		expect(a.received).toHaveLength(1);
	});

	it("returns false for an interface that is not there", () => {
		expect(inbox().socket.join(new Uint8Array(V6_GROUP), 0x7ffffff)).toBe(false);
	});

	it("returns false where it cannot send", () => {
		const a = inbox();
		// nobody has port 0
		expect(a.socket.write(socketAddress(V6_LOOPBACK, 0), new Uint8Array(1), 0, 1)).toBe(false);
		// longer than any datagram
		expect(a.socket.write(socketAddress(V6_LOOPBACK, a.socket.port), new Uint8Array(70000), 0, 70000)).toBe(false);
	});

	it("is silent after close", async () => {
		const a = inbox();
		const to = socketAddress(V6_LOOPBACK, a.socket.port);
		a.socket.write(to, new Uint8Array(1), 0, 1);
		a.socket.close();
		a.socket.close();
		expect(a.socket.write(to, new Uint8Array(1), 0, 1)).toBe(false);
		expect(a.socket.read(new Uint8Array(10), new Uint8Array(22))).toBe(-1);
		await pause(20);
		expect(a.calls).toBe(0);
	});

	it("may be closed by its own callback", async () => {
		let calls = 0;
		const socket = new UDP({
			port: 0,
			onReadable: () => {
				calls++;
				socket.close();
			},
		});
		socket.write(socketAddress(V6_LOOPBACK, socket.port), new Uint8Array(1), 0, 1);
		await pause(20);
		expect(calls).toBe(1);
	});

	it("refuses what is not within its buffers", () => {
		const { socket } = inbox();
		const to = socketAddress(V6_LOOPBACK, socket.port);
		const bytes = new Uint8Array(4);
		expect(() => socket.write(to, bytes, 0, 5)).toThrow(RangeError);
		expect(() => socket.write(to, bytes, 3, 2)).toThrow(RangeError);
		expect(() => socket.write(to, bytes, -1, 2)).toThrow(RangeError);
		expect(() => socket.write(to, bytes, NaN, 2)).toThrow(RangeError);
		expect(() => socket.write(to.subarray(1), bytes, 0, 1)).toThrow(RangeError);
		expect(() => socket.read(bytes, new Uint8Array(21))).toThrow(RangeError);
		expect(() => socket.join(new Uint8Array(15), 0)).toThrow(RangeError);
		expect(() => new UDP({ port: 65536, onReadable: () => {} })).toThrow(RangeError);
		expect(() => new UDP({ port: 0 } as unknown as ConstructorParameters<typeof UDP>[0])).toThrow(TypeError);
	});

	it("reads into a view's own part of its buffer only", async () => {
		const a = inbox();
		const whole = new Uint8Array(8).fill(0xaa);
		let length = -1;
		const socket = new UDP({
			port: 0,
			onReadable: () => {
				length = socket.read(whole.subarray(2, 6), new Uint8Array(22));
			},
		});
		sockets.push(socket);
		a.socket.write(socketAddress(V6_LOOPBACK, socket.port), new Uint8Array([1, 2, 3]), 0, 3);
		await pause(20);
		expect(length).toBe(3);
		expect([...whole]).toEqual([0xaa, 0xaa, 1, 2, 3, 0xaa, 0xaa, 0xaa]);
	});
});

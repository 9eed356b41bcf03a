import { nodeIdBytes } from "../../../modules/codec/Bytes";
import { GROUP_PEERS_PER_FABRIC } from "../../../modules/session/Capacity";
import { GroupPeers } from "../../../modules/session/GroupPeers";

describe("Counters of senders to groups (Matter Core 4.6.5)", () => {
	let peers: GroupPeers;

	beforeEach(() => {
		peers = new GroupPeers();
	});

	const from = (node: number, counter: number, fabric = 1, session = 0xb9f7): boolean | undefined =>
		peers.accept(fabric, session, nodeIdBytes(BigInt(node)), 0, counter >>> 0);

	it("trusts the first, and takes nothing from before it", () => {
		expect(from(7, 1000)).toBe(true);
		expect([1000, 999, 990, 968, 967, 1].map((counter) => from(7, counter))).toEqual([
			false,
			false,
			false,
			false,
			false,
			false,
		]);
		expect(from(7, 1001)).toBe(true);
	});

	it("takes each counter of the window once, and none older", () => {
		from(7, 1000);
		expect(from(7, 1040)).toBe(true);
		expect([1040, 1007, 1000].map((counter) => from(7, counter))).toEqual([false, false, false]);
		expect([1008, 1020, 1039].map((counter) => from(7, counter))).toEqual([true, true, true]);
		expect([1008, 1020, 1039].map((counter) => from(7, counter))).toEqual([false, false, false]);
	});

	it.each([1, 2, 31, 32, 33, 1000])("knows the one before when the next is %d ahead", (ahead) => {
		from(7, 1000);
		from(7, 1005);
		expect(from(7, 1005 + ahead)).toBe(true);
		expect(from(7, 1005)).toBe(false);
		expect(from(7, 1000)).toBe(false);
		if (ahead > 1 && ahead <= 33) expect(from(7, 1006)).toBe(true);
	});

	it("rolls over (4.6.5.2.2)", () => {
		expect(from(7, 0xfffffffe)).toBe(true);
		expect(from(7, 2)).toBe(true);
		expect([0xffffffff, 0, 1].map((counter) => from(7, counter))).toEqual([true, true, true]);
		expect([0xfffffffe, 0xffffffff, 0, 1, 2].map((counter) => from(7, counter))).toEqual([
			false,
			false,
			false,
			false,
			false,
		]);
	});

	it("half the range ahead is new, more is old", () => {
		from(7, 1000);
		expect(from(7, 1000 + 0x80000000)).toBe(false);
		expect(from(7, 1000 + 0x7fffffff)).toBe(true);
		expect(from(7, 1000)).toBe(false);
	});

	it("keeps nodes, keys and fabrics apart", () => {
		expect(from(7, 1000)).toBe(true);
		expect(from(8, 1000)).toBe(true);
		expect(from(7, 1000, 2)).toBe(true);
		expect(from(7, 1000, 1, 0xb9f8)).toBe(true);
		expect(peers.length).toBe(4);
		expect([from(7, 1000), from(8, 1000), from(7, 1000, 2), from(7, 1000, 1, 0xb9f8)]).toEqual([
			false,
			false,
			false,
			false,
		]);
	});

	it("compares the whole node id", () => {
		const id = 0x1122334455667788n;
		expect(peers.accept(1, 1, nodeIdBytes(id), 0, 5)).toBe(true);
		for (let bit = 0n; bit < 64n; bit += 8n) {
			const other = new GroupPeers();
			other.accept(1, 1, nodeIdBytes(id), 0, 5);
			expect(other.accept(1, 1, nodeIdBytes(id ^ (1n << bit)), 0, 5)).toBe(true);
		}
		expect(peers.accept(1, 1, nodeIdBytes(id), 0, 5)).toBe(false);
	});

	it("is bounded: there is room for so many, who are never forgotten for another", () => {
		expect(GROUP_PEERS_PER_FABRIC >= 10).toBe(true);
		for (let node = 1; node <= GROUP_PEERS_PER_FABRIC; node++) expect(from(node, 1000)).toBe(true);
		expect(from(100, 1000)).toBeUndefined();
		expect(from(1, 1000, 1, 0xb9f8)).toBeUndefined();
		expect(from(99, 500, 2)).toBe(true);
		expect(peers.length).toBe(GROUP_PEERS_PER_FABRIC + 1);
		for (let node = 1; node <= GROUP_PEERS_PER_FABRIC; node++) {
			expect(from(node, 1000)).toBe(false);
			expect(from(node, 1001)).toBe(true);
		}
	});

	it("forgets who spoke by a key that is gone, and has room again", () => {
		for (let node = 1; node <= GROUP_PEERS_PER_FABRIC; node++) from(node, 1000, 1, node);
		peers.retain(Uint16Array.of(1, 3));
		expect(peers.length).toBe(2);
		expect([from(1, 1000, 1, 1), from(3, 1000, 1, 3)]).toEqual([false, false]);
		expect(from(2, 1000, 1, 3)).toBe(true);
	});

	it("forgets a fabric", () => {
		for (const fabric of [1, 2, 1, 3, 2]) for (const node of [1, 2]) from(node, 1000, fabric);
		peers.removeFabric(2);
		expect(peers.length).toBe(4);
		expect([from(1, 1000), from(2, 1000), from(1, 1000, 3), from(2, 1000, 3)]).toEqual([
			false,
			false,
			false,
			false,
		]);
		expect([from(1, 1000, 2), from(2, 1000, 2)]).toEqual([true, true]);
	});
});

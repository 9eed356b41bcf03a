import { toHex } from "../../../modules/codec/Bytes";
import { Counters, type CounterName } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { groupSessionId } from "../../../modules/fabric/GroupKeys";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import { Message } from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import { GROUP_PEERS_PER_FABRIC, GROUP_SESSIONS } from "../../../modules/session/Capacity";
import type { GroupSession } from "../../../modules/session/GroupSession";
import { GroupSessions } from "../../../modules/session/GroupSessions";
import { Storage } from "../../../modules/storage/Storage";
import { plainFabric } from "../../support/fabrics";
import { GroupSender, type GroupMessage } from "../../support/GroupSender";
import { MemoryFiles } from "../../support/MemoryFiles";

const GROUP = 0x101;
const KEY_SET = 0x33;
const KEYS = [0x70, 0x71, 0x72].map((byte) => new Uint8Array(16).fill(byte)) as [Uint8Array, Uint8Array, Uint8Array];

function groupFabric(index: number, keys: readonly Uint8Array[] = [KEYS[0]]): Fabric {
	return plainFabric(index, {
		groupKeySets: [
			{ groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys: [{ key: new Uint8Array(16), startTime: 0n }] },
			{
				groupKeySetId: KEY_SET,
				groupKeySecurityPolicy: 0,
				epochKeys: keys.map((key, at) => ({ key, startTime: BigInt(at + 1) })),
			},
		],
		groupKeyMap: [{ groupId: GROUP, groupKeySetId: KEY_SET }],
		groups: [{ groupId: GROUP, name: "", endpoints: [1] }],
	});
}

describe("Receiving group messages (Matter Core 4.7.3, 4.17)", () => {
	let fabrics: FabricTable;
	let fabric: Fabric;
	let counters: Counters;
	let groups: GroupSessions;
	let sender: GroupSender;
	const message = new Message(new Uint8Array(0));

	beforeEach(() => {
		counters = new Counters();
		const log = new Log("none");
		fabrics = new FabricTable(new Storage(log, counters, new MemoryFiles()), log);
		fabrics.add((fabric = groupFabric(1)));
		groups = new GroupSessions({ fabrics, counters });
		sender = new GroupSender(fabric, KEYS[0]);
	});

	function receive(datagram: Uint8Array): GroupSession | undefined {
		const buffer = new Uint8Array(1280).fill(0xee);
		buffer.set(datagram);
		message.receive(buffer, datagram.length);
		if (!decodePacketHeader(message)) throw new Error("its header cannot be decoded");
		return groups.open(message);
	}

	function refused(datagram: Uint8Array, name: CounterName): void {
		const before = counters.get(name);
		expect(receive(datagram)).toBeUndefined();
		expect(counters.get(name)).toBe(before + 1);
	}

	it("opens it", () => {
		const session = receive(sender.datagram({ payload: new Uint8Array([1, 2, 3]), exchangeFlags: 0x01 }))!;
		expect(session.fabric).toBe(fabric);
		expect(session.groupId).toBe(GROUP);
		expect(session.id).toBe(sender.sessionId);
		expect(session.getName()).toBe(`group/${sender.sessionId.toString(16)}`);
		expect([...message.payload()]).toEqual([1, 2, 3]);
		expect([message.isInitiator, message.opcode, message.protocolId, message.exchangeId]).toEqual([
			true,
			8,
			1,
			0x1234,
		]);
		expect(counters.toString()).toBe("");
	});

	it("opens it with its header hidden, and with extensions, and both", () => {
		const extensions = new Uint8Array([9, 9, 9]);
		for (const securityFlags of [0x81, 0x21, 0xa1]) {
			const payload = new Uint8Array([securityFlags]);
			expect(receive(sender.datagram({ securityFlags, extensions, payload }))?.groupId).toBe(GROUP);
			expect([...message.payload()]).toEqual([securityFlags]);
			expect(message.sourceNodeId).toBe(0x77n);
		}
		expect(counters.toString()).toBe("");
	});

	it("takes a counter once, hidden or not", () => {
		const plain = sender.datagram({ counter: 50 });
		const hidden = sender.datagram({ counter: 51, securityFlags: 0x81 });
		expect(receive(plain)).toBeDefined();
		refused(plain, "duplicate");
		expect(receive(hidden)).toBeDefined();
		refused(hidden, "duplicate");
		refused(sender.datagram({ counter: 50, securityFlags: 0x81 }), "duplicate");
		refused(sender.datagram({ counter: 49 }), "duplicate");
		expect(receive(sender.datagram({ counter: 52 }))).toBeDefined();
	});

	it.each<[string, GroupMessage]>([
		["without a source node id", { flags: 0x02 }],
		["without a group id", { flags: 0x04 }],
		["to a node", { flags: 0x05 }],
		["that is a control message", { securityFlags: 0x41 }],
	])("refuses one %s", (_what, changes) => {
		refused(sender.datagram(changes), "malformedPacket");
	});

	it("refuses another session id without trying a key", () => {
		refused(sender.datagram({ sessionId: sender.sessionId ^ 1 }), "unknownSession");
	});

	it.each([1, 0x81])("refuses a changed packet, wherever that is (security flags %d)", (securityFlags) => {
		const datagram = sender.datagram({ securityFlags, payload: new Uint8Array([1, 2, 3]) });
		for (let at = 4; at < datagram.length; at++) {
			const changed = datagram.slice();
			changed[at] = changed[at]! ^ 0x10;
			refused(changed, "undecryptable");
		}
		// None of it has moved the window.
		expect(receive(datagram)).toBeDefined();
	});

	it("refuses a packet too short for its tag", () => {
		for (const securityFlags of [1, 0x81])
			for (const length of [18, 19, 33])
				refused(sender.datagram({ securityFlags }).subarray(0, length), "undecryptable");
	});

	it("takes the privacy flag for a part of what is sealed", () => {
		const datagram = sender.datagram();
		datagram[3] = 0x81;
		refused(datagram, "undecryptable");
	});

	it("refuses a payload header that is cut off", () => {
		refused(sender.datagram({ exchangeFlags: 0x09, payload: new Uint8Array([0xff, 0xff]) }), "malformedPayload");
	});

	it("refuses a group that the key is not for", () => {
		refused(sender.datagram({ groupId: 0x102 }), "undecryptable");
		fabric.groupKeyMap = [{ groupId: 0x102, groupKeySetId: KEY_SET + 1 }];
		refused(sender.datagram({ groupId: 0x102 }), "undecryptable");
		refused(sender.datagram({ groupId: 0x102, securityFlags: 0x81 }), "undecryptable");
	});

	it("refuses a key of another fabric", () => {
		const other = plainFabric(2);
		refused(new GroupSender(other, KEYS[0]).datagram({ sessionId: sender.sessionId }), "undecryptable");
	});

	it("refuses the IPK, which is no group's", () => {
		refused(new GroupSender(fabric, new Uint8Array(16)).datagram(), "unknownSession");
	});

	it("opens with every epoch key", () => {
		fabric.groupKeySets[1]!.epochKeys = KEYS.map((key, at) => ({ key, startTime: BigInt(at + 1) }));
		fabrics.saveGroups(fabric);
		for (const key of KEYS) expect(receive(new GroupSender(fabric, key).datagram())).toBeDefined();
	});

	it("tries each key with the session id, and undoes what one has made of the packet", () => {
		// The same key twice: set 0x33 is no longer the group's, so that the second has to be tried.
		for (const groupKeySetId of [KEY_SET + 1, KEY_SET + 2])
			fabric.groupKeySets.push({
				groupKeySetId,
				groupKeySecurityPolicy: 0,
				epochKeys: [{ key: KEYS[0], startTime: 1n }],
			});
		fabric.groupKeyMap = [{ groupId: GROUP, groupKeySetId: KEY_SET + 2 }];
		fabrics.saveGroups(fabric);
		for (const securityFlags of [0x01, 0x81])
			expect(receive(sender.datagram({ securityFlags }))?.groupKeySetId).toBe(KEY_SET + 2);
	});

	it("undoes what a key has made of the packet whose session id is the same by chance", () => {
		const [wrong, right] = collision(fabric);
		fabric.groupKeySets[1]!.epochKeys = [wrong, right].map((key, at) => ({ key, startTime: BigInt(at + 1) }));
		fabrics.saveGroups(fabric);
		const extensions = new Uint8Array(3);
		for (const key of [right, wrong])
			for (const securityFlags of [0x01, 0x81, 0xa1]) {
				const other = new GroupSender(fabric, key);
				const source = BigInt(key[0]! + securityFlags * 256);
				expect(
					receive(other.datagram({ securityFlags, source, extensions, payload: new Uint8Array([5]) })),
				).toBeDefined();
				expect([...message.payload()]).toEqual([5]);
			}
		refused(new GroupSender(fabric, KEYS[2]).datagram({ sessionId: message.sessionId }), "undecryptable");
	});

	it("forgets keys that changed or were removed, at once", () => {
		const old = sender.datagram();
		expect(receive(sender.datagram())).toBeDefined();
		fabric.groupKeySets[1]!.epochKeys = [{ key: KEYS[1], startTime: 1n }];
		fabrics.saveGroups(fabric);
		refused(old, "unknownSession");
		expect(receive(new GroupSender(fabric, KEYS[1]).datagram())).toBeDefined();
		fabric.groupKeySets.pop();
		fabrics.saveGroups(fabric);
		refused(new GroupSender(fabric, KEYS[1]).datagram(), "unknownSession");
	});

	it("still knows the counters when a key comes back", () => {
		const datagram = sender.datagram();
		expect(receive(datagram)).toBeDefined();
		const set = fabric.groupKeySets.pop()!;
		fabrics.saveGroups(fabric);
		fabric.groupKeySets.push(set);
		fabrics.saveGroups(fabric);
		refused(datagram, "duplicate");
	});

	it("forgets a fabric that is removed, counters included", () => {
		const datagram = sender.datagram();
		expect(receive(datagram)).toBeDefined();
		fabrics.remove(1);
		refused(datagram, "unknownSession");
		const again = groupFabric(1);
		fabrics.add(again);
		fabrics.saveGroups(again);
		expect(receive(datagram)).toBeDefined();
	});

	it("knows a bounded number of senders", () => {
		const first = sender.datagram({ source: 1n });
		expect(receive(first)).toBeDefined();
		refused(first, "duplicate");
		for (let node = 2; node <= GROUP_PEERS_PER_FABRIC; node++)
			expect(receive(sender.datagram({ source: BigInt(node) }))).toBeDefined();
		refused(sender.datagram({ source: 100n }), "groupRefused");
		refused(first, "duplicate");
		// A key that stays does not make room, one that goes does.
		const set = fabric.groupKeySets[1]!;
		set.epochKeys = [set.epochKeys[0]!, { key: KEYS[1], startTime: 9n }];
		fabrics.saveGroups(fabric);
		refused(sender.datagram({ source: 100n }), "groupRefused");
		set.epochKeys = [set.epochKeys[1]!];
		fabrics.saveGroups(fabric);
		expect(receive(new GroupSender(fabric, KEYS[1]).datagram({ source: 100n }))).toBeDefined();
	});

	it("keeps a bounded number of keys ready, those that were used last", () => {
		expect(groups.length).toBe(0);
		const keys = Array.from({ length: 3 * (GROUP_SESSIONS + 1) }, (_, at) => new Uint8Array(16).fill(0x80 + at));
		fabric.groupKeySets = [fabric.groupKeySets[0]!];
		for (let set = 0; set <= GROUP_SESSIONS; set++)
			fabric.groupKeySets.push({
				groupKeySetId: set + 1,
				groupKeySecurityPolicy: 0,
				epochKeys: keys.slice(3 * set, 3 * set + 3).map((key) => ({ key, startTime: 1n })),
			});
		fabric.groupKeyMap = fabric.groupKeySets.slice(1).map(({ groupKeySetId }) => ({
			groupId: GROUP + groupKeySetId,
			groupKeySetId,
		}));
		fabrics.saveGroups(fabric);
		for (let round = 0; round < 2; round++)
			for (const [at, key] of keys.entries()) {
				const groupId = GROUP + 1 + Math.floor(at / 3);
				const payload = new Uint8Array([at]);
				const datagram = new GroupSender(fabric, key).datagram({ groupId, payload, counter: round + 1 });
				expect(receive(datagram)?.epochKey).toBe(key);
				expect([...message.payload()]).toEqual([at]);
				expect(groups.length).toBe(Math.min(round * keys.length + at + 1, GROUP_SESSIONS));
			}
	});

	it("keeps no key that has opened nothing", () => {
		refused(sender.datagram({ groupId: 0x102 }), "undecryptable");
		expect(groups.length).toBe(0);
		expect(receive(sender.datagram())).toBeDefined();
		expect(groups.length).toBe(1);
		refused(sender.datagram({ groupId: 0x102 }), "undecryptable");
		expect(receive(sender.datagram())).toBeDefined();
		expect(groups.length).toBe(1);
	});

	it("opens after a restart what is stored", () => {
		const log = new Log("none");
		const files = new MemoryFiles();
		const before = new FabricTable(new Storage(log, counters, files), log);
		before.add(groupFabric(1));
		const after = new FabricTable(new Storage(log, counters, files), log);
		after.load();
		groups = new GroupSessions({ fabrics: after, counters });
		expect(receive(sender.datagram())?.fabric).toBe(after.find(1));
	});

	it("makes keys anew after they were wiped", () => {
		expect(receive(sender.datagram({ securityFlags: 0x81 }))).toBeDefined();
		groups.close();
		expect(toHex(KEYS[0])).toBe("70".repeat(16));
		expect(receive(sender.datagram({ securityFlags: 0x81 }))).toBeDefined();
	});
});

/** Two keys with the same session id. */
function collision(fabric: Fabric): [Uint8Array, Uint8Array] {
	const found = new Map<number, Uint8Array>();
	for (let i = 0; ; i++) {
		const key = new Uint8Array(16);
		key[0] = i;
		key[1] = i >> 8;
		const id = groupSessionId(fabric.operationalKey(key));
		const other = found.get(id);
		if (other) return [other, key];
		found.set(id, key);
	}
}

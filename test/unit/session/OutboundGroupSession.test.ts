import { toHex } from "../../../modules/codec/Bytes";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { EpochKey } from "../../../modules/fabric/GroupKeySet";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import { GroupCounter } from "../../../modules/message/GroupCounter";
import { HEADROOM, INITIATOR, MAX_DATAGRAM, Message } from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import { GroupSessions } from "../../../modules/session/GroupSessions";
import { MAX_GROUP_PAYLOAD, OutboundGroupSession } from "../../../modules/session/OutboundGroupSession";
import { Storage } from "../../../modules/storage/Storage";
import { plainFabric } from "../../support/fabrics";
import { GroupSender } from "../../support/GroupSender";
import { MemoryFiles } from "../../support/MemoryFiles";

const GROUP = 0x1234;
const KEY_SET = 0x33;
const NODE = 0x1122334455667788n;
const NEVER = 0xffff_ffff_ffff_ffffn;
const key = (byte: number) => new Uint8Array(16).fill(byte);

function groupFabric(epochKeys: EpochKey[], nodeId = NODE, groupKeySetId = KEY_SET): Fabric {
	const fabric = plainFabric(1, {
		groupKeySets: [
			{ groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys: [{ key: key(9), startTime: 0n }] },
			{ groupKeySetId: KEY_SET, groupKeySecurityPolicy: 0, epochKeys },
		],
		groupKeyMap: [{ groupId: GROUP, groupKeySetId }],
		groups: [{ groupId: GROUP, name: "", endpoints: [1] }],
	});
	fabric.replaceCredentials({ ...fabric.credentials, nodeId });
	return fabric;
}

const at = (byte: number, startTime: bigint): EpochKey => ({ key: key(byte), startTime });

describe("Sending to a group (Matter Core 4.16.2)", () => {
	const log = new Log("none");
	let counters: Counters;
	let counter: GroupCounter;

	beforeEach(() => {
		counters = new Counters();
		counter = new GroupCounter(new Storage(log, counters, new MemoryFiles()), (bytes) => void bytes.fill(0x5a));
	});

	function message(payload: Uint8Array): Message {
		const result = new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM).fill(0xee));
		result.payloadStart = HEADROOM;
		result.payloadEnd = HEADROOM + payload.length;
		result.bytes.set(payload, HEADROOM);
		result.prepare(INITIATOR, 0xabcd, 1, 8);
		return result;
	}

	const packetOf = ({ bytes, start, end }: Message): Uint8Array => bytes.slice(start, end);

	/** What another node with the same keys makes of a packet. */
	function receiver(fabric: Fabric): (packet: Uint8Array) => Message | undefined {
		const fabrics = new FabricTable(new Storage(log, counters, new MemoryFiles()), log);
		fabrics.add(fabric);
		const groups = new GroupSessions({ fabrics, counters });
		const received = new Message(new Uint8Array(0));
		return (packet) => {
			received.receive(packet.slice(), packet.length);
			if (!decodePacketHeader(received)) throw new Error("its header cannot be decoded");
			return groups.open(received) ? received : undefined;
		};
	}

	it("is what a member opens: its group, source, counter, exchange and payload", () => {
		const session = new OutboundGroupSession(groupFabric([at(1, 1n)]), GROUP, counter);
		const receive = receiver(groupFabric([at(1, 1n)], 5n));
		for (let i = 0; i < 3; i++) {
			const payload = Uint8Array.of(1, 2, 3, i);
			const received = receive(packetOf(session.encode(message(payload))))!;
			expect(received.sourceNodeId).toBe(NODE);
			expect(received.view.getUint16(received.destinationOffset, true)).toBe(GROUP);
			expect(received.counter).toBe(0x0a5a5a5a + 1 + i);
			expect([...received.payload()]).toEqual([...payload]);
			expect([received.opcode, received.protocolId, received.exchangeId, received.isInitiator]).toEqual([
				8,
				1,
				0xabcd,
				true,
			]);
			expect([received.needsAck, received.hasAck]).toEqual([false, false]);
		}
		expect(counters.toString()).toBe("");
		expect(session.getName()).toBe(`group/${session.id.toString(16)}`);
	});

	it("has only the P flag and the session type, its counter and ids hidden", () => {
		const fabric = groupFabric([at(1, 1n)]);
		const session = new OutboundGroupSession(fabric, GROUP, counter);
		const packet = packetOf(session.encode(message(Uint8Array.of(1, 2, 3, 4))));
		const id = session.id;
		expect(id).toBe(new GroupSender(fabric, key(1)).sessionId);
		// S, DSIZ 2; the session id; P, session type 1
		expect([...packet.subarray(0, 4)]).toEqual([0x06, id & 0xff, id >> 8, 0x81]);
		expect(toHex(packet)).not.toContain("5b5a5a0a");
		expect(toHex(packet)).not.toContain("8877665544332211");
	});

	it("seals and hides to the bytes as AES-CCM does", () => {
		const fabric = groupFabric([at(1, 1n)]);
		const sent = message(Uint8Array.of(7));
		sent.prepare(INITIATOR, 0x1234, 1, 8);
		const packet = packetOf(new OutboundGroupSession(fabric, GROUP, counter).encode(sent));
		const expected = new GroupSender(fabric, key(1)).datagram({
			counter: 0x0a5a5a5b,
			source: NODE,
			groupId: GROUP,
			securityFlags: 0x81,
			payload: Uint8Array.of(7),
		});
		expect(toHex(packet)).toBe(toHex(expected));
	});

	it("takes the longest payload of a datagram", () => {
		const session = new OutboundGroupSession(groupFabric([at(1, 1n)]), GROUP, counter);
		const payload = new Uint8Array(MAX_GROUP_PAYLOAD).fill(0x77);
		const packet = packetOf(session.encode(message(payload)));
		expect(packet).toHaveLength(MAX_DATAGRAM);
		expect(receiver(groupFabric([at(1, 1n)], 5n))(packet)!.payload()).toEqual(payload);
	});

	it.each<[string, [number, bigint][], bigint | undefined, number]>([
		["the only one", [[1, 50n]], undefined, 1],
		[
			"the second newest of two, without time",
			[
				[1, 1n],
				[2, 2n],
			],
			undefined,
			1,
		],
		[
			"the second newest of three, without time",
			[
				[1, 1n],
				[2, 2n],
				[3, 3n],
			],
			undefined,
			2,
		],
		[
			"not a disabled one, without time",
			[
				[1, 1n],
				[2, 2n],
				[3, NEVER],
			],
			undefined,
			1,
		],
		[
			"the latest that has begun",
			[
				[1, 10n],
				[2, 20n],
				[3, 30n],
			],
			25n,
			2,
		],
		[
			"the one that begins now",
			[
				[1, 10n],
				[2, 20n],
				[3, 30n],
			],
			30n,
			3,
		],
		[
			"the first, shortly before the second",
			[
				[1, 10n],
				[2, 20n],
			],
			19n,
			1,
		],
		[
			"not a disabled one",
			[
				[1, 10n],
				[2, NEVER],
			],
			NEVER - 1n,
			1,
		],
	])("is sent with the current epoch key: %s", (_which, keys, now, expected) => {
		const fabric = groupFabric(keys.map(([byte, start]) => at(byte, start)));
		expect(new OutboundGroupSession(fabric, GROUP, counter, now).id).toBe(
			new GroupSender(fabric, key(expected)).sessionId,
		);
	});

	it("is not sent without a key: an unknown group, no key set, one that has not begun, that of the IPK", () => {
		const refused = (fabric: Fabric, group = GROUP, now?: bigint) =>
			expect(() => new OutboundGroupSession(fabric, group, counter, now)).toThrow("has no key");
		refused(groupFabric([at(1, 1n)]), GROUP + 1);
		refused(groupFabric([at(1, 1n)], NODE, KEY_SET + 1));
		refused(groupFabric([at(1, 10n)]), GROUP, 9n);
		refused(groupFabric([at(1, NEVER)]));
		refused(groupFabric([at(1, 1n)], NODE, 0));
	});

	it("seals nothing more when its keys are wiped", () => {
		const session = new OutboundGroupSession(groupFabric([at(1, 1n)]), GROUP, counter);
		session.destroy();
		expect(() => session.encode(message(new Uint8Array(1)))).toThrow(Error);
	});
});

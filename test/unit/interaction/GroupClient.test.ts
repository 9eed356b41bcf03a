import type { NetworkInterface } from "host/network";
import { Identify } from "../../../modules/clusters/generated/Identify";
import { OnOff } from "../../../modules/clusters/generated/OnOff";
import { GroupKeyManagement } from "../../../modules/clusters/generated/GroupKeyManagement";
import { AdministratorCommissioning } from "../../../modules/clusters/generated/AdministratorCommissioning";
import { toHex } from "../../../modules/codec/Bytes";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import { GroupClient } from "../../../modules/interaction/GroupClient";
import { Opcode } from "../../../modules/interaction/Opcode";
import { Message } from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import { GroupSessions } from "../../../modules/session/GroupSessions";
import { Storage } from "../../../modules/storage/Storage";
import { plainFabric } from "../../support/fabrics";
import { MemoryFiles } from "../../support/MemoryFiles";
import { tree } from "./Bench";

const KEYS = [1, 2].map((byte) => ({ key: new Uint8Array(16).fill(byte), startTime: BigInt(byte) }));
const HALL = { fabricIndex: 1, groupId: 0x103 };

function groupFabric(): Fabric {
	return plainFabric(1, {
		groupKeySets: [
			{ groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys: [{ key: new Uint8Array(16), startTime: 0n }] },
			{ groupKeySetId: 5, groupKeySecurityPolicy: 0, epochKeys: KEYS },
		],
		groupKeyMap: [
			{ groupId: 0x103, groupKeySetId: 5 },
			{ groupId: 0x104, groupKeySetId: 6 },
		],
	});
}

describe("Commands to groups (Matter Core 4.16.2, 8.8.2)", () => {
	const log = new Log("none");
	let counters: Counters;
	let storage: Storage;
	let fabrics: FabricTable;
	let links: NetworkInterface[];
	let sent: { to: string; packet: Uint8Array }[];
	let reachable: boolean;
	let now: bigint | undefined;
	let client: GroupClient;

	const link = (index: number, loopback = false): NetworkInterface => ({
		name: `eth${index}`,
		index,
		type: 2,
		up: true,
		loopback,
		mac: new Uint8Array(6),
		addresses: [new Uint8Array(16)],
	});

	beforeEach(() => {
		counters = new Counters();
		storage = new Storage(log, counters, new MemoryFiles());
		fabrics = new FabricTable(storage, log);
		fabrics.add(groupFabric());
		links = [link(1, true), link(2)];
		sent = [];
		reachable = true;
		now = undefined;
		client = new GroupClient({ time: () => now, interfaces: () => links });
		client.open({ fabrics, storage, counters, transport: { send } });
	});

	function send(to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
		sent.push({ to: toHex(to), packet: bytes.slice(start, end) });
		return reachable;
	}

	/** What a member makes of the last one. */
	function heard(): Message {
		const packet = sent[sent.length - 1]!.packet.slice();
		const message = new Message(packet);
		message.receive(packet, packet.length);
		if (!decodePacketHeader(message) || !new GroupSessions({ fabrics, counters }).open(message))
			throw new Error("nobody opens it");
		return message;
	}

	it("go to the group's address by each interface in use, one packet", () => {
		links.push(link(3));
		expect(client.invoke(HALL, OnOff, "toggle")).toBe(true);
		const address = "ff350040fd2906c908d115d362000103";
		expect(sent.map(({ to }) => to)).toEqual([`${address}15a402000000`, `${address}15a403000000`]);
		expect(sent[0]!.packet).toEqual(sent[1]!.packet);
		expect(counters.get("interactionSent")).toBe(1);
	});

	it("are an InvokeRequest without endpoint that suppresses the response and asks for no acknowledgement", () => {
		client.invoke(HALL, OnOff, "toggle");
		const message = heard();
		expect([message.opcode, message.protocolId, message.isInitiator]).toEqual([Opcode.INVOKE_REQUEST, 1, true]);
		expect([message.needsAck, message.hasAck]).toEqual([false, false]);
		expect(tree(message.payload())).toEqual({
			0: true,
			1: false,
			2: [{ 0: { 1: OnOff.id, 2: 2 }, 1: {} }],
			255: 12,
		});
		client.invoke(HALL, Identify, "identify", { identifyTime: 60 });
		expect(tree(heard().payload())).toMatchObject({ 2: [{ 0: { 1: 3, 2: 0 }, 1: { 0: 60 } }] });
	});

	it("have counters of their own, that go on with the next life", () => {
		client.invoke(HALL, OnOff, "on");
		const first = heard().counter;
		client.invoke(HALL, OnOff, "on");
		expect(heard().counter).toBe(first + 1);
		const next = new GroupClient({ interfaces: () => links });
		next.open({ fabrics, storage, counters, transport: { send } });
		next.invoke(HALL, OnOff, "on");
		expect(heard().counter).toBe(first + 1000);
	});

	it("use the key that is current by the clock", () => {
		const ids = [undefined, 1n, 2n].map((time) => {
			now = time;
			client.invoke(HALL, OnOff, "on");
			return heard().sessionId;
		});
		expect(ids[0]).toBe(ids[1]!);
		expect(ids[2]).not.toBe(ids[1]!);
	});

	it("can go to the groups that the key maps name", () => {
		expect(client.groups).toEqual([HALL, { fabricIndex: 1, groupId: 0x104 }]);
		expect(new GroupClient().groups).toEqual([]);
	});

	it("are refused without a fabric, a key or a running node, and for a command that needs more than a group", () => {
		expect(() => client.invoke({ fabricIndex: 2, groupId: 0x103 }, OnOff, "on")).toThrow("no fabric 2");
		expect(() => client.invoke({ fabricIndex: 1, groupId: 0x104 }, OnOff, "on")).toThrow("has no key");
		expect(() => new GroupClient().invoke(HALL, OnOff, "on")).toThrow("no fabric");
		expect(() => client.invoke(HALL, AdministratorCommissioning, "revokeCommissioning")).toThrow(TypeError);
		expect(() => client.invoke(HALL, Identify, "identify", {})).toThrow(TypeError);
		const groupKeySet = { epochKey0: new Uint8Array(2000) };
		expect(() => client.invoke(HALL, GroupKeyManagement, "keySetWrite", { groupKeySet })).toThrow(Error);
		expect(sent).toEqual([]);
		expect(storage.get("group.counter")).toBeUndefined();
	});

	it("are counted as failed where the network refuses them", () => {
		reachable = false;
		expect(client.invoke(HALL, OnOff, "on")).toBe(false);
		expect(counters.get("sendFailed")).toBe(1);
		links = [];
		expect(client.invoke(HALL, OnOff, "on")).toBe(false);
	});
});

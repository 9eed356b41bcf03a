/**
 * A member of groups, for a test whose other member is another implementation: sends messages to a group, opens packets.
 * Takes a JSON description as its argument, prints one JSON line; bytes are hexadecimal.
 */
import { print } from "host/console";
import { args } from "host/process";
import { fromHex, toHex, writeUint32LE } from "../../modules/codec/Bytes";
import { Counters } from "../../modules/diagnostics/Counters";
import { Log } from "../../modules/diagnostics/Log";
import { FabricTable } from "../../modules/fabric/FabricTable";
import { GroupCounter } from "../../modules/message/GroupCounter";
import { HEADROOM, Message, MIC_LENGTH } from "../../modules/message/Message";
import { decodePacketHeader } from "../../modules/message/PacketHeader";
import { GroupSessions } from "../../modules/session/GroupSessions";
import { OutboundGroupSession } from "../../modules/session/OutboundGroupSession";
import { Storage } from "../../modules/storage/Storage";
import { credentials, plainFabric } from "./fabrics";
import { MemoryFiles } from "./MemoryFiles";

interface Description {
	/** ids are hexadecimal */
	fabricId: string;
	rootPublicKey: string;
	nodeId: string;
	groups: { groupId: number; epochKeys: string[] }[];
	/** of the first message */
	counter: number;
	/** epoch-us, or null where the time is not known; a key begins at its place in the set, from 1 on */
	now: number | null;
	messages: {
		groupId: number;
		flags: number;
		exchangeId: number;
		protocolId: number;
		opcode: number;
		payload: string;
	}[];
	packets: string[];
}

const description = JSON.parse(args()[0]!) as Description;
const log = new Log("none");
const counters = new Counters();
const storage = new Storage(log, counters, new MemoryFiles());
const fabric = plainFabric(1, {
	fabricId: BigInt(description.fabricId),
	rootPublicKey: fromHex(description.rootPublicKey),
	credentials: credentials(BigInt(description.nodeId)),
	groupKeySets: [
		{ groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys: [{ key: new Uint8Array(16), startTime: 0n }] },
		...description.groups.map(({ groupId, epochKeys }) => ({
			groupKeySetId: groupId,
			groupKeySecurityPolicy: 0,
			epochKeys: epochKeys.map((key, index) => ({ key: fromHex(key), startTime: BigInt(index + 1) })),
		})),
	],
	groupKeyMap: description.groups.map(({ groupId }) => ({ groupId, groupKeySetId: groupId })),
});
const fabrics = new FabricTable(storage, log);
fabrics.add(fabric);

const record = new Uint8Array(4);
writeUint32LE(record, 0, description.counter);
storage.set("group.counter", record);
const counter = new GroupCounter(storage);
const now = description.now === null ? undefined : BigInt(description.now);

const packets = description.messages.map(({ groupId, flags, exchangeId, protocolId, opcode, payload }) => {
	const bytes = fromHex(payload);
	const message = new Message(new Uint8Array(HEADROOM + bytes.length + MIC_LENGTH));
	message.prepare(flags, exchangeId, protocolId, opcode);
	message.payloadStart = HEADROOM;
	message.payloadEnd = HEADROOM + bytes.length;
	message.bytes.set(bytes, HEADROOM);
	const session = new OutboundGroupSession(fabric, groupId, counter, now);
	session.encode(message);
	session.destroy();
	return toHex(message.bytes.subarray(message.start, message.end));
});

const groups = new GroupSessions({ fabrics, counters });
const messages = description.packets.map((hex) => {
	const bytes = fromHex(hex);
	const message = new Message(bytes);
	message.receive(bytes, bytes.length);
	if (!decodePacketHeader(message)) return null;
	const session = groups.open(message);
	if (!session) return null;
	return {
		groupId: session.groupId,
		source: message.sourceNodeId!.toString(),
		counter: message.counter,
		isInitiator: message.isInitiator,
		exchangeId: message.exchangeId,
		protocolId: message.vendorId * 0x10000 + message.protocolId,
		opcode: message.opcode,
		payload: toHex(message.payload()),
	};
});

print(JSON.stringify({ packets, messages }));

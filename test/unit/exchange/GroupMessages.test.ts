import { Counters, type CounterName } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Exchange } from "../../../modules/exchange/Exchange";
import { ExchangeManager } from "../../../modules/exchange/ExchangeManager";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import type { Message } from "../../../modules/message/Message";
import type { GroupSession } from "../../../modules/session/GroupSession";
import { GroupSessions } from "../../../modules/session/GroupSessions";
import { SessionManager } from "../../../modules/session/SessionManager";
import { Storage } from "../../../modules/storage/Storage";
import { Scheduler } from "../../../modules/time/Scheduler";
import { plainFabric } from "../../support/fabrics";
import { GroupSender } from "../../support/GroupSender";
import { LoopbackTransport } from "../../support/Loopback";
import { MemoryFiles } from "../../support/MemoryFiles";
import { seededRandom } from "../../support/SeededRandom";
import { VirtualClock } from "../../support/VirtualClock";

const KEY = new Uint8Array(16).fill(0x70);

describe("Group messages reach a protocol and nothing comes back", () => {
	let clock: VirtualClock;
	let counters: Counters;
	let lines: string[];
	let transport: LoopbackTransport;
	let exchanges: ExchangeManager;
	let groups: GroupSessions;
	let sessions: SessionManager;
	let fabric: Fabric;
	let sender: GroupSender;
	let heard: string[];

	beforeEach(() => {
		clock = new VirtualClock(1000);
		counters = new Counters();
		lines = [];
		heard = [];
		const scheduler = new Scheduler(clock);
		const random = seededRandom(1);
		const log = new Log("warn", (line) => lines.push(line));
		const fabrics = new FabricTable(new Storage(log, counters, new MemoryFiles()), log);
		fabric = plainFabric(1, {
			groupKeySets: [
				{
					groupKeySetId: 0,
					groupKeySecurityPolicy: 0,
					epochKeys: [{ key: new Uint8Array(16), startTime: 0n }],
				},
				{ groupKeySetId: 5, groupKeySecurityPolicy: 0, epochKeys: [{ key: KEY, startTime: 1n }] },
			],
			groupKeyMap: [{ groupId: 0x101, groupKeySetId: 5 }],
		});
		fabrics.add(fabric);
		sender = new GroupSender(fabric, KEY);
		[transport] = LoopbackTransport.pair(scheduler);
		sessions = new SessionManager({ scheduler, counters, random });
		groups = new GroupSessions({ fabrics, counters });
		exchanges = new ExchangeManager({ transport, sessions, groups, scheduler, log, counters, random });
		transport.onDatagram = (bytes, length, from) => exchanges.onDatagram(bytes, length, from);
		exchanges.register(1, {
			onExchange: (_exchange: Exchange) => heard.push("exchange"),
			onGroupMessage: (session: GroupSession, message: Message) => {
				heard.push(`${session.groupId.toString(16)}: ${message.opcode} ${message.payload().toString()}`);
				if (message.opcode === 0x66) throw new Error("a mistake in the handler");
			},
		});
		exchanges.register(0, { onExchange: () => heard.push("secure channel") });
	});

	/** Whatever came, nobody is answered, and nothing is left open. */
	function deliver(datagram: Uint8Array): void {
		transport.deliver(datagram, transport.peer.address);
		clock.advance(60_000);
		expect(transport.sent).toHaveLength(0);
		expect(exchanges.length).toBe(0);
	}

	function refused(datagram: Uint8Array, name: CounterName): void {
		const before = counters.get(name);
		deliver(datagram);
		expect(counters.get(name)).toBe(before + 1);
		expect(heard).toEqual([]);
	}

	it("is handed over with its group", () => {
		deliver(sender.datagram({ payload: new Uint8Array([1, 2]) }));
		expect(heard).toEqual(["101: 8 1,2"]);
		expect(counters.get("groupReceived")).toBe(1);
	});

	it.each([
		["that asks for an acknowledgement", { exchangeFlags: 0x05 }, "101: 8 "],
		["that acknowledges", { exchangeFlags: 0x03, payload: new Uint8Array(4) }, "101: 8 "],
		[
			"that does both, with its header hidden",
			{ exchangeFlags: 0x07, securityFlags: 0x81, payload: new Uint8Array(4) },
			"101: 8 ",
		],
	])("takes one %s for what it is", (_what, changes, line) => {
		const datagram = sender.datagram(changes);
		deliver(datagram);
		expect(heard).toEqual([line]);
		deliver(datagram);
		expect(heard).toHaveLength(1);
		expect(counters.get("duplicate")).toBe(1);
	});

	it("is not for the secure channel, nor another protocol, nor another vendor's", () => {
		refused(sender.datagram({ protocolId: 0, opcode: 0x40 }), "unknownProtocol");
		refused(sender.datagram({ protocolId: 2 }), "unknownProtocol");
		refused(sender.datagram({ exchangeFlags: 0x11, payload: new Uint8Array([1, 0]) }), "unknownProtocol");
	});

	it("answers nothing of this node's", () => {
		refused(sender.datagram({ exchangeFlags: 0x00 }), "unsolicitedRefused");
	});

	it("a unicast session does not open it, nor a group one unicast", () => {
		const id = sessions.reserveId();
		sessions.createSecure({
			id,
			fabric,
			peerNodeId: 0x77n,
			peerSessionId: 5,
			sharedSecret: new Uint8Array(32),
			salt: new Uint8Array(0),
			isInitiator: false,
			isResumption: false,
			isPase: false,
			parameters: undefined as never,
			address: transport.peer.address,
		});
		refused(sender.datagram({ sessionId: id }), "unknownSession");
		refused(sender.datagram({ sessionId: id, securityFlags: 0x00 }), "malformedPacket");
		refused(sender.datagram({ securityFlags: 0x00 }), "malformedPacket");
		refused(sender.datagram({ sessionId: id, securityFlags: 0x80 }), "undecryptable");
	});

	it("keys are wiped when the node ends", () => {
		deliver(sender.datagram());
		expect(groups.length).toBe(1);
		exchanges.close();
		expect(groups.length).toBe(0);
	});

	it("a handler that throws is the node's fault, and noted", () => {
		deliver(sender.datagram({ opcode: 0x66 }));
		expect(counters.get("callbackFailed")).toBe(1);
		expect(lines.join()).toContain("a mistake in the handler");
		deliver(sender.datagram());
		expect(heard).toHaveLength(2);
	});
});

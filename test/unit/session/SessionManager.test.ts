import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FABRIC_CAPACITY } from "../../../modules/fabric/FabricTable";
import { HEADROOM, INITIATOR, Message, RELIABILITY } from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import {
	CASE_SESSIONS_PER_FABRIC,
	SECURE_SESSIONS,
	SLOT_BITS,
	UNSECURED_SESSIONS,
} from "../../../modules/session/Capacity";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { SessionManager } from "../../../modules/session/SessionManager";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { testAddress } from "../../support/Loopback";
import { seededRandom } from "../../support/SeededRandom";

describe("SessionManager", () => {
	let now: number;
	let counters: Counters;
	let lines: string[];
	let manager: SessionManager;

	beforeEach(() => {
		now = 0;
		counters = new Counters();
		lines = [];
		const log = new Log("info", (line) => lines.push(line));
		manager = new SessionManager({ scheduler: { now: () => now++ }, counters, log, random: seededRandom(3) });
	});

	/** @param index of the fabric; 0 for PASE */
	function create(id: number, index = 1): SecureSession {
		return manager.createSecure({
			id,
			fabric: index ? ({ index, nodeId: 5n, nodeIdBytes: new Uint8Array(8) } as unknown as Fabric) : undefined,
			peerNodeId: index ? 9n : 0n,
			peerSessionId: 77,
			sharedSecret: new Uint8Array(32),
			salt: new Uint8Array(0),
			isInitiator: false,
			isResumption: false,
			parameters: new SessionParameters({ idleInterval: 900 }),
			caseAuthenticatedTags: [0x10001],
			address: testAddress(2),
			isPase: index === 0,
		});
	}

	/** Sessions of these fabrics, oldest first; 0 is PASE. */
	function fill(...indexes: number[]): SecureSession[] {
		return indexes.map((index) => create(manager.reserveId(index), index));
	}

	it("has room for what every conformant node has", () => {
		expect(FABRIC_CAPACITY >= 5 && CASE_SESSIONS_PER_FABRIC >= 3).toBe(true);
		expect(SECURE_SESSIONS >= FABRIC_CAPACITY * CASE_SESSIONS_PER_FABRIC + 1).toBe(true);
		expect(SECURE_SESSIONS <= 1 << SLOT_BITS).toBe(true);
	});

	it("a session is found by its id alone", () => {
		const sessions = fill(1, 2, 0);
		for (const session of sessions) expect(manager.find(session.id)).toBe(session);
		expect(manager.secure()).toHaveLength(3);
		const [first] = sessions;
		expect(manager.find(first!.id ^ (1 << SLOT_BITS))).toBeUndefined();
		expect(manager.find(0)).toBeUndefined();
		expect(manager.find((1 << SLOT_BITS) - 1)).toBeUndefined();
		first!.destroy();
		expect(manager.find(first!.id)).toBeUndefined();
	});

	it("makes it of what the handshake found out", () => {
		const id = manager.reserveId();
		expect(manager.find(id)).toBeUndefined();
		const session = create(id, 3);
		expect(session.id).toBe(id);
		expect(session.fabric!.index).toBe(3);
		expect(session.getPeerNodeId()).toBe(9n);
		expect(session.getPeerSessionId()).toBe(77);
		expect(session.parameters.idleInterval).toBe(900);
		expect(session.caseAuthenticatedTags).toEqual([0x10001]);
		expect(toHex(session.address)).toBe(toHex(testAddress(2)));
		expect(session.isPase).toBe(false);
	});

	it("peers that say the same share what they say", () => {
		const [first, second] = fill(1, 2);
		expect(second!.parameters).toBe(first!.parameters);
	});

	it("only of a reserved id, once", () => {
		expect(() => create(0)).toThrow("not reserved");
		expect(() => create(1234)).toThrow("not reserved");
		const id = manager.reserveId();
		create(id);
		expect(() => create(id)).toThrow("not reserved");
		const released = manager.reserveId();
		manager.releaseId(released);
		expect(() => create(released)).toThrow("not reserved");
		manager.releaseId(id);
		expect(manager.find(id)).toBeDefined();
	});

	it("ids are never 0, fit 16 bits, and come again only after some two thousand of their place", () => {
		const seen = new Set<number>();
		const unique = SECURE_SESSIONS * 2000;
		let isRight = true;
		for (let i = 0; i < unique + 3000; i++) {
			const id = manager.reserveId();
			isRight &&= id > 0 && id <= 0xffff;
			if (i < unique) isRight &&= !seen.has(id);
			seen.add(id);
			manager.releaseId(id);
		}
		expect(isRight).toBe(true);
	});

	it("after a restart they are others", () => {
		const ids = [1, 2, 3, 4].map((seed) =>
			new SessionManager({ scheduler: { now: () => 0 }, random: seededRandom(seed * 977) }).reserveId(),
		);
		expect(new Set(ids).size).toBe(4);
	});

	it("with all ids reserved there is none", () => {
		for (let i = 0; i < SECURE_SESSIONS; i++) expect(manager.reserveId()).not.toBe(0);
		expect(manager.reserveId()).toBe(0);
	});

	describe("a full table", () => {
		/** The fabric of the session that goes, as its place in `sessions`. */
		function evicted(sessions: SecureSession[], fabricIndex: number): number {
			const id = manager.reserveId(fabricIndex);
			if (id === 0) return -1;
			expect(counters.get("sessionEvicted")).toBe(1);
			return sessions.findIndex((session) => session.isClosing);
		}

		const THREE_EACH = [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5];

		it("loses the least recently used of a fabric that has more than its share, whoever asks", () => {
			const sessions = fill(0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 4);
			sessions[7]!.notifyActivity(true);
			expect(evicted(sessions, 4)).toBe(8);
			expect(lines[0]).toContain("makes room");
		});

		it("else that of the fabric that asks", () => {
			const sessions = fill(...THREE_EACH);
			manager.reserveId(); // for a handshake
			sessions[4]!.notifyActivity(false);
			expect(evicted(sessions, 2)).toBe(5);
		});

		it("else that of a fabric that keeps another", () => {
			const sessions = fill(0, 1, ...THREE_EACH.slice(4), 2, 3, 4).slice(0);
			for (let i = sessions.length; i < SECURE_SESSIONS; i++) manager.reserveId();
			// Fabrics 2, 3 and 4 have four: take their surplus away first.
			for (const index of [2, 3, 4])
				sessions.filter((session) => session.fabric?.index === index)[3]!.exchanges = 1;
			expect(evicted(sessions, 6) > 1).toBe(true);
		});

		it("never the last one of another fabric", () => {
			const sessions = fill(1, 2, 3, 4, 5, 0);
			for (let i = sessions.length; i < SECURE_SESSIONS; i++) manager.reserveId();
			expect(evicted(sessions, 6)).toBe(-1);
			expect(evicted(sessions, 0)).toBe(-1);
			expect(evicted(sessions, 3)).toBe(2);
		});

		it("never one with a live exchange, never the PASE session", () => {
			const sessions = fill(0, ...new Array<number>(SECURE_SESSIONS - 1).fill(1));
			for (const session of sessions.slice(1, -1)) session.exchanges = 1;
			expect(evicted(sessions, 1)).toBe(SECURE_SESSIONS - 1);
			expect(manager.reserveId(1)).toBe(0);
		});
	});

	it("tells its listeners of every end, whatever one of them throws", () => {
		const told: string[] = [];
		manager.addListener({
			onSessionClosed: () => {
				throw new Error("not me");
			},
		});
		manager.addListener({ onSessionClosed: (session) => told.push(session.getName()) });
		const [session] = fill(1);
		session!.destroy();
		expect(told).toEqual([session!.getName()]);
		expect(counters.get("callbackFailed")).toBe(1);
		expect(lines[0]).toContain("not me");
	});

	it("closeFabric ends a fabric's sessions, a PASE session that joined it too, and keeps one", () => {
		const [first, second, other, pase] = fill(1, 1, 2, 0);
		pase!.fabric = first!.fabric;
		manager.closeFabric(1, second);
		expect(manager.secure()).toEqual([second, other]);
		expect(pase!.isClosing).toBe(true);
		manager.closeFabric(1);
		expect(manager.secure()).toEqual([other]);
		manager.destroyAll();
		expect(manager.secure()).toEqual([]);
	});

	describe("unsecured sessions (Matter Core 4.13.2.1)", () => {
		function packet(hex: string): Message {
			const bytes = fromHex(hex);
			const message = new Message(bytes);
			message.receive(bytes, bytes.length);
			expect(decodePacketHeader(message)).toBe(true);
			return message;
		}

		function from(initiator: number): Message {
			return packet(
				`04 0000 00 01000000 ${initiator.toString(16).padStart(2, "0")}00000000000001 05 20 0100 0000`,
			);
		}

		it("one for each ephemeral initiator, whatever its address", () => {
			const first = manager.unsecured(from(1), testAddress(5))!;
			expect(first.isSecure()).toBe(false);
			expect(first.id).toBe(0);
			expect(first.isInitiator).toBe(false);
			expect(first.getName()).toBe("unsecured");
			expect(manager.unsecured(from(2), testAddress(5))).not.toBe(first);
			expect(manager.unsecured(from(1), testAddress(6))).toBe(first);
			// Idle, it follows its peer; in a handshake it does not, because nothing is authentic.
			expect(toHex(first.address)).toBe(toHex(testAddress(6)));
			first.exchanges = 1;
			manager.unsecured(from(1), testAddress(7));
			expect(toHex(first.address)).toBe(toHex(testAddress(6)));
		});

		it.each([
			["both ids", "05 0000 00 01000000 0100000000000000 0200000000000000"],
			["neither", "00 0000 00 01000000"],
			["a destination that is not ours", "01 0000 00 01000000 0100000000000000"],
			["a group", "06 0000 00 01000000 0100000000000000 0100"],
		])("refuses %s", (_name, hex) => {
			expect(manager.unsecured(packet(hex), testAddress(5))).toBeUndefined();
		});

		it("a bounded pool: the longest unused goes, none that is in use", () => {
			const sessions = [];
			for (let i = 0; i < UNSECURED_SESSIONS; i++) sessions.push(manager.unsecured(from(i), testAddress(5))!);
			sessions[0]!.notifyActivity(true);
			sessions[1]!.exchanges = 1;
			manager.unsecured(from(100), testAddress(5));
			expect(sessions.map((session) => session.isClosing).indexOf(true)).toBe(2);
			for (let i = 0; i < 100; i++) manager.unsecured(from(101 + i), testAddress(5));
			expect(sessions[1]!.isClosing).toBe(false);
			expect(sessions.filter((session) => !session.isClosing)).toHaveLength(1);
			const busy = [];
			for (let i = 0; i < UNSECURED_SESSIONS - 1; i++)
				busy.push(manager.unsecured(from(i + 10), testAddress(5))!);
			for (const session of busy) session.exchanges = 1;
			expect(manager.unsecured(from(250), testAddress(5))).toBeUndefined();
			expect(manager.openUnsecured(testAddress(5))).toBeUndefined();
		});

		it("answers go to the initiator's id, with the node's one counter that rolls over", () => {
			const session = manager.unsecured(from(1), testAddress(5))!;
			const other = manager.unsecured(from(2), testAddress(5))!;
			const message = new Message(new Uint8Array(HEADROOM + 2));
			message.prepare(RELIABILITY, 0x0102, 0, 0x21);
			message.payloadStart = HEADROOM;
			message.payloadEnd = HEADROOM + 2;
			message.bytes.set([0xaa, 0xbb], HEADROOM);
			session.encode(message);
			const first = message.counter;
			expect(toHex(message.bytes.slice(message.start, message.start + 4))).toBe("01000000");
			expect(toHex(message.bytes.slice(message.start + 8, message.end))).toBe(
				toHex(fromHex("0100000000000001 04 21 0201 0000 aabb")),
			);
			expect(other.encode(message).counter).toBe((first + 1) >>> 0);
		});

		it("one that this node began is matched by its destination", () => {
			const session = manager.openUnsecured(testAddress(9))!;
			expect(session.isInitiator).toBe(true);
			const message = new Message(new Uint8Array(HEADROOM));
			message.prepare(INITIATOR, 1, 0, 0x30);
			message.payloadStart = message.payloadEnd = HEADROOM;
			session.encode(message);
			expect(message.bytes[message.start]).toBe(0x04);
			const id = message.bytes.slice(message.start + 8, message.start + 16);
			// Matter Core 2.5.5.1: within the operational node ids
			expect(id[7]! < 0x80 && id.some((byte) => byte !== 0)).toBe(true);
			const answer = packet(`01 0000 00 05000000 ${toHex(id)} 00 31 0100 0000`);
			expect(manager.unsecured(answer, testAddress(3))).toBe(session);
			// Behind a group id the same bytes are no id.
			const group = packet(`02 0000 00 05000000 ${toHex(id)} 00 31 0100 0000`);
			expect(manager.unsecured(group, testAddress(3))).toBeUndefined();
			expect(toHex(session.address)).toBe(toHex(testAddress(9)));
			// As a source it is somebody else.
			expect(
				manager.unsecured(packet(`04 0000 00 05000000 ${toHex(id)} 05 31 0100 0000`), testAddress(3)),
			).not.toBe(session);
		});

		it("knows duplicates, trusts the first counter, and takes what was refused again", () => {
			const message = from(1);
			const session = manager.unsecured(message, testAddress(5))!;
			expect(session.decode(message)!.isDuplicate).toBe(false);
			expect(session.decode(message)!.isDuplicate).toBe(true);
			session.refuse(message);
			expect(session.decode(message)!.isDuplicate).toBe(false);
			expect(session.decode(message)!.isDuplicate).toBe(true);
			expect(message.payloadEnd).toBe(message.end);
			expect(session.decode(packet("04 0000 00 02000000 0100000000000001 05 20 0100 00"))).toBeUndefined();
		});

		it("the longest payload fits a datagram", () => {
			const session = manager.unsecured(from(1), testAddress(5))!;
			const message = new Message(new Uint8Array(HEADROOM + 1232));
			message.prepare(RELIABILITY | 0x02, 1, 0, 0x21);
			message.payloadStart = HEADROOM;
			message.payloadEnd = HEADROOM + session.maxPayload;
			session.encode(message);
			expect(message.end - message.start).toBe(1232);
		});

		it("timing: defaults until the peer tells", () => {
			const session = manager.unsecured(from(1), testAddress(5))!;
			const { parameters, retransmissionRetries } = session;
			expect([parameters.idleInterval, parameters.activeInterval, retransmissionRetries]).toEqual([500, 300, 4]);
			session.parameters = new SessionParameters({ activeInterval: 1000, activeThreshold: 10 });
			now += 100;
			expect(session.isPeerActive()).toBe(false);
			session.notifyActivity(true);
			expect(session.isPeerActive()).toBe(true);
		});
	});
});

import { concatBytes } from "../../../modules/codec/Bytes";
import { ANONYMOUS, TlvReader, TlvType } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import KeyPair from "../../../modules/crypto/p256";
import random from "../../../modules/crypto/random";
import { Counters } from "../../../modules/diagnostics/Counters";
import type { Exchange } from "../../../modules/exchange/Exchange";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import type { CaseFailure, CaseTarget } from "../../../modules/securechannel/CaseClient";
import { Opcode } from "../../../modules/securechannel/Opcode";
import { SecureChannel } from "../../../modules/securechannel/SecureChannel";
import { SecureChannelStatus, sendBusy, sendFailure } from "../../../modules/securechannel/StatusReport";
import { ResumptionRecords } from "../../../modules/session/ResumptionRecords";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { Storage } from "../../../modules/storage/Storage";
import { Authority } from "../../support/Authority";
import { PEER_TIMING } from "../../support/CaseInitiator";
import { MemoryFiles } from "../../support/MemoryFiles";
import { SecureChannelLink } from "../../support/SecureChannelLink";
import { curveCount } from "./curve";

const NODE = 0x1111n;
const CLIENT = 0x2222n;
const OTHER_FABRIC = 0xfab2n;
const { INVALID_PARAMETER, NO_SHARED_TRUST_ROOTS } = SecureChannelStatus;

/** The node that begins, at the link's other end: a secure channel with fabrics and records of its own. */
class Initiator {
	readonly counters = new Counters();
	readonly fabrics: FabricTable;
	readonly resumption: ResumptionRecords;
	readonly secureChannel: SecureChannel;
	readonly established: SecureSession[] = [];
	readonly failed: CaseFailure[] = [];

	constructor({ peer, scheduler, log }: SecureChannelLink) {
		const storage = new Storage(log, this.counters, new MemoryFiles());
		const { sessions, exchanges } = peer;
		const fabrics = (this.fabrics = new FabricTable(storage, log));
		const resumption = (this.resumption = new ResumptionRecords(storage, fabrics, log));
		const { counters } = this;
		const parameters = PEER_TIMING;
		const parts = { exchanges, sessions, fabrics, resumption, scheduler, log, counters, parameters };
		this.secureChannel = new SecureChannel(parts);
	}

	open(target: Partial<CaseTarget> = {}): boolean {
		const whom = { fabric: own, peerNodeId: NODE, address: link.device.transport.address, ...target };
		return this.secureChannel.caseClient.open(whom, {
			onEstablished: (session) => this.established.push(session),
			onFailed: (reason) => this.failed.push(reason),
		});
	}

	/** Opens a session and lets come what comes. */
	run(target: Partial<CaseTarget> = {}): void {
		expect(this.open(target)).toBe(true);
		link.settle();
	}
}

let link: SecureChannelLink;
let authority: Authority;
/** the responder's side of the fabric */
let fabric: Fabric;
/** the initiator's */
let own: Fabric;
let initiator: Initiator;

function setUp(options: { withIntermediate?: boolean; responder?: Fabric } = {}): void {
	link = new SecureChannelLink();
	authority = new Authority(0xfab1n, options.withIntermediate);
	fabric = options.responder ?? authority.fabric(1, NODE, [0x00010002]);
	own = authority.fabric(1, CLIENT);
	link.fabrics.add(fabric);
	initiator = new Initiator(link);
	initiator.fabrics.add(own);
}

beforeEach(() => setUp());

/** What the initiator sent, by opcodes, acknowledgements left out. */
function opcodesOf(sent: readonly Uint8Array[]): number[] {
	return sent.map((packet) => packet[17]!).filter((opcode) => opcode !== Opcode.STANDALONE_ACK);
}

function flipped(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
	const copy = bytes.slice();
	copy[at]! ^= 1;
	return copy;
}

/** Nothing of a handshake is left at the initiator, and another succeeds. */
function expectIdle(): void {
	link.clock.advance(20_000);
	expect(initiator.secureChannel.caseClient.isAtWork).toBe(false);
	expect(link.peer.exchanges.length).toBe(0);
	for (let i = 0; i < 40; i++) {
		const id = link.peer.sessions.reserveId();
		expect(id).toBeGreaterThan(0);
		link.peer.sessions.releaseId(id);
	}
}

describe("CaseClient, full handshake (Matter Core 4.14.2)", () => {
	it.each([false, true])("opens a session; with an intermediate: %p", (withIntermediate) => {
		setUp({ withIntermediate });
		initiator.run();
		expect(initiator.failed).toEqual([]);
		const [session] = initiator.established;
		const [peers] = link.device.sessions.secure();
		expect(session!.fabric).toBe(own);
		expect(session!.peerNodeId).toBe(NODE);
		expect(session!.isInitiator).toBe(true);
		expect(session!.caseAuthenticatedTags).toEqual([0x00010002]);
		expect(session!.parameters).toMatchObject({ idleInterval: 501, activeInterval: 302, activeThreshold: 4003 });
		expect(peers!.peerNodeId).toBe(CLIENT);
		expect(peers!.parameters).toMatchObject({ idleInterval: 700, activeInterval: 350, activeThreshold: 5000 });
		expect(peers!.id).toBe(session!.peerSessionId);
		expect(peers!.peerSessionId).toBe(session!.id);
		expect(peers!.getAttestationChallengeKey()).toEqual(session!.getAttestationChallengeKey());
		expectIdle();
	});

	it("that carries messages both ways", () => {
		initiator.run();
		const got: number[] = [];
		const sink = { onExchange: (_exchange: Exchange, { opcode }: { opcode: number }) => void got.push(opcode) };
		link.device.exchanges.register(1, sink);
		link.peer.exchanges.register(1, sink);
		const [theirs] = link.device.sessions.secure();
		for (const [node, session, opcode] of [
			[link.peer, initiator.established[0]!, 0x42],
			[link.device, theirs!, 0x43],
		] as const) {
			const exchange = node.exchanges.open(session, { onMessage() {} });
			exchange.begin();
			exchange.send(1, opcode);
			exchange.close();
			link.settle();
		}
		expect(got).toEqual([0x42, 0x43]);
	});

	it("keeps the same record for resumption as its peer", () => {
		initiator.run();
		const mine = initiator.resumption.find(1, NODE)!;
		const theirs = link.resumption.find(1, CLIENT)!;
		expect(mine.id).toEqual(theirs.id);
		expect(mine.sharedSecret).toEqual(theirs.sharedSecret);
		expect(mine.caseAuthenticatedTags).toEqual([0x00010002]);
	});

	it("acknowledges before each slow step", () => {
		initiator.open();
		link.clock.advance(0); // Sigma1 goes
		const { sent } = link.peer.transport;
		link.clock.advance(2); // Sigma2 arrives
		expect(sent.map((packet) => packet[17])).toEqual([0x30, 0x10, 0x32]);
	});

	it("verifies a chain once", () => {
		initiator.run();
		initiator.resumption.remove(1, NODE);
		initiator.run();
		expect(initiator.established).toHaveLength(2);
		expect(initiator.counters.get("chainRemembered")).toBe(1);
	});

	it("uses the IPK that other members understand while keys change (Matter Core 4.14.2.6.1)", () => {
		own.groupKeySets[0]!.epochKeys.push({ key: random(16), startTime: 1n });
		initiator.run(); // the newest is not known there yet
		expect(initiator.established).toHaveLength(1);
	});

	it("tells its listener after open() has returned", () => {
		const told: string[] = [];
		const listener = { onEstablished: () => told.push("established"), onFailed: () => told.push("failed") };
		for (let i = 0; i < 40; i++) if (link.peer.sessions.reserveId() === 0) break;
		initiator.secureChannel.caseClient.open(
			{ fabric: own, peerNodeId: NODE, address: link.device.transport.address },
			listener,
		);
		expect(told).toEqual([]);
		link.settle();
		expect(told).toEqual(["failed"]);
	});
});

describe("CaseClient refuses a responder", () => {
	const cases: [string, () => Fabric][] = [
		["that is another node", () => disguised(authority.credentials(0x3333n))],
		["with a NOC of another authority", () => disguised(new Authority(0xfab1n).credentials(NODE))],
		["with a NOC for another fabric", () => disguised(other())],
		[
			"that does not hold its NOC's key",
			() => disguised({ ...authority.credentials(NODE), keyPair: new KeyPair() }),
		],
		[
			"whose NOC's signature is wrong",
			() => disguised(certified((key) => authority.noc(key, NODE, [], { signature: random(64) }))),
		],
		["whose NOC is the root", () => disguised(certified(() => authority.rootCertificate))],
		["whose NOC is no certificate", () => disguised(certified(() => random(200)))],
		["with an ICAC that nobody needs", () => disguised({ ...authority.credentials(NODE), icac: strangeIcac() })],
		["with a tag of version 0", () => disguised(authority.credentials(NODE, [0x00010000]))],
		["with a tag twice", () => disguised(authority.credentials(NODE, [0x00010001, 0x00010002]))],
		[
			"whose NOC expired by the Last Known Good Time",
			() => {
				initiator.fabrics.time.advance(800_000_001);
				return disguised(certified((key) => authority.noc(key, NODE, [], { notAfter: 800_000_000 })));
			},
		],
	];

	const certified = (noc: (key: Uint8Array) => Uint8Array) => {
		const keyPair = new KeyPair();
		return { nodeId: NODE, noc: noc(keyPair.publicKey), icac: undefined, keyPair };
	};
	const strangeIcac = () => new Authority(0xfab1n, true).icac;
	/** A member's credentials of the same root, in another fabric of it. */
	const other = () =>
		certified((key) =>
			authority.noc(key, NODE, [], {
				subject: [
					[17, NODE],
					[21, OTHER_FABRIC],
				],
			}),
		);

	/** The responder answers to NODE, and proves to be somebody else. */
	function disguised(credentials: Fabric["credentials"]): Fabric {
		const plain = authority.fabric(1, NODE);
		plain.replaceCredentials({ ...credentials, nodeId: NODE });
		return plain;
	}

	it.each(cases)("%s", (_title, responder) => {
		link.fabrics.remove(1);
		link.fabrics.add(responder());
		initiator.run();
		expect(initiator.failed).toEqual(["invalid"]);
		expect(initiator.established).toEqual([]);
		expect(link.peer.sessions.secure()).toEqual([]);
		expect(link.device.sessions.secure()).toEqual([]);
		expect(initiator.resumption.find(1, NODE)).toBeUndefined();
		// The peer is told, and gets no Sigma3.
		expect(opcodesOf(link.peer.transport.sent)).toEqual([Opcode.CASE_SIGMA1, Opcode.STATUS_REPORT]);
		expect(link.lines.some((line) => line.includes(`gave up with ${INVALID_PARAMETER}`))).toBe(true);
		expectIdle();
	});

	it("a chain without its intermediate", () => {
		setUp({ withIntermediate: true });
		link.fabrics.remove(1);
		link.fabrics.add(disguised({ ...authority.credentials(NODE), icac: undefined }));
		initiator.run();
		expect(initiator.failed).toEqual(["invalid"]);
	});

	it("remembers no chain that it refused", () => {
		link.fabrics.remove(1);
		link.fabrics.add(disguised(new Authority(0xfab1n).credentials(NODE)));
		for (let i = 0; i < 2; i++) initiator.run();
		expect(initiator.failed).toEqual(["invalid", "invalid"]);
		expect(initiator.counters.get("chainRemembered")).toBe(0);
	});
});

/** Has the responder's messages with this opcode arrive changed. */
function tamper(opcode: number, change: (payload: Uint8Array) => Uint8Array, asOpcode = opcode): void {
	const { transport } = link.peer;
	const { onDatagram } = transport;
	transport.onDatagram = (bytes, length, from) => {
		const packet = bytes.slice(0, length);
		if (packet[17] !== opcode) return onDatagram!(bytes, length, from);
		// 8 bytes of header, the initiator's node id, 6 of payload header, and the acknowledgement's 4 where there is one
		const start = 22 + (packet[16]! & 2 ? 4 : 0);
		const changed = concatBytes(packet.subarray(0, start), change(packet.slice(start)));
		changed[17] = asOpcode;
		onDatagram!(changed, changed.length, from);
	};
}

/** The structure with another value for one of its members; undefined: without it. */
function member(tag: number, value: Uint8Array | number | undefined): (payload: Uint8Array) => Uint8Array {
	return (payload) => {
		const reader = new TlvReader(payload);
		const writer = new TlvWriter(new Uint8Array(1200));
		reader.next();
		reader.enter();
		writer.structure(ANONYMOUS);
		while (reader.next()) {
			const type = reader.type;
			const bytes = type === TlvType.OCTETS ? reader.octets() : undefined;
			const number = type === TlvType.UNSIGNED ? reader.unsigned() : undefined;
			const now = reader.tag === tag ? value : (bytes ?? number);
			if (typeof now === "number") writer.unsigned(reader.tag, now);
			else if (now) writer.octets(reader.tag, now);
		}
		writer.end();
		return writer.finish();
	};
}

describe("CaseClient refuses a Sigma2", () => {
	const cases: [string, (payload: Uint8Array) => Uint8Array, number?][] = [
		["that is nothing", () => new Uint8Array(0)],
		["cut off", (payload) => payload.subarray(0, payload.length - 1)],
		["with bytes behind it", (payload) => concatBytes(payload, Uint8Array.of(0x14))],
		["without random", member(1, undefined)],
		["with a short random", member(1, new Uint8Array(31))],
		["with another random", member(1, new Uint8Array(32))],
		["without session id", member(2, undefined)],
		["with session id 0", member(2, 0)],
		["with a session id of 17 bits", member(2, 0x10000)],
		["with another ephemeral key", member(3, new KeyPair().publicKey)],
		["with an ephemeral key off the curve", member(3, flipped(new KeyPair().publicKey))],
		["with an ephemeral key of zeros", member(3, new Uint8Array(65))],
		["with a compressed ephemeral key", member(3, new Uint8Array(33).fill(2))],
		["without TBEData2", member(4, undefined)],
		["with a TBEData2 shorter than its tag", member(4, new Uint8Array(15))],
		["with another TBEData2", member(4, random(300))],
		["with a session id that was changed", (payload) => member(2, 0x4321)(payload)],
		["that says it resumes", (payload) => payload, Opcode.CASE_SIGMA2_RESUME],
		["in place of which Sigma3 comes", (payload) => payload, Opcode.CASE_SIGMA3],
		["in place of which a request for PASE comes", (payload) => payload, Opcode.PBKDF_PARAM_REQUEST],
		["in place of which a report comes that is cut off", () => new Uint8Array(7), Opcode.STATUS_REPORT],
		["in place of which success comes", () => new Uint8Array(8), Opcode.STATUS_REPORT],
	];

	it.each(cases)("%s", (_title, change, asOpcode = Opcode.CASE_SIGMA2) => {
		tamper(Opcode.CASE_SIGMA2, change, asOpcode);
		initiator.run();
		// What only Sigma3's transcript protects is the responder's to notice: then it refuses.
		expect(initiator.failed).toHaveLength(1);
		expect(["invalid", "refused"]).toContain(initiator.failed[0]);
		expect(initiator.established).toEqual([]);
		expect(link.peer.sessions.secure()).toEqual([]);
		expect(link.device.sessions.secure()).toEqual([]);
		expect(initiator.resumption.find(1, NODE)).toBeUndefined();
		expectIdle();
	});

	it.each([
		["a failure", Uint8Array.of(1, 0, 0, 0, 0, 0, 2, 0), "refused"],
		["another protocol's success", Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0), "invalid"],
		["success of another kind", Uint8Array.of(0, 0, 0, 0, 0, 0, 3, 0), "invalid"],
		["a report cut off", new Uint8Array(7), "invalid"],
	])("makes no session of %s at the end", (_title, report, reason) => {
		tamper(Opcode.STATUS_REPORT, () => report);
		initiator.run();
		expect(initiator.failed).toEqual([reason]);
		expect(link.peer.sessions.secure()).toEqual([]);
		expectIdle();
	});

	it("takes no second Sigma2", () => {
		tamper(Opcode.STATUS_REPORT, () => new Uint8Array(200), Opcode.CASE_SIGMA2);
		initiator.run();
		expect(initiator.failed).toEqual(["invalid"]);
	});
});

describe("CaseClient, resumed (Matter Core 4.14.2.2)", () => {
	beforeEach(() => {
		initiator.run();
		link.peer.transport.sent.length = 0;
	});

	it("opens a session like the one before, under a new id", () => {
		const before = initiator.resumption.find(1, NODE)!.id;
		initiator.run();
		const [, session] = initiator.established;
		const theirs = link.device.sessions.find(session!.peerSessionId)!;
		expect(initiator.counters.get("caseResumed")).toBe(1);
		expect(link.counters.get("caseResumed")).toBe(1);
		expect(opcodesOf(link.peer.transport.sent)).toEqual([Opcode.CASE_SIGMA1, Opcode.STATUS_REPORT]);
		expect(session!.peerNodeId).toBe(NODE);
		expect(session!.caseAuthenticatedTags).toEqual([0x00010002]);
		expect(theirs.getAttestationChallengeKey()).toEqual(session!.getAttestationChallengeKey());
		const after = initiator.resumption.find(1, NODE)!.id;
		expect(after).not.toEqual(before);
		expect(after).toEqual(link.resumption.find(1, CLIENT)!.id);
		expectIdle();
	});

	it("again and again", () => {
		for (let i = 0; i < 5; i++) initiator.run();
		expect(initiator.counters.get("caseResumed")).toBe(5);
	});

	it("costs both ends together one new key on the curve, and nothing else", () => {
		const before = [0, 1, 2, 3].map(curveCount);
		initiator.run();
		expect(initiator.counters.get("caseResumed")).toBe(1);
		expect([0, 1, 2, 3].map((kind) => curveCount(kind) - before[kind]!)).toEqual([1, 0, 0, 0]);
	});

	it("makes no signature, verifies none and agrees on no secret", () => {
		// Wiped keys and a chain nobody knows: whatever would sign or verify fails.
		own.keyPair.close();
		fabric.keyPair.close();
		own.rootCertificate.fill(0);
		tamper(Opcode.CASE_SIGMA2, () => new Uint8Array(0));
		initiator.run();
		expect(initiator.counters.get("caseResumed")).toBe(1);
	});

	it("goes through the full handshake when the peer has no record", () => {
		link.resumption.remove(1, CLIENT);
		initiator.run();
		expect(initiator.established).toHaveLength(2);
		expect(initiator.counters.get("caseResumed")).toBe(0);
		expect(opcodesOf(link.peer.transport.sent)).toEqual([Opcode.CASE_SIGMA1, Opcode.CASE_SIGMA3]);
		expect(initiator.resumption.find(1, NODE)!.id).toEqual(link.resumption.find(1, CLIENT)!.id);
	});

	const wrong: [string, (payload: Uint8Array) => Uint8Array][] = [
		["that is nothing", () => new Uint8Array(0)],
		["with a wrong MIC", member(2, new Uint8Array(16))],
		["without MIC", member(2, undefined)],
		["with another id", member(1, new Uint8Array(16))],
		["with a short id", member(1, new Uint8Array(15))],
		["with session id 0", member(3, 0)],
	];
	it.each(wrong)("refuses a Sigma2_Resume %s, and goes through the full handshake", (_title, change) => {
		tamper(Opcode.CASE_SIGMA2_RESUME, change);
		initiator.run();
		link.clock.advance(5_000); // the peer may say that it is busy
		expect(initiator.counters.get("handshakeFailed")).toBe(1);
		expect(initiator.counters.get("caseResumed")).toBe(0);
		expect(initiator.counters.get("caseEstablished")).toBe(2);
		expect(initiator.established).toHaveLength(2);
		expectIdle();
	});

	it("refuses a resumption that it did not ask for", () => {
		initiator.resumption.remove(1, NODE);
		tamper(Opcode.CASE_SIGMA2, (payload) => payload, Opcode.CASE_SIGMA2_RESUME);
		initiator.run();
		expect(initiator.failed).toEqual(["invalid"]);
	});

	it("is not through before the peer acknowledged, and then forgets the session", () => {
		link.peer.transport.fate = (packet) => (packet[17] === Opcode.STATUS_REPORT ? [] : [1]);
		initiator.run();
		expect(initiator.established).toHaveLength(1);
		link.clock.advance(30_000);
		expect(initiator.failed).toEqual(["unreachable"]);
		expect(link.peer.sessions.secure()).toHaveLength(1);
		link.peer.transport.fate = () => [1];
		// The ids differ now: only the full handshake is left.
		link.clock.advance(60_000);
		initiator.run();
		expect(initiator.established).toHaveLength(2);
	});

	it("takes the record of the fabric that was asked for", () => {
		const elsewhere = new Authority(OTHER_FABRIC);
		link.fabrics.add(elsewhere.fabric(2, NODE));
		const member = elsewhere.fabric(2, CLIENT);
		initiator.fabrics.add(member);
		initiator.run({ fabric: member });
		expect(initiator.counters.get("caseResumed")).toBe(0);
		expect(initiator.established[1]!.fabric).toBe(member);
		expect(link.device.sessions.find(initiator.established[1]!.peerSessionId)!.fabric!.index).toBe(2);
	});
});

describe("CaseClient under adversity", () => {
	it("has one handshake at a time", () => {
		expect(initiator.open()).toBe(true);
		expect(initiator.open()).toBe(false);
		link.settle();
		expect(initiator.established).toHaveLength(1);
		expect(initiator.failed).toEqual([]);
	});

	it("can be used again from its callbacks", () => {
		const { caseClient } = initiator.secureChannel;
		const told: string[] = [];
		const target = { fabric: own, peerNodeId: NODE, address: link.device.transport.address };
		const last = { onEstablished: () => told.push("second"), onFailed: (reason: string) => told.push(reason) };
		caseClient.open(target, {
			onEstablished: () => told.push(`first ${caseClient.open(target, last)}`),
			onFailed: (reason) => told.push(reason),
		});
		link.clock.advance(5_000);
		expect(told).toEqual(["first true", "second"]);
	});

	it("works through loss of every second datagram", () => {
		link.device.transport.fate = (_packet, index) => (index % 2 ? [1] : []);
		link.peer.transport.fate = (_packet, index) => (index % 2 ? [1] : []);
		for (let i = 0; i < 3; i++) {
			initiator.open();
			link.clock.advance(70_000);
		}
		expect(initiator.established).toHaveLength(3);
		expect(initiator.counters.get("caseResumed")).toBe(2);
	});

	it.each([0, 1, 2, 3, 4])("works through the loss of either side's datagram %p, full and resumed", (lost) => {
		for (const side of ["device", "peer"] as const)
			for (const kind of ["caseEstablished", "caseResumed"] as const) {
				const before = initiator.counters.get(kind);
				if (kind === "caseEstablished") initiator.resumption.remove(1, NODE);
				const first = link[side].transport.sent.length;
				link[side].transport.fate = (_packet, index) => (index === first + lost ? [] : [1]);
				initiator.open();
				link.clock.advance(70_000);
				expect(initiator.counters.get(kind)).toBe(before + 1);
			}
		expect(initiator.failed).toEqual([]);
		expect(initiator.established).toHaveLength(4);
		expect(link.device.sessions.secure()).toHaveLength(4);
	});

	it("takes everything twice", () => {
		link.device.transport.fate = () => [1, 2, 300];
		link.peer.transport.fate = () => [1, 2, 300];
		for (let i = 0; i < 2; i++) {
			initiator.open();
			link.clock.advance(2_000);
		}
		expect(initiator.established).toHaveLength(2);
		expect(link.device.sessions.secure()).toHaveLength(2);
		expectIdle();
	});

	it("says that nobody answers", () => {
		link.device.transport.onDatagram = undefined;
		initiator.open();
		link.clock.advance(30_000);
		expect(initiator.failed).toEqual(["unreachable"]);
		expectIdle();
	});

	it("repeats Sigma1 as discovery says, else as last time, else by default", () => {
		link.device.transport.onDatagram = undefined;
		const timing = (parameters?: SessionParameters) => {
			link.peer.transport.sent.length = 0;
			initiator.open(parameters && { parameters });
			link.clock.advance(1_000);
			const count = link.peer.transport.sent.length;
			initiator.secureChannel.caseClient.cancel();
			link.clock.advance(20_000);
			return count;
		};
		expect(timing()).toBeGreaterThan(1);
		expect(timing(PEER_TIMING)).toBeGreaterThan(1);
		const slow = SessionParameters.own({ idleInterval: 5000, activeInterval: 5000 });
		expect(timing(slow)).toBe(1);
	});

	it("gives a peer 60 s that acknowledges and says no more", () => {
		tamper(Opcode.CASE_SIGMA2, () => new Uint8Array(0), Opcode.STANDALONE_ACK);
		initiator.open();
		link.clock.advance(59_000);
		expect(initiator.failed).toEqual([]);
		link.clock.advance(2_000);
		expect(initiator.failed).toEqual(["timeout"]);
		expect(initiator.counters.get("handshakeTimeout")).toBe(1);
		expectIdle();
	});

	/** The responder says this instead of going through a handshake, the first times. */
	function answers(times: number, answer: (exchange: Exchange) => void): void {
		let left = times;
		const { exchanges } = link.device;
		const { secureChannel } = link;
		exchanges.register(0, {
			onExchange: (exchange, message) => {
				if (message.opcode === Opcode.CASE_SIGMA1 && left-- > 0) answer(exchange);
				else secureChannel.onExchange(exchange, message);
			},
		});
	}

	it("waits for a busy peer as long as it says, and comes back", () => {
		answers(1, (exchange) => sendBusy(exchange, 3000));
		initiator.run();
		link.clock.advance(2_900);
		expect(opcodesOf(link.peer.transport.sent)).toEqual([Opcode.CASE_SIGMA1]);
		expect(initiator.secureChannel.caseClient.isAtWork).toBe(true);
		link.clock.advance(200);
		expect(initiator.established).toHaveLength(1);
		expect(initiator.counters.get("handshakeBusy")).toBe(1);
	});

	it("asks a busy peer four times", () => {
		answers(9, (exchange) => sendBusy(exchange, 1000));
		initiator.run();
		link.clock.advance(60_000);
		expect(initiator.failed).toEqual(["busy"]);
		expect(opcodesOf(link.peer.transport.sent)).toHaveLength(4);
		expectIdle();
	});

	it("is told Busy by the real responder while another is at work there", () => {
		const silent = new Initiator(link);
		// another's handshake that stands still
		tamper(Opcode.CASE_SIGMA2, () => new Uint8Array(0), Opcode.STANDALONE_ACK);
		silent.open();
		link.settle();
		initiator.run();
		expect(initiator.counters.get("handshakeBusy")).toBe(1);
	});

	it.each([
		["that it has no such fabric", NO_SHARED_TRUST_ROOTS, "noSharedRoot"],
		["that something is wrong", INVALID_PARAMETER, "refused"],
	] as const)("gives up when the peer says %s", (_title, status, reason) => {
		answers(9, (exchange) => sendFailure(exchange, status));
		initiator.run();
		expect(initiator.failed).toEqual([reason]);
		expect(opcodesOf(link.peer.transport.sent)).toHaveLength(1);
		expectIdle();
	});

	it("is told by the real responder that the fabric is gone", () => {
		link.fabrics.remove(1);
		initiator.run();
		expect(initiator.failed).toEqual(["noSharedRoot"]);
	});

	it("tries once without what it remembers when the peer refuses", () => {
		initiator.run();
		answers(1, (exchange) => sendFailure(exchange, INVALID_PARAMETER));
		initiator.run();
		expect(initiator.established).toHaveLength(2);
		expect(initiator.counters.get("caseResumed")).toBe(0);
	});

	it.each([0, 1, 2])("ends with its fabric, after %p ms", (ms) => {
		initiator.open();
		link.clock.advance(ms);
		initiator.fabrics.remove(1);
		link.settle();
		expect(initiator.failed).toEqual(["cancelled"]);
		expect(initiator.established).toEqual([]);
		expectIdle();
		expect(link.peer.sessions.secure()).toEqual([]);
	});

	it("stays when another fabric goes", () => {
		const elsewhere = new Authority(OTHER_FABRIC).fabric(2, CLIENT);
		initiator.fabrics.add(elsewhere);
		initiator.open();
		initiator.fabrics.remove(2);
		link.settle();
		expect(initiator.established).toHaveLength(1);
	});

	it("can be cancelled, and says nothing then", () => {
		initiator.open();
		link.clock.advance(1);
		initiator.secureChannel.caseClient.cancel();
		link.settle();
		expect(initiator.failed).toEqual([]);
		expect(initiator.established).toEqual([]);
		expectIdle();
	});

	it("says when there is no room for a session", () => {
		const ids: number[] = [];
		for (let id = link.peer.sessions.reserveId(); id !== 0; id = link.peer.sessions.reserveId()) ids.push(id);
		initiator.run();
		expect(initiator.failed).toEqual(["resources"]);
		for (const id of ids) link.peer.sessions.releaseId(id);
		initiator.run();
		expect(initiator.established).toHaveLength(1);
	});

	it("keeps no session id of handshakes that failed", () => {
		tamper(Opcode.CASE_SIGMA2, () => new Uint8Array(0));
		for (let i = 0; i < 40; i++) initiator.run();
		expect(initiator.failed).toHaveLength(40);
		expectIdle();
	});
});

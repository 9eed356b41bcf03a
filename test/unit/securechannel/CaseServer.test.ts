import { concatBytes } from "../../../modules/codec/Bytes";
import KeyPair from "../../../modules/crypto/p256";
import random from "../../../modules/crypto/random";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { GeneralCode, SecureChannelStatus } from "../../../modules/securechannel/StatusReport";
import { VerifiedChains } from "../../../modules/securechannel/VerifiedChains";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { Authority } from "../../support/Authority";
import { CaseInitiator, structure, type Resumption, type Tampering } from "../../support/CaseInitiator";
import { SecureChannelLink } from "../../support/SecureChannelLink";

const NODE = 0x1111n;
const ADMIN = 0x2222n;
const { SESSION_ESTABLISHMENT_SUCCESS, NO_SHARED_TRUST_ROOTS, INVALID_PARAMETER, BUSY } = SecureChannelStatus;

let link: SecureChannelLink;
let authority: Authority;
let fabric: Fabric;
let admin: Fabric;

function setUp(withIntermediate = false): void {
	link = new SecureChannelLink();
	authority = new Authority(0xfab1n, withIntermediate);
	fabric = authority.fabric(1, NODE);
	admin = authority.fabric(1, ADMIN, [0x00010002, 0xabcd0001]);
	link.fabrics.add(fabric);
}

function begin(
	options: {
		resume?: Resumption | undefined;
		tampering?: Tampering;
		ipk?: Uint8Array;
		from?: Fabric;
		timing?: SessionParameters;
	} = {},
): CaseInitiator {
	return new CaseInitiator(link.peer, link.device.transport.address, options.from ?? admin, NODE, options);
}

function run(options: Parameters<typeof begin>[0] = {}): CaseInitiator {
	const initiator = begin(options);
	link.settle();
	return initiator;
}

/** Nothing of a handshake is left. */
function expectIdle(): void {
	link.clock.advance(20_000);
	expect(link.device.exchanges.length).toBe(0);
	const before = link.counters.get("caseEstablished");
	run();
	expect(link.counters.get("caseEstablished")).toBe(before + 1);
}

beforeEach(() => setUp());

function flipped(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
	const copy = bytes.slice();
	copy[at]! ^= 1;
	return copy;
}

describe("CASE, full (Matter Core 4.14.2)", () => {
	it.each([false, true])("establishes a session; with an intermediate: %p", (withIntermediate) => {
		setUp(withIntermediate);
		const initiator = run();
		expect(initiator.status).toMatchObject({
			generalCode: GeneralCode.SUCCESS,
			protocolId: 0,
			protocolCode: SESSION_ESTABLISHMENT_SUCCESS,
		});
		const [session] = link.device.sessions.secure();
		expect(session!.fabric).toBe(fabric);
		expect(session!.peerNodeId).toBe(ADMIN);
		expect(session!.isPase).toBe(false);
		expect(session!.caseAuthenticatedTags).toEqual([0x00010002, 0xabcd0001]);
		expect(session!.id).toBe(initiator.session!.peerSessionId);
		expect(session!.peerSessionId).toBe(initiator.session!.id);
		expect(session!.getAttestationChallengeKey()).toEqual(initiator.session!.getAttestationChallengeKey());
	});

	it("exchanges session parameters both ways", () => {
		const initiator = run();
		expect(initiator.parameters).toMatchObject({
			idleInterval: 501,
			activeInterval: 302,
			activeThreshold: 4003,
			dataModelRevision: 21,
		});
		expect(link.device.sessions.secure()[0]!.parameters).toMatchObject({
			idleInterval: 700,
			activeInterval: 350,
			activeThreshold: 5000,
		});
	});

	it("carries messages both ways", () => {
		const initiator = run();
		const got: number[] = [];
		link.device.exchanges.register(1, {
			onExchange: (exchange, message) => void got.push(exchange.session.id, message.opcode),
		});
		const exchange = link.peer.exchanges.open(initiator.session!, { onMessage() {} });
		exchange.begin();
		exchange.send(1, 0x42);
		exchange.close();
		link.settle();
		expect(got).toEqual([initiator.session!.peerSessionId, 0x42]);
		expect(link.peer.exchanges.length).toBe(0);
	});

	it("answers to every epoch key of the IPK", () => {
		fabric.groupKeySets[0]!.epochKeys.push({ key: random(16), startTime: 1n }, { key: random(16), startTime: 2n });
		for (const ipk of fabric.operationalIpks()) expect(run({ ipk }).session).not.toBeUndefined();
	});

	it("acknowledges before each slow step", () => {
		const { sent } = link.device.transport;
		begin();
		link.clock.advance(1); // Sigma1 arrives
		expect(sent.map(opcodeOf)).toEqual([0x10, 0x31]);
		link.clock.advance(2); // Sigma3 arrives
		expect(sent.map(opcodeOf)).toEqual([0x10, 0x31, 0x10, 0x40]);
	});

	it("keeps older sessions with the same peer", () => {
		run();
		run();
		expect(link.device.sessions.secure()).toHaveLength(2);
	});
});

describe("CASE refuses", () => {
	const other = () => new Authority(0xfab2n);
	const cases: [string, () => Tampering, number][] = [
		["an unknown destination", () => ({ destinationId: flipped }), NO_SHARED_TRUST_ROOTS],
		["session id 0", () => ({ sessionId: () => 0 }), INVALID_PARAMETER],
		["an ephemeral key off the curve", () => ({ ephemeralKey: (key) => flipped(key) }), INVALID_PARAMETER],
		["an ephemeral key that is compressed", () => ({ ephemeralKey: (key) => key.slice(0, 33) }), INVALID_PARAMETER],
		["a corrupted Sigma1", () => ({ sigma1: (bytes) => bytes.subarray(0, bytes.length - 5) }), INVALID_PARAMETER],
		["Sigma1 that is no structure", () => ({ sigma1: () => Uint8Array.of(0x04, 1) }), INVALID_PARAMETER],
		["Sigma1 without anything", () => ({ sigma1: () => new Uint8Array(0) }), INVALID_PARAMETER],
		[
			"Sigma1 with bytes behind it",
			() => ({ sigma1: (bytes) => concatBytes(bytes, Uint8Array.of(0x14)) }),
			INVALID_PARAMETER,
		],
		["a corrupted TBEData3", () => ({ encrypted3: flipped }), INVALID_PARAMETER],
		["TBEData3 shorter than its tag", () => ({ encrypted3: (bytes) => bytes.slice(0, 15) }), INVALID_PARAMETER],
		["TBEData3 that is no TLV", () => ({ tbeData3: () => new Uint8Array(40).fill(0xff) }), INVALID_PARAMETER],
		["TBEData3 without signature", () => ({ tbeData3: () => structure([admin.noc]) }), INVALID_PARAMETER],
		["a corrupted Sigma3", () => ({ sigma3: (bytes) => bytes.subarray(0, bytes.length - 1) }), INVALID_PARAMETER],
		["a corrupted NOC", () => ({ noc: flipped }), INVALID_PARAMETER],
		[
			"a NOC whose signature is wrong",
			() => ({ noc: () => authority.noc(admin.keyPair.publicKey, ADMIN, [], { signature: random(64) }) }),
			INVALID_PARAMETER,
		],
		[
			"a NOC of another authority",
			() => ({ noc: () => other().noc(admin.keyPair.publicKey, ADMIN) }),
			INVALID_PARAMETER,
		],
		[
			"a NOC of the same root for another fabric",
			() => ({
				noc: () =>
					authority.noc(admin.keyPair.publicKey, ADMIN, [], {
						subject: [
							[17, ADMIN],
							[21, 0xfab2n],
						],
					}),
			}),
			INVALID_PARAMETER,
		],
		[
			"a NOC of another key",
			() => ({ noc: () => authority.noc(new KeyPair().publicKey, ADMIN) }),
			INVALID_PARAMETER,
		],
		[
			"a NOC with a group's node id",
			() => ({ noc: () => authority.noc(admin.keyPair.publicKey, 0xffffffffffff0001n) }),
			INVALID_PARAMETER,
		],
		[
			"a NOC with a tag of version 0",
			() => ({ noc: () => authority.noc(admin.keyPair.publicKey, ADMIN, [0x00010000]) }),
			INVALID_PARAMETER,
		],
		[
			"a NOC with a tag twice",
			() => ({ noc: () => authority.noc(admin.keyPair.publicKey, ADMIN, [0x00010001, 0x00010002]) }),
			INVALID_PARAMETER,
		],
		["the root in place of a NOC", () => ({ noc: () => authority.rootCertificate }), INVALID_PARAMETER],
		["an ICAC that nobody needs", () => ({ icac: () => new Authority(0xfab1n, true).icac }), INVALID_PARAMETER],
		["a corrupted ICAC", () => ({ icac: () => random(200) }), INVALID_PARAMETER],
		["a wrong signature", () => ({ signature: flipped }), INVALID_PARAMETER],
		["another's signature", () => ({ signature: () => new KeyPair().sign(new Uint8Array(1)) }), INVALID_PARAMETER],
		["a short signature", () => ({ signature: (bytes) => bytes.slice(1) }), INVALID_PARAMETER],
		["another message in place of Sigma3", () => ({ opcode3: 0x24 }), INVALID_PARAMETER],
	];

	it.each(cases)("%s", (_title, tampering, code) => {
		const initiator = run({ tampering: tampering() });
		expect(initiator.status).toMatchObject({ generalCode: GeneralCode.FAILURE, protocolCode: code });
		expect(link.device.sessions.secure()).toHaveLength(0);
		expect(link.resumption.find(1, ADMIN)).toBeUndefined();
		expect(link.counters.get("handshakeFailed")).toBe(1);
		expectIdle();
	});

	it("a NOC that has expired by the Last Known Good Time (Matter Core 3.5.6)", () => {
		const noc = () => authority.noc(admin.keyPair.publicKey, ADMIN, [], { notAfter: 800_000_000 });
		link.fabrics.time.advance(800_000_000);
		expect(run({ tampering: { noc } }).session).not.toBeUndefined();
		link.fabrics.time.advance(800_000_001);
		expect(run({ tampering: { noc } }).status).toMatchObject({ protocolCode: INVALID_PARAMETER });
	});

	it("a chain without its intermediate", () => {
		setUp(true);
		expect(run({ tampering: { icac: () => undefined } }).status).toMatchObject({ protocolCode: INVALID_PARAMETER });
	});

	it("a chain with a corrupted intermediate", () => {
		setUp(true);
		expect(run({ tampering: { icac: (icac) => flipped(icac!) } }).status).toMatchObject({
			protocolCode: INVALID_PARAMETER,
		});
	});
});

describe("CASE remembers chains that it verified", () => {
	const remembered = () => link.counters.get("chainRemembered");

	it.each([false, true])("of a peer that returns; with an intermediate: %p", (withIntermediate) => {
		setUp(withIntermediate);
		run();
		expect(remembered()).toBe(0);
		expect(run().session).not.toBeUndefined();
		expect(remembered()).toBe(1);
	});

	const others: [string, () => Tampering][] = [
		["whose signature is wrong", () => ({ signature: flipped })],
		["whose NOC is corrupted", () => ({ noc: flipped })],
		["with an ICAC that nobody needs", () => ({ icac: () => new Authority(0xfab1n, true).icac })],
	];
	it.each(others)("and refuses one %s all the same", (_title, tampering) => {
		run();
		expect(run({ tampering: tampering() }).status).toMatchObject({ protocolCode: INVALID_PARAMETER });
	});

	it("remembers none that was refused", () => {
		const tampering = {
			noc: () => authority.noc(admin.keyPair.publicKey, ADMIN, [], { signature: new Uint8Array(64).fill(1) }),
		};
		for (let i = 0; i < 2; i++) expect(run({ tampering }).session).toBeUndefined();
		expect(remembered()).toBe(0);
	});

	it("until the Last Known Good Time moves", () => {
		run();
		link.fabrics.time.advance(800_000_000);
		run();
		expect(remembered()).toBe(0);
		link.fabrics.time.advance(1_000_000_001);
		expect(run().status).toMatchObject({ protocolCode: INVALID_PARAMETER });
	});

	it("until the fabric goes", () => {
		run();
		link.fabrics.remove(1);
		link.fabrics.add((fabric = authority.fabric(1, NODE)));
		expect(run().session).not.toBeUndefined();
		expect(remembered()).toBe(0);
	});

	it("fifteen of them, those used last", () => {
		const chains = new VerifiedChains();
		const digest = (i: number) => new Uint8Array(32).fill(i);
		for (let i = 0; i < 15; i++) chains.add(1, digest(i), 0);
		expect(chains.has(1, digest(0), 0)).toBe(true);
		chains.add(1, digest(15), 0);
		expect([0, 1, 2, 15].map((i) => chains.has(1, digest(i), 0))).toEqual([true, false, true, true]);
		expect(chains.has(2, digest(2), 0)).toBe(false);
		chains.removeFabric(1);
		expect(chains.has(1, digest(2), 0)).toBe(false);
	});
});

describe("CASE, resumed (Matter Core 4.14.2.2)", () => {
	let first: CaseInitiator;
	beforeEach(() => {
		first = run();
	});

	it("establishes a session like the one before, under a new id", () => {
		const initiator = run({ resume: first.resumption });
		expect(initiator.resumed).toBe(true);
		expect(initiator.resumption!.id).not.toEqual(first.resumption!.id);
		const session = link.device.sessions.find(initiator.session!.peerSessionId)!;
		expect(session.peerNodeId).toBe(ADMIN);
		expect(session.fabric).toBe(fabric);
		expect(session.caseAuthenticatedTags).toEqual([0x00010002, 0xabcd0001]);
		expect(session.getAttestationChallengeKey()).toEqual(initiator.session!.getAttestationChallengeKey());
		expect(link.counters.get("caseResumed")).toBe(1);
	});

	it("renews the id each time, and takes none twice", () => {
		let { resumption } = first;
		for (let i = 0; i < 3; i++) {
			const initiator = run({ resume: resumption });
			expect(initiator.resumed).toBe(true);
			resumption = initiator.resumption;
		}
		expect(run({ resume: first.resumption }).resumed).toBe(false);
	});

	it("does no elliptic-curve operation", () => {
		// The fabric's key is wiped: whatever would sign throws.
		fabric.keyPair.close();
		expect(
			run({ resume: first.resumption, tampering: { ephemeralKey: (key) => new Uint8Array(key.length) } }).resumed,
		).toBe(true);
	});

	it("falls back to a full handshake for an unknown id", () => {
		const initiator = run({ resume: { ...first.resumption!, id: random(16) } });
		expect(initiator.resumed).toBe(false);
		expect(initiator.session).not.toBeUndefined();
	});

	it("falls back to a full handshake for a wrong MIC", () => {
		const initiator = run({ resume: first.resumption, tampering: { resumeMic: (mic) => flipped(mic!) } });
		expect(initiator.resumed).toBe(false);
		expect(initiator.session).not.toBeUndefined();
	});

	it("a wrong MIC does not cost the record", () => {
		run({ resume: first.resumption, tampering: { resumeMic: (mic) => flipped(mic!), destinationId: flipped } });
		expect(run({ resume: first.resumption }).resumed).toBe(true);
	});

	it.each([
		["id without MIC", { resumeMic: () => undefined }],
		["MIC without id", { resumptionId: () => undefined }],
		["short id", { resumptionId: (id) => id!.slice(1) }],
		["short MIC", { resumeMic: (mic) => mic!.slice(1) }],
	] as [string, Tampering][])("refuses a resumption %s", (_title, tampering) => {
		const initiator = run({ resume: first.resumption, tampering });
		expect(initiator.status).toMatchObject({ generalCode: GeneralCode.FAILURE, protocolCode: INVALID_PARAMETER });
		expect(link.device.sessions.secure()).toHaveLength(1);
		expectIdle();
	});

	it("keeps the old id until the initiator confirms", () => {
		const initiator = begin({ resume: first.resumption, tampering: { silent: true } });
		link.clock.advance(61_000);
		expect(initiator.resumed).toBe(true);
		expect(link.device.sessions.secure()).toHaveLength(1);
		expect(run({ resume: first.resumption }).resumed).toBe(true);
	});

	it.each([
		["a failure", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)],
		["another code", Uint8Array.of(0, 0, 0, 0, 0, 0, 2, 0)],
		["another protocol", Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0)],
		["a report cut off", Uint8Array.of(0, 0, 0, 0, 0, 0, 0)],
	])("makes no session of %s in place of the confirmation", (_title, report) => {
		const initiator = begin({ resume: first.resumption, tampering: { silent: true } });
		link.settle();
		initiator.exchange.begin().raw(report);
		initiator.exchange.send(0, 0x40);
		link.settle();
		expect(link.device.sessions.secure()).toHaveLength(1);
		expect(link.counters.get("caseResumed")).toBe(0);
		expect(run({ resume: first.resumption }).resumed).toBe(true);
	});

	it("is over when the fabric goes", () => {
		link.fabrics.remove(1);
		expect(run({ resume: first.resumption }).status).toMatchObject({ protocolCode: NO_SHARED_TRUST_ROOTS });
	});

	it("does not cross fabrics: the same node id elsewhere is another peer", () => {
		const elsewhere = new Authority(0xfab2n);
		link.fabrics.add(elsewhere.fabric(2, NODE));
		const initiator = run({ from: elsewhere.fabric(2, ADMIN), resume: first.resumption });
		// The record is the first fabric's, whatever the destination id says: that is what the secret proves.
		expect(link.device.sessions.find(initiator.session!.peerSessionId)!.fabric).toBe(fabric);
		const full = run({ from: elsewhere.fabric(2, ADMIN) });
		expect(link.device.sessions.find(full.session!.peerSessionId)!.fabric!.index).toBe(2);
		expect(link.resumption.find(1, ADMIN)!.id).not.toEqual(link.resumption.find(2, ADMIN)!.id);
	});
});

describe("CASE under pressure", () => {
	it("tells a second initiator to come back", () => {
		begin({ tampering: { silent: true } });
		link.settle();
		const second = run();
		// as numbers: a peer that sees another general code takes it for a refusal, and stays away for long
		expect(second.status).toMatchObject({ generalCode: 8, protocolId: 0, protocolCode: 4 });
		expect(second.status!.data).toHaveLength(2);
		expect(second.status!.data[0]! | (second.status!.data[1]! << 8)).toBeGreaterThan(0);
		expect(link.counters.get("handshakeBusy")).toBe(1);
	});

	it("frees a handshake that does not go on within 60 s", () => {
		begin({ tampering: { silent: true } });
		link.clock.advance(59_900);
		expect(link.counters.get("handshakeFailed")).toBe(0);
		link.clock.advance(1_000);
		expect(link.counters.get("handshakeTimeout")).toBe(1);
		expectIdle();
	});

	it("gives the place of one that is silent for 10 s to another", () => {
		const first = begin({ tampering: { silent: true } });
		link.clock.advance(9_900);
		expect(run().status).toMatchObject({ protocolCode: BUSY });
		link.clock.advance(200);
		expect(run().session).not.toBeUndefined();
		expect(first.status).toMatchObject({ protocolCode: INVALID_PARAMETER });
	});

	it("repeats its message as the initiator's timing asks", () => {
		begin({ timing: SessionParameters.own({ idleInterval: 3000, activeInterval: 2000 }) });
		link.clock.advance(1);
		link.peer.transport.fate = () => []; // nor does it ask again
		link.peer.transport.onDatagram = undefined;
		const transmissions = () => link.device.transport.sent.filter((packet) => packet[17] === 0x31).length;
		link.clock.advance(2000);
		expect(transmissions()).toBe(1);
		link.clock.advance(1000);
		expect(transmissions()).toBe(2);
	});

	it("frees a handshake whose peer does not acknowledge", () => {
		begin();
		link.clock.advance(1);
		link.peer.transport.onDatagram = undefined;
		link.clock.advance(20_000);
		expect(link.counters.get("giveUp")).toBe(1);
		expect(link.device.exchanges.length).toBe(0);
		expect(link.counters.get("handshakeFailed")).toBe(1);
	});

	it("ends when its fabric goes in the middle", () => {
		const initiator = begin();
		link.clock.advance(1);
		link.fabrics.remove(1);
		link.settle();
		expect(initiator.session).toBeUndefined();
		expect(link.device.sessions.secure()).toHaveLength(0);
	});

	it("an initiator that gives up frees it at once", () => {
		const initiator = begin({ tampering: { silent: true } });
		link.settle();
		initiator.exchange.begin().raw(Uint8Array.of(1, 0, 0, 0, 0, 0, 2, 0));
		initiator.exchange.send(0, 0x40);
		link.settle();
		expect(run().session).not.toBeUndefined();
	});

	it("keeps no session id of handshakes that failed", () => {
		for (let i = 0; i < 40; i++) run({ tampering: { opcode3: 0x24 } });
		expect(link.counters.get("handshakeFailed")).toBe(40);
		expect(run().session).not.toBeUndefined();
	});

	it("works through loss", () => {
		link.device.transport.fate = (_packet, index) => (index % 2 ? [1] : []);
		link.peer.transport.fate = (_packet, index) => (index % 2 ? [1] : []);
		const initiator = begin();
		link.clock.advance(15_000);
		expect(initiator.session).not.toBeUndefined();
		expect(link.device.sessions.secure()).toHaveLength(1);
	});
});

function opcodeOf(packet: Uint8Array): number {
	// Behind 8 bytes of packet header, the initiator's node id and the exchange flags.
	return packet[17]!;
}

import * as files from "host/files";
import {
	CommissioningError,
	CommissioningStatus as Commissioning,
	NodeOperationalCertStatus as Noc,
	type CommissioningErrorKind,
} from "../../../modules/commissioning/CommissioningError";
import { CommissioningWindow } from "../../../modules/commissioning/CommissioningWindow";
import { FailSafe } from "../../../modules/commissioning/FailSafe";
import { MatterCertificate } from "../../../modules/certificate/MatterCertificate";
import KeyPair, { verify } from "../../../modules/crypto/p256";
import random from "../../../modules/crypto/random";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FABRIC_CAPACITY, FabricTable } from "../../../modules/fabric/FabricTable";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import type { CertificateFields } from "../certificate/CertificateBuilder";
import { Authority, IPK_EPOCH_KEY } from "../../support/Authority";
import { SecureChannelLink } from "../../support/SecureChannelLink";
import type { Files } from "../../../modules/storage/Files";
import { CutFiles, PowerCut } from "../../support/CutFiles";
import { testAddress } from "../../support/Loopback";
import { plainFabric } from "../../support/fabrics";

const NODE = 0x1234n;
const ADMIN = 0xdadan;
const VENDOR = 0xfff1;
const NONCE = new Uint8Array(32);
const INVALID_COMMAND = 0x85;
const CONSTRAINT_ERROR = 0x87;
const FAILSAFE_REQUIRED = 0xca;

let link: SecureChannelLink;
let window: CommissioningWindow;
let failSafe: FailSafe;
let pase: SecureSession;
let authority: Authority;
let ended: string[];

function open(fabric?: Fabric): SecureSession {
	const { sessions } = link.device;
	return sessions.createSecure({
		id: sessions.reserveId(),
		fabric,
		peerNodeId: fabric ? ADMIN : 0n,
		peerSessionId: 1,
		sharedSecret: random(32),
		salt: new Uint8Array(0),
		isInitiator: false,
		isResumption: false,
		parameters: new SessionParameters(),
		address: testAddress(2),
		isPase: !fabric,
	});
}

/** The status that it is refused with. */
function refusal(run: () => void): [CommissioningErrorKind, number] | undefined {
	try {
		run();
	} catch (error) {
		if (error instanceof CommissioningError) return [error.kind, error.code];
		throw error;
	}
	return undefined;
}

/** What the next start finds. */
function stored(): FabricTable {
	const table = new FabricTable(link.storage, link.log);
	table.load();
	return table;
}

function resumable(fabricIndex: number): void {
	link.resumption.save({
		id: random(16),
		sharedSecret: random(32),
		fabricIndex,
		peerNodeId: ADMIN,
		caseAuthenticatedTags: [],
		parameters: new SessionParameters(),
	});
}

interface NocOptions {
	session?: SecureSession;
	authority?: Authority;
	publicKey?: Uint8Array;
	nodeId?: bigint;
	fields?: Partial<CertificateFields>;
	icac?: Uint8Array;
	ipk?: Uint8Array;
	subject?: bigint;
	vendorId?: number;
}

let key: KeyPair | undefined;
function csr(session = pase, forUpdate = false): void {
	key = failSafe.csr({ session }, NONCE, forUpdate);
}

function addNoc(options: NocOptions = {}): Fabric {
	const by = options.authority ?? authority;
	const noc = by.noc(
		options.publicKey ?? key?.publicKey ?? new KeyPair().publicKey,
		options.nodeId ?? NODE,
		[],
		options.fields,
	);
	return failSafe.addNoc(
		{ session: options.session ?? pase },
		noc,
		options.icac ?? by.icac,
		options.ipk ?? IPK_EPOCH_KEY,
		options.subject ?? ADMIN,
		options.vendorId ?? VENDOR,
	);
}

function join(by = authority, session = pase): Fabric {
	failSafe.addTrustedRoot({ session }, by.rootCertificate);
	csr(session);
	return addNoc({ authority: by, session });
}

/** A node that one fabric commissioned, with a session of it. */
function commissioned(): { fabric: Fabric; session: SecureSession } {
	const fabric = join();
	const session = open(fabric);
	failSafe.complete({ session });
	return { fabric, session };
}

function updateNoc(session: SecureSession, options: NocOptions = {}): Fabric {
	const by = options.authority ?? authority;
	return failSafe.updateNoc(
		{ session },
		by.noc(
			options.publicKey ?? key?.publicKey ?? new KeyPair().publicKey,
			options.nodeId ?? NODE,
			[],
			options.fields,
		),
		by.icac,
	);
}

beforeEach(() => start());

function start(medium?: Files): void {
	link = new SecureChannelLink(medium);
	const { scheduler, fabrics, secureChannel, resumption, storage, log } = link;
	window = new CommissioningWindow({ scheduler, secureChannel, fabrics, storage, log }, 20202021, 3840);
	failSafe = new FailSafe({ scheduler, fabrics, sessions: link.device.sessions, resumption, window, log });
	ended = [];
	failSafe.addListener({
		onFailSafeExpired: () => ended.push("expired"),
		onCommissioningComplete: (fabric) => ended.push(`complete ${fabric.index}`),
	});
	authority = new Authority(0xfab1n);
	key = undefined;
	window.openInitial();
	pase = open();
	failSafe.armForPase(pase, 60);
}

describe("ArmFailSafe (Matter Core 11.10.7.2)", () => {
	it("arms for so many seconds", () => {
		link.clock.advance(59_999);
		expect(failSafe.armed).toBe(true);
		link.clock.advance(1);
		expect(failSafe.armed).toBe(false);
		expect(ended).toEqual(["expired"]);
	});

	it("extends, also to less", () => {
		failSafe.arm({ session: pase }, 100);
		link.clock.advance(99_000);
		expect(failSafe.armed).toBe(true);
		failSafe.arm({ session: pase }, 5);
		link.clock.advance(5_000);
		expect(failSafe.armed).toBe(false);
	});

	it("never lasts longer than 900 s in all", () => {
		for (let i = 0; i < 17; i++) {
			failSafe.arm({ session: pase }, 60);
			link.clock.advance(50_000);
		}
		failSafe.arm({ session: pase }, 65535);
		link.clock.advance(49_999);
		expect(failSafe.armed).toBe(true);
		link.clock.advance(1);
		expect(failSafe.armed).toBe(false);
	});

	it("with 0 expires at once, and does nothing when not armed", () => {
		failSafe.arm({ session: pase }, 0);
		expect(failSafe.armed).toBe(false);
		expect(ended).toEqual(["expired"]);
		failSafe.arm({ session: open() }, 0);
		expect(ended).toHaveLength(1);
	});

	it("is busy for CASE while a window is open and it is not armed", () => {
		const { session } = commissioned();
		window.openInitial();
		expect(refusal(() => failSafe.arm({ session }, 60))).toEqual([
			"commissioning",
			Commissioning.BUSY_WITH_OTHER_ADMIN,
		]);
		window.close();
		expect(refusal(() => failSafe.arm({ session }, 60))).toBeUndefined();
		expect(failSafe.fabricIndex).toBe(1);
	});

	it("is busy for other fabrics, whatever they ask", () => {
		const { session } = commissioned();
		link.fabrics.add(plainFabric(2));
		const other = open(link.fabrics.find(2));
		failSafe.arm({ session }, 60);
		for (const seconds of [0, 60])
			expect(refusal(() => failSafe.arm({ session: other }, seconds))).toEqual([
				"commissioning",
				Commissioning.BUSY_WITH_OTHER_ADMIN,
			]);
		expect(failSafe.armed).toBe(true);
	});

	it("no group message may", () => {
		expect(refusal(() => failSafe.arm({ session: undefined }, 60))).toEqual(["status", 0x7e]);
	});
});

describe("without the fail-safe", () => {
	const everything: [string, (session: SecureSession) => void][] = [
		["CSRRequest", (session) => csr(session)],
		["AddTrustedRootCertificate", (session) => failSafe.addTrustedRoot({ session }, authority.rootCertificate)],
		["AddNOC", (session) => void addNoc({ session })],
		["UpdateNOC", (session) => void updateNoc(session)],
	];
	it.each(everything)("%s needs it", (_title, run) => {
		failSafe.arm({ session: pase }, 0);
		expect(refusal(() => run(open()))).toEqual(["status", FAILSAFE_REQUIRED]);
	});

	it.each(everything)("%s needs it for the same fabric", (_title, run) => {
		link.fabrics.add(plainFabric(9));
		expect(refusal(() => run(open(link.fabrics.find(9))))).toEqual(["status", FAILSAFE_REQUIRED]);
	});
});

describe("CSRRequest (Matter Core 11.18.6.5)", () => {
	it.each([31, 33, 0])("refuses a nonce of %d bytes", (length) => {
		expect(refusal(() => failSafe.csr({ session: pase }, new Uint8Array(length), false))).toEqual([
			"status",
			INVALID_COMMAND,
		]);
	});

	it("is not for UpdateNOC over PASE", () => {
		expect(refusal(() => csr(pase, true))).toEqual(["status", INVALID_COMMAND]);
	});

	it("makes a new key each time, and only the last counts", () => {
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		csr();
		const { publicKey } = key!;
		csr();
		expect(key!.publicKey).not.toEqual(publicKey);
		expect(refusal(() => addNoc({ publicKey }))).toEqual(["noc", Noc.INVALID_PUBLIC_KEY]);
		expect(refusal(() => addNoc())).toBeUndefined();
	});

	it("is over once a NOC came", () => {
		join();
		expect(refusal(() => csr())).toEqual(["status", CONSTRAINT_ERROR]);
	});
});

describe("AddTrustedRootCertificate (Matter Core 11.18.6.13)", () => {
	const cases: [string, () => Uint8Array][] = [
		["nothing", () => new Uint8Array(0)],
		["more than 400 bytes", () => new Uint8Array(401)],
		["a truncated one", () => authority.rootCertificate.subarray(0, 200)],
		[
			"one with a wrong signature",
			() => authority.rootCertificate.map((byte, i, all) => (i === all.length - 3 ? byte ^ 1 : byte)),
		],
		["an intermediate", () => new Authority(1n, true).icac!],
		["a NOC", () => authority.noc(new KeyPair().publicKey, NODE)],
	];
	it.each(cases)("refuses %s", (_title, certificate) => {
		expect(refusal(() => failSafe.addTrustedRoot({ session: pase }, certificate()))).toEqual([
			"status",
			INVALID_COMMAND,
		]);
		expect(failSafe.pendingRoot).toBeUndefined();
	});

	it("refuses one that has expired", () => {
		link.fabrics.time.advance(1_000_000_001);
		expect(refusal(() => failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate))).toEqual([
			"status",
			INVALID_COMMAND,
		]);
	});

	it("takes one in each fail-safe, and none after a NOC", () => {
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		expect(failSafe.pendingRoot).toEqual(authority.rootCertificate);
		expect(refusal(() => failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate))).toEqual([
			"status",
			CONSTRAINT_ERROR,
		]);
		csr();
		addNoc();
		expect(failSafe.pendingRoot).toBeUndefined();
		expect(refusal(() => failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate))).toEqual([
			"status",
			CONSTRAINT_ERROR,
		]);
	});

	it("forgets it when the fail-safe expires", () => {
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		failSafe.expire();
		expect(failSafe.pendingRoot).toBeUndefined();
	});
});

describe("AddNOC (Matter Core 11.18.6.8)", () => {
	it("makes a fabric, in memory only", () => {
		const fabric = join();
		expect(fabric).toMatchObject({
			index: 1,
			fabricId: 0xfab1n,
			nodeId: NODE,
			vendorId: VENDOR,
			pending: true,
			label: "",
		});
		expect(fabric.acl).toEqual([{ privilege: 5, authMode: 2, subjects: [ADMIN], targets: null }]);
		expect(fabric.ipkEpochKey).toEqual(IPK_EPOCH_KEY);
		expect(fabric.rootCertificate).toEqual(authority.rootCertificate);
		expect(pase.fabric).toBe(fabric);
		expect(failSafe.fabricIndex).toBe(1);
		expect(stored().fabrics).toEqual([]);
	});

	it("takes a chain with an intermediate", () => {
		authority = new Authority(0xfab1n, true);
		expect(join().icac).toEqual(authority.icac);
	});

	it("takes a CASE authenticated tag as administrator", () => {
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		csr();
		expect(addNoc({ subject: 0xfffffffdabcd0002n }).acl[0]!.subjects).toEqual([0xfffffffdabcd0002n]);
	});

	it("wants the root first, then the key", () => {
		expect(refusal(() => addNoc())).toEqual(["noc", Noc.INVALID_NOC]);
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		expect(refusal(() => addNoc())).toEqual(["noc", Noc.MISSING_CSR]);
	});

	const wrong: [string, () => NocOptions, [CommissioningErrorKind, number]][] = [
		["another key", () => ({ publicKey: new KeyPair().publicKey }), ["noc", Noc.INVALID_PUBLIC_KEY]],
		["a group's node id", () => ({ nodeId: 0xffffffffffff0001n }), ["noc", Noc.INVALID_NODE_OP_ID]],
		["a wrong signature", () => ({ fields: { signature: random(64) } }), ["noc", Noc.INVALID_NOC]],
		["another authority", () => ({ authority: new Authority(0xfab1n) }), ["noc", Noc.INVALID_NOC]],
		["an ICAC that is rubbish", () => ({ icac: random(100) }), ["noc", Noc.INVALID_NOC]],
		[
			"fabric id 0",
			() => ({
				fields: {
					subject: [
						[17, NODE],
						[21, 0n],
					],
				},
			}),
			["noc", Noc.INVALID_NOC],
		],
		["an IPK of 15 bytes", () => ({ ipk: new Uint8Array(15) }), ["status", INVALID_COMMAND]],
		["vendor id 0", () => ({ vendorId: 0 }), ["status", INVALID_COMMAND]],
		["vendor id 0xFFF5", () => ({ vendorId: 0xfff5 }), ["status", INVALID_COMMAND]],
		["administrator 0", () => ({ subject: 0n }), ["noc", Noc.INVALID_ADMIN_SUBJECT]],
		["a group as administrator", () => ({ subject: 0xffffffffffff0001n }), ["noc", Noc.INVALID_ADMIN_SUBJECT]],
		[
			"a tag of version 0 as administrator",
			() => ({ subject: 0xfffffffdabcd0000n }),
			["noc", Noc.INVALID_ADMIN_SUBJECT],
		],
	];
	it.each(wrong)("refuses %s", (_title, options, expected) => {
		link.fabrics.time.advance(720_000_000);
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		csr();
		expect(refusal(() => addNoc(options()))).toEqual(expected);
		expect(link.fabrics.fabrics).toEqual([]);
		expect(refusal(() => addNoc())).toBeUndefined(); // the right one still may come
	});

	it("comes once", () => {
		join();
		expect(refusal(() => addNoc())).toEqual(["status", CONSTRAINT_ERROR]);
	});

	it("does not take a CSR for UpdateNOC", () => {
		const { session } = commissioned();
		failSafe.arm({ session }, 60);
		failSafe.addTrustedRoot({ session }, new Authority(2n).rootCertificate);
		csr(session, true);
		expect(refusal(() => addNoc({ session }))).toEqual(["status", CONSTRAINT_ERROR]);
	});

	it("refuses a fabric that is there already", () => {
		commissioned();
		const again = open();
		failSafe.armForPase(again, 60);
		failSafe.addTrustedRoot({ session: again }, authority.rootCertificate);
		csr(again);
		expect(refusal(() => addNoc({ session: again }))).toEqual(["noc", Noc.FABRIC_CONFLICT]);
	});

	it("refuses when the table is full", () => {
		for (let i = 0; i < FABRIC_CAPACITY; i++) link.fabrics.add(plainFabric(link.fabrics.allocateIndex()));
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		csr();
		expect(refusal(() => addNoc())).toEqual(["noc", Noc.TABLE_FULL]);
	});

	it("over CASE adds another fabric, whose administrator completes", () => {
		const { session } = commissioned();
		failSafe.arm({ session }, 60);
		const other = join(new Authority(0xfab2n), session);
		expect(session.fabric!.index).toBe(1);
		expect(refusal(() => failSafe.complete({ session }))).toEqual([
			"commissioning",
			Commissioning.INVALID_AUTHENTICATION,
		]);
		failSafe.complete({ session: open(other) });
		expect(stored().fabrics.map(({ index }) => index)).toEqual([1, 2]);
	});
});

describe("CommissioningComplete (Matter Core 11.10.7.6)", () => {
	it("keeps everything, closes the window and PASE", () => {
		const fabric = join();
		fabric.label = "written before";
		link.fabrics.save(fabric);
		failSafe.complete({ session: open(fabric) });
		expect(failSafe.armed).toBe(false);
		expect(window.isOpen).toBe(false);
		expect(pase.isClosing).toBe(true);
		expect(ended).toEqual(["complete 1"]);
		const [kept] = stored().fabrics;
		expect(kept!.label).toBe("written before");
		link.clock.advance(1_000_000);
		expect(ended).toHaveLength(1);
		expect(link.fabrics.fabrics).toHaveLength(1);
	});

	it("moves the Last Known Good Time to the latest beginning of the certificates, for good", () => {
		failSafe.addTrustedRoot({ session: pase }, authority.rootCertificate);
		csr();
		const fabric = addNoc({ fields: { notBefore: 750_000_000 } });
		expect(link.fabrics.time.seconds).toBe(0);
		failSafe.complete({ session: open(fabric) });
		expect(link.fabrics.time.seconds).toBe(750_000_000);
		expect(stored().time.seconds).toBe(750_000_000);
		link.fabrics.time.advance(749_999_999);
		expect(link.fabrics.time.seconds).toBe(750_000_000);
	});

	it("needs the fail-safe, CASE, and the fail-safe's fabric", () => {
		const fabric = join();
		link.fabrics.add(plainFabric(9));
		expect(refusal(() => failSafe.complete({ session: pase }))).toEqual([
			"commissioning",
			Commissioning.INVALID_AUTHENTICATION,
		]);
		expect(refusal(() => failSafe.complete({ session: open(link.fabrics.find(9)) }))).toEqual([
			"commissioning",
			Commissioning.INVALID_AUTHENTICATION,
		]);
		const session = open(fabric);
		failSafe.complete({ session });
		expect(refusal(() => failSafe.complete({ session }))).toEqual(["commissioning", Commissioning.NO_FAIL_SAFE]);
	});

	it("without AddNOC is for who armed it", () => {
		const { session } = commissioned();
		failSafe.arm({ session }, 60);
		failSafe.complete({ session });
		expect(ended).toEqual(["complete 1", "complete 1"]);
	});

	it("leaves everything as it is when storage refuses", () => {
		let full = true;
		start({
			...files,
			write(name, bytes, flush) {
				if (full) throw new Error("no space left");
				files.write(name, bytes, flush);
			},
		});
		const fabric = join();
		const session = open(fabric);
		expect(() => failSafe.complete({ session })).toThrow("no space left");
		expect(failSafe.armed).toBe(true);
		expect(fabric.pending).toBe(true);
		full = false;
		failSafe.complete({ session });
		expect(stored().fabrics).toHaveLength(1);
	});
});

describe("expiry undoes (Matter Core 11.10.7.2.2)", () => {
	it("a fabric that was added, its sessions and records", () => {
		const fabric = join();
		const session = open(fabric);
		resumable(1);
		link.clock.advance(60_000);
		expect(link.fabrics.fabrics).toEqual([]);
		expect(session.isClosing).toBe(true);
		expect(pase.isClosing).toBe(true);
		expect(link.resumption.find(1, ADMIN)).toBeUndefined();
		expect(() => fabric.keyPair.sign(NONCE)).toThrow();
		expect(ended).toEqual(["expired"]);
		expect(link.storage.names()).toEqual(["passcode"]);
	});

	it("an update, and keeps the fabric's other changes", () => {
		const { fabric, session } = commissioned();
		failSafe.arm({ session }, 60);
		csr(session, true);
		updateNoc(session, { nodeId: 0x9999n });
		fabric.label = "written meanwhile";
		link.fabrics.save(fabric);
		const next = open(fabric);
		resumable(1);
		link.clock.advance(60_000);
		expect(fabric.nodeId).toBe(NODE);
		expect(next.isClosing).toBe(true);
		expect(link.resumption.find(1, ADMIN)).toBeUndefined();
		expect(stored().fabrics[0]).toMatchObject({ nodeId: NODE, label: "written meanwhile" });
		expect(fabric.keyPair.sign(NONCE)).toHaveLength(64);
	});

	it("a PASE session that did nothing yet", () => {
		link.clock.advance(60_000);
		expect(pase.isClosing).toBe(true);
		expect(link.device.sessions.secure()).toEqual([]);
	});

	it("nothing of a fabric that only armed it, and keeps its sessions", () => {
		const { session } = commissioned();
		failSafe.arm({ session }, 60);
		csr(session);
		link.clock.advance(60_000);
		expect(session.isClosing).toBe(false);
		expect(link.fabrics.fabrics).toHaveLength(1);
	});

	it("by a command after its answer: the session that carries it goes last", () => {
		pase.exchanges = 1;
		join();
		failSafe.arm({ session: pase }, 0);
		expect(link.device.sessions.find(pase.id)).toBe(pase);
		expect(pase.isClosing).toBe(true);
		pase.exchanges = 0;
		pase.onIdle();
		expect(link.device.sessions.find(pase.id)).toBeUndefined();
	});

	it("at once, when the PASE session ends before AddNOC", () => {
		csr();
		pase.destroy();
		expect(failSafe.armed).toBe(false);
	});

	it("not when the PASE session ends after AddNOC: CASE goes on", () => {
		const fabric = join();
		pase.destroy();
		expect(failSafe.armed).toBe(true);
		failSafe.complete({ session: open(fabric) });
		expect(stored().fabrics).toHaveLength(1);
	});

	it("as a restart does: nothing was stored", () => {
		const { fabric, session } = commissioned();
		failSafe.arm({ session }, 60);
		csr(session, true);
		updateNoc(session, { nodeId: 0x9999n });
		expect(fabric.nodeId).toBe(0x9999n);
		expect(stored().fabrics[0]!.nodeId).toBe(NODE);
	});
});

describe("UpdateNOC (Matter Core 11.18.6.9)", () => {
	let fabric: Fabric;
	let session: SecureSession;
	beforeEach(() => {
		({ fabric, session } = commissioned());
		failSafe.arm({ session }, 60);
	});

	it("replaces the credentials; sessions and records of the old ones go", () => {
		const other = open(fabric);
		session.exchanges = 1;
		resumable(1);
		csr(session, true);
		expect(updateNoc(session, { nodeId: 0x9999n })).toBe(fabric);
		expect(fabric.nodeId).toBe(0x9999n);
		expect(other.isClosing).toBe(true);
		expect(link.device.sessions.find(session.id)).toBe(session);
		expect(session.isClosing).toBe(true);
		expect(link.resumption.find(1, ADMIN)).toBeUndefined();
		failSafe.complete({ session: open(fabric) });
		expect(stored().fabrics[0]!.nodeId).toBe(0x9999n);
	});

	it("wants a CSR of its own", () => {
		expect(refusal(() => updateNoc(session))).toEqual(["noc", Noc.MISSING_CSR]);
		csr(session, false);
		expect(refusal(() => updateNoc(session))).toEqual(["status", CONSTRAINT_ERROR]);
	});

	it("is not after AddTrustedRootCertificate", () => {
		failSafe.addTrustedRoot({ session }, new Authority(2n).rootCertificate);
		csr(session, true);
		expect(refusal(() => updateNoc(session))).toEqual(["status", CONSTRAINT_ERROR]);
	});

	const wrong: [string, () => NocOptions, number][] = [
		["another key", () => ({ publicKey: new KeyPair().publicKey }), Noc.INVALID_PUBLIC_KEY],
		["another authority", () => ({ authority: new Authority(0xfab1n) }), Noc.INVALID_NOC],
		[
			"another fabric of the same root",
			() => ({
				fields: {
					subject: [
						[17, NODE],
						[21, 0xfab2n],
					],
				},
			}),
			Noc.INVALID_NOC,
		],
		["a group's node id", () => ({ nodeId: 0xffffffffffff0001n }), Noc.INVALID_NODE_OP_ID],
	];
	it.each(wrong)("refuses %s", (_title, options, code) => {
		csr(session, true);
		expect(refusal(() => updateNoc(session, options()))).toEqual(["noc", code]);
		expect(session.isClosing).toBe(false);
		expect(fabric.nodeId).toBe(NODE);
	});

	it("comes once", () => {
		csr(session, true);
		updateNoc(session);
		expect(refusal(() => updateNoc(session))).toEqual(["status", CONSTRAINT_ERROR]);
		expect(refusal(() => csr(session))).toEqual(["status", CONSTRAINT_ERROR]);
	});
});

describe("RemoveFabric (Matter Core 11.18.6.12)", () => {
	it("takes sessions and records with it, the invoking session after its answer", () => {
		const { fabric, session } = commissioned();
		const other = open(fabric);
		resumable(1);
		session.exchanges = 1;
		failSafe.removeFabric({ session }, 1);
		expect(link.fabrics.fabrics).toEqual([]);
		expect(other.isClosing).toBe(true);
		expect(link.device.sessions.find(session.id)).toBe(session);
		session.exchanges = 0;
		session.onIdle();
		expect(link.device.sessions.secure()).toEqual([]);
		expect(stored().fabrics).toEqual([]);
		expect(link.storage.names("resumption")).toEqual([]);
		expect(window.isOpen).toBe(true);
	});

	it("of another fabric leaves this one alone", () => {
		const { session } = commissioned();
		link.fabrics.add(plainFabric(2));
		const other = open(link.fabrics.find(2));
		failSafe.removeFabric({ session }, 2);
		expect(other.isClosing).toBe(true);
		expect(session.isClosing).toBe(false);
		expect(window.isOpen).toBe(false);
	});

	it("refuses an index that is not there", () => {
		expect(refusal(() => failSafe.removeFabric({ session: pase }, 7))).toEqual(["noc", Noc.INVALID_FABRIC_INDEX]);
	});

	it("of the pending fabric is the end of the fail-safe", () => {
		join();
		failSafe.removeFabric({ session: pase }, 1);
		expect(failSafe.armed).toBe(false);
		expect(link.fabrics.fabrics).toEqual([]);
	});

	it("in the middle of its update", () => {
		const { session } = commissioned();
		failSafe.arm({ session }, 60);
		csr(session, true);
		updateNoc(session);
		failSafe.removeFabric({ session }, 1);
		expect(failSafe.armed).toBe(false);
		expect(link.fabrics.fabrics).toEqual([]);
		expect(stored().fabrics).toEqual([]);
	});
});

describe("UpdateFabricLabel (Matter Core 11.18.6.11)", () => {
	it("sets it, keeps it, and knows conflicts", () => {
		const { session } = commissioned();
		link.fabrics.add(plainFabric(2, { label: "taken" }));
		failSafe.updateFabricLabel({ session }, "mine");
		failSafe.updateFabricLabel({ session }, "mine");
		expect(stored().find(1)!.label).toBe("mine");
		expect(refusal(() => failSafe.updateFabricLabel({ session }, "taken"))).toEqual(["noc", Noc.LABEL_CONFLICT]);
		expect(refusal(() => failSafe.updateFabricLabel({ session }, "x".repeat(33)))).toEqual([
			"status",
			CONSTRAINT_ERROR,
		]);
		expect(refusal(() => failSafe.updateFabricLabel({ session: open() }, "x"))).toEqual([
			"noc",
			Noc.INVALID_FABRIC_INDEX,
		]);
		failSafe.updateFabricLabel({ session }, "");
		expect(stored().find(1)!.label).toBe("");
	});
});

describe("after a power cut", () => {
	const places = ["before", "within", "after"] as const;

	/** Runs `act` with power cut at its n-th operation on the medium, for every n there is, and looks at what the next start finds. */
	function cutEverywhere(prepare: () => void, act: () => void, look: (done: boolean) => void): number {
		let operations = 0;
		for (const where of places)
			for (let operation = 0; ; operation++) {
				let cut: CutFiles | undefined;
				const live = (): Files => cut ?? files;
				start({
					read: (name) => live().read(name),
					write: (name, bytes, flush) => live().write(name, bytes, flush),
					move: (from, to, flush) => live().move(from, to, flush),
					remove: (name) => live().remove(name),
					list: () => live().list(),
				});
				prepare();
				cut = new CutFiles(operation, where);
				let done = false;
				try {
					act();
					done = true;
				} catch (error) {
					expect(error).toBeInstanceOf(PowerCut);
				}
				const reached = cut.isCut;
				cut = undefined;
				look(done);
				expect(link.counters.get("recordDamaged")).toBe(0);
				if (!reached) break;
				operations = Math.max(operations, operation + 1);
			}
		return operations;
	}

	it("in CommissioningComplete the fabric is there, whole, or was never", () => {
		let fabric: Fabric;
		let session: SecureSession;
		const operations = cutEverywhere(
			() => {
				fabric = join();
				session = open(fabric);
			},
			() => failSafe.complete({ session }),
			(done) => {
				const found = stored().fabrics;
				if (done) expect(found).toHaveLength(1);
				for (const each of found) {
					expect(each).toMatchObject({ index: 1, nodeId: NODE, noc: fabric.noc, acl: fabric.acl });
					expect(each.keyPair.publicKey).toEqual(fabric.keyPair.publicKey);
				}
			},
		);
		expect(operations).toBe(8); // time, index, credentials, fabric: each written and moved
	});

	it("in the CommissioningComplete of UpdateNOC the old credentials hold, or the new", () => {
		let before: Uint8Array;
		let fabric: Fabric;
		let session: SecureSession;
		cutEverywhere(
			() => {
				({ fabric, session } = commissioned());
				before = fabric.noc;
				failSafe.arm({ session }, 60);
				csr(session, true);
				updateNoc(session, { nodeId: 0x9999n });
				session = open(fabric);
			},
			() => failSafe.complete({ session }),
			(done) => {
				const [found] = stored().fabrics;
				const isNew = found!.nodeId === 0x9999n;
				if (done) expect(isNew).toBe(true);
				expect(found!.noc).toEqual(isNew ? fabric.noc : before);
				const message = new Uint8Array(1);
				const { publicKey } = MatterCertificate.parse(found!.noc);
				expect(verify(publicKey, message, found!.keyPair.sign(message))).toBe(true);
			},
		);
	});

	it("in RemoveFabric it is there or gone", () => {
		let session: SecureSession;
		cutEverywhere(
			() => {
				({ session } = commissioned());
				resumable(1);
			},
			() => failSafe.removeFabric({ session }, 1),
			(done) => {
				const { length } = stored().fabrics;
				if (done) expect(length).toBe(0);
			},
		);
	});
});

import type { AccessControlServer } from "../../../modules/clusters/AccessControlServer";
import type { GeneralCommissioningServer } from "../../../modules/clusters/GeneralCommissioningServer";
import type { OperationalCredentialsServer } from "../../../modules/clusters/OperationalCredentialsServer";
import { CommissioningErrorEnum } from "../../../modules/clusters/generated/GeneralCommissioningConstants";
import { NodeOperationalCertStatus as Noc, WindowStatus } from "../../../modules/commissioning/CommissioningError";
import type { CommissioningWindow } from "../../../modules/commissioning/CommissioningWindow";
import type { FailSafe } from "../../../modules/commissioning/FailSafe";
import { verify } from "../../../modules/crypto/p256";
import { AccessControl } from "../../../modules/datamodel/AccessControl";
import type { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { GROUP, PASE } from "../../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import { Node } from "../../../modules/datamodel/Node";
import { Status, type StatusError } from "../../../modules/datamodel/Status";
import { encodeValue, decodeValue } from "../../../modules/datamodel/Types";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import type { RootNode } from "../../../modules/devices/RootNode";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { ANONYMOUS } from "../../../modules/codec/Tlv";
import { TlvReader } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { Authority, IPK_EPOCH_KEY } from "../../support/Authority";
import type { SecureChannelLink } from "../../support/SecureChannelLink";
import { contextOf, invoke, statusOf, write } from "../clusters/TestNode";
import { ADMIN, CommissionableNode } from "./CommissionableNode";

const NODE = 0x1234n;
const NONCE = new Uint8Array(32).fill(9);

describe("Endpoint 0 through commissioning and after", () => {
	let test: CommissionableNode;
	let link: SecureChannelLink;
	let node: Node;
	let root: RootNode;
	let window: CommissioningWindow;
	let failSafe: FailSafe;
	let pase: SecureSession;
	let authority: Authority;

	beforeEach(() => {
		test = new CommissionableNode();
		({ link, node, root, window, failSafe } = test);
		pase = test.session();
		authority = new Authority(1n);
	});

	function context(of: SecureSession): InteractionContext {
		return test.context(of);
	}

	function server(name: string): ClusterServer {
		return root.servers.find((entry) => entry.implementation.definition.name === name)!;
	}

	function run(name: string, fields: object, of = pase): Record<string, unknown> {
		const owner = root.servers.find((entry) =>
			entry.implementation.commands.some((command) => command.name === name),
		)!;
		return invoke(owner, name, fields, context(of));
	}

	function refused(name: string, fields: object, of = pase): [number, number | undefined] {
		try {
			run(name, fields, of);
		} catch (error) {
			const { status, clusterStatus } = error as StatusError;
			return [status, clusterStatus];
		}
		return [0, undefined];
	}

	/** All but CommissioningComplete. @returns the CASE session of the administrator */
	function join(by = authority): SecureSession {
		run("addTrustedRootCertificate", { rootCaCertificate: by.rootCertificate });
		expect(addNoc(by)["statusCode"]).toBe(Noc.OK);
		return test.session(link.fabrics.fabrics.at(-1));
	}

	function addNoc(by: Authority, changes: object = {}): Record<string, unknown> {
		const { nocsrElements } = run("csrRequest", { csrNonce: NONCE }) as { nocsrElements: Uint8Array };
		const nocValue = by.noc(publicKeyOf(nocsrElements), NODE);
		return run("addNoc", {
			nocValue,
			ipkValue: IPK_EPOCH_KEY,
			caseAdminSubject: ADMIN,
			adminVendorId: 0xfff1,
			...changes,
		});
	}

	function commissioned(): SecureSession {
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 1n });
		const administrator = join();
		expect(run("commissioningComplete", {}, administrator)["errorCode"]).toBe(CommissioningErrorEnum.Ok);
		return administrator;
	}

	it("every attribute can be read and is of its type", () => {
		commissioned();
		const writer = new TlvWriter(new Uint8Array(4096));
		for (const entry of root.servers) {
			const grant = new AccessControl().authorize(
				contextOf(undefined, { authMode: PASE }),
				entry.endpoint,
				entry.clusterId,
			);
			for (const attribute of entry.implementation.attributes) {
				writer.reset(writer.bytes, 0, 4096);
				encodeValue(
					writer,
					ANONYMOUS,
					attribute.type,
					entry.readAttribute(grant, attribute, contextOf(link.fabrics.fabrics[0])),
				);
				const reader = new TlvReader(writer.bytes, 0, writer.position);
				reader.next();
				decodeValue(reader, attribute.type);
			}
		}
	});

	it("attestation binds its answer to the session", () => {
		const { attestationElements, attestationSignature } = run("attestationRequest", {
			attestationNonce: NONCE,
		}) as Record<string, Uint8Array>;
		const { certificate } = run("certificateChainRequest", { certificateType: 1 }) as Record<string, Uint8Array>;
		const signed = new Uint8Array(attestationElements!.length + 16);
		signed.set(attestationElements!);
		signed.set(pase.getAttestationChallengeKey(), attestationElements!.length);
		expect(verify(publicKeyOf(certificate!), signed, attestationSignature!)).toBe(true);
		expect(refused("attestationRequest", { attestationNonce: new Uint8Array(31) })[0]).toBe(Status.InvalidCommand);
		expect(refused("certificateChainRequest", { certificateType: 3 })[0]).toBe(Status.InvalidCommand);
	});

	it("nothing of the credentials is touched without a fail-safe", () => {
		expect(refused("csrRequest", { csrNonce: NONCE })[0]).toBe(Status.FailsafeRequired);
		expect(refused("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate })[0]).toBe(
			Status.FailsafeRequired,
		);
	});

	it("joins a fabric: one entry of access control, told by an event, breadcrumb back to 0", () => {
		commissioned();
		expect(control().acl).toHaveLength(1);
		expect(control().acl[0]).toMatchObject({
			privilege: 5,
			authMode: 2,
			subjects: [ADMIN],
			targets: null,
			fabricIndex: 1,
		});
		expect((server("GeneralCommissioning") as GeneralCommissioningServer).breadcrumb).toBe(0n);
		expect(window.isOpen).toBe(false);
		expect(failSafe.armed).toBe(false);
		expect(events("AccessControl")).toEqual([0]);
	});

	it("the fail-safe's end takes the fabric back, and the next commissioner finds the node as it was", () => {
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 7n });
		join();
		expect(credentials().commissionedFabrics).toBe(1);
		link.clock.advance(60_000);
		expect(credentials().commissionedFabrics).toBe(0);
		expect(credentials().trustedRootCertificates).toEqual([]);
		expect(control().acl).toEqual([]);
		expect((server("GeneralCommissioning") as GeneralCommissioningServer).breadcrumb).toBe(0n);
		expect(link.storage.names("fabric-")).toEqual([]);
		expect(link.device.sessions.find(pase.id)).toBeUndefined();
		pase = test.session();
		commissioned();
		expect(credentials().commissionedFabrics).toBe(1);
	});

	it("who listens hears of what commissioning changes", () => {
		const changes: string[] = [];
		node.addListener({
			onAttributeChanged: (server, { name }) => changes.push(`${server.implementation.definition.name}/${name}`),
		});
		const told = (step: () => unknown) => {
			changes.length = 0;
			step();
			return [...changes].sort();
		};
		const arm = { expiryLengthSeconds: 60, breadcrumb: 7n };
		expect(told(() => run("armFailSafe", arm))).toEqual(["GeneralCommissioning/breadcrumb"]);
		const joined = [
			"AccessControl/acl",
			"OperationalCredentials/commissionedFabrics",
			"OperationalCredentials/fabrics",
		];
		let administrator = pase;
		expect(told(() => (administrator = join()))).toEqual(joined);
		expect(told(() => run("commissioningComplete", {}, administrator))).toContain(
			"GeneralCommissioning/breadcrumb",
		);
		expect(told(() => run("updateFabricLabel", { label: "home" }, administrator))).toEqual([joined[2]]);
		const statement = { vendorId: 0xfff2 };
		expect(told(() => run("setVidVerificationStatement", statement, administrator))).toContain(joined[2]);
		expect(told(() => run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator))).toEqual([
			"AdministratorCommissioning/adminFabricIndex",
			"AdministratorCommissioning/adminVendorId",
			"AdministratorCommissioning/windowStatus",
		]);
		const removed = told(() => run("removeFabric", { fabricIndex: 1 }, administrator));
		for (const name of joined) expect(removed).toContain(name);
	});

	it("the breadcrumb is what the latest command brought", () => {
		const general = server("GeneralCommissioning") as GeneralCommissioningServer;
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 7n });
		expect(general.breadcrumb).toBe(7n);
		run("setRegulatoryConfig", { newRegulatoryConfig: 0, countryCode: "FR", breadcrumb: 8n });
		expect(general.breadcrumb).toBe(8n);
	});

	it("a group has no say in commissioning", () => {
		const group = contextOf(undefined, { authMode: GROUP, subject: 5n });
		const answer = invoke(
			server("GeneralCommissioning"),
			"armFailSafe",
			{ expiryLengthSeconds: 60, breadcrumb: 1n },
			group,
		);
		expect(answer["errorCode"]).toBe(CommissioningErrorEnum.InvalidAuthentication);
		const nonce = { csrNonce: NONCE };
		expect(statusOf(() => invoke(server("OperationalCredentials"), "csrRequest", nonce, group))).toBe(
			Status.UnsupportedAccess,
		);
		expect(failSafe.armed).toBe(false);
	});

	it("an orderly end is told", () => {
		root.basicInformation.shutDown();
		expect(events("BasicInformation")).toEqual([0, 1]);
	});

	it("a root that waits for its NOC is listed, and goes with the fail-safe", () => {
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n });
		run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
		expect(credentials().trustedRootCertificates).toHaveLength(1);
		expect(refused("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate })[0]).toBe(
			Status.ConstraintError,
		);
		run("armFailSafe", { expiryLengthSeconds: 0, breadcrumb: 0n });
		expect(credentials().trustedRootCertificates).toEqual([]);
	});

	describe("AddNOC answers by NOCResponse", () => {
		beforeEach(() => {
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n });
		});

		it("MissingCsr without a CSR", () => {
			run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
			const nocValue = authority.noc(authority.root.key.publicKey, NODE);
			const fields = { nocValue, ipkValue: IPK_EPOCH_KEY, caseAdminSubject: ADMIN, adminVendorId: 0xfff1 };
			expect(run("addNoc", fields)["statusCode"]).toBe(Noc.MISSING_CSR);
		});

		it("InvalidPublicKey for another key than the CSR's", () => {
			run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
			expect(
				addNoc(authority, { nocValue: authority.noc(authority.root.key.publicKey, NODE) })["statusCode"],
			).toBe(Noc.INVALID_PUBLIC_KEY);
		});

		it("InvalidNOC without a root, or from another one", () => {
			expect(addNoc(authority)["statusCode"]).toBe(Noc.INVALID_NOC);
			run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
			expect(addNoc(new Authority(1n))["statusCode"]).toBe(Noc.INVALID_NOC);
		});

		it("InvalidAdminSubject for a group or nobody", () => {
			run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
			expect(addNoc(authority, { caseAdminSubject: 0n })["statusCode"]).toBe(Noc.INVALID_ADMIN_SUBJECT);
			expect(addNoc(authority, { caseAdminSubject: 0xffffffff_ffff0001n })["statusCode"]).toBe(
				Noc.INVALID_ADMIN_SUBJECT,
			);
			expect(addNoc(authority, { caseAdminSubject: 0xfffffffd_00010001n })["statusCode"]).toBe(Noc.OK);
		});

		it("an empty ICACValue stands for none", () => {
			run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate });
			expect(addNoc(authority, { icacValue: new Uint8Array(0) })["statusCode"]).toBe(Noc.OK);
		});

		it("once for each fail-safe", () => {
			join();
			expect(refused("csrRequest", { csrNonce: NONCE })[0]).toBe(Status.ConstraintError);
		});
	});

	it("CurrentFabricIndex is that of who asks", () => {
		const administrator = commissioned();
		const owner = credentials();
		const attribute = owner.implementation.attributes.find(({ name }) => name === "currentFabricIndex")!;
		const grant = new AccessControl().authorize(
			contextOf(undefined, { authMode: PASE }),
			owner.endpoint,
			owner.clusterId,
		);
		expect(owner.readAttribute(grant, attribute, context(administrator))).toBe(1);
		expect(owner.readAttribute(grant, attribute, contextOf(undefined))).toBe(0);
	});

	it("FabricConflict for a fabric that the node is in, TableFull for the sixth", () => {
		let administrator = commissioned();
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n }, administrator);
		run("addTrustedRootCertificate", { rootCaCertificate: authority.rootCertificate }, administrator);
		const again = addNocOver(administrator, authority);
		expect(again["statusCode"]).toBe(Noc.FABRIC_CONFLICT);
		run("armFailSafe", { expiryLengthSeconds: 0, breadcrumb: 0n }, administrator);
		for (let id = 2n; id <= 6n; id++) {
			window.openBasic(180, undefined);
			pase = test.session();
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n });
			const other = new Authority(id);
			run("addTrustedRootCertificate", { rootCaCertificate: other.rootCertificate });
			expect(addNoc(other)["statusCode"]).toBe(id < 6n ? Noc.OK : Noc.TABLE_FULL);
			if (id === 6n) break;
			administrator = test.session(link.fabrics.fabrics.at(-1));
			run("commissioningComplete", {}, administrator);
		}
		expect(credentials().commissionedFabrics).toBe(5);
	});

	function addNocOver(of: SecureSession, by: Authority): Record<string, unknown> {
		const { nocsrElements } = run("csrRequest", { csrNonce: NONCE }, of) as { nocsrElements: Uint8Array };
		const nocValue = by.noc(publicKeyOf(nocsrElements), NODE);
		return run("addNoc", { nocValue, ipkValue: IPK_EPOCH_KEY, caseAdminSubject: ADMIN, adminVendorId: 0xfff1 }, of);
	}

	it("UpdateNOC gives other credentials, which the fail-safe takes back and CommissioningComplete keeps", () => {
		const administrator = commissioned();
		const update = () => {
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n }, administrator);
			const { nocsrElements } = run("csrRequest", { csrNonce: NONCE, isForUpdateNoc: true }, administrator) as {
				nocsrElements: Uint8Array;
			};
			const nocValue = authority.noc(publicKeyOf(nocsrElements), NODE + 1n);
			return run("updateNoc", { nocValue }, administrator)["statusCode"];
		};
		expect(update()).toBe(Noc.OK);
		expect(credentials().fabrics[0]?.nodeId).toBe(NODE + 1n);
		link.clock.advance(60_000);
		expect(credentials().fabrics[0]?.nodeId).toBe(NODE);
	});

	it("UpdateNOC needs a CSR for it", () => {
		const administrator = commissioned();
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n }, administrator);
		const { nocsrElements } = run("csrRequest", { csrNonce: NONCE }, administrator) as {
			nocsrElements: Uint8Array;
		};
		const nocValue = authority.noc(publicKeyOf(nocsrElements), NODE);
		expect(refused("updateNoc", { nocValue }, administrator)[0]).toBe(Status.ConstraintError);
	});

	it("CommissioningComplete: not without a fail-safe, not over PASE", () => {
		const administrator = commissioned();
		expect(run("commissioningComplete", {}, administrator)["errorCode"]).toBe(CommissioningErrorEnum.NoFailSafe);
		window.openBasic(180, undefined);
		pase = test.session();
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n });
		join(new Authority(2n));
		expect(run("commissioningComplete", {}, pase)["errorCode"]).toBe(CommissioningErrorEnum.InvalidAuthentication);
		expect(run("commissioningComplete", {}, administrator)["errorCode"]).toBe(
			CommissioningErrorEnum.InvalidAuthentication,
		);
	});

	it("ArmFailSafe: not over CASE while a window is open, not while another has it", () => {
		const administrator = commissioned();
		run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator);
		expect(run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 5n }, administrator)["errorCode"]).toBe(
			CommissioningErrorEnum.BusyWithOtherAdmin,
		);
		pase = test.session();
		expect(run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n })["errorCode"]).toBe(
			CommissioningErrorEnum.Ok,
		);
		expect(run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n }, administrator)["errorCode"]).toBe(
			CommissioningErrorEnum.BusyWithOtherAdmin,
		);
		expect((server("GeneralCommissioning") as GeneralCommissioningServer).breadcrumb).toBe(0n);
	});

	it("SetRegulatoryConfig notes place and country", () => {
		run("setRegulatoryConfig", { newRegulatoryConfig: 1, countryCode: "DE", breadcrumb: 3n });
		expect(root.basicInformation.location).toBe("DE");
		expect((server("GeneralCommissioning") as GeneralCommissioningServer).regulatoryConfig).toBe(1);
	});

	it("RemoveFabric takes all of the fabric along and tells before", () => {
		const administrator = commissioned();
		run("updateFabricLabel", { label: "home" }, administrator);
		expect(run("removeFabric", { fabricIndex: 9 }, administrator)["statusCode"]).toBe(Noc.INVALID_FABRIC_INDEX);
		expect(run("removeFabric", { fabricIndex: 1 }, administrator)).toEqual({ statusCode: Noc.OK, fabricIndex: 1 });
		expect(credentials().fabrics).toEqual([]);
		expect(control().acl).toEqual([]);
		expect(link.storage.names("fabric-")).toEqual([]);
		expect(events("BasicInformation")).toEqual([0, 2]);
		expect(link.device.sessions.secure()).toEqual([]);
	});

	it("UpdateFabricLabel: no label twice", () => {
		const administrator = commissioned();
		window.openBasic(180, undefined);
		pase = test.session();
		run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n });
		const second = join(new Authority(2n));
		run("commissioningComplete", {}, second);
		expect(run("updateFabricLabel", { label: "home" }, administrator)["statusCode"]).toBe(Noc.OK);
		expect(run("updateFabricLabel", { label: "home" }, second)["statusCode"]).toBe(Noc.LABEL_CONFLICT);
	});

	describe("Administrator Commissioning", () => {
		const ENHANCED = {
			commissioningTimeout: 180,
			pakePasscodeVerifier: new Uint8Array(97),
			discriminator: 1,
			iterations: 1000,
			salt: new Uint8Array(16),
		};
		let administrator: SecureSession;

		beforeEach(() => {
			administrator = commissioned();
		});

		it.each([
			["a verifier of 96 bytes", { pakePasscodeVerifier: new Uint8Array(96) }],
			["999 iterations", { iterations: 999 }],
			["100,001 iterations", { iterations: 100_001 }],
			["salt of 15 bytes", { salt: new Uint8Array(15) }],
			["salt of 33 bytes", { salt: new Uint8Array(33) }],
		])("PAKEParameterError for %s", (_what, changes) => {
			expect(refused("openCommissioningWindow", { ...ENHANCED, ...changes }, administrator)).toEqual([
				Status.Failure,
				WindowStatus.PAKE_PARAMETER_ERROR,
			]);
		});

		it("opens once, tells by whom, and closes by itself", () => {
			run("openCommissioningWindow", ENHANCED, administrator);
			const { windowStatus, adminFabricIndex, adminVendorId } = root.administratorCommissioning;
			expect([windowStatus, adminFabricIndex, adminVendorId]).toEqual([1, 1, 0xfff1]);
			expect(refused("openCommissioningWindow", ENHANCED, administrator)).toEqual([
				Status.Failure,
				WindowStatus.BUSY,
			]);
			expect(refused("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator)).toEqual([
				Status.Failure,
				WindowStatus.BUSY,
			]);
			link.clock.advance(180_000);
			expect(root.administratorCommissioning.windowStatus).toBe(0);
			expect(root.administratorCommissioning.adminVendorId).toBe(null);
		});

		it("times from 3 to 15 minutes only", () => {
			expect(refused("openBasicCommissioningWindow", { commissioningTimeout: 179 }, administrator)[0]).toBe(
				Status.InvalidCommand,
			);
			expect(refused("openBasicCommissioningWindow", { commissioningTimeout: 901 }, administrator)[0]).toBe(
				Status.InvalidCommand,
			);
		});

		it("Busy while the fail-safe is armed", () => {
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 0n }, administrator);
			expect(refused("openCommissioningWindow", ENHANCED, administrator)).toEqual([
				Status.Failure,
				WindowStatus.BUSY,
			]);
		});

		it("revokes what is open, and only that", () => {
			expect(refused("revokeCommissioning", {}, administrator)).toEqual([
				Status.Failure,
				WindowStatus.WINDOW_NOT_OPEN,
			]);
			run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator);
			run("revokeCommissioning", {}, administrator);
			expect(window.isOpen).toBe(false);
		});

		it("revokes also what a commissioner did that has gone over to CASE (11.19.8.3)", () => {
			run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator);
			pase = test.session();
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 1n });
			const second = join(new Authority(2n));
			pase.destroy();
			expect(failSafe.armed).toBe(true);
			run("revokeCommissioning", {}, administrator);
			expect([window.isOpen, failSafe.armed, second.isClosing]).toEqual([false, false, true]);
			expect(link.fabrics.fabrics.map((fabric) => fabric.index)).toEqual([1]);
		});

		it("answers a commissioner that revokes its own window, then ends the session", () => {
			run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator);
			pase = test.session();
			run("armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 1n });
			pase.exchanges = 1;
			run("revokeCommissioning", {});
			expect(link.device.sessions.secure()).toContain(pase);
			expect([pase.isClosing, failSafe.armed, window.isOpen]).toEqual([true, false, false]);
		});

		it("loses the fabric that opened it, and stays open (11.19.7.2)", () => {
			run("openBasicCommissioningWindow", { commissioningTimeout: 180 }, administrator);
			run("removeFabric", { fabricIndex: 1 }, administrator);
			const { windowStatus, adminFabricIndex, adminVendorId } = root.administratorCommissioning;
			expect([windowStatus, adminFabricIndex, adminVendorId]).toEqual([2, null, 0xfff1]);
		});
	});

	describe("vendor id verification (11.18.6.14, 11.18.6.15)", () => {
		const STATEMENT = new Uint8Array(85).fill(0x21);
		let administrator: SecureSession;

		beforeEach(() => {
			administrator = commissioned();
		});

		it.each([
			["nothing", {}, Status.InvalidCommand],
			["a certificate of 401 bytes", { vvsc: new Uint8Array(401) }, Status.ConstraintError],
			["vendor id 0xfff5", { vendorId: 0xfff5 }, Status.ConstraintError],
			[
				"a statement of 84 bytes",
				{ vidVerificationStatement: new Uint8Array(84).fill(0x21) },
				Status.ConstraintError,
			],
			[
				"a statement of another version",
				{ vidVerificationStatement: new Uint8Array(85) },
				Status.ConstraintError,
			],
		])("SetVIDVerificationStatement refuses %s", (_what, fields, status) => {
			expect(refused("setVidVerificationStatement", fields, administrator)[0]).toBe(status);
		});

		it("is kept, and an empty one removes it", () => {
			run(
				"setVidVerificationStatement",
				{ vendorId: 0xfff2, vidVerificationStatement: STATEMENT, vvsc: new Uint8Array(3) },
				administrator,
			);
			expect(credentials().fabrics[0]?.vidVerificationStatement).toEqual(STATEMENT);
			expect(credentials().fabrics[0]?.vendorId).toBe(0xfff2);
			expect(credentials().nocs[0]?.vvsc).toEqual(new Uint8Array(3));
			const stored = new FabricTable(link.storage, link.log);
			stored.load();
			expect(stored.fabrics[0]?.vendorId).toBe(0xfff2);
			run(
				"setVidVerificationStatement",
				{ vidVerificationStatement: new Uint8Array(0), vvsc: new Uint8Array(0) },
				administrator,
			);
			expect(credentials().fabrics[0]?.vidVerificationStatement).toBeUndefined();
			expect(credentials().nocs[0]?.vvsc).toBeUndefined();
		});

		it("signs what the verifier can compute", () => {
			run("setVidVerificationStatement", { vidVerificationStatement: STATEMENT }, administrator);
			const answer = run("signVidVerificationRequest", { fabricIndex: 1, clientChallenge: NONCE }, administrator);
			const fabric = link.fabrics.fabrics[0]!;
			const parts = [
				[1],
				NONCE,
				administrator.getAttestationChallengeKey(),
				[1],
				[1],
				fabric.rootPublicKey,
				[0, 0, 0, 0, 0, 0, 0, 1],
				[0xff, 0xf1],
				STATEMENT,
			];
			const message = Uint8Array.from(parts.flatMap((part) => [...part]));
			expect(answer["fabricBindingVersion"]).toBe(1);
			expect(verify(fabric.keyPair.publicKey, message, answer["signature"] as Uint8Array)).toBe(true);
			expect(
				refused("signVidVerificationRequest", { fabricIndex: 9, clientChallenge: NONCE }, administrator)[0],
			).toBe(Status.ConstraintError);
		});
	});

	it("keeps NodeLabel and Location, and refuses a label of 33 bytes or a country of 3", () => {
		const administrator = commissioned();
		write(root.basicInformation, "nodeLabel", "kitchen", context(administrator));
		expect(statusOf(() => write(root.basicInformation, "nodeLabel", "x".repeat(33), context(administrator)))).toBe(
			Status.ConstraintError,
		);
		expect(statusOf(() => write(root.basicInformation, "location", "DEU", context(administrator)))).toBe(
			Status.ConstraintError,
		);
		const restarted = test.newRoot();
		const again = new Node({ storage: link.storage, scheduler: link.scheduler, log: link.log });
		again.add(new Endpoint(0, restarted.deviceTypes, restarted.servers));
		again.start();
		expect(restarted.basicInformation.nodeLabel).toBe("kitchen");
		expect(restarted.basicInformation.uniqueId).toBe(root.basicInformation.uniqueId);
		expect(restarted.generalDiagnostics.rebootCount).toBe(root.generalDiagnostics.rebootCount + 1);
	});

	it("the only network can't be switched off", () => {
		const network = server("NetworkCommissioning");
		expect(statusOf(() => write(network, "interfaceEnabled", false, context(pase)))).toBe(Status.InvalidAction);
		write(network, "interfaceEnabled", true, context(pase));
	});

	function credentials(): OperationalCredentialsServer {
		return server("OperationalCredentials") as OperationalCredentialsServer;
	}

	function control(): AccessControlServer {
		return server("AccessControl") as AccessControlServer;
	}

	/** ids of the events that a cluster emitted */
	function events(name: string): number[] {
		const ids: number[] = [];
		for (let record = node.events.from(0); record; record = node.events.from(record.number + 1))
			if (record.cluster === server(name).clusterId) ids.push(record.definition.id);
		return ids;
	}
});

/** The P-256 key in a certificate or a request: an uncompressed point in a bit string of 66 bytes. */
function publicKeyOf(der: Uint8Array): Uint8Array {
	for (let at = 0; at + 68 <= der.length; at++)
		if (der[at] === 3 && der[at + 1] === 66 && der[at + 2] === 0 && der[at + 3] === 4)
			return der.slice(at + 3, at + 68);
	throw new Error("no key");
}

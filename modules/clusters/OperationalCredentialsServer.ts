import { certificateSigningRequest } from "../certificate/CertificateSigningRequest";
import { attestationElements, attestationSignature, nocsrElements } from "../commissioning/Attestation";
import type { AttestationCredentials } from "../commissioning/Attestation";
import { concatBytes, nodeIdBytes } from "../codec/Bytes";
import { CommissioningError, NodeOperationalCertStatus } from "../commissioning/CommissioningError";
import type { FailSafe } from "../commissioning/FailSafe";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import { FABRIC_CAPACITY } from "../fabric/FabricTable";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import type { Fabric } from "../fabric/Fabric";
import type { SecureSession } from "../session/SecureSession";
import type { AccessControlServer } from "./AccessControlServer";
import type { BasicInformationServer } from "./BasicInformationServer";
import { AccessControl } from "./generated/AccessControl";
import { BasicInformation } from "./generated/BasicInformation";
import { OperationalCredentials } from "./generated/OperationalCredentials";
import { CertificateChainTypeEnum } from "./generated/OperationalCredentialsConstants";
import type {
	AddNocRequest,
	AddTrustedRootCertificateRequest,
	AttestationRequest,
	AttestationResponse,
	CertificateChainRequest,
	CertificateChainResponse,
	CsrRequest,
	CsrResponse,
	FabricDescriptorStruct,
	NocResponse,
	NOCStruct,
	RemoveFabricRequest,
	SetVidVerificationStatementRequest,
	SignVidVerificationRequest,
	SignVidVerificationResponse,
	UpdateFabricLabelRequest,
	UpdateNocRequest,
} from "./generated/OperationalCredentials";
import { debugText, refusal, refusing } from "./refusal";
import { unchecked } from "./unchecked";

const NONCE_LENGTH = 32;
const CERTIFICATE_LENGTH = 400;
const STATEMENT_LENGTH = 85;
/** FabricBindingVersion of the cryptographic primitives 1.0 (Matter Core 6.4.10.1). */
const FABRIC_BINDING_VERSION = 1;
/** VIDVerificationStatement version (Matter Core 6.4.10.2). */
const STATEMENT_VERSION = 0x21;
const HIGHEST_VENDOR_ID = 0xfff4;

/** A fabric's identities and how the node proves its own (Matter Core 11.18). The rules are those of FailSafe. */
export class OperationalCredentialsServer
	extends ClusterServer
	implements MembersOf<typeof OperationalCredentialsServer>
{
	// InvalidCommand, InvalidNOC and the like answer nonces and certificates of a wrong length, not ConstraintError
	static override readonly implementation = implement(
		unchecked(OperationalCredentials, [
			"attestationRequest",
			"certificateChainRequest",
			"csrRequest",
			"addTrustedRootCertificate",
			"addNoc",
			"updateNoc",
			"removeFabric",
		]),
		{},
	);

	private table: FabricTable;
	private failSafe: FailSafe;
	private attestation: AttestationCredentials;

	constructor(fabrics: FabricTable, failSafe: FailSafe, attestation: AttestationCredentials) {
		super();
		this.table = fabrics;
		this.failSafe = failSafe;
		this.attestation = attestation;
	}

	get supportedFabrics(): number {
		return FABRIC_CAPACITY;
	}

	override onStart(): void {
		this.table.addListener(new FabricWatch(this));
	}

	get nocs(): NOCStruct[] {
		return this.table.fabrics.map((fabric) => new ListedNoc(fabric));
	}

	get fabrics(): FabricDescriptorStruct[] {
		return this.table.fabrics.map((fabric) => ({
			rootPublicKey: fabric.rootPublicKey,
			vendorId: fabric.vendorId,
			fabricId: fabric.fabricId,
			nodeId: fabric.nodeId,
			label: fabric.label,
			vidVerificationStatement: fabric.vidVerificationStatement,
			fabricIndex: fabric.index,
		}));
	}

	get commissionedFabrics(): number {
		return this.table.fabrics.length;
	}

	get trustedRootCertificates(): Uint8Array[] {
		const roots = this.table.fabrics.map((fabric) => fabric.rootCertificate);
		const pendingRoot = this.failSafe.pendingRoot;
		if (pendingRoot) roots.push(pendingRoot);
		return roots;
	}

	/** Of whoever asks (11.18.5.6): without a context there is none. */
	get currentFabricIndex(): number {
		return 0;
	}

	protected override attributeValue(
		attribute: AttributeDefinition,
		context: InteractionContext | undefined,
	): unknown {
		if (attribute.id === OperationalCredentials.attributes.currentFabricIndex.id) return context?.fabricIndex ?? 0;
		return super.attributeValue(attribute, context);
	}

	/** The node calls this for every server once the fabric has left the table. */
	override onFabricRemoved(): void {
		this.listsChanged();
	}

	attestationRequest(fields: AttestationRequest, context: InteractionContext): AttestationResponse {
		if (fields.attestationNonce.length !== NONCE_LENGTH) throw new StatusError(Status.InvalidCommand);
		const attestationChallenge = sessionOf(context).getAttestationChallengeKey();
		context.acknowledge();
		const elements = attestationElements(this.attestation.certificationDeclaration, fields.attestationNonce, 0);
		return {
			attestationElements: elements,
			attestationSignature: attestationSignature(this.attestation, elements, attestationChallenge),
		};
	}

	certificateChainRequest(fields: CertificateChainRequest): CertificateChainResponse {
		switch (fields.certificateType) {
			case CertificateChainTypeEnum.DacCertificate:
				return { certificate: this.attestation.dac };
			case CertificateChainTypeEnum.PaiCertificate:
				return { certificate: this.attestation.pai };
			default:
				throw new StatusError(Status.InvalidCommand);
		}
	}

	csrRequest(fields: CsrRequest, context: InteractionContext): CsrResponse {
		const session = sessionOf(context);
		context.acknowledge();
		const key = refusing(() => this.failSafe.csr({ session }, fields.csrNonce, fields.isForUpdateNoc ?? false));
		const elements = nocsrElements(certificateSigningRequest(key), fields.csrNonce);
		return {
			nocsrElements: elements,
			attestationSignature: attestationSignature(
				this.attestation,
				elements,
				session.getAttestationChallengeKey(),
			),
		};
	}

	addTrustedRootCertificate(fields: AddTrustedRootCertificateRequest, context: InteractionContext): void {
		const session = sessionOf(context);
		context.acknowledge();
		refusing(() => this.failSafe.addTrustedRoot({ session }, fields.rootCaCertificate));
	}

	addNoc(fields: AddNocRequest, context: InteractionContext): NocResponse {
		let fabric: Fabric | undefined;
		context.acknowledge();
		const response = this.answer(() => (fabric = this.join(fields, sessionOf(context))).index);
		const control = this.endpoint.server(AccessControl.id) as AccessControlServer | undefined;
		const acl = fabric?.acl ?? [];
		for (let i = 0; i < acl.length; i++) control?.entryAdded(fabric!, acl[i]!, context);
		return response;
	}

	private join(fields: AddNocRequest, session: SecureSession): Fabric {
		return this.failSafe.addNoc(
			{ session },
			fields.nocValue,
			present(fields.icacValue),
			fields.ipkValue,
			fields.caseAdminSubject,
			fields.adminVendorId,
		);
	}

	updateNoc(fields: UpdateNocRequest, context: InteractionContext): NocResponse {
		const session = sessionOf(context);
		context.acknowledge();
		return this.answer(
			() => this.failSafe.updateNoc({ session }, fields.nocValue, present(fields.icacValue)).index,
		);
	}

	updateFabricLabel(fields: UpdateFabricLabelRequest, context: InteractionContext): NocResponse {
		const session = sessionOf(context);
		return this.answer(() => {
			const { index } = this.failSafe.updateFabricLabel({ session }, fields.label);
			this.changed("fabrics");
			return index;
		});
	}

	/** The session that asks ends after the answer; subscribers of that fabric still see the Leave event before (11.1.6.3). */
	removeFabric(fields: RemoveFabricRequest, context: InteractionContext): NocResponse {
		const session = sessionOf(context);
		const fabricIndex = fields.fabricIndex;
		return this.answer(() => {
			if (this.table.find(fabricIndex)) {
				(this.endpoint.server(BasicInformation.id) as BasicInformationServer | undefined)?.leave(fabricIndex);
			}
			this.failSafe.removeFabric({ session }, fabricIndex);
			return fabricIndex;
		});
	}

	/** 11.18.6.14: each field that is there sets, an empty one removes; nothing changes unless all are valid. */
	setVidVerificationStatement(fields: SetVidVerificationStatementRequest, context: InteractionContext): void {
		const fabric = accessing(context);
		const vendorId = fields.vendorId;
		const statement = fields.vidVerificationStatement;
		const vvsc = fields.vvsc;
		if (vendorId === undefined && statement === undefined && vvsc === undefined)
			throw new StatusError(Status.InvalidCommand);
		if (vendorId !== undefined && (vendorId === 0 || vendorId > HIGHEST_VENDOR_ID))
			throw new StatusError(Status.ConstraintError);
		if (statement?.length && (statement.length !== STATEMENT_LENGTH || statement[0] !== STATEMENT_VERSION))
			throw new StatusError(Status.ConstraintError);
		if (vvsc?.length) {
			if (fabric.icac) throw new StatusError(Status.InvalidCommand); // one or the other (11.18.4.4)
			if (vvsc.length > CERTIFICATE_LENGTH) throw new StatusError(Status.ConstraintError);
		}
		if (vendorId !== undefined) fabric.vendorId = vendorId;
		if (statement) fabric.vidVerificationStatement = statement.length ? statement : undefined;
		if (vvsc) fabric.vvsc = vvsc.length ? vvsc : undefined;
		this.table.save(fabric);
		this.listsChanged();
	}

	signVidVerificationRequest(
		fields: SignVidVerificationRequest,
		context: InteractionContext,
	): SignVidVerificationResponse {
		const fabricIndex = fields.fabricIndex;
		const clientChallenge = fields.clientChallenge;
		const fabric = this.table.find(fabricIndex);
		if (!fabric) throw new StatusError(Status.ConstraintError);
		const attestationChallenge = sessionOf(context).getAttestationChallengeKey();
		context.acknowledge();
		const signature = fabric.keyPair.sign(
			concatBytes(
				Uint8Array.of(FABRIC_BINDING_VERSION),
				clientChallenge,
				attestationChallenge,
				Uint8Array.of(fabricIndex),
				vendorFabricBinding(fabric),
				fabric.vidVerificationStatement ?? new Uint8Array(0),
			),
		);
		return { fabricIndex, fabricBindingVersion: FABRIC_BINDING_VERSION, signature };
	}

	/** NOCResponse: success with the fabric, or the code that a rule refused with (11.18.6.10). */
	private answer(step: () => number): NocResponse {
		try {
			return { statusCode: NodeOperationalCertStatus.OK, fabricIndex: step() };
		} catch (error) {
			if (error instanceof CommissioningError && error.kind === "noc")
				return { statusCode: error.code as NocResponse["statusCode"], debugText: debugText(error) };
			throw refusal(error);
		}
	}

	/** What is listed of fabrics; changes of NOCs and root certificates are not reported (11.18.5). */
	listsChanged(): void {
		this.changed("fabrics");
		this.changed("commissionedFabrics");
	}
}

/** The table's listener: of a removed fabric the server hears through its node, as others do. */
class FabricWatch implements FabricListener {
	private readonly server: OperationalCredentialsServer;

	constructor(server: OperationalCredentialsServer) {
		this.server = server;
	}

	onFabricAdded(): void {
		this.server.listsChanged();
	}

	onFabricUpdated(): void {
		this.server.listsChanged();
	}
}

/** An entry as it is read: its certificates come from storage when they are asked for, one entry after the other. */
class ListedNoc implements NOCStruct {
	readonly fabricIndex: number;
	private fabric: Fabric;

	constructor(fabric: Fabric) {
		this.fabric = fabric;
		this.fabricIndex = fabric.index;
	}

	get noc(): Uint8Array {
		return this.fabric.noc;
	}

	get icac(): Uint8Array | null {
		return this.fabric.icac ?? null;
	}

	get vvsc(): Uint8Array | undefined {
		return this.fabric.vvsc;
	}
}

/** Operational credentials are no matter for a group message. */
function sessionOf(context: InteractionContext): SecureSession {
	if (context.session === undefined) throw new StatusError(Status.UnsupportedAccess);
	return context.session;
}

function accessing(context: InteractionContext): Fabric {
	if (context.fabric === undefined) throw new StatusError(Status.UnsupportedAccess);
	return context.fabric;
}

/** fabric_binding_version ‖ root public key ‖ fabric id, big-endian ‖ vendor id, big-endian (Matter Core 6.4.10.1). */
function vendorFabricBinding(fabric: Fabric): Uint8Array {
	return concatBytes(
		Uint8Array.of(FABRIC_BINDING_VERSION),
		fabric.rootPublicKey,
		nodeIdBytes(fabric.fabricId).reverse(),
		Uint8Array.of(fabric.vendorId >> 8, fabric.vendorId & 0xff),
	);
}

/** Controllers without an intermediate certificate send an empty one as well as none. */
function present(icac: Uint8Array | undefined): Uint8Array | undefined {
	return icac?.length ? icac : undefined;
}

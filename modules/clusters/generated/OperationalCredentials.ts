// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	CHANGES_OMITTED,
	FABRIC_SCOPED,
	FIXED,
	NON_VOLATILE,
	VIEW,
	attribute,
	cluster,
	command,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import {
	BOOLEAN,
	UINT16,
	UINT64,
	UINT8,
	choice,
	field,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../datamodel/Types";

export interface NOCStruct {
	noc: Uint8Array;
	icac: Uint8Array | null;
	vvsc?: Uint8Array | undefined;
	fabricIndex: number;
}

export interface FabricDescriptorStruct {
	rootPublicKey: Uint8Array;
	vendorId: number;
	fabricId: bigint;
	nodeId: bigint;
	label: string;
	vidVerificationStatement?: Uint8Array | undefined;
	fabricIndex: number;
}

export interface AttestationRequest {
	attestationNonce: Uint8Array;
}

export interface AttestationResponse {
	attestationElements: Uint8Array;
	attestationSignature: Uint8Array;
}

export const CertificateChainTypeEnum = Object.freeze({
	DacCertificate: 1,
	PaiCertificate: 2,
} as const);
export type CertificateChainTypeEnum = (typeof CertificateChainTypeEnum)[keyof typeof CertificateChainTypeEnum];

export interface CertificateChainRequest {
	certificateType: CertificateChainTypeEnum;
}

export interface CertificateChainResponse {
	certificate: Uint8Array;
}

export interface CsrRequest {
	csrNonce: Uint8Array;
	isForUpdateNoc?: boolean | undefined;
}

export interface CsrResponse {
	nocsrElements: Uint8Array;
	attestationSignature: Uint8Array;
}

export interface AddNocRequest {
	nocValue: Uint8Array;
	icacValue?: Uint8Array | undefined;
	ipkValue: Uint8Array;
	caseAdminSubject: bigint;
	adminVendorId: number;
}

export const NodeOperationalCertStatusEnum = Object.freeze({
	Ok: 0,
	InvalidPublicKey: 1,
	InvalidNodeOpId: 2,
	InvalidNoc: 3,
	MissingCsr: 4,
	TableFull: 5,
	InvalidAdminSubject: 6,
	FabricConflict: 9,
	LabelConflict: 10,
	InvalidFabricIndex: 11,
} as const);
export type NodeOperationalCertStatusEnum =
	(typeof NodeOperationalCertStatusEnum)[keyof typeof NodeOperationalCertStatusEnum];

export interface NocResponse {
	statusCode: NodeOperationalCertStatusEnum;
	fabricIndex?: number | undefined;
	debugText?: string | undefined;
}

export interface UpdateNocRequest {
	nocValue: Uint8Array;
	icacValue?: Uint8Array | undefined;
}

export interface UpdateFabricLabelRequest {
	label: string;
}

export interface RemoveFabricRequest {
	fabricIndex: number;
}

export interface AddTrustedRootCertificateRequest {
	rootCaCertificate: Uint8Array;
}

export interface SetVidVerificationStatementRequest {
	vendorId?: number | undefined;
	vidVerificationStatement?: Uint8Array | undefined;
	vvsc?: Uint8Array | undefined;
}

export interface SignVidVerificationRequest {
	fabricIndex: number;
	clientChallenge: Uint8Array;
}

export interface SignVidVerificationResponse {
	fabricIndex: number;
	fabricBindingVersion: number;
	signature: Uint8Array;
}

/** Attributes and commands as a server has them. */
export interface OperationalCredentialsElements {
	readonly nocs: readonly NOCStruct[];
	readonly fabrics: readonly FabricDescriptorStruct[];
	readonly supportedFabrics: number;
	readonly commissionedFabrics: number;
	readonly trustedRootCertificates: readonly Uint8Array[];
	readonly currentFabricIndex: number;
	attestationRequest(fields: AttestationRequest, context: InteractionContext): AttestationResponse;
	certificateChainRequest(fields: CertificateChainRequest, context: InteractionContext): CertificateChainResponse;
	csrRequest(fields: CsrRequest, context: InteractionContext): CsrResponse;
	addNoc(fields: AddNocRequest, context: InteractionContext): NocResponse;
	updateNoc(fields: UpdateNocRequest, context: InteractionContext): NocResponse;
	updateFabricLabel(fields: UpdateFabricLabelRequest, context: InteractionContext): NocResponse;
	removeFabric(fields: RemoveFabricRequest, context: InteractionContext): NocResponse;
	addTrustedRootCertificate(fields: AddTrustedRootCertificateRequest, context: InteractionContext): void;
	setVidVerificationStatement(fields: SetVidVerificationStatementRequest, context: InteractionContext): void;
	signVidVerificationRequest(
		fields: SignVidVerificationRequest,
		context: InteractionContext,
	): SignVidVerificationResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type OperationalCredentialsMembers<O> = Pick<
	OperationalCredentialsElements,
	| "nocs"
	| "fabrics"
	| "supportedFabrics"
	| "commissionedFabrics"
	| "trustedRootCertificates"
	| "currentFabricIndex"
	| "attestationRequest"
	| "certificateChainRequest"
	| "csrRequest"
	| "addNoc"
	| "updateNoc"
	| "updateFabricLabel"
	| "removeFabric"
	| "addTrustedRootCertificate"
	| "setVidVerificationStatement"
	| "signVidVerificationRequest"
	| (O & keyof OperationalCredentialsElements)
>;
export interface OperationalCredentialsShape {
	readonly features: string;
	readonly optional: string;
	readonly members: OperationalCredentialsMembers<this["optional"]>;
}

const OCTETS_0_400 = octets(0, 400);
const NOC_STRUCT = struct(
	[field(1, "noc", OCTETS_0_400), field(2, "icac", nullable(OCTETS_0_400)), field(3, "vvsc", OCTETS_0_400, true)],
	true,
);
const STRING_0_32 = string(0, 32);
const FABRIC_DESCRIPTOR_STRUCT = struct(
	[
		field(1, "rootPublicKey", octets(65, 65)),
		field(2, "vendorId", UINT16),
		field(3, "fabricId", UINT64),
		field(4, "nodeId", UINT64),
		field(5, "label", STRING_0_32),
		field(6, "vidVerificationStatement", octets(85, 85), true),
	],
	true,
);
const OCTETS_32_32 = octets(32, 32);
const OCTETS_0_900 = octets(0, 900);
const ATTESTATION_SIGNATURE_1 = field(1, "attestationSignature", octets(64, 64));
const NOC_VALUE_0 = field(0, "nocValue", OCTETS_0_400);
const ICAC_VALUE_1 = field(1, "icacValue", OCTETS_0_400, true);
const UINT_1_254 = uint(1, 254);
const FIELDS_STATUS_CODE_FABRIC_INDEX_UINT_1_DEBUG_TEXT = struct([
	field(0, "statusCode", choice([0, 1, 2, 3, 4, 5, 6, 9, 10, 11])),
	field(1, "fabricIndex", UINT_1_254, true),
	field(2, "debugText", string(0, 128), true),
]);
const FABRIC_INDEX_0 = field(0, "fabricIndex", UINT_1_254);
/** OperationalCredentials (Matter Core 11.18) */
export const OperationalCredentials = cluster<OperationalCredentialsShape>()({
	id: 0x3e,
	name: "OperationalCredentials",
	revision: 2,
	features: {},
	attributes: {
		nocs: attribute(0x00, "nocs", list(NOC_STRUCT), ADMINISTER, 0, NON_VOLATILE | CHANGES_OMITTED | FABRIC_SCOPED),
		fabrics: attribute(0x01, "fabrics", list(FABRIC_DESCRIPTOR_STRUCT), VIEW, 0, NON_VOLATILE | FABRIC_SCOPED),
		supportedFabrics: attribute(0x02, "supportedFabrics", uint(5, 254), VIEW, 0, FIXED),
		commissionedFabrics: attribute(0x03, "commissionedFabrics", UINT8, VIEW, 0, NON_VOLATILE),
		trustedRootCertificates: attribute(
			0x04,
			"trustedRootCertificates",
			list(OCTETS_0_400),
			VIEW,
			0,
			NON_VOLATILE | CHANGES_OMITTED,
		),
		currentFabricIndex: attribute(0x05, "currentFabricIndex", UINT8, VIEW),
	},
	commands: {
		attestationRequest: command(
			0x00,
			"attestationRequest",
			struct([field(0, "attestationNonce", OCTETS_32_32)]),
			response(0x01, struct([field(0, "attestationElements", OCTETS_0_900), ATTESTATION_SIGNATURE_1])),
			ADMINISTER,
		),
		certificateChainRequest: command(
			0x02,
			"certificateChainRequest",
			struct([field(0, "certificateType", uint(1, 2))]),
			response(0x03, struct([field(0, "certificate", octets(0, 600))])),
			ADMINISTER,
		),
		csrRequest: command(
			0x04,
			"csrRequest",
			struct([field(0, "csrNonce", OCTETS_32_32), field(1, "isForUpdateNoc", BOOLEAN, true)]),
			response(0x05, struct([field(0, "nocsrElements", OCTETS_0_900), ATTESTATION_SIGNATURE_1])),
			ADMINISTER,
		),
		addNoc: command(
			0x06,
			"addNoc",
			struct([
				NOC_VALUE_0,
				ICAC_VALUE_1,
				field(2, "ipkValue", octets(16, 16)),
				field(3, "caseAdminSubject", UINT64),
				field(4, "adminVendorId", UINT16),
			]),
			response(0x08, FIELDS_STATUS_CODE_FABRIC_INDEX_UINT_1_DEBUG_TEXT),
			ADMINISTER,
		),
		updateNoc: command(
			0x07,
			"updateNoc",
			struct([NOC_VALUE_0, ICAC_VALUE_1]),
			response(0x08, FIELDS_STATUS_CODE_FABRIC_INDEX_UINT_1_DEBUG_TEXT),
			ADMINISTER,
			FABRIC_SCOPED,
		),
		updateFabricLabel: command(
			0x09,
			"updateFabricLabel",
			struct([field(0, "label", STRING_0_32)]),
			response(0x08, FIELDS_STATUS_CODE_FABRIC_INDEX_UINT_1_DEBUG_TEXT),
			ADMINISTER,
			FABRIC_SCOPED,
		),
		removeFabric: command(
			0x0a,
			"removeFabric",
			struct([FABRIC_INDEX_0]),
			response(0x08, FIELDS_STATUS_CODE_FABRIC_INDEX_UINT_1_DEBUG_TEXT),
			ADMINISTER,
		),
		addTrustedRootCertificate: command(
			0x0b,
			"addTrustedRootCertificate",
			struct([field(0, "rootCaCertificate", OCTETS_0_400)]),
			undefined,
			ADMINISTER,
		),
		setVidVerificationStatement: command(
			0x0c,
			"setVidVerificationStatement",
			struct([
				field(0, "vendorId", UINT16, true),
				field(1, "vidVerificationStatement", octets(0, 85), true),
				field(2, "vvsc", OCTETS_0_400, true),
			]),
			undefined,
			ADMINISTER,
			FABRIC_SCOPED,
		),
		signVidVerificationRequest: command(
			0x0d,
			"signVidVerificationRequest",
			struct([FABRIC_INDEX_0, field(1, "clientChallenge", OCTETS_32_32)]),
			response(
				0x0e,
				struct([
					FABRIC_INDEX_0,
					field(1, "fabricBindingVersion", uint(1, 255)),
					field(2, "signature", octets(1, Infinity)),
				]),
			),
			ADMINISTER,
		),
	},
	events: {},
} as const);

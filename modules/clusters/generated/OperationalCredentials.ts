// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { CertificateChainTypeEnum } from "./OperationalCredentialsConstants";

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

/** 0 Ok, 1 InvalidPublicKey, 2 InvalidNodeOpId, 3 InvalidNoc, 4 MissingCsr, 5 TableFull, 6 InvalidAdminSubject, 9 FabricConflict, 10 LabelConflict, 11 InvalidFabricIndex */
export type NodeOperationalCertStatusEnum = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 9 | 10 | 11;

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

export type OperationalCredentialsDefinition = DefinitionOf<
	never,
	"nocs" | "fabrics" | "supportedFabrics" | "commissionedFabrics" | "trustedRootCertificates" | "currentFabricIndex",
	| "attestationRequest"
	| "certificateChainRequest"
	| "csrRequest"
	| "addNoc"
	| "updateNoc"
	| "updateFabricLabel"
	| "removeFabric"
	| "addTrustedRootCertificate"
	| "setVidVerificationStatement"
	| "signVidVerificationRequest",
	Record<never, never>,
	OperationalCredentialsShape
>;

/** OperationalCredentials (Matter Core 11.18) */
export const OperationalCredentials = defined<OperationalCredentialsDefinition>(`3e OperationalCredentials 2
#*
1 noc o0:400
2 icac o0:400?
3 vvsc? o0:400
#*
1 rootPublicKey o65:65
2 vendorId u16
3 fabricId U64
4 nodeId U64
5 label s0:32
6 vidVerificationStatement? o85:85
@0 nocs [#0] A- 15
@1 fabrics [#1] V- 11
@2 supportedFabrics u5:254 V- 2
@3 commissionedFabrics u8 V- 1
@4 trustedRootCertificates [o0:400] V- 5
@5 currentFabricIndex u8 V-
>0 attestationRequest A
0 attestationNonce o32:32
<1
0 attestationElements o0:900
1 attestationSignature o64:64
>2 certificateChainRequest A
0 certificateType u1:2
<3
0 certificate o0:600
>4 csrRequest A
0 csrNonce o32:32
1 isForUpdateNoc? b
<5
0 nocsrElements o0:900
1 attestationSignature o64:64
>6 addNoc A
0 nocValue o0:400
1 icacValue? o0:400
2 ipkValue o16:16
3 caseAdminSubject U64
4 adminVendorId u16
<8
0 statusCode u0,1,2,3,4,5,6,9,10,11
1 fabricIndex? u1:254
2 debugText? s0:128
>7 updateNoc A 10
0 nocValue o0:400
1 icacValue? o0:400
<8
0 statusCode u0,1,2,3,4,5,6,9,10,11
1 fabricIndex? u1:254
2 debugText? s0:128
>9 updateFabricLabel A 10
0 label s0:32
<8
0 statusCode u0,1,2,3,4,5,6,9,10,11
1 fabricIndex? u1:254
2 debugText? s0:128
>a removeFabric A
0 fabricIndex u1:254
<8
0 statusCode u0,1,2,3,4,5,6,9,10,11
1 fabricIndex? u1:254
2 debugText? s0:128
>b addTrustedRootCertificate A
0 rootCaCertificate o0:400
>c setVidVerificationStatement A 10
0 vendorId? u16
1 vidVerificationStatement? o0:85
2 vvsc? o0:400
>d signVidVerificationRequest A
0 fabricIndex u1:254
1 clientChallenge o32:32
<e
0 fabricIndex u1:254
1 fabricBindingVersion u1:255
2 signature o1:`);

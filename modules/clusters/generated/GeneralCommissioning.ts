// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";
import type { CommissioningErrorEnum, RegulatoryLocationTypeEnum } from "./GeneralCommissioningConstants";

export interface BasicCommissioningInfo {
	failSafeExpiryLengthSeconds: number;
	maxCumulativeFailsafeSeconds: number;
}

/** 0 Unspecified, 1 Auth, 2 Visibility */
export type NetworkRecoveryReasonEnum = 0 | 1 | 2;

export interface ArmFailSafeRequest {
	expiryLengthSeconds: number;
	breadcrumb: bigint;
}

export interface ArmFailSafeResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface SetRegulatoryConfigRequest {
	newRegulatoryConfig: RegulatoryLocationTypeEnum;
	countryCode: string;
	breadcrumb: bigint;
}

export interface SetRegulatoryConfigResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface CommissioningCompleteResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface SetTcAcknowledgementsRequest {
	tcVersion: number;
	tcUserResponse: number;
}

export interface SetTcAcknowledgementsResponse {
	errorCode: CommissioningErrorEnum;
}

/** Attributes and commands as a server has them. */
export interface GeneralCommissioningElements {
	breadcrumb: bigint;
	readonly basicCommissioningInfo: BasicCommissioningInfo;
	readonly regulatoryConfig: RegulatoryLocationTypeEnum;
	readonly locationCapability: RegulatoryLocationTypeEnum;
	readonly supportsConcurrentConnection: boolean;
	readonly tcAcceptedVersion: number;
	readonly tcMinRequiredVersion: number;
	readonly tcAcknowledgements: number;
	readonly tcAcknowledgementsRequired: boolean;
	readonly tcUpdateDeadline: number | null;
	readonly recoveryIdentifier: Uint8Array;
	readonly networkRecoveryReason: NetworkRecoveryReasonEnum | null;
	readonly isCommissioningWithoutPower: boolean;
	armFailSafe(fields: ArmFailSafeRequest, context: InteractionContext): ArmFailSafeResponse;
	setRegulatoryConfig(fields: SetRegulatoryConfigRequest, context: InteractionContext): SetRegulatoryConfigResponse;
	commissioningComplete(fields: NoFields, context: InteractionContext): CommissioningCompleteResponse;
	setTcAcknowledgements(
		fields: SetTcAcknowledgementsRequest,
		context: InteractionContext,
	): SetTcAcknowledgementsResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GeneralCommissioningMembers<F, O> = Pick<
	GeneralCommissioningElements,
	| "breadcrumb"
	| "basicCommissioningInfo"
	| "regulatoryConfig"
	| "locationCapability"
	| "supportsConcurrentConnection"
	| "armFailSafe"
	| "setRegulatoryConfig"
	| "commissioningComplete"
	| (O & keyof GeneralCommissioningElements)
> &
	("termsAndConditions" extends F
		? Pick<
				GeneralCommissioningElements,
				| "tcAcceptedVersion"
				| "tcMinRequiredVersion"
				| "tcAcknowledgements"
				| "tcAcknowledgementsRequired"
				| "tcUpdateDeadline"
				| "setTcAcknowledgements"
			>
		: unknown) &
	("networkRecovery" extends F
		? Pick<GeneralCommissioningElements, "recoveryIdentifier" | "networkRecoveryReason">
		: unknown);
export interface GeneralCommissioningShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GeneralCommissioningMembers<this["features"], this["optional"]>;
}

export type GeneralCommissioningDefinition = DefinitionOf<
	"termsAndConditions" | "networkRecovery",
	| "breadcrumb"
	| "basicCommissioningInfo"
	| "regulatoryConfig"
	| "locationCapability"
	| "supportsConcurrentConnection"
	| "tcAcceptedVersion"
	| "tcMinRequiredVersion"
	| "tcAcknowledgements"
	| "tcAcknowledgementsRequired"
	| "tcUpdateDeadline"
	| "recoveryIdentifier"
	| "networkRecoveryReason"
	| "isCommissioningWithoutPower",
	"armFailSafe" | "setRegulatoryConfig" | "commissioningComplete" | "setTcAcknowledgements",
	Record<never, never>,
	GeneralCommissioningShape
>;

/** GeneralCommissioning (Matter Core 11.10) */
export const GeneralCommissioning =
	defined<GeneralCommissioningDefinition>(`30 GeneralCommissioning 2 termsAndConditions=1 networkRecovery=2
#
0 failSafeExpiryLengthSeconds u16
1 maxCumulativeFailsafeSeconds u16
@0 breadcrumb U64 VA
@1 basicCommissioningInfo #0 V- 2
@2 regulatoryConfig u0:2 V-
@3 locationCapability u0:2 V- 2
@4 supportsConcurrentConnection b V- 2
@5 tcAcceptedVersion u16 A- 1 1/0
@6 tcMinRequiredVersion u16 A- 1 1/0
@7 tcAcknowledgements u16 A- 1 1/0
@8 tcAcknowledgementsRequired b A- 1 1/0
@9 tcUpdateDeadline u0:4294967294? A- 1 1/0
@a recoveryIdentifier o8:8 M- 1 2/0
@b networkRecoveryReason u0:2? M- 0 2/0
@c isCommissioningWithoutPower b V- 0 -
>0 armFailSafe A
0 expiryLengthSeconds u16
1 breadcrumb U64
<1
0 errorCode u0:7
1 debugText s0:128
>2 setRegulatoryConfig A
0 newRegulatoryConfig u0:2
1 countryCode s2:2
2 breadcrumb U64
<3
0 errorCode u0:7
1 debugText s0:
>4 commissioningComplete A 10
<5
0 errorCode u0:7
1 debugText s0:
>6 setTcAcknowledgements A 0 1/0
0 tcVersion u16
1 tcUserResponse u16
<7
0 errorCode u0:7`);

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

/** 0 Unspecified, 1 Auth, 2 Visibility */
export type NetworkRecoveryReasonEnum = 0 | 1 | 2;

/** Attributes and commands as a server has them. */
export interface GeneralCommissioningElements {
	breadcrumb: bigint;
	readonly basicCommissioningInfo: BasicCommissioningInfo;
	readonly regulatoryConfig: RegulatoryLocationTypeEnum;
	readonly locationCapability: RegulatoryLocationTypeEnum;
	readonly supportsConcurrentConnection: boolean;
	readonly isCommissioningWithoutPower: boolean;
	armFailSafe(fields: ArmFailSafeRequest, context: InteractionContext): ArmFailSafeResponse;
	setRegulatoryConfig(fields: SetRegulatoryConfigRequest, context: InteractionContext): SetRegulatoryConfigResponse;
	commissioningComplete(fields: NoFields, context: InteractionContext): CommissioningCompleteResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GeneralCommissioningMembers<O> = Pick<
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
>;
export interface GeneralCommissioningShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GeneralCommissioningMembers<this["optional"]>;
}

export type GeneralCommissioningDefinition = DefinitionOf<
	never,
	| "breadcrumb"
	| "basicCommissioningInfo"
	| "regulatoryConfig"
	| "locationCapability"
	| "supportsConcurrentConnection"
	| "isCommissioningWithoutPower",
	"armFailSafe" | "setRegulatoryConfig" | "commissioningComplete",
	Record<never, never>,
	GeneralCommissioningShape
>;

/** GeneralCommissioning (Matter Core 11.10) */
export const GeneralCommissioning = defined<GeneralCommissioningDefinition>(`30 GeneralCommissioning 2
#
0 failSafeExpiryLengthSeconds u16
1 maxCumulativeFailsafeSeconds u16
@0 breadcrumb U64 VA
@1 basicCommissioningInfo #0 V- 2
@2 regulatoryConfig u0:2 V-
@3 locationCapability u0:2 V- 2
@4 supportsConcurrentConnection b V- 2
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
1 debugText s0:`);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf, EventDefinition } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type {
	AccessControlEntryAuthModeEnum,
	AccessControlEntryPrivilegeEnum,
	ChangeTypeEnum,
} from "./AccessControlConstants";

export interface AccessControlEntryStruct {
	privilege: AccessControlEntryPrivilegeEnum;
	authMode: AccessControlEntryAuthModeEnum;
	subjects: readonly bigint[] | null;
	targets: readonly AccessControlTargetStruct[] | null;
	auxiliaryType?: AccessControlAuxiliaryTypeEnum | undefined;
	fabricIndex: number;
}

export interface AccessControlTargetStruct {
	cluster: number | null;
	endpoint: number | null;
	deviceType: number | null;
}

/** 0 System, 1 Groupcast */
export type AccessControlAuxiliaryTypeEnum = 0 | 1;

export interface AccessControlExtensionStruct {
	data: Uint8Array;
	fabricIndex: number;
}

export interface CommissioningAccessRestrictionEntryStruct {
	endpoint: number;
	cluster: number;
	restrictions: readonly AccessRestrictionStruct[];
}

export interface AccessRestrictionStruct {
	type: AccessRestrictionTypeEnum;
	id: number | null;
}

/** 0 AttributeAccessForbidden, 1 AttributeWriteForbidden, 2 CommandForbidden, 3 EventForbidden */
export type AccessRestrictionTypeEnum = 0 | 1 | 2 | 3;

export interface AccessRestrictionEntryStruct {
	endpoint: number;
	cluster: number;
	restrictions: readonly AccessRestrictionStruct[];
	fabricIndex: number;
}

export interface ReviewFabricRestrictionsRequest {
	arl: readonly CommissioningAccessRestrictionEntryStruct[];
}

export interface ReviewFabricRestrictionsResponse {
	token: bigint;
}

export interface AccessControlEntryChangedEvent {
	adminNodeId: bigint | null;
	adminPasscodeId: number | null;
	changeType: ChangeTypeEnum;
	latestValue: AccessControlEntryStruct | null;
	fabricIndex: number;
}

export interface AccessControlExtensionChangedEvent {
	adminNodeId: bigint | null;
	adminPasscodeId: number | null;
	changeType: ChangeTypeEnum;
	latestValue: AccessControlExtensionStruct | null;
	fabricIndex: number;
}

export interface FabricRestrictionReviewUpdateEvent {
	token: bigint;
	instruction?: string | undefined;
	arlRequestFlowUrl?: string | undefined;
	fabricIndex: number;
}

export interface AuxiliaryAccessUpdatedEvent {
	adminNodeId: bigint | null;
	fabricIndex: number;
}

/** Attributes and commands as a server has them. */
export interface AccessControlElements {
	acl: readonly AccessControlEntryStruct[];
	extension: readonly AccessControlExtensionStruct[];
	readonly subjectsPerAccessControlEntry: number;
	readonly targetsPerAccessControlEntry: number;
	readonly accessControlEntriesPerFabric: number;
	readonly commissioningArl: readonly CommissioningAccessRestrictionEntryStruct[];
	readonly arl: readonly AccessRestrictionEntryStruct[];
	readonly auxiliaryAcl: readonly AccessControlEntryStruct[];
	reviewFabricRestrictions(
		fields: ReviewFabricRestrictionsRequest,
		context: InteractionContext,
	): ReviewFabricRestrictionsResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type AccessControlMembers<F, O> = Pick<
	AccessControlElements,
	| "acl"
	| "subjectsPerAccessControlEntry"
	| "targetsPerAccessControlEntry"
	| "accessControlEntriesPerFabric"
	| (O & keyof AccessControlElements)
> &
	("extension" extends F ? Pick<AccessControlElements, "extension"> : unknown) &
	("managedDevice" extends F
		? Pick<AccessControlElements, "commissioningArl" | "arl" | "reviewFabricRestrictions">
		: unknown) &
	("auxiliary" extends F ? Pick<AccessControlElements, "auxiliaryAcl"> : unknown);
export interface AccessControlShape {
	readonly features: string;
	readonly optional: string;
	readonly members: AccessControlMembers<this["features"], this["optional"]>;
}

export type AccessControlDefinition = DefinitionOf<
	"extension" | "managedDevice" | "auxiliary",
	| "acl"
	| "extension"
	| "subjectsPerAccessControlEntry"
	| "targetsPerAccessControlEntry"
	| "accessControlEntriesPerFabric"
	| "commissioningArl"
	| "arl"
	| "auxiliaryAcl",
	"reviewFabricRestrictions",
	{
		accessControlEntryChanged: EventDefinition<AccessControlEntryChangedEvent>;
		accessControlExtensionChanged: EventDefinition<AccessControlExtensionChangedEvent>;
		fabricRestrictionReviewUpdate: EventDefinition<FabricRestrictionReviewUpdateEvent>;
		auxiliaryAccessUpdated: EventDefinition<AuxiliaryAccessUpdatedEvent>;
	},
	AccessControlShape
>;

/** AccessControl (Matter Core 9.10) */
export const AccessControl =
	defined<AccessControlDefinition>(`1f AccessControl 3 extension=1 managedDevice=2 auxiliary=4
#
0 cluster u0:4294967294?
1 endpoint u0:65534?
2 deviceType u0:4294967294?
#*
1 privilege* u1:5
2 authMode* u1:3
3 subjects* [U64]?
4 targets* [#0]?
5 auxiliaryType?* u0:1
#*
1 data* o0:128
#
0 type u0:3
1 id u0:4294967294?
#
0 endpoint u16
1 cluster u32
2 restrictions [#3]1:
#*
0 endpoint* u16
1 cluster* u32
2 restrictions* [#3]1:
@0 acl [#1] AA 10
@1 extension [#2] AA 10 1/0
@2 subjectsPerAccessControlEntry u4:65534 V- 2
@3 targetsPerAccessControlEntry u3:65534 V- 2
@4 accessControlEntriesPerFabric u4:65534 V- 2
@5 commissioningArl [#4] V- 2 2/0
@6 arl [#5] V- 10 2/0
@7 auxiliaryAcl [#1]0:2000 A- 14 4/0
>0 reviewFabricRestrictions A 10 2/0
0 arl [#4]
<1
0 token U64
!0* accessControlEntryChanged A 1 20
1 adminNodeId* U64?
2 adminPasscodeId* u0:65534?
3 changeType* u0:2
4 latestValue* #1?
!1* accessControlExtensionChanged A 1 20 1/0
1 adminNodeId* U64?
2 adminPasscodeId* u0:65534?
3 changeType* u0:2
4 latestValue* #2?
!2* fabricRestrictionReviewUpdate A 1 20 2/0
0 token* U64
1 instruction?* s0:512
2 arlRequestFlowUrl?* s0:256
!3* auxiliaryAccessUpdated A 1 20 4/0
0 adminNodeId* U64?`);

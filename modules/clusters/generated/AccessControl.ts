// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf, EventDefinition } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
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

/** 0 AttributeAccessForbidden, 1 AttributeWriteForbidden, 2 CommandForbidden, 3 EventForbidden */
export type AccessRestrictionTypeEnum = 0 | 1 | 2 | 3;

/** Attributes and commands as a server has them. */
export interface AccessControlElements {
	acl: readonly AccessControlEntryStruct[];
	extension: readonly AccessControlExtensionStruct[];
	readonly subjectsPerAccessControlEntry: number;
	readonly targetsPerAccessControlEntry: number;
	readonly accessControlEntriesPerFabric: number;
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
	("extension" extends F ? Pick<AccessControlElements, "extension"> : unknown);
export interface AccessControlShape {
	readonly features: string;
	readonly optional: string;
	readonly members: AccessControlMembers<this["features"], this["optional"]>;
}

export type AccessControlDefinition = DefinitionOf<
	"extension",
	| "acl"
	| "extension"
	| "subjectsPerAccessControlEntry"
	| "targetsPerAccessControlEntry"
	| "accessControlEntriesPerFabric",
	never,
	{
		accessControlEntryChanged: EventDefinition<AccessControlEntryChangedEvent>;
		accessControlExtensionChanged: EventDefinition<AccessControlExtensionChangedEvent>;
	},
	AccessControlShape
>;

/** AccessControl (Matter Core 9.10) */
export const AccessControl = defined<AccessControlDefinition>(`1f AccessControl 3 extension=1
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
@0 acl [#1] AA 10
@1 extension [#2] AA 10 1/0
@2 subjectsPerAccessControlEntry u4:65534 V- 2
@3 targetsPerAccessControlEntry u3:65534 V- 2
@4 accessControlEntriesPerFabric u4:65534 V- 2
!0* accessControlEntryChanged A 1 20
1 adminNodeId* U64?
2 adminPasscodeId* u0:65534?
3 changeType* u0:2
4 latestValue* #1?
!1* accessControlExtensionChanged A 1 20 1/0
1 adminNodeId* U64?
2 adminPasscodeId* u0:65534?
3 changeType* u0:2
4 latestValue* #2?`);

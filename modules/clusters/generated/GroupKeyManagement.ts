// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";
import type { GroupKeySecurityPolicyEnum } from "./GroupKeyManagementConstants";

export interface GroupKeyMapStruct {
	groupId: number;
	groupKeySetId: number;
	fabricIndex: number;
}

export interface GroupInfoMapStruct {
	groupId: number;
	endpoints: readonly number[];
	groupName?: string | undefined;
	fabricIndex: number;
}

export interface GroupKeySetStruct {
	groupKeySetId: number;
	groupKeySecurityPolicy: GroupKeySecurityPolicyEnum;
	epochKey0: Uint8Array | null;
	epochStartTime0: bigint | null;
	epochKey1: Uint8Array | null;
	epochStartTime1: bigint | null;
	epochKey2: Uint8Array | null;
	epochStartTime2: bigint | null;
	groupKeyMulticastPolicy?: GroupKeyMulticastPolicyEnum | undefined;
	fabricIndex: number;
}

/** 0 PerGroupId, 1 AllNodes */
export type GroupKeyMulticastPolicyEnum = 0 | 1;

export interface KeySetWriteRequest {
	groupKeySet: GroupKeySetStruct;
}

export interface KeySetReadRequest {
	groupKeySetId: number;
}

export interface KeySetReadResponse {
	groupKeySet: GroupKeySetStruct;
}

export interface KeySetRemoveRequest {
	groupKeySetId: number;
}

export interface KeySetReadAllIndicesResponse {
	groupKeySetIDs: readonly number[];
}

/** Attributes and commands as a server has them. */
export interface GroupKeyManagementElements {
	groupKeyMap: readonly GroupKeyMapStruct[];
	readonly groupTable: readonly GroupInfoMapStruct[];
	readonly maxGroupsPerFabric: number;
	readonly maxGroupKeysPerFabric: number;
	keySetWrite(fields: KeySetWriteRequest, context: InteractionContext): void;
	keySetRead(fields: KeySetReadRequest, context: InteractionContext): KeySetReadResponse;
	keySetRemove(fields: KeySetRemoveRequest, context: InteractionContext): void;
	keySetReadAllIndices(fields: NoFields, context: InteractionContext): KeySetReadAllIndicesResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GroupKeyManagementMembers<O> = Pick<
	GroupKeyManagementElements,
	| "groupKeyMap"
	| "groupTable"
	| "maxGroupsPerFabric"
	| "maxGroupKeysPerFabric"
	| "keySetWrite"
	| "keySetRead"
	| "keySetRemove"
	| "keySetReadAllIndices"
	| (O & keyof GroupKeyManagementElements)
>;
export interface GroupKeyManagementShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GroupKeyManagementMembers<this["optional"]>;
}

export type GroupKeyManagementDefinition = DefinitionOf<
	"cacheAndSync",
	"groupKeyMap" | "groupTable" | "maxGroupsPerFabric" | "maxGroupKeysPerFabric",
	"keySetWrite" | "keySetRead" | "keySetRemove" | "keySetReadAllIndices",
	Record<never, never>,
	GroupKeyManagementShape
>;

/** GroupKeyManagement (Matter Core 11.2) */
export const GroupKeyManagement = defined<GroupKeyManagementDefinition>(`3f GroupKeyManagement 3 cacheAndSync=1
#*
1 groupId u16
2 groupKeySetId u1:65535
#*
1 groupId u16
2 endpoints [u16]1:
3 groupName? s0:16
#*
0 groupKeySetId u16
1 groupKeySecurityPolicy u0:1
2 epochKey0 o16:16?
3 epochStartTime0 U64?
4 epochKey1 o16:16?
5 epochStartTime1 U64?
6 epochKey2 o16:16?
7 epochStartTime2 U64?
8 groupKeyMulticastPolicy? u0:1
@0 groupKeyMap [#0] VM 11
@1 groupTable [#1] V- 10
@2 maxGroupsPerFabric u16 V- 2
@3 maxGroupKeysPerFabric u1:65535 V- 2
>0 keySetWrite A 10
0 groupKeySet #2
>1 keySetRead A 10
0 groupKeySetId u16
<2
0 groupKeySet #2
>3 keySetRemove A 10
0 groupKeySetId u16
>4 keySetReadAllIndices A 10
<5
0 groupKeySetIDs [u16]`);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	FABRIC_SCOPED,
	FIXED,
	MANAGE,
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
	NO_FIELDS,
	UINT16,
	UINT64,
	field,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

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

export interface GroupcastAdoptionStruct {
	groupcastAdopted: boolean;
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

export const GroupKeySecurityPolicyEnum = Object.freeze({
	TrustFirst: 0,
	CacheAndSync: 1,
} as const);
export type GroupKeySecurityPolicyEnum = (typeof GroupKeySecurityPolicyEnum)[keyof typeof GroupKeySecurityPolicyEnum];

export const GroupKeyMulticastPolicyEnum = Object.freeze({
	PerGroupId: 0,
	AllNodes: 1,
} as const);
export type GroupKeyMulticastPolicyEnum =
	(typeof GroupKeyMulticastPolicyEnum)[keyof typeof GroupKeyMulticastPolicyEnum];

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
	groupcastAdoption: readonly GroupcastAdoptionStruct[];
	keySetWrite(fields: KeySetWriteRequest, context: InteractionContext): void;
	keySetRead(fields: KeySetReadRequest, context: InteractionContext): KeySetReadResponse;
	keySetRemove(fields: KeySetRemoveRequest, context: InteractionContext): void;
	keySetReadAllIndices(fields: NoFields, context: InteractionContext): KeySetReadAllIndicesResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GroupKeyManagementMembers<F, O> = Pick<
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
> &
	("groupcast" extends F ? Pick<GroupKeyManagementElements, "groupcastAdoption"> : unknown);
export interface GroupKeyManagementShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GroupKeyManagementMembers<this["features"], this["optional"]>;
}

const GROUP_ID_1 = field(1, "groupId", UINT16);
const UINT_1_65535 = uint(1, 65535);
const GROUP_KEY_MAP_STRUCT = struct([GROUP_ID_1, field(2, "groupKeySetId", UINT_1_65535)], true);
const GROUP_INFO_MAP_STRUCT = struct(
	[GROUP_ID_1, field(2, "endpoints", list(UINT16, 1)), field(3, "groupName", string(0, 16), true)],
	true,
);
const GROUPCAST_ADOPTION_STRUCT = struct([field(0, "groupcastAdopted", BOOLEAN)], true);
const GROUP_KEY_SET_ID_0 = field(0, "groupKeySetId", UINT16);
const UINT_0_1 = uint(0, 1);
const NULLABLE_OCTETS_16_16 = nullable(octets(16, 16));
const NULLABLE_UINT64 = nullable(UINT64);
const GROUP_KEY_SET_STRUCT = struct(
	[
		GROUP_KEY_SET_ID_0,
		field(1, "groupKeySecurityPolicy", UINT_0_1),
		field(2, "epochKey0", NULLABLE_OCTETS_16_16),
		field(3, "epochStartTime0", NULLABLE_UINT64),
		field(4, "epochKey1", NULLABLE_OCTETS_16_16),
		field(5, "epochStartTime1", NULLABLE_UINT64),
		field(6, "epochKey2", NULLABLE_OCTETS_16_16),
		field(7, "epochStartTime2", NULLABLE_UINT64),
		field(8, "groupKeyMulticastPolicy", UINT_0_1, true),
	],
	true,
);
const FIELDS_GROUP_KEY_SET = struct([field(0, "groupKeySet", GROUP_KEY_SET_STRUCT)]);
const FIELDS_GROUP_KEY_SET_ID = struct([GROUP_KEY_SET_ID_0]);
/** GroupKeyManagement (Matter Core 11.2) */
export const GroupKeyManagement = cluster<GroupKeyManagementShape>()({
	id: 0x3f,
	name: "GroupKeyManagement",
	revision: 3,
	features: {
		cacheAndSync: 0x1,
		groupcast: 0x2,
	},
	attributes: {
		groupKeyMap: attribute(
			0x00,
			"groupKeyMap",
			list(GROUP_KEY_MAP_STRUCT),
			VIEW,
			MANAGE,
			NON_VOLATILE | FABRIC_SCOPED,
		),
		groupTable: attribute(0x01, "groupTable", list(GROUP_INFO_MAP_STRUCT), VIEW, 0, FABRIC_SCOPED),
		maxGroupsPerFabric: attribute(0x02, "maxGroupsPerFabric", UINT16, VIEW, 0, FIXED),
		maxGroupKeysPerFabric: attribute(0x03, "maxGroupKeysPerFabric", UINT_1_65535, VIEW, 0, FIXED),
		groupcastAdoption: attribute(
			0x04,
			"groupcastAdoption",
			list(GROUPCAST_ADOPTION_STRUCT),
			ADMINISTER,
			ADMINISTER,
			NON_VOLATILE | FABRIC_SCOPED,
			[2, 0],
		),
	},
	commands: {
		keySetWrite: command(0x00, "keySetWrite", FIELDS_GROUP_KEY_SET, undefined, ADMINISTER, FABRIC_SCOPED),
		keySetRead: command(
			0x01,
			"keySetRead",
			FIELDS_GROUP_KEY_SET_ID,
			response(0x02, FIELDS_GROUP_KEY_SET),
			ADMINISTER,
			FABRIC_SCOPED,
		),
		keySetRemove: command(0x03, "keySetRemove", FIELDS_GROUP_KEY_SET_ID, undefined, ADMINISTER, FABRIC_SCOPED),
		keySetReadAllIndices: command(
			0x04,
			"keySetReadAllIndices",
			NO_FIELDS,
			response(0x05, struct([field(0, "groupKeySetIDs", list(UINT16))])),
			ADMINISTER,
			FABRIC_SCOPED,
		),
	},
	events: {},
} as const);

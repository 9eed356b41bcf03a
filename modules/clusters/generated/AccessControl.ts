// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	CHANGES_OMITTED,
	FABRIC_SCOPED,
	FABRIC_SENSITIVE,
	FIXED,
	INFO,
	VIEW,
	attribute,
	cluster,
	command,
	event,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import { UINT16, UINT32, UINT64, field, list, nullable, octets, string, struct, uint } from "../../datamodel/Types";

export interface AccessControlEntryStruct {
	privilege: AccessControlEntryPrivilegeEnum;
	authMode: AccessControlEntryAuthModeEnum;
	subjects: readonly bigint[] | null;
	targets: readonly AccessControlTargetStruct[] | null;
	auxiliaryType?: AccessControlAuxiliaryTypeEnum | undefined;
	fabricIndex: number;
}

export const AccessControlEntryPrivilegeEnum = Object.freeze({
	View: 1,
	ProxyView: 2,
	Operate: 3,
	Manage: 4,
	Administer: 5,
} as const);
export type AccessControlEntryPrivilegeEnum =
	(typeof AccessControlEntryPrivilegeEnum)[keyof typeof AccessControlEntryPrivilegeEnum];

export const AccessControlEntryAuthModeEnum = Object.freeze({
	Pase: 1,
	Case: 2,
	Group: 3,
} as const);
export type AccessControlEntryAuthModeEnum =
	(typeof AccessControlEntryAuthModeEnum)[keyof typeof AccessControlEntryAuthModeEnum];

export interface AccessControlTargetStruct {
	cluster: number | null;
	endpoint: number | null;
	deviceType: number | null;
}

export const AccessControlAuxiliaryTypeEnum = Object.freeze({
	System: 0,
	Groupcast: 1,
} as const);
export type AccessControlAuxiliaryTypeEnum =
	(typeof AccessControlAuxiliaryTypeEnum)[keyof typeof AccessControlAuxiliaryTypeEnum];

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

export const AccessRestrictionTypeEnum = Object.freeze({
	AttributeAccessForbidden: 0,
	AttributeWriteForbidden: 1,
	CommandForbidden: 2,
	EventForbidden: 3,
} as const);
export type AccessRestrictionTypeEnum = (typeof AccessRestrictionTypeEnum)[keyof typeof AccessRestrictionTypeEnum];

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

export const ChangeTypeEnum = Object.freeze({
	Changed: 0,
	Added: 1,
	Removed: 2,
} as const);
export type ChangeTypeEnum = (typeof ChangeTypeEnum)[keyof typeof ChangeTypeEnum];

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

const NULLABLE_UINT_0_4294967294 = nullable(uint(0, 4294967294));
const NULLABLE_UINT_0_65534 = nullable(uint(0, 65534));
const ACCESS_CONTROL_TARGET_STRUCT = struct([
	field(0, "cluster", NULLABLE_UINT_0_4294967294),
	field(1, "endpoint", NULLABLE_UINT_0_65534),
	field(2, "deviceType", NULLABLE_UINT_0_4294967294),
]);
const ACCESS_CONTROL_ENTRY_STRUCT = struct(
	[
		field(1, "privilege", uint(1, 5), false, true),
		field(2, "authMode", uint(1, 3), false, true),
		field(3, "subjects", nullable(list(UINT64)), false, true),
		field(4, "targets", nullable(list(ACCESS_CONTROL_TARGET_STRUCT)), false, true),
		field(5, "auxiliaryType", uint(0, 1), true, true),
	],
	true,
);
const ACCESS_CONTROL_EXTENSION_STRUCT = struct([field(1, "data", octets(0, 128), false, true)], true);
const UINT_4_65534 = uint(4, 65534);
const ACCESS_RESTRICTION_STRUCT = struct([field(0, "type", uint(0, 3)), field(1, "id", NULLABLE_UINT_0_4294967294)]);
const LIST_ACCESS_RESTRICTION_STRUCT_1 = list(ACCESS_RESTRICTION_STRUCT, 1);
const COMMISSIONING_ACCESS_RESTRICTION_ENTRY_STRUCT = struct([
	field(0, "endpoint", UINT16),
	field(1, "cluster", UINT32),
	field(2, "restrictions", LIST_ACCESS_RESTRICTION_STRUCT_1),
]);
const LIST_COMMISSIONING_ACCESS_RESTRICTION_ENTRY_STRUCT = list(COMMISSIONING_ACCESS_RESTRICTION_ENTRY_STRUCT);
const ACCESS_RESTRICTION_ENTRY_STRUCT = struct(
	[
		field(0, "endpoint", UINT16, false, true),
		field(1, "cluster", UINT32, false, true),
		field(2, "restrictions", LIST_ACCESS_RESTRICTION_STRUCT_1, false, true),
	],
	true,
);
const NULLABLE_UINT64 = nullable(UINT64);
const ADMIN_NODE_ID_1 = field(1, "adminNodeId", NULLABLE_UINT64, false, true);
const ADMIN_PASSCODE_ID_2 = field(2, "adminPasscodeId", NULLABLE_UINT_0_65534, false, true);
const CHANGE_TYPE_3 = field(3, "changeType", uint(0, 2), false, true);
/** AccessControl (Matter Core 9.10) */
export const AccessControl = cluster<AccessControlShape>()({
	id: 0x1f,
	name: "AccessControl",
	revision: 3,
	features: {
		extension: 0x1,
		managedDevice: 0x2,
		auxiliary: 0x4,
	},
	attributes: {
		acl: attribute(0x00, "acl", list(ACCESS_CONTROL_ENTRY_STRUCT), ADMINISTER, ADMINISTER, FABRIC_SCOPED),
		extension: attribute(
			0x01,
			"extension",
			list(ACCESS_CONTROL_EXTENSION_STRUCT),
			ADMINISTER,
			ADMINISTER,
			FABRIC_SCOPED,
			[1, 0],
		),
		subjectsPerAccessControlEntry: attribute(0x02, "subjectsPerAccessControlEntry", UINT_4_65534, VIEW, 0, FIXED),
		targetsPerAccessControlEntry: attribute(0x03, "targetsPerAccessControlEntry", uint(3, 65534), VIEW, 0, FIXED),
		accessControlEntriesPerFabric: attribute(0x04, "accessControlEntriesPerFabric", UINT_4_65534, VIEW, 0, FIXED),
		commissioningArl: attribute(
			0x05,
			"commissioningArl",
			LIST_COMMISSIONING_ACCESS_RESTRICTION_ENTRY_STRUCT,
			VIEW,
			0,
			FIXED,
			[2, 0],
		),
		arl: attribute(0x06, "arl", list(ACCESS_RESTRICTION_ENTRY_STRUCT), VIEW, 0, FABRIC_SCOPED, [2, 0]),
		auxiliaryAcl: attribute(
			0x07,
			"auxiliaryAcl",
			list(ACCESS_CONTROL_ENTRY_STRUCT, 0, 2000),
			ADMINISTER,
			0,
			CHANGES_OMITTED | FABRIC_SCOPED,
			[4, 0],
		),
	},
	commands: {
		reviewFabricRestrictions: command(
			0x00,
			"reviewFabricRestrictions",
			struct([field(0, "arl", LIST_COMMISSIONING_ACCESS_RESTRICTION_ENTRY_STRUCT)]),
			response(0x01, struct([field(0, "token", UINT64)])),
			ADMINISTER,
			FABRIC_SCOPED,
			[2, 0],
		),
	},
	events: {
		accessControlEntryChanged: event<AccessControlEntryChangedEvent>(
			0x00,
			struct(
				[
					ADMIN_NODE_ID_1,
					ADMIN_PASSCODE_ID_2,
					CHANGE_TYPE_3,
					field(4, "latestValue", nullable(ACCESS_CONTROL_ENTRY_STRUCT), false, true),
				],
				true,
			),
			INFO,
			ADMINISTER,
			FABRIC_SENSITIVE,
		),
		accessControlExtensionChanged: event<AccessControlExtensionChangedEvent>(
			0x01,
			struct(
				[
					ADMIN_NODE_ID_1,
					ADMIN_PASSCODE_ID_2,
					CHANGE_TYPE_3,
					field(4, "latestValue", nullable(ACCESS_CONTROL_EXTENSION_STRUCT), false, true),
				],
				true,
			),
			INFO,
			ADMINISTER,
			FABRIC_SENSITIVE,
			[1, 0],
		),
		fabricRestrictionReviewUpdate: event<FabricRestrictionReviewUpdateEvent>(
			0x02,
			struct(
				[
					field(0, "token", UINT64, false, true),
					field(1, "instruction", string(0, 512), true, true),
					field(2, "arlRequestFlowUrl", string(0, 256), true, true),
				],
				true,
			),
			INFO,
			ADMINISTER,
			FABRIC_SENSITIVE,
			[2, 0],
		),
		auxiliaryAccessUpdated: event<AuxiliaryAccessUpdatedEvent>(
			0x03,
			struct([field(0, "adminNodeId", NULLABLE_UINT64, false, true)], true),
			INFO,
			ADMINISTER,
			FABRIC_SENSITIVE,
			[4, 0],
		),
	},
} as const);

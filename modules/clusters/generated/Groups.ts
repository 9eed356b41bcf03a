// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	FABRIC_SCOPED,
	FIXED,
	MANAGE,
	OPERATE,
	VIEW,
	attribute,
	cluster,
	command,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import { NO_FIELDS, UINT8, field, list, nullable, string, struct, uint } from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export interface AddGroupRequest {
	groupId: number;
	groupName: string;
}

export interface AddGroupResponse {
	status: number;
	groupId: number;
}

export interface ViewGroupRequest {
	groupId: number;
}

export interface ViewGroupResponse {
	status: number;
	groupId: number;
	groupName: string;
}

export interface GetGroupMembershipRequest {
	groupList: readonly number[];
}

export interface GetGroupMembershipResponse {
	capacity: number | null;
	groupList: readonly number[];
}

export interface RemoveGroupRequest {
	groupId: number;
}

export interface RemoveGroupResponse {
	status: number;
	groupId: number;
}

export interface AddGroupIfIdentifyingRequest {
	groupId: number;
	groupName: string;
}

export const NameSupportBitmap = Object.freeze({
	GroupNames: 0x80,
} as const);

/** Attributes and commands as a server has them. */
export interface GroupsElements {
	readonly nameSupport: number;
	addGroup(fields: AddGroupRequest, context: InteractionContext): AddGroupResponse;
	viewGroup(fields: ViewGroupRequest, context: InteractionContext): ViewGroupResponse;
	getGroupMembership(fields: GetGroupMembershipRequest, context: InteractionContext): GetGroupMembershipResponse;
	removeGroup(fields: RemoveGroupRequest, context: InteractionContext): RemoveGroupResponse;
	removeAllGroups(fields: NoFields, context: InteractionContext): void;
	addGroupIfIdentifying(fields: AddGroupIfIdentifyingRequest, context: InteractionContext): void;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GroupsMembers<O> = Pick<
	GroupsElements,
	| "nameSupport"
	| "addGroup"
	| "viewGroup"
	| "getGroupMembership"
	| "removeGroup"
	| "removeAllGroups"
	| "addGroupIfIdentifying"
	| (O & keyof GroupsElements)
>;
export interface GroupsShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GroupsMembers<this["optional"]>;
}

const UINT_1_65535 = uint(1, 65535);
const GROUP_ID_0 = field(0, "groupId", UINT_1_65535);
const STRING_0_16 = string(0, 16);
const FIELDS_GROUP_ID_GROUP_NAME_STRING_0 = struct([GROUP_ID_0, field(1, "groupName", STRING_0_16)]);
const STATUS_0 = field(0, "status", UINT8);
const GROUP_ID_1 = field(1, "groupId", UINT_1_65535);
const FIELDS_STATUS_GROUP_ID = struct([STATUS_0, GROUP_ID_1]);
const FIELDS_GROUP_ID = struct([GROUP_ID_0]);
const LIST_UINT_1_65535 = list(UINT_1_65535);
/** Groups (Matter Application Clusters 1.3) */
export const Groups = cluster<GroupsShape>()({
	id: 0x04,
	name: "Groups",
	revision: 4,
	features: {
		groupNames: 0x1,
	},
	attributes: {
		nameSupport: attribute(0x00, "nameSupport", UINT8, VIEW, 0, FIXED),
	},
	commands: {
		addGroup: command(
			0x00,
			"addGroup",
			FIELDS_GROUP_ID_GROUP_NAME_STRING_0,
			response(0x00, FIELDS_STATUS_GROUP_ID),
			MANAGE,
			FABRIC_SCOPED,
		),
		viewGroup: command(
			0x01,
			"viewGroup",
			FIELDS_GROUP_ID,
			response(0x01, struct([STATUS_0, GROUP_ID_1, field(2, "groupName", STRING_0_16)])),
			OPERATE,
			FABRIC_SCOPED,
		),
		getGroupMembership: command(
			0x02,
			"getGroupMembership",
			struct([field(0, "groupList", LIST_UINT_1_65535)]),
			response(
				0x02,
				struct([field(0, "capacity", nullable(uint(0, 254))), field(1, "groupList", LIST_UINT_1_65535)]),
			),
			OPERATE,
			FABRIC_SCOPED,
		),
		removeGroup: command(
			0x03,
			"removeGroup",
			FIELDS_GROUP_ID,
			response(0x03, FIELDS_STATUS_GROUP_ID),
			MANAGE,
			FABRIC_SCOPED,
		),
		removeAllGroups: command(0x04, "removeAllGroups", NO_FIELDS, undefined, MANAGE, FABRIC_SCOPED),
		addGroupIfIdentifying: command(
			0x05,
			"addGroupIfIdentifying",
			FIELDS_GROUP_ID_GROUP_NAME_STRING_0,
			undefined,
			MANAGE,
			FABRIC_SCOPED,
		),
	},
	events: {},
} as const);

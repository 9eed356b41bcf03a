// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";
import type { NameSupportBitmap } from "./GroupsConstants";

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

export type GroupsDefinition = DefinitionOf<
	"groupNames",
	"nameSupport",
	"addGroup" | "viewGroup" | "getGroupMembership" | "removeGroup" | "removeAllGroups" | "addGroupIfIdentifying",
	Record<never, never>,
	GroupsShape
>;

/** Groups (Matter Application Clusters 1.3) */
export const Groups = defined<GroupsDefinition>(`4 Groups 4 groupNames=1
@0 nameSupport u8 V- 2
>0 addGroup M 10
0 groupId u1:65535
1 groupName s0:16
<0
0 status u8
1 groupId u1:65535
>1 viewGroup O 10
0 groupId u1:65535
<1
0 status u8
1 groupId u1:65535
2 groupName s0:16
>2 getGroupMembership O 10
0 groupList [u1:65535]
<2
0 capacity u0:254?
1 groupList [u1:65535]
>3 removeGroup M 10
0 groupId u1:65535
<3
0 status u8
1 groupId u1:65535
>4 removeAllGroups M 10
>5 addGroupIfIdentifying M 10
0 groupId u1:65535
1 groupName s0:16`);

import { encode } from "../codec/Utf8";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import type { Fabric } from "../fabric/Fabric";
import { GroupKeyManagement } from "./generated/GroupKeyManagement";
import { Groups } from "./generated/Groups";
import { NameSupportBitmap } from "./generated/GroupsConstants";
import type {
	AddGroupIfIdentifyingRequest,
	AddGroupRequest,
	AddGroupResponse,
	GetGroupMembershipRequest,
	GetGroupMembershipResponse,
	RemoveGroupRequest,
	RemoveGroupResponse,
	ViewGroupRequest,
	ViewGroupResponse,
} from "./generated/Groups";
import { Identify } from "./generated/Identify";
import { ScenesManagement } from "./generated/ScenesManagement";
import type { GroupKeyManagementServer } from "./GroupKeyManagementServer";
import type { IdentifyServer } from "./IdentifyServer";
import type { SceneTable } from "./SceneParticipant";
import { unchecked } from "./unchecked";

const NAME_LIMIT = 16;
const COMMANDS = Object.freeze(["addGroup", "viewGroup", "removeGroup", "addGroupIfIdentifying"] as const);

/**
 * This endpoint's memberships in the node's group table (Matter Application Clusters 1.3), which is part of each
 * fabric's record. A status inside the response, not of the interaction, tells what was wrong with a group.
 */
export class GroupsServer extends ClusterServer implements MembersOf<typeof GroupsServer> {
	static override readonly implementation = implement(unchecked(Groups, COMMANDS), { features: ["groupNames"] });

	get nameSupport(): number {
		return NameSupportBitmap.GroupNames;
	}

	addGroup(fields: AddGroupRequest, context: InteractionContext): AddGroupResponse {
		return { status: this.add(fields, context), groupId: fields.groupId };
	}

	viewGroup(fields: ViewGroupRequest, context: InteractionContext): ViewGroupResponse {
		const groupId = fields.groupId;
		if (groupId === 0) return { status: Status.ConstraintError, groupId, groupName: "" };
		const group = accessing(context).groups.find(
			(entry) => entry.groupId === groupId && entry.endpoints.includes(this.endpoint.id),
		);
		if (group === undefined) return { status: Status.NotFound, groupId, groupName: "" };
		return { status: Status.Success, groupId, groupName: group.name };
	}

	getGroupMembership(fields: GetGroupMembershipRequest, context: InteractionContext): GetGroupMembershipResponse {
		const fabric = accessing(context);
		const groupList: number[] = [];
		const groups = fabric.groups;
		for (let i = 0; i < groups.length; i++) {
			const { groupId, endpoints } = groups[i]!;
			if (
				endpoints.includes(this.endpoint.id) &&
				(fields.groupList.length === 0 || fields.groupList.includes(groupId))
			)
				groupList.push(groupId);
		}
		return { capacity: this.keys().maxGroupsPerFabric - fabric.groups.length, groupList };
	}

	removeGroup(fields: RemoveGroupRequest, context: InteractionContext): RemoveGroupResponse {
		const groupId = fields.groupId;
		if (groupId === 0) return { status: Status.ConstraintError, groupId };
		return { status: this.remove(accessing(context), groupId) ? Status.Success : Status.NotFound, groupId };
	}

	removeAllGroups(_fields: unknown, context: InteractionContext): void {
		this.remove(accessing(context), undefined);
	}

	addGroupIfIdentifying(fields: AddGroupIfIdentifyingRequest, context: InteractionContext): void {
		const identify = this.endpoint.server(Identify.id) as IdentifyServer | undefined;
		if (!identify?.identifyTime) return;
		const status = this.add(fields, context);
		if (status !== Status.Success) throw new StatusError(status);
	}

	private add(fields: AddGroupRequest, context: InteractionContext): Status {
		const fabric = accessing(context);
		const groupId = fields.groupId;
		const groupName = fields.groupName;
		if (groupId === 0 || encode(groupName).length > NAME_LIMIT) return Status.ConstraintError;
		if (!fabric.groupKeyMap.some((entry) => entry.groupId === groupId)) return Status.UnsupportedAccess;
		const group = fabric.groups.find((entry) => entry.groupId === groupId);
		if (group) {
			group.name = groupName;
			if (!group.endpoints.includes(this.endpoint.id)) group.endpoints.push(this.endpoint.id);
		} else {
			if (fabric.groups.length >= this.keys().maxGroupsPerFabric) return Status.ResourceExhausted;
			fabric.groups.push({ groupId, name: groupName, endpoints: [this.endpoint.id] });
		}
		this.groupsChanged(fabric);
		return Status.Success;
	}

	/** Leaves one group, or all of them; a group without endpoints goes (Matter Core 11.2.6.2), and its scenes (1.3.7.4). */
	private remove(fabric: Fabric, groupId: number | undefined): boolean {
		let found = false;
		for (let i = fabric.groups.length - 1; i >= 0; i--) {
			const group = fabric.groups[i]!;
			const at = group.endpoints.indexOf(this.endpoint.id);
			if (at < 0 || (groupId !== undefined && group.groupId !== groupId)) continue;
			found = true;
			group.endpoints.splice(at, 1);
			if (group.endpoints.length === 0) fabric.groups.splice(i, 1);
		}
		if (found) this.groupsChanged(fabric);
		if (found || groupId === undefined)
			(this.endpoint.server(ScenesManagement.id) as unknown as SceneTable | undefined)?.removeGroupScenes(
				fabric.index,
				groupId,
			);
		return found;
	}

	private groupsChanged(fabric: Fabric): void {
		this.keys().saveGroups(fabric);
	}

	private keys(): GroupKeyManagementServer {
		return this.endpoint.node.endpoint(0)!.server(GroupKeyManagement.id) as GroupKeyManagementServer;
	}
}

/** Fabric-scoped commands never arrive without a fabric: the interaction model refuses them before. */
function accessing(context: InteractionContext): Fabric {
	if (context.fabric === undefined) throw new StatusError(Status.UnsupportedAccess);
	return context.fabric;
}

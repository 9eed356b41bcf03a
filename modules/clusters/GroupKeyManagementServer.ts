import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { Fabric } from "../fabric/Fabric";
import type { FabricTable } from "../fabric/FabricTable";
import { IPK_KEY_SET, type EpochKey, type GroupKeySet } from "../fabric/GroupKeySet";
import { GroupKeyManagement } from "./generated/GroupKeyManagement";
import { GroupKeySecurityPolicyEnum } from "./generated/GroupKeyManagementConstants";
import type {
	GroupInfoMapStruct,
	GroupKeyMapStruct,
	GroupKeySetStruct,
	KeySetReadAllIndicesResponse,
	KeySetReadRequest,
	KeySetReadResponse,
	KeySetRemoveRequest,
	KeySetWriteRequest,
} from "./generated/GroupKeyManagement";

/** Groups a fabric may use: four for the one endpoint with a Groups server (Matter Core 2.11.1.2), and room. */
const GROUPS_PER_FABRIC = 12;
/** The least for legacy groups, key set 0 (IPK) among them (Matter Core 2.11.1.2). */
const KEY_SETS_PER_FABRIC = 3;

/** Group key sets and which group uses which (Matter Core 11.2), kept in each fabric's record. */
export class GroupKeyManagementServer extends ClusterServer implements MembersOf<typeof GroupKeyManagementServer> {
	static override readonly implementation = implement(GroupKeyManagement, {});

	private table: FabricTable;

	constructor(fabrics: FabricTable) {
		super();
		this.table = fabrics;
	}

	get maxGroupsPerFabric(): number {
		return GROUPS_PER_FABRIC;
	}

	get maxGroupKeysPerFabric(): number {
		return KEY_SETS_PER_FABRIC;
	}

	/** Of the node: what is scoped to a fabric by clusters on other endpoints hangs on the same table. */
	get fabrics(): readonly Fabric[] {
		return this.table.fabrics;
	}

	get groupKeyMap(): GroupKeyMapStruct[] {
		const result: GroupKeyMapStruct[] = [];
		const fabrics = this.table.fabrics;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const map = fabric.groupKeyMap;
			for (let j = 0; j < map.length; j++) {
				const { groupId, groupKeySetId } = map[j]!;
				result.push({ groupId, groupKeySetId, fabricIndex: fabric.index });
			}
		}
		return result;
	}

	get groupTable(): GroupInfoMapStruct[] {
		const result: GroupInfoMapStruct[] = [];
		const fabrics = this.table.fabrics;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const groups = fabric.groups;
			for (let j = 0; j < groups.length; j++) {
				const { groupId, endpoints, name } = groups[j]!;
				result.push({ groupId, endpoints, groupName: name, fabricIndex: fabric.index });
			}
		}
		return result;
	}

	/** A membership of the fabric's groups changed. */
	saveGroups(fabric: Fabric): void {
		this.table.saveGroups(fabric);
		this.changed("groupTable");
	}

	override onFabricRemoved(): void {
		this.changed("groupKeyMap");
		this.changed("groupTable");
	}

	/** @throws StatusError for key set 0, group 0, a group named twice, or more than the node holds (11.2.6.1) */
	protected override onWrite(_groupKeyMap: AttributeDefinition, value: unknown, context: InteractionContext): void {
		const fabric = accessing(context);
		const entries = value as readonly GroupKeyMapStruct[];
		if (entries.length > GROUPS_PER_FABRIC) throw new StatusError(Status.ResourceExhausted);
		for (let i = 0; i < entries.length; i++) {
			const { groupId, groupKeySetId } = entries[i]!;
			if (groupId === 0 || groupKeySetId === IPK_KEY_SET) throw new StatusError(Status.ConstraintError);
			for (let j = 0; j < i; j++)
				if (entries[j]!.groupId === groupId) throw new StatusError(Status.ConstraintError);
		}
		fabric.groupKeyMap = entries.map(({ groupId, groupKeySetId }) => ({ groupId, groupKeySetId }));
		this.table.saveGroups(fabric);
		this.changed("groupKeyMap");
	}

	keySetWrite(fields: KeySetWriteRequest, context: InteractionContext): void {
		const fabric = accessing(context);
		const groupKeySetId = fields.groupKeySet.groupKeySetId;
		const groupKeySecurityPolicy = fields.groupKeySet.groupKeySecurityPolicy;
		if (groupKeySecurityPolicy !== GroupKeySecurityPolicyEnum.TrustFirst)
			throw new StatusError(Status.InvalidCommand);
		const set = { groupKeySetId, groupKeySecurityPolicy, epochKeys: epochKeys(fields.groupKeySet) };
		const at = fabric.groupKeySets.findIndex((entry) => entry.groupKeySetId === groupKeySetId);
		if (at >= 0) {
			wipe(fabric.groupKeySets[at]!);
			fabric.groupKeySets[at] = set;
		} else if (fabric.groupKeySets.length >= KEY_SETS_PER_FABRIC) throw new StatusError(Status.ResourceExhausted);
		else fabric.groupKeySets.push(set);
		this.table.saveGroups(fabric);
	}

	/** The keys themselves are never told (11.2.7.3). */
	keySetRead(fields: KeySetReadRequest, context: InteractionContext): KeySetReadResponse {
		const { groupKeySetId, groupKeySecurityPolicy, epochKeys } = find(accessing(context), fields.groupKeySetId);
		return {
			groupKeySet: {
				groupKeySetId,
				groupKeySecurityPolicy: groupKeySecurityPolicy as GroupKeySecurityPolicyEnum,
				epochKey0: null,
				epochStartTime0: epochKeys[0]?.startTime ?? null,
				epochKey1: null,
				epochStartTime1: epochKeys[1]?.startTime ?? null,
				epochKey2: null,
				epochStartTime2: epochKeys[2]?.startTime ?? null,
				fabricIndex: context.fabricIndex,
			},
		};
	}

	/** Groups that used the set lose their keys (11.2.7.4); the IPK stays. */
	keySetRemove(fields: KeySetRemoveRequest, context: InteractionContext): void {
		const fabric = accessing(context);
		const groupKeySetId = fields.groupKeySetId;
		if (groupKeySetId === IPK_KEY_SET) throw new StatusError(Status.InvalidCommand);
		const set = find(fabric, groupKeySetId);
		fabric.groupKeySets.splice(fabric.groupKeySets.indexOf(set), 1);
		wipe(set);
		fabric.groupKeyMap = fabric.groupKeyMap.filter((entry) => entry.groupKeySetId !== groupKeySetId);
		this.table.saveGroups(fabric);
		this.changed("groupKeyMap");
	}

	keySetReadAllIndices(_fields: unknown, context: InteractionContext): KeySetReadAllIndicesResponse {
		return { groupKeySetIDs: accessing(context).groupKeySets.map((set) => set.groupKeySetId) };
	}
}

/** The fabric of a fabric-scoped command, which never gets here without one. */
function accessing(context: InteractionContext): Fabric {
	if (context.fabric === undefined) throw new StatusError(Status.UnsupportedAccess);
	return context.fabric;
}

function find(fabric: Fabric, groupKeySetId: number): GroupKeySet {
	const set = fabric.groupKeySets.find((entry) => entry.groupKeySetId === groupKeySetId);
	if (set === undefined) throw new StatusError(Status.NotFound);
	return set;
}

/** The set's keys, oldest first; each later one needs those before it and a later start (11.2.7.1.1). */
function epochKeys(set: GroupKeySetStruct): EpochKey[] {
	const { epochKey0, epochStartTime0, epochKey1, epochStartTime1, epochKey2, epochStartTime2 } = set;
	const keys: EpochKey[] = [];
	if (!append(keys, epochKey0, epochStartTime0)) throw new StatusError(Status.InvalidCommand);
	const second = append(keys, epochKey1, epochStartTime1);
	if (append(keys, epochKey2, epochStartTime2) && !second) throw new StatusError(Status.InvalidCommand);
	return keys;
}

/** @returns false when neither key nor start is given */
function append(keys: EpochKey[], key: Uint8Array | null, startTime: bigint | null): boolean {
	if (key === null && startTime === null) return false;
	const before = keys[keys.length - 1]?.startTime ?? 0n;
	if (key === null || startTime === null || startTime <= before) throw new StatusError(Status.InvalidCommand);
	keys.push({ key, startTime });
	return true;
}

function wipe({ epochKeys }: GroupKeySet): void {
	for (let i = 0; i < epochKeys.length; i++) epochKeys[i]!.key.fill(0);
}

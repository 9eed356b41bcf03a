import { ANONYMOUS, TlvType } from "../codec/Tlv";
import { TlvReader } from "../codec/TlvReader";
import { encode } from "../codec/Utf8";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import { GROUP } from "../datamodel/InteractionContext";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import { UINT16, UINT32, UINT8, decodeValue, encodeAlone, field, list, string, struct } from "../datamodel/Types";
import type { Field } from "../datamodel/Types";
import type { Fabric } from "../fabric/Fabric";
import { ScenesManagement } from "./generated/ScenesManagement";
import { CopyModeBitmap } from "./generated/ScenesManagementConstants";
import type {
	AddSceneRequest,
	AddSceneResponse,
	CopySceneRequest,
	CopySceneResponse,
	ExtensionFieldSetStruct,
	GetSceneMembershipRequest,
	GetSceneMembershipResponse,
	RecallSceneRequest,
	RemoveAllScenesRequest,
	RemoveAllScenesResponse,
	RemoveSceneRequest,
	RemoveSceneResponse,
	SceneInfoStruct,
	StoreSceneRequest,
	StoreSceneResponse,
	ViewSceneRequest,
	ViewSceneResponse,
} from "./generated/ScenesManagement";
import { GroupKeyManagement } from "./generated/GroupKeyManagement";
import type { GroupKeyManagementServer } from "./GroupKeyManagementServer";
import type { SceneParticipant, SceneTable } from "./SceneParticipant";
import { unchecked } from "./unchecked";

const SCENE_TABLE_SIZE = 16; // the least the cluster allows (Matter Application Clusters 1.4.8.1)
const PER_FABRIC = (SCENE_TABLE_SIZE - 1) >> 1; // 1.4.6.1: no fabric takes the table from the others
const SCENE_LIMIT = 254;
const NAME_LIMIT = 16;
const TRANSITION_LIMIT = 60_000_000;
const NO_SCENE = 0xff;
const COMMANDS = Object.freeze([
	"addScene",
	"viewScene",
	"removeScene",
	"storeScene",
	"recallScene",
	"copyScene",
] as const);
const GLOBAL_GROUP = 0;
const GLOBAL_SCENE = 0;

/** The table's record: an array of these structures. */
const SCENES = list(
	struct([
		field(0, "fabricIndex", UINT8),
		field(1, "groupId", UINT16),
		field(2, "sceneId", UINT8),
		field(3, "name", string(0, NAME_LIMIT)),
		field(4, "transitionTime", UINT32),
		field(5, "fields", (ScenesManagement.commands.addScene.fields.fields as readonly Field[])[4]!.type),
	]),
);

interface Scene {
	fabricIndex: number;
	groupId: number;
	sceneId: number;
	name: string;
	transitionTime: number;
	fields: ExtensionFieldSetStruct[];
}

/** Which scene a fabric invoked last, and whether the endpoint still shows it (1.4.7.2). */
interface Current {
	groupId: number;
	sceneId: number;
	valid: boolean;
}

/**
 * Scenes Management with names and CopyScene (Matter Application Clusters 1.4). The table is one record in storage,
 * written when a command changed it. Values out of range are answered in the response, as the effects on receipt say,
 * so these commands' field constraints are checked here.
 */
export class ScenesManagementServer
	extends ClusterServer
	implements MembersOf<typeof ScenesManagementServer>, SceneTable
{
	static override readonly implementation = implement(unchecked(ScenesManagement, COMMANDS), {
		features: ["sceneNames"],
		optional: ["copyScene"],
	});

	private scenes: Scene[] = [];
	private current: Record<number, Current> = {};

	get sceneTableSize(): number {
		return SCENE_TABLE_SIZE;
	}

	override onStart(): void {
		const stored = this.endpoint.node.storage.get(this.record);
		if (!stored) return;
		try {
			const reader = new TlvReader(stored);
			reader.expect(TlvType.ARRAY, ANONYMOUS);
			const scenes = decodeValue(reader, SCENES) as Scene[];
			const fabrics = this.fabrics();
			this.scenes = scenes.filter((scene) => fabrics.some((fabric) => fabric.index === scene.fabricIndex));
		} catch (error) {
			this.endpoint.node.log.exception("scenes", `record ${this.record} is left out`, error);
		}
	}

	/** A fabric is gone: so are its scenes. */
	override onFabricRemoved(fabricIndex: number): void {
		delete this.current[fabricIndex];
		if (this.drop((scene) => scene.fabricIndex === fabricIndex)) this.save();
		this.changed("fabricSceneInfo");
	}

	get fabricSceneInfo(): SceneInfoStruct[] {
		const result: SceneInfoStruct[] = [];
		const fabrics = this.fabrics();
		for (let i = 0; i < fabrics.length; i++) {
			const index = fabrics[i]!.index;
			const current = this.current[index];
			const sceneCount = this.count(index);
			result.push({
				sceneCount,
				currentScene: current?.sceneId ?? NO_SCENE,
				currentGroup: current?.groupId ?? GLOBAL_GROUP,
				sceneValid: current?.valid ?? false,
				remainingCapacity: this.capacity(index),
				fabricIndex: index,
			});
		}
		return result;
	}

	addScene(fields: AddSceneRequest, context: InteractionContext): AddSceneResponse {
		const groupId = fields.groupId;
		const sceneId = fields.sceneId;
		return { status: this.add(fields, context), groupId, sceneId };
	}

	viewScene(fields: ViewSceneRequest, context: InteractionContext): ViewSceneResponse {
		const groupId = fields.groupId;
		const sceneId = fields.sceneId;
		const status = this.check(context, groupId, sceneId);
		if (status !== Status.Success) return { status, groupId, sceneId };
		const scene = this.find(context.fabricIndex, groupId, sceneId);
		if (!scene) return { status: Status.NotFound, groupId, sceneId };
		return {
			status,
			groupId,
			sceneId,
			transitionTime: scene.transitionTime,
			sceneName: scene.name,
			extensionFieldSetStructs: scene.fields,
		};
	}

	removeScene(fields: RemoveSceneRequest, context: InteractionContext): RemoveSceneResponse {
		const groupId = fields.groupId;
		const sceneId = fields.sceneId;
		let status = this.check(context, groupId, sceneId);
		if (status === Status.Success) {
			const scene = this.find(context.fabricIndex, groupId, sceneId);
			if (scene) {
				this.drop((entry) => entry === scene);
				this.removed(context.fabricIndex, groupId, sceneId);
			} else status = Status.NotFound;
		}
		return { status, groupId, sceneId };
	}

	removeAllScenes(fields: RemoveAllScenesRequest, context: InteractionContext): RemoveAllScenesResponse {
		const groupId = fields.groupId;
		const status = this.check(context, groupId, 0);
		if (status === Status.Success) this.removeGroupScenes(context.fabricIndex, groupId);
		return { status, groupId };
	}

	storeScene(fields: StoreSceneRequest, context: InteractionContext): StoreSceneResponse {
		const groupId = fields.groupId;
		const sceneId = fields.sceneId;
		let status = this.check(context, groupId, sceneId);
		if (status === Status.Success) status = this.store(context.fabricIndex, groupId, sceneId);
		return { status, groupId, sceneId };
	}

	recallScene(fields: RecallSceneRequest, context: InteractionContext): void {
		const groupId = fields.groupId;
		const sceneId = fields.sceneId;
		const transitionTime = fields.transitionTime;
		if ((transitionTime ?? 0) > TRANSITION_LIMIT) throw new StatusError(Status.ConstraintError);
		const status = this.check(context, groupId, sceneId);
		if (status !== Status.Success) throw new StatusError(status);
		const scene = this.find(context.fabricIndex, groupId, sceneId);
		if (!scene) throw new StatusError(Status.NotFound);
		this.recall(scene, transitionTime ?? scene.transitionTime);
	}

	getSceneMembership(fields: GetSceneMembershipRequest, context: InteractionContext): GetSceneMembershipResponse {
		const groupId = fields.groupId;
		const status = this.check(context, groupId, 0);
		const capacity = this.capacity(context.fabricIndex);
		if (status !== Status.Success) return { status, capacity, groupId };
		const sceneList: number[] = [];
		const scenes = this.scenes;
		for (let i = 0; i < scenes.length; i++) {
			const scene = scenes[i]!;
			if (scene.fabricIndex === context.fabricIndex && scene.groupId === groupId) sceneList.push(scene.sceneId);
		}
		return { status, capacity, groupId, sceneList };
	}

	copyScene(fields: CopySceneRequest, context: InteractionContext): CopySceneResponse {
		const groupIdentifierFrom = fields.groupIdentifierFrom;
		const sceneIdentifierFrom = fields.sceneIdentifierFrom;
		return { status: this.copy(fields, context), groupIdentifierFrom, sceneIdentifierFrom };
	}

	sceneAttributeChanged(): void {
		let changed = false;
		for (const index in this.current)
			if (this.current[index]!.valid) {
				this.current[index]!.valid = false;
				changed = true;
			}
		if (changed) this.changed("fabricSceneInfo");
	}

	/** A commissioner that has no fabric yet has no scenes. */
	storeGlobalScene(fabricIndex: number): void {
		if (fabricIndex !== 0) this.store(fabricIndex, GLOBAL_GROUP, GLOBAL_SCENE);
	}

	recallGlobalScene(fabricIndex: number): boolean {
		const scene = this.find(fabricIndex, GLOBAL_GROUP, GLOBAL_SCENE);
		if (!scene) return false;
		this.recall(scene, scene.transitionTime);
		return true;
	}

	removeGroupScenes(fabricIndex: number, groupId: number | undefined): void {
		this.drop((scene) => scene.fabricIndex === fabricIndex && (groupId === undefined || scene.groupId === groupId));
		this.removed(fabricIndex, groupId, undefined);
	}

	private add(fields: AddSceneRequest, context: InteractionContext): Status {
		const { groupId, sceneId, transitionTime, sceneName } = fields;
		if (transitionTime > TRANSITION_LIMIT || encode(sceneName).length > NAME_LIMIT) return Status.ConstraintError;
		const status = this.check(context, groupId, sceneId);
		if (status !== Status.Success) return status;
		const sets: ExtensionFieldSetStruct[] = [];
		const given = fields.extensionFieldSetStructs;
		for (let i = 0; i < given.length; i++) {
			const { clusterId, attributeValueList } = given[i]!;
			const participant = this.participant(clusterId);
			if (!participant) continue; // sets of clusters the endpoint doesn't have may be left out (1.4.9.2.6)
			const values = participant.checkSceneValues(attributeValueList);
			if (!values) return Status.InvalidCommand;
			const again = sets.findIndex((entry) => entry.clusterId === clusterId);
			if (again >= 0) sets.splice(again, 1); // the last set of a cluster counts
			sets.push({ clusterId, attributeValueList: values });
		}
		const fabricIndex = context.fabricIndex;
		return this.put({ fabricIndex, groupId, sceneId, name: sceneName, transitionTime, fields: sets });
	}

	private copy(fields: CopySceneRequest, context: InteractionContext): Status {
		const all = (fields.mode & CopyModeBitmap.CopyAllScenes) !== 0;
		const groupIdentifierFrom = fields.groupIdentifierFrom;
		const groupIdentifierTo = fields.groupIdentifierTo;
		let status = this.check(context, groupIdentifierFrom, all ? 0 : fields.sceneIdentifierFrom);
		if (status === Status.Success)
			status = this.check(context, groupIdentifierTo, all ? 0 : fields.sceneIdentifierTo);
		if (status !== Status.Success) return status;
		const fabricIndex = context.fabricIndex;
		if (!all) {
			const scene = this.find(fabricIndex, groupIdentifierFrom, fields.sceneIdentifierFrom);
			if (!scene) return Status.NotFound;
			return this.put({ ...scene, groupId: groupIdentifierTo, sceneId: fields.sceneIdentifierTo });
		}
		const entries = this.scenes.filter(
			(entry) => entry.fabricIndex === fabricIndex && entry.groupId === groupIdentifierFrom,
		);
		for (let i = 0; i < entries.length; i++) {
			status = this.put({ ...entries[i]!, groupId: groupIdentifierTo });
			if (status !== Status.Success) return status;
		}
		return Status.Success;
	}

	/** What every command with a group and a scene checks first: the range, then the group's membership. */
	private check(context: InteractionContext, groupId: number, sceneId: number): Status {
		if (sceneId > SCENE_LIMIT) return Status.ConstraintError;
		// scenes without a group are no matter for a message to one (1.4)
		if (groupId === GLOBAL_GROUP) return context.authMode === GROUP ? Status.InvalidCommand : Status.Success;
		const member = context.fabric?.groups.some(
			(group) => group.groupId === groupId && group.endpoints.includes(this.endpoint.id),
		);
		return member ? Status.Success : Status.InvalidCommand;
	}

	private find(fabricIndex: number, groupId: number, sceneId: number): Scene | undefined {
		return this.scenes.find(
			(scene) => scene.sceneId === sceneId && scene.groupId === groupId && scene.fabricIndex === fabricIndex,
		);
	}

	private put(scene: Scene): Status {
		const at = this.scenes.findIndex(
			(entry) =>
				entry.sceneId === scene.sceneId &&
				entry.groupId === scene.groupId &&
				entry.fabricIndex === scene.fabricIndex,
		);
		if (at >= 0) this.scenes[at] = scene;
		else if (this.capacity(scene.fabricIndex) <= 0) return Status.ResourceExhausted;
		else this.scenes.push(scene);
		this.save();
		this.changed("fabricSceneInfo");
		return Status.Success;
	}

	private store(fabricIndex: number, groupId: number, sceneId: number): Status {
		const fields: ExtensionFieldSetStruct[] = [];
		const servers = this.endpoint.servers;
		for (let i = 0; i < servers.length; i++) {
			const server = servers[i]!;
			const participant = this.participant(server.clusterId);
			if (participant)
				fields.push({ clusterId: server.clusterId, attributeValueList: participant.sceneValues() });
		}
		const before = this.find(fabricIndex, groupId, sceneId);
		const scene = before
			? { ...before, fields }
			: { fabricIndex, groupId, sceneId, name: "", transitionTime: 0, fields };
		const status = this.put(scene);
		if (status === Status.Success) this.invoked(scene);
		return status;
	}

	private recall(scene: Scene, transitionTime: number): void {
		const fields = scene.fields;
		for (let i = 0; i < fields.length; i++) {
			const { clusterId, attributeValueList } = fields[i]!;
			this.participant(clusterId)?.recallScene(attributeValueList, transitionTime);
		}
		this.invoked(scene);
	}

	/** The scene is now this fabric's current one, and no other fabric's is valid (1.4.7.2.4). */
	private invoked(scene: Scene): void {
		for (const index in this.current) this.current[index]!.valid = false;
		this.current[scene.fabricIndex] = { groupId: scene.groupId, sceneId: scene.sceneId, valid: true };
		this.changed("fabricSceneInfo");
	}

	private removed(fabricIndex: number, groupId: number | undefined, sceneId: number | undefined): void {
		const current = this.current[fabricIndex];
		if (
			current &&
			(groupId === undefined || current.groupId === groupId) &&
			(sceneId === undefined || current.sceneId === sceneId)
		)
			current.valid = false;
		this.save();
		this.changed("fabricSceneInfo");
	}

	private get record(): string {
		return `scenes.${this.endpoint.id}`;
	}

	private save(): void {
		this.endpoint.node.storage.set(this.record, encodeAlone(SCENES, this.scenes), false);
	}

	private drop(matches: (scene: Scene) => boolean): boolean {
		const before = this.scenes.length;
		this.scenes = this.scenes.filter((scene) => !matches(scene));
		return this.scenes.length !== before;
	}

	private count(fabricIndex: number): number {
		let count = 0;
		const scenes = this.scenes;
		for (let i = 0; i < scenes.length; i++) if (scenes[i]!.fabricIndex === fabricIndex) count++;
		return count;
	}

	private capacity(fabricIndex: number): number {
		return Math.max(0, Math.min(PER_FABRIC - this.count(fabricIndex), SCENE_TABLE_SIZE - this.scenes.length));
	}

	private fabrics(): readonly Fabric[] {
		return (this.endpoint.node.endpoint(0)!.server(GroupKeyManagement.id) as GroupKeyManagementServer).fabrics;
	}

	private participant(clusterId: number): SceneParticipant | undefined {
		const server = this.endpoint.server(clusterId) as unknown as Partial<SceneParticipant> | undefined;
		return server?.sceneValues ? (server as SceneParticipant) : undefined;
	}
}

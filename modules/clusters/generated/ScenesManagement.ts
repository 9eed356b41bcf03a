// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	FABRIC_SCOPED,
	FIXED,
	MANAGE,
	NEVER,
	OPERATE,
	VIEW,
	attribute,
	cluster,
	command,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import {
	BOOLEAN,
	INT16,
	INT32,
	INT64,
	INT8,
	UINT16,
	UINT32,
	UINT64,
	UINT8,
	field,
	list,
	nullable,
	string,
	struct,
	uint,
} from "../../datamodel/Types";

export interface SceneInfoStruct {
	sceneCount: number;
	currentScene: number;
	currentGroup: number;
	sceneValid: boolean;
	remainingCapacity: number;
	fabricIndex: number;
}

export interface ExtensionFieldSetStruct {
	clusterId: number;
	attributeValueList: readonly AttributeValuePairStruct[];
}

export interface AttributeValuePairStruct {
	attributeId: number;
	valueUnsigned8?: number | undefined;
	valueSigned8?: number | undefined;
	valueUnsigned16?: number | undefined;
	valueSigned16?: number | undefined;
	valueUnsigned32?: number | undefined;
	valueSigned32?: number | undefined;
	valueUnsigned64?: bigint | undefined;
	valueSigned64?: bigint | undefined;
}

export interface AddSceneRequest {
	groupId: number;
	sceneId: number;
	transitionTime: number;
	sceneName: string;
	extensionFieldSetStructs: readonly ExtensionFieldSetStruct[];
}

export interface AddSceneResponse {
	status: number;
	groupId: number;
	sceneId: number;
}

export interface ViewSceneRequest {
	groupId: number;
	sceneId: number;
}

export interface ViewSceneResponse {
	status: number;
	groupId: number;
	sceneId: number;
	transitionTime?: number | undefined;
	sceneName?: string | undefined;
	extensionFieldSetStructs?: readonly ExtensionFieldSetStruct[] | undefined;
}

export interface RemoveSceneRequest {
	groupId: number;
	sceneId: number;
}

export interface RemoveSceneResponse {
	status: number;
	groupId: number;
	sceneId: number;
}

export interface RemoveAllScenesRequest {
	groupId: number;
}

export interface RemoveAllScenesResponse {
	status: number;
	groupId: number;
}

export interface StoreSceneRequest {
	groupId: number;
	sceneId: number;
}

export interface StoreSceneResponse {
	status: number;
	groupId: number;
	sceneId: number;
}

export interface RecallSceneRequest {
	groupId: number;
	sceneId: number;
	transitionTime?: number | null | undefined;
}

export interface GetSceneMembershipRequest {
	groupId: number;
}

export interface GetSceneMembershipResponse {
	status: number;
	capacity: number | null;
	groupId: number;
	sceneList?: readonly number[] | undefined;
}

export interface CopySceneRequest {
	mode: number;
	groupIdentifierFrom: number;
	sceneIdentifierFrom: number;
	groupIdentifierTo: number;
	sceneIdentifierTo: number;
}

export interface CopySceneResponse {
	status: number;
	groupIdentifierFrom: number;
	sceneIdentifierFrom: number;
}

export const CopyModeBitmap = Object.freeze({
	CopyAllScenes: 0x01,
} as const);

/** Attributes and commands as a server has them. */
export interface ScenesManagementElements {
	readonly sceneTableSize: number;
	readonly fabricSceneInfo: readonly SceneInfoStruct[];
	addScene(fields: AddSceneRequest, context: InteractionContext): AddSceneResponse;
	viewScene(fields: ViewSceneRequest, context: InteractionContext): ViewSceneResponse;
	removeScene(fields: RemoveSceneRequest, context: InteractionContext): RemoveSceneResponse;
	removeAllScenes(fields: RemoveAllScenesRequest, context: InteractionContext): RemoveAllScenesResponse;
	storeScene(fields: StoreSceneRequest, context: InteractionContext): StoreSceneResponse;
	recallScene(fields: RecallSceneRequest, context: InteractionContext): void;
	getSceneMembership(fields: GetSceneMembershipRequest, context: InteractionContext): GetSceneMembershipResponse;
	copyScene(fields: CopySceneRequest, context: InteractionContext): CopySceneResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type ScenesManagementMembers<O> = Pick<
	ScenesManagementElements,
	| "sceneTableSize"
	| "fabricSceneInfo"
	| "addScene"
	| "viewScene"
	| "removeScene"
	| "removeAllScenes"
	| "storeScene"
	| "recallScene"
	| "getSceneMembership"
	| (O & keyof ScenesManagementElements)
>;
export interface ScenesManagementShape {
	readonly features: string;
	readonly optional: string;
	readonly members: ScenesManagementMembers<this["optional"]>;
}

const SCENE_INFO_STRUCT = struct(
	[
		field(0, "sceneCount", UINT8),
		field(1, "currentScene", UINT8, false, true),
		field(2, "currentGroup", UINT16, false, true),
		field(3, "sceneValid", BOOLEAN, false, true),
		field(4, "remainingCapacity", uint(0, 253)),
	],
	true,
);
const GROUP_ID_0 = field(0, "groupId", UINT16);
const UINT_0_254 = uint(0, 254);
const SCENE_ID_1 = field(1, "sceneId", UINT_0_254);
const UINT_0_60000000 = uint(0, 60000000);
const STRING_0_16 = string(0, 16);
const ATTRIBUTE_VALUE_PAIR_STRUCT = struct([
	field(0, "attributeId", UINT32),
	field(1, "valueUnsigned8", UINT8, true),
	field(2, "valueSigned8", INT8, true),
	field(3, "valueUnsigned16", UINT16, true),
	field(4, "valueSigned16", INT16, true),
	field(5, "valueUnsigned32", UINT32, true),
	field(6, "valueSigned32", INT32, true),
	field(7, "valueUnsigned64", UINT64, true),
	field(8, "valueSigned64", INT64, true),
]);
const EXTENSION_FIELD_SET_STRUCT = struct([
	field(0, "clusterId", UINT32),
	field(1, "attributeValueList", list(ATTRIBUTE_VALUE_PAIR_STRUCT)),
]);
const LIST_EXTENSION_FIELD_SET_STRUCT = list(EXTENSION_FIELD_SET_STRUCT);
const STATUS_0 = field(0, "status", UINT8);
const GROUP_ID_1 = field(1, "groupId", UINT16);
const SCENE_ID_2 = field(2, "sceneId", UINT_0_254);
const FIELDS_STATUS_GROUP_ID_SCENE_ID = struct([STATUS_0, GROUP_ID_1, SCENE_ID_2]);
const FIELDS_GROUP_ID_SCENE_ID = struct([GROUP_ID_0, SCENE_ID_1]);
const FIELDS_GROUP_ID = struct([GROUP_ID_0]);
const GROUP_IDENTIFIER_FROM_1 = field(1, "groupIdentifierFrom", UINT16);
const SCENE_IDENTIFIER_FROM_2 = field(2, "sceneIdentifierFrom", UINT_0_254);
/** ScenesManagement (Matter Application Clusters 1.4) */
export const ScenesManagement = cluster<ScenesManagementShape>()({
	id: 0x62,
	name: "ScenesManagement",
	revision: 1,
	features: {
		sceneNames: 0x1,
	},
	attributes: {
		sceneTableSize: attribute(0x01, "sceneTableSize", UINT16, VIEW, 0, FIXED),
		fabricSceneInfo: attribute(0x02, "fabricSceneInfo", list(SCENE_INFO_STRUCT), VIEW, 0, FABRIC_SCOPED),
	},
	commands: {
		addScene: command(
			0x00,
			"addScene",
			struct([
				GROUP_ID_0,
				SCENE_ID_1,
				field(2, "transitionTime", UINT_0_60000000),
				field(3, "sceneName", STRING_0_16),
				field(4, "extensionFieldSetStructs", LIST_EXTENSION_FIELD_SET_STRUCT),
			]),
			response(0x00, FIELDS_STATUS_GROUP_ID_SCENE_ID),
			MANAGE,
			FABRIC_SCOPED,
		),
		viewScene: command(
			0x01,
			"viewScene",
			FIELDS_GROUP_ID_SCENE_ID,
			response(
				0x01,
				struct([
					STATUS_0,
					GROUP_ID_1,
					SCENE_ID_2,
					field(3, "transitionTime", UINT_0_60000000, true),
					field(4, "sceneName", STRING_0_16, true),
					field(5, "extensionFieldSetStructs", LIST_EXTENSION_FIELD_SET_STRUCT, true),
				]),
			),
			OPERATE,
			FABRIC_SCOPED,
		),
		removeScene: command(
			0x02,
			"removeScene",
			FIELDS_GROUP_ID_SCENE_ID,
			response(0x02, FIELDS_STATUS_GROUP_ID_SCENE_ID),
			MANAGE,
			FABRIC_SCOPED,
		),
		removeAllScenes: command(
			0x03,
			"removeAllScenes",
			FIELDS_GROUP_ID,
			response(0x03, struct([STATUS_0, GROUP_ID_1])),
			MANAGE,
			FABRIC_SCOPED,
		),
		storeScene: command(
			0x04,
			"storeScene",
			FIELDS_GROUP_ID_SCENE_ID,
			response(0x04, FIELDS_STATUS_GROUP_ID_SCENE_ID),
			MANAGE,
			FABRIC_SCOPED,
		),
		recallScene: command(
			0x05,
			"recallScene",
			struct([GROUP_ID_0, SCENE_ID_1, field(2, "transitionTime", nullable(UINT_0_60000000), true)]),
			undefined,
			OPERATE,
			FABRIC_SCOPED,
		),
		getSceneMembership: command(
			0x06,
			"getSceneMembership",
			FIELDS_GROUP_ID,
			response(
				0x06,
				struct([
					STATUS_0,
					field(1, "capacity", nullable(UINT_0_254)),
					field(2, "groupId", UINT16),
					field(3, "sceneList", list(UINT8), true),
				]),
			),
			OPERATE,
			FABRIC_SCOPED,
		),
		copyScene: command(
			0x40,
			"copyScene",
			struct([
				field(0, "mode", UINT8),
				GROUP_IDENTIFIER_FROM_1,
				SCENE_IDENTIFIER_FROM_2,
				field(3, "groupIdentifierTo", UINT16),
				field(4, "sceneIdentifierTo", UINT_0_254),
			]),
			response(0x40, struct([STATUS_0, GROUP_IDENTIFIER_FROM_1, SCENE_IDENTIFIER_FROM_2])),
			MANAGE,
			FABRIC_SCOPED,
			NEVER,
		),
	},
	events: {},
} as const);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { CopyModeBitmap } from "./ScenesManagementConstants";

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

export type ScenesManagementDefinition = DefinitionOf<
	"sceneNames",
	"sceneTableSize" | "fabricSceneInfo",
	| "addScene"
	| "viewScene"
	| "removeScene"
	| "removeAllScenes"
	| "storeScene"
	| "recallScene"
	| "getSceneMembership"
	| "copyScene",
	Record<never, never>,
	ScenesManagementShape
>;

/** ScenesManagement (Matter Application Clusters 1.4) */
export const ScenesManagement = defined<ScenesManagementDefinition>(`62 ScenesManagement 1 sceneNames=1
#*
0 sceneCount u8
1 currentScene* u8
2 currentGroup* u16
3 sceneValid* b
4 remainingCapacity u0:253
#
0 attributeId u32
1 valueUnsigned8? u8
2 valueSigned8? i8
3 valueUnsigned16? u16
4 valueSigned16? i16
5 valueUnsigned32? u32
6 valueSigned32? i32
7 valueUnsigned64? U64
8 valueSigned64? I64
#
0 clusterId u32
1 attributeValueList [#1]
@1 sceneTableSize u16 V- 2
@2 fabricSceneInfo [#0] V- 10
>0 addScene M 10
0 groupId u16
1 sceneId u0:254
2 transitionTime u0:60000000
3 sceneName s0:16
4 extensionFieldSetStructs [#2]
<0
0 status u8
1 groupId u16
2 sceneId u0:254
>1 viewScene O 10
0 groupId u16
1 sceneId u0:254
<1
0 status u8
1 groupId u16
2 sceneId u0:254
3 transitionTime? u0:60000000
4 sceneName? s0:16
5 extensionFieldSetStructs? [#2]
>2 removeScene M 10
0 groupId u16
1 sceneId u0:254
<2
0 status u8
1 groupId u16
2 sceneId u0:254
>3 removeAllScenes M 10
0 groupId u16
<3
0 status u8
1 groupId u16
>4 storeScene M 10
0 groupId u16
1 sceneId u0:254
<4
0 status u8
1 groupId u16
2 sceneId u0:254
>5 recallScene O 10
0 groupId u16
1 sceneId u0:254
2 transitionTime? u0:60000000?
>6 getSceneMembership O 10
0 groupId u16
<6
0 status u8
1 capacity u0:254?
2 groupId u16
3 sceneList? [u8]
>40 copyScene M 10 -
0 mode u8
1 groupIdentifierFrom u16
2 sceneIdentifierFrom u0:254
3 groupIdentifierTo u16
4 sceneIdentifierTo u0:254
<40
0 status u8
1 groupIdentifierFrom u16
2 sceneIdentifierFrom u0:254`);

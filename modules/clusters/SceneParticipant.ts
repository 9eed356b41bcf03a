import type { AttributeValuePairStruct } from "./generated/ScenesManagement";

/**
 * A cluster server whose attributes of quality "S" a scene keeps. Scenes Management asks it for values and hands them
 * back; the server alone knows what a value means (Matter Application Clusters 1.4.7.3).
 */
export interface SceneParticipant {
	/** The present values of this cluster's scene attributes. */
	sceneValues(): AttributeValuePairStruct[];
	/**
	 * Checks values a client wants stored: later entries for the same attribute win, a number outside its range becomes
	 * the nearest one inside.
	 * @returns the values to keep, or undefined when an attribute is no scene attribute or carries the wrong field
	 */
	checkSceneValues(values: readonly AttributeValuePairStruct[]): AttributeValuePairStruct[] | undefined;
	/** Takes over stored values within `transitionTime` milliseconds. */
	recallScene(values: readonly AttributeValuePairStruct[], transitionTime: number): void;
}

/** What a participant tells Scenes Management on its endpoint. */
export interface SceneTable {
	/** A scene attribute changed by other means than a recall: no fabric's current scene is valid any more. */
	sceneAttributeChanged(): void;
	/** Scene 0 of group 0, which OffWithEffect keeps and OnWithRecallGlobalScene brings back (1.5.6.3). */
	storeGlobalScene(fabricIndex: number): void;
	/** @returns false when the fabric has no global scene stored */
	recallGlobalScene(fabricIndex: number): boolean;
	/** The group is gone from this endpoint, or all groups when groupId is undefined (1.3.7.4, 1.3.7.5). */
	removeGroupScenes(fabricIndex: number, groupId: number | undefined): void;
}

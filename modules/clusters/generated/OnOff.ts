// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	MANAGE,
	NON_VOLATILE,
	OPERATE,
	SCENE,
	VIEW,
	attribute,
	cluster,
	command,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import { BOOLEAN, NO_FIELDS, UINT16, UINT8, field, nullable, struct, uint } from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export const StartUpOnOffEnum = Object.freeze({
	Off: 0,
	On: 1,
	Toggle: 2,
} as const);
export type StartUpOnOffEnum = (typeof StartUpOnOffEnum)[keyof typeof StartUpOnOffEnum];

export const EffectIdentifierEnum = Object.freeze({
	DelayedAllOff: 0,
	DyingLight: 1,
} as const);
export type EffectIdentifierEnum = (typeof EffectIdentifierEnum)[keyof typeof EffectIdentifierEnum];

export interface OffWithEffectRequest {
	effectIdentifier: EffectIdentifierEnum;
	effectVariant: number;
}

export interface OnWithTimedOffRequest {
	onOffControl: number;
	onTime: number;
	offWaitTime: number;
}

export const OnOffControlBitmap = Object.freeze({
	AcceptOnlyWhenOn: 0x01,
} as const);

export const DelayedAllOffEffectVariantEnum = Object.freeze({
	DelayedOffFastFade: 0,
	NoFade: 1,
	DelayedOffSlowFade: 2,
} as const);
export type DelayedAllOffEffectVariantEnum =
	(typeof DelayedAllOffEffectVariantEnum)[keyof typeof DelayedAllOffEffectVariantEnum];

export const DyingLightEffectVariantEnum = Object.freeze({
	DyingLightFadeOff: 0,
} as const);
export type DyingLightEffectVariantEnum =
	(typeof DyingLightEffectVariantEnum)[keyof typeof DyingLightEffectVariantEnum];

/** Attributes and commands as a server has them. */
export interface OnOffElements {
	readonly onOff: boolean;
	readonly globalSceneControl: boolean;
	onTime: number;
	offWaitTime: number;
	startUpOnOff: StartUpOnOffEnum | null;
	off(fields: NoFields, context: InteractionContext): void;
	on(fields: NoFields, context: InteractionContext): void;
	toggle(fields: NoFields, context: InteractionContext): void;
	offWithEffect(fields: OffWithEffectRequest, context: InteractionContext): void;
	onWithRecallGlobalScene(fields: NoFields, context: InteractionContext): void;
	onWithTimedOff(fields: OnWithTimedOffRequest, context: InteractionContext): void;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type OnOffMembers<F, O> = Pick<OnOffElements, "onOff" | "off" | (O & keyof OnOffElements)> &
	("lighting" extends F
		? Pick<
				OnOffElements,
				| "globalSceneControl"
				| "onTime"
				| "offWaitTime"
				| "startUpOnOff"
				| "offWithEffect"
				| "onWithRecallGlobalScene"
				| "onWithTimedOff"
			>
		: unknown) &
	("offOnly" extends F ? unknown : Pick<OnOffElements, "on" | "toggle">);
export interface OnOffShape {
	readonly features: string;
	readonly optional: string;
	readonly members: OnOffMembers<this["features"], this["optional"]>;
}

const UINT_0_1 = uint(0, 1);
const UINT_0_65534 = uint(0, 65534);
/** OnOff (Matter Application Clusters 1.5) */
export const OnOff = cluster<OnOffShape>()({
	id: 0x06,
	name: "OnOff",
	revision: 6,
	features: {
		lighting: 0x1,
		deadFrontBehavior: 0x2,
		offOnly: 0x4,
	},
	attributes: {
		onOff: attribute(0x00, "onOff", BOOLEAN, VIEW, 0, NON_VOLATILE | SCENE),
		globalSceneControl: attribute(0x4000, "globalSceneControl", BOOLEAN, VIEW, 0, 0, [1, 0]),
		onTime: attribute(0x4001, "onTime", UINT16, VIEW, OPERATE, 0, [1, 0]),
		offWaitTime: attribute(0x4002, "offWaitTime", UINT16, VIEW, OPERATE, 0, [1, 0]),
		startUpOnOff: attribute(0x4003, "startUpOnOff", nullable(uint(0, 2)), VIEW, MANAGE, NON_VOLATILE, [1, 0]),
	},
	commands: {
		off: command(0x00, "off", NO_FIELDS, undefined, OPERATE),
		on: command(0x01, "on", NO_FIELDS, undefined, OPERATE, 0, [0, 4]),
		toggle: command(0x02, "toggle", NO_FIELDS, undefined, OPERATE, 0, [0, 4]),
		offWithEffect: command(
			0x40,
			"offWithEffect",
			struct([field(0, "effectIdentifier", UINT_0_1), field(1, "effectVariant", UINT8)]),
			undefined,
			OPERATE,
			0,
			[1, 0],
		),
		onWithRecallGlobalScene: command(0x41, "onWithRecallGlobalScene", NO_FIELDS, undefined, OPERATE, 0, [1, 0]),
		onWithTimedOff: command(
			0x42,
			"onWithTimedOff",
			struct([
				field(0, "onOffControl", UINT_0_1),
				field(1, "onTime", UINT_0_65534),
				field(2, "offWaitTime", UINT_0_65534),
			]),
			undefined,
			OPERATE,
			0,
			[1, 0],
		),
	},
	events: {},
} as const);

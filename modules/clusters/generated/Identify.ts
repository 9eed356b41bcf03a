// Written by `npm run codegen` from the standard data model. Not to be edited.
import { MANAGE, NEVER, OPERATE, QUIETER, VIEW, attribute, cluster, command } from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import { UINT16, choice, field, struct, uint } from "../../datamodel/Types";

export const IdentifyTypeEnum = Object.freeze({
	None: 0,
	LightOutput: 1,
	VisibleIndicator: 2,
	AudibleBeep: 3,
	Display: 4,
	Actuator: 5,
} as const);
export type IdentifyTypeEnum = (typeof IdentifyTypeEnum)[keyof typeof IdentifyTypeEnum];

export interface IdentifyRequest {
	identifyTime: number;
}

export const EffectIdentifierEnum = Object.freeze({
	Blink: 0,
	Breathe: 1,
	Okay: 2,
	ChannelChange: 11,
	FinishEffect: 254,
	StopEffect: 255,
} as const);
export type EffectIdentifierEnum = (typeof EffectIdentifierEnum)[keyof typeof EffectIdentifierEnum];

export const EffectVariantEnum = Object.freeze({
	Default: 0,
} as const);
export type EffectVariantEnum = (typeof EffectVariantEnum)[keyof typeof EffectVariantEnum];

export interface TriggerEffectRequest {
	effectIdentifier: EffectIdentifierEnum;
	effectVariant: EffectVariantEnum;
}

/** Attributes and commands as a server has them. */
export interface IdentifyElements {
	identifyTime: number;
	readonly identifyType: IdentifyTypeEnum;
	identify(fields: IdentifyRequest, context: InteractionContext): void;
	triggerEffect(fields: TriggerEffectRequest, context: InteractionContext): void;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type IdentifyMembers<O> = Pick<
	IdentifyElements,
	"identifyTime" | "identifyType" | "identify" | (O & keyof IdentifyElements)
>;
export interface IdentifyShape {
	readonly features: string;
	readonly optional: string;
	readonly members: IdentifyMembers<this["optional"]>;
}

/** Identify (Matter Application Clusters 1.2) */
export const Identify = cluster<IdentifyShape>()({
	id: 0x03,
	name: "Identify",
	revision: 6,
	features: {},
	attributes: {
		identifyTime: attribute(0x00, "identifyTime", UINT16, VIEW, OPERATE, QUIETER),
		identifyType: attribute(0x01, "identifyType", uint(0, 5), VIEW),
	},
	commands: {
		identify: command(0x00, "identify", struct([field(0, "identifyTime", UINT16)]), undefined, MANAGE),
		triggerEffect: command(
			0x40,
			"triggerEffect",
			struct([
				field(0, "effectIdentifier", choice([0, 1, 2, 11, 254, 255])),
				field(1, "effectVariant", uint(0, 0)),
			]),
			undefined,
			MANAGE,
			0,
			NEVER,
		),
	},
	events: {},
} as const);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";
import type { OnOffControlBitmap, StartUpOnOffEnum } from "./OnOffConstants";

/** 0 DelayedAllOff, 1 DyingLight */
export type EffectIdentifierEnum = 0 | 1;

export interface OffWithEffectRequest {
	effectIdentifier: EffectIdentifierEnum;
	effectVariant: number;
}

export interface OnWithTimedOffRequest {
	onOffControl: number;
	onTime: number;
	offWaitTime: number;
}

/** 0 DelayedOffFastFade, 1 NoFade, 2 DelayedOffSlowFade */
export type DelayedAllOffEffectVariantEnum = 0 | 1 | 2;

/** 0 DyingLightFadeOff */
export type DyingLightEffectVariantEnum = 0;

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

export type OnOffDefinition = DefinitionOf<
	"lighting" | "deadFrontBehavior" | "offOnly",
	"onOff" | "globalSceneControl" | "onTime" | "offWaitTime" | "startUpOnOff",
	"off" | "on" | "toggle" | "offWithEffect" | "onWithRecallGlobalScene" | "onWithTimedOff",
	Record<never, never>,
	OnOffShape
>;

/** OnOff (Matter Application Clusters 1.5) */
export const OnOff = defined<OnOffDefinition>(`6 OnOff 6 lighting=1 deadFrontBehavior=2 offOnly=4
@0 onOff b V- 81
@4000 globalSceneControl b V- 0 1/0
@4001 onTime u16 VO 0 1/0
@4002 offWaitTime u16 VO 0 1/0
@4003 startUpOnOff u0:2? VM 1 1/0
>0 off O
>1 on O 0 0/4
>2 toggle O 0 0/4
>40 offWithEffect O 0 1/0
0 effectIdentifier u0:1
1 effectVariant u8
>41 onWithRecallGlobalScene O 0 1/0
>42 onWithTimedOff O 0 1/0
0 onOffControl u0:1
1 onTime u0:65534
2 offWaitTime u0:65534`);

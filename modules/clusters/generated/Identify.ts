// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { EffectIdentifierEnum, IdentifyTypeEnum } from "./IdentifyConstants";

export interface IdentifyRequest {
	identifyTime: number;
}

/** 0 Default */
export type EffectVariantEnum = 0;

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

export type IdentifyDefinition = DefinitionOf<
	never,
	"identifyTime" | "identifyType",
	"identify" | "triggerEffect",
	Record<never, never>,
	IdentifyShape
>;

/** Identify (Matter Application Clusters 1.2) */
export const Identify = defined<IdentifyDefinition>(`3 Identify 6
@0 identifyTime u16 VO 8
@1 identifyType u0:5 V-
>0 identify M
0 identifyTime u16
>40 triggerEffect M 0 -
0 effectIdentifier u0,1,2,11,254,255
1 effectVariant u0:0`);

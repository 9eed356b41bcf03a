// Written by `npm run codegen` from the standard data model. Not to be edited.

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

// Written by `npm run codegen` from the standard data model. Not to be edited.

export const IdentifyTypeEnum = Object.freeze({
	None: 0,
	LightOutput: 1,
	VisibleIndicator: 2,
	AudibleBeep: 3,
	Display: 4,
	Actuator: 5,
} as const);
export type IdentifyTypeEnum = (typeof IdentifyTypeEnum)[keyof typeof IdentifyTypeEnum];

export const EffectIdentifierEnum = Object.freeze({
	Blink: 0,
	Breathe: 1,
	Okay: 2,
	ChannelChange: 11,
	FinishEffect: 254,
	StopEffect: 255,
} as const);
export type EffectIdentifierEnum = (typeof EffectIdentifierEnum)[keyof typeof EffectIdentifierEnum];

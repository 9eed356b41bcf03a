// Written by `npm run codegen` from the standard data model. Not to be edited.

export const StartUpOnOffEnum = Object.freeze({
	Off: 0,
	On: 1,
	Toggle: 2,
} as const);
export type StartUpOnOffEnum = (typeof StartUpOnOffEnum)[keyof typeof StartUpOnOffEnum];

export const OnOffControlBitmap = Object.freeze({
	AcceptOnlyWhenOn: 0x01,
} as const);

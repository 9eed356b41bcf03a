// Written by `npm run codegen` from the standard data model. Not to be edited.

export const NameSupportBitmap = Object.freeze({
	GroupNames: 0x80,
} as const);

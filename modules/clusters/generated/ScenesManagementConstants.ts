// Written by `npm run codegen` from the standard data model. Not to be edited.

export const CopyModeBitmap = Object.freeze({
	CopyAllScenes: 0x01,
} as const);

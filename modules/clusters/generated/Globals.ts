// Written by `npm run codegen` from the standard data model. Not to be edited.

export interface Semtag {
	mfgCode: number | null;
	namespaceId: number;
	tag: number;
	label?: string | null | undefined;
}

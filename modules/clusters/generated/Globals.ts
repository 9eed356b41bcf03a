// Written by `npm run codegen` from the standard data model. Not to be edited.
import { UINT8, field, nullable, string, struct, uint } from "../../datamodel/Types";

export interface Semtag {
	mfgCode: number | null;
	namespaceId: number;
	tag: number;
	label?: string | null | undefined;
}

export const SEMTAG = struct([
	field(0, "mfgCode", nullable(uint(0, 65534))),
	field(1, "namespaceId", UINT8),
	field(2, "tag", UINT8),
	field(3, "label", nullable(string(0, 64)), true),
]);

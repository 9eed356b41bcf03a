// Ranges of node ids (Matter Core 2.5.5.1).
const HIGHEST_OPERATIONAL = 0xffff_ffef_ffff_ffffn;
// Numbers on purpose: XS does not find a bigint constant of a preloaded module equal to a computed bigint.
const CASE_AUTHENTICATED_TAG = 0xffff_fffd;
const GROUP = 0xffff_ffff_ffff;

export const UNSPECIFIED_NODE_ID = 0n;

/** Whether it names one node of a fabric. */
export function isOperationalNodeId(id: bigint): boolean {
	return id > 0n && id <= HIGHEST_OPERATIONAL;
}

/** Whether an access control subject stands for a CASE authenticated tag: identifier and a version above zero. */
export function isCaseAuthenticatedTagSubject(id: bigint): boolean {
	return Number(id >> 32n) === CASE_AUTHENTICATED_TAG && (id & 0xffffn) !== 0n;
}

/** Whether it stands for a group. */
export function isGroupNodeId(id: bigint): boolean {
	return Number(id >> 16n) === GROUP;
}

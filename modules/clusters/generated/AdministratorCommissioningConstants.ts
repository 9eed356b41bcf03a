// Written by `npm run codegen` from the standard data model. Not to be edited.

export const CommissioningWindowStatusEnum = Object.freeze({
	WindowNotOpen: 0,
	EnhancedWindowOpen: 1,
	BasicWindowOpen: 2,
} as const);
export type CommissioningWindowStatusEnum =
	(typeof CommissioningWindowStatusEnum)[keyof typeof CommissioningWindowStatusEnum];

export const StatusCodeEnum = Object.freeze({
	Busy: 2,
	PakeParameterError: 3,
	WindowNotOpen: 4,
} as const);
export type StatusCodeEnum = (typeof StatusCodeEnum)[keyof typeof StatusCodeEnum];

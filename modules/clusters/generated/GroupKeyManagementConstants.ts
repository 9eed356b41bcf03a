// Written by `npm run codegen` from the standard data model. Not to be edited.

export const GroupKeySecurityPolicyEnum = Object.freeze({
	TrustFirst: 0,
	CacheAndSync: 1,
} as const);
export type GroupKeySecurityPolicyEnum = (typeof GroupKeySecurityPolicyEnum)[keyof typeof GroupKeySecurityPolicyEnum];

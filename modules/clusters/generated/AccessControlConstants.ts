// Written by `npm run codegen` from the standard data model. Not to be edited.

export const AccessControlEntryPrivilegeEnum = Object.freeze({
	View: 1,
	ProxyView: 2,
	Operate: 3,
	Manage: 4,
	Administer: 5,
} as const);
export type AccessControlEntryPrivilegeEnum =
	(typeof AccessControlEntryPrivilegeEnum)[keyof typeof AccessControlEntryPrivilegeEnum];

export const AccessControlEntryAuthModeEnum = Object.freeze({
	Pase: 1,
	Case: 2,
	Group: 3,
} as const);
export type AccessControlEntryAuthModeEnum =
	(typeof AccessControlEntryAuthModeEnum)[keyof typeof AccessControlEntryAuthModeEnum];

export const ChangeTypeEnum = Object.freeze({
	Changed: 0,
	Added: 1,
	Removed: 2,
} as const);
export type ChangeTypeEnum = (typeof ChangeTypeEnum)[keyof typeof ChangeTypeEnum];

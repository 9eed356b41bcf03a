/** AccessControlEntryPrivilegeEnum (Matter Core 9.10.5.2) */
export const AccessControlEntryPrivilege = Object.freeze({
	VIEW: 1,
	PROXY_VIEW: 2,
	OPERATE: 3,
	MANAGE: 4,
	ADMINISTER: 5,
} as const);

/** AccessControlEntryAuthModeEnum (Matter Core 9.10.5.3) */
export const AccessControlEntryAuthMode = Object.freeze({ PASE: 1, CASE: 2, GROUP: 3 } as const);

/** Not both endpoint and device type; at least one is not null (Matter Core 9.10.5.5). */
export interface AccessControlTarget {
	cluster: number | null;
	endpoint: number | null;
	deviceType: number | null;
}

/** One line of a fabric's access control list (Matter Core 9.10.5.6); the fabric is the one that holds it. */
export interface AccessControlEntry {
	privilege: number;
	authMode: number;
	/** node ids, CASE authenticated tags or group ids; null: every subject of this mode */
	subjects: readonly bigint[] | null;
	/** null: everything on the node */
	targets: readonly AccessControlTarget[] | null;
}

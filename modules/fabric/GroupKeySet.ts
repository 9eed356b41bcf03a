/** The key set of the identity protection key (Matter Core 4.14.2.6.1) */
export const IPK_KEY_SET = 0;

export interface EpochKey {
	/** 16 bytes, a secret */
	key: Uint8Array;
	/** microseconds since 2000-01-01 UTC; 0 for the IPK that came with AddNOC */
	startTime: bigint;
}

/** Group keys that replace each other over time (Matter Core 11.2.5.2). */
export interface GroupKeySet {
	groupKeySetId: number;
	/** GroupKeySecurityPolicyEnum: 0 TrustFirst, 1 CacheAndSync */
	groupKeySecurityPolicy: number;
	/** 1..3, oldest first */
	epochKeys: EpochKey[];
}

/** Which key set a group uses (Matter Core 11.2.5.1). */
export interface GroupKeyMapping {
	groupId: number;
	groupKeySetId: number;
}

/** Endpoints of this node in a group (Matter Core 11.2.5.3). */
export interface GroupMembership {
	groupId: number;
	name: string;
	endpoints: number[];
}

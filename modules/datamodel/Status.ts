/** Interaction model status codes (Matter Core 8.10.1). */
export const Status = Object.freeze({
	Success: 0x00,
	Failure: 0x01,
	InvalidSubscription: 0x7d,
	UnsupportedAccess: 0x7e,
	UnsupportedEndpoint: 0x7f,
	InvalidAction: 0x80,
	UnsupportedCommand: 0x81,
	InvalidCommand: 0x85,
	UnsupportedAttribute: 0x86,
	ConstraintError: 0x87,
	UnsupportedWrite: 0x88,
	ResourceExhausted: 0x89,
	NotFound: 0x8b,
	UnreportableAttribute: 0x8c,
	InvalidDataType: 0x8d,
	UnsupportedRead: 0x8f,
	DataVersionMismatch: 0x92,
	Timeout: 0x94,
	UnsupportedNode: 0x9b,
	Busy: 0x9c,
	AccessRestricted: 0x9d,
	UnsupportedCluster: 0xc3,
	NoUpstreamSubscription: 0xc5,
	NeedsTimedInteraction: 0xc6,
	UnsupportedEvent: 0xc7,
	PathsExhausted: 0xc8,
	TimedRequestMismatch: 0xc9,
	FailsafeRequired: 0xca,
	InvalidInState: 0xcb,
	NoCommandResponse: 0xcc,
	TermsAndConditionsChanged: 0xcd,
	MaintenanceRequired: 0xce,
	DynamicConstraintError: 0xcf,
	AlreadyExists: 0xd0,
	InvalidTransportType: 0xd1,
} as const);
export type Status = (typeof Status)[keyof typeof Status];

/**
 * Refuses an interaction: what a peer asked for gets this status instead of a value or a response. Thrown by cluster
 * servers and by the checks in front of them, turned into a StatusIB by the interaction model.
 */
export class StatusError extends Error {
	readonly status: Status;
	/** a code of the cluster's own, sent beside Failure (Matter Core 8.10.1.1) */
	readonly clusterStatus: number | undefined;

	constructor(status: Status, clusterStatus?: number) {
		super(
			`status 0x${status.toString(16)}${clusterStatus === undefined ? "" : `, cluster status ${clusterStatus}`}`,
		);
		this.status = status;
		this.clusterStatus = clusterStatus;
	}

	override get name(): string {
		return "StatusError";
	}
}

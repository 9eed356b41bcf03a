/** NodeOperationalCertStatusEnum (Matter Core 11.18.4.3) */
export const NodeOperationalCertStatus = Object.freeze({
	OK: 0,
	INVALID_PUBLIC_KEY: 1,
	INVALID_NODE_OP_ID: 2,
	INVALID_NOC: 3,
	MISSING_CSR: 4,
	TABLE_FULL: 5,
	INVALID_ADMIN_SUBJECT: 6,
	FABRIC_CONFLICT: 9,
	LABEL_CONFLICT: 10,
	INVALID_FABRIC_INDEX: 11,
} as const);

/** CommissioningErrorEnum (Matter Core 11.10.5.1) */
export const CommissioningStatus = Object.freeze({
	OK: 0,
	VALUE_OUTSIDE_RANGE: 1,
	INVALID_AUTHENTICATION: 2,
	NO_FAIL_SAFE: 3,
	BUSY_WITH_OTHER_ADMIN: 4,
} as const);

/** Status codes of the Administrator Commissioning cluster (Matter Core 11.19.6.1) */
export const WindowStatus = Object.freeze({ BUSY: 2, PAKE_PARAMETER_ERROR: 3, WINDOW_NOT_OPEN: 4 } as const);

/** The interaction model's status codes that commissioning refuses with (Matter Core 8.10) */
export const RefusalStatus = Object.freeze({
	UNSUPPORTED_ACCESS: 0x7e,
	INVALID_COMMAND: 0x85,
	CONSTRAINT_ERROR: 0x87,
	FAILSAFE_REQUIRED: 0xca,
} as const);

/**
 * How the answer carries the code: "status" as the interaction's status, "noc" in a NOCResponse, "commissioning" as the
 * ErrorCode of a General Commissioning response, "window" as cluster status beside FAILURE.
 */
export type CommissioningErrorKind = "status" | "noc" | "commissioning" | "window";

/** A commissioner asked for what the rules do not allow now. The message may be shown as DebugText. */
export class CommissioningError extends Error {
	readonly kind: CommissioningErrorKind;
	readonly code: number;

	constructor(kind: CommissioningErrorKind, code: number, message: string) {
		super(message);
		this.kind = kind;
		this.code = code;
	}
}

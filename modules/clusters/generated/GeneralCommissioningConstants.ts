// Written by `npm run codegen` from the standard data model. Not to be edited.

export const RegulatoryLocationTypeEnum = Object.freeze({
	Indoor: 0,
	Outdoor: 1,
	IndoorOutdoor: 2,
} as const);
export type RegulatoryLocationTypeEnum = (typeof RegulatoryLocationTypeEnum)[keyof typeof RegulatoryLocationTypeEnum];

export const CommissioningErrorEnum = Object.freeze({
	Ok: 0,
	ValueOutsideRange: 1,
	InvalidAuthentication: 2,
	NoFailSafe: 3,
	BusyWithOtherAdmin: 4,
	RequiredTcNotAccepted: 5,
	TcAcknowledgementsNotReceived: 6,
	TcMinVersionNotMet: 7,
} as const);
export type CommissioningErrorEnum = (typeof CommissioningErrorEnum)[keyof typeof CommissioningErrorEnum];

// Written by `npm run codegen` from the standard data model. Not to be edited.

export const NetworkCommissioningStatusEnum = Object.freeze({
	Success: 0,
	OutOfRange: 1,
	BoundsExceeded: 2,
	NetworkIdNotFound: 3,
	DuplicateNetworkId: 4,
	NetworkNotFound: 5,
	RegulatoryError: 6,
	AuthFailure: 7,
	UnsupportedSecurity: 8,
	OtherConnectionFailure: 9,
	Ipv6Failed: 10,
	IpBindFailed: 11,
	UnknownError: 12,
} as const);
export type NetworkCommissioningStatusEnum =
	(typeof NetworkCommissioningStatusEnum)[keyof typeof NetworkCommissioningStatusEnum];

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

export const WiFiBandEnum = Object.freeze({
	"2G4": 0,
	"3G65": 1,
	"5G": 2,
	"6G": 3,
	"60G": 4,
	"1G": 5,
} as const);
export type WiFiBandEnum = (typeof WiFiBandEnum)[keyof typeof WiFiBandEnum];

export const WiFiSecurityBitmap = Object.freeze({
	Unencrypted: 0x01,
	Wep: 0x02,
	WpaPersonal: 0x04,
	Wpa2Personal: 0x08,
	Wpa3Personal: 0x10,
} as const);

export const ThreadCapabilitiesBitmap = Object.freeze({
	IsBorderRouterCapable: 0x01,
	IsRouterCapable: 0x02,
	IsSleepyEndDeviceCapable: 0x04,
	IsFullThreadDevice: 0x08,
	IsSynchronizedSleepyEndDeviceCapable: 0x10,
} as const);

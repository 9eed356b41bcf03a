// Written by `npm run codegen` from the standard data model. Not to be edited.

export const BootReasonEnum = Object.freeze({
	Unspecified: 0,
	PowerOnReboot: 1,
	BrownOutReset: 2,
	SoftwareWatchdogReset: 3,
	HardwareWatchdogReset: 4,
	SoftwareUpdateCompleted: 5,
	SoftwareReset: 6,
} as const);
export type BootReasonEnum = (typeof BootReasonEnum)[keyof typeof BootReasonEnum];

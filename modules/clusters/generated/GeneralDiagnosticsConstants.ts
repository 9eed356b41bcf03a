// Written by `npm run codegen` from the standard data model. Not to be edited.

export const InterfaceTypeEnum = Object.freeze({
	Unspecified: 0,
	WiFi: 1,
	Ethernet: 2,
	Cellular: 3,
	Thread: 4,
} as const);
export type InterfaceTypeEnum = (typeof InterfaceTypeEnum)[keyof typeof InterfaceTypeEnum];

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

export const HardwareFaultEnum = Object.freeze({
	Unspecified: 0,
	Radio: 1,
	Sensor: 2,
	ResettableOverTemp: 3,
	NonResettableOverTemp: 4,
	PowerSource: 5,
	VisualDisplayFault: 6,
	AudioOutputFault: 7,
	UserInterfaceFault: 8,
	NonVolatileMemoryError: 9,
	TamperDetected: 10,
} as const);
export type HardwareFaultEnum = (typeof HardwareFaultEnum)[keyof typeof HardwareFaultEnum];

export const RadioFaultEnum = Object.freeze({
	Unspecified: 0,
	WiFiFault: 1,
	CellularFault: 2,
	ThreadFault: 3,
	NfcFault: 4,
	BleFault: 5,
	EthernetFault: 6,
} as const);
export type RadioFaultEnum = (typeof RadioFaultEnum)[keyof typeof RadioFaultEnum];

export const NetworkFaultEnum = Object.freeze({
	Unspecified: 0,
	HardwareFailure: 1,
	NetworkJammed: 2,
	ConnectionFailed: 3,
} as const);
export type NetworkFaultEnum = (typeof NetworkFaultEnum)[keyof typeof NetworkFaultEnum];

// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	CHANGES_OMITTED,
	CRITICAL,
	MANAGE,
	NEVER,
	NON_VOLATILE,
	OPERATE,
	VIEW,
	attribute,
	cluster,
	command,
	event,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import {
	BOOLEAN,
	NO_FIELDS,
	UINT16,
	UINT32,
	UINT64,
	UINT8,
	field,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export interface NetworkInterface {
	name: string;
	isOperational: boolean;
	offPremiseServicesReachableIPv4: boolean | null;
	offPremiseServicesReachableIPv6: boolean | null;
	hardwareAddress: Uint8Array;
	iPv4Addresses: readonly Uint8Array[];
	iPv6Addresses: readonly Uint8Array[];
	type: InterfaceTypeEnum;
}

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

export interface DeviceLoadStruct {
	currentSubscriptions: number;
	currentSubscriptionsForFabric: number;
	totalSubscriptionsEstablished: number;
	totalInteractionModelMessagesSent: number;
	totalInteractionModelMessagesReceived: number;
}

export interface TestEventTriggerRequest {
	enableKey: Uint8Array;
	eventTrigger: bigint;
}

export interface TimeSnapshotResponse {
	systemTimeMs: bigint;
	posixTimeMs: bigint | null;
}

export interface PayloadTestRequest {
	enableKey: Uint8Array;
	value: number;
	count: number;
}

export interface PayloadTestResponse {
	payload: Uint8Array;
}

export interface HardwareFaultChangeEvent {
	current: readonly HardwareFaultEnum[];
	previous: readonly HardwareFaultEnum[];
}

export interface RadioFaultChangeEvent {
	current: readonly RadioFaultEnum[];
	previous: readonly RadioFaultEnum[];
}

export interface NetworkFaultChangeEvent {
	current: readonly NetworkFaultEnum[];
	previous: readonly NetworkFaultEnum[];
}

export interface BootReasonEvent {
	bootReason: BootReasonEnum;
}

/** Attributes and commands as a server has them. */
export interface GeneralDiagnosticsElements {
	readonly networkInterfaces: readonly NetworkInterface[];
	readonly rebootCount: number;
	readonly upTime: bigint;
	readonly totalOperationalHours: number;
	readonly bootReason: BootReasonEnum;
	readonly activeHardwareFaults: readonly HardwareFaultEnum[];
	readonly activeRadioFaults: readonly RadioFaultEnum[];
	readonly activeNetworkFaults: readonly NetworkFaultEnum[];
	readonly testEventTriggersEnabled: boolean;
	readonly deviceLoadStatus: DeviceLoadStruct;
	testEventTrigger(fields: TestEventTriggerRequest, context: InteractionContext): void;
	timeSnapshot(fields: NoFields, context: InteractionContext): TimeSnapshotResponse;
	payloadTestRequest(fields: PayloadTestRequest, context: InteractionContext): PayloadTestResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GeneralDiagnosticsMembers<F, O> = Pick<
	GeneralDiagnosticsElements,
	| "networkInterfaces"
	| "rebootCount"
	| "upTime"
	| "testEventTriggersEnabled"
	| "deviceLoadStatus"
	| "testEventTrigger"
	| "timeSnapshot"
	| (O & keyof GeneralDiagnosticsElements)
> &
	("dataModelTest" extends F ? Pick<GeneralDiagnosticsElements, "payloadTestRequest"> : unknown);
export interface GeneralDiagnosticsShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GeneralDiagnosticsMembers<this["features"], this["optional"]>;
}

const NULLABLE_BOOLEAN = nullable(BOOLEAN);
const OCTETS_16_16 = octets(16, 16);
const NETWORK_INTERFACE = struct([
	field(0, "name", string(0, 32)),
	field(1, "isOperational", BOOLEAN),
	field(2, "offPremiseServicesReachableIPv4", NULLABLE_BOOLEAN),
	field(3, "offPremiseServicesReachableIPv6", NULLABLE_BOOLEAN),
	field(4, "hardwareAddress", octets(6, 8)),
	field(5, "iPv4Addresses", list(octets(4, 4), 0, 4)),
	field(6, "iPv6Addresses", list(OCTETS_16_16, 0, 8)),
	field(7, "type", uint(0, 4)),
]);
const UINT_0_6 = uint(0, 6);
const LIST_UINT_0_10_0_11 = list(uint(0, 10), 0, 11);
const LIST_UINT_0_6_0_7 = list(UINT_0_6, 0, 7);
const LIST_UINT_0_3_0_4 = list(uint(0, 3), 0, 4);
const ENABLE_KEY_0 = field(0, "enableKey", OCTETS_16_16);
const DEVICE_LOAD_STRUCT = struct([
	field(0, "currentSubscriptions", UINT16),
	field(1, "currentSubscriptionsForFabric", UINT16),
	field(2, "totalSubscriptionsEstablished", UINT32),
	field(3, "totalInteractionModelMessagesSent", UINT32),
	field(4, "totalInteractionModelMessagesReceived", UINT32),
]);
/** GeneralDiagnostics (Matter Core 11.12) */
export const GeneralDiagnostics = cluster<GeneralDiagnosticsShape>()({
	id: 0x33,
	name: "GeneralDiagnostics",
	revision: 3,
	features: {
		dataModelTest: 0x1,
	},
	attributes: {
		networkInterfaces: attribute(0x00, "networkInterfaces", list(NETWORK_INTERFACE, 0, 8), VIEW),
		rebootCount: attribute(0x01, "rebootCount", UINT16, VIEW, 0, NON_VOLATILE),
		upTime: attribute(0x02, "upTime", UINT64, VIEW, 0, CHANGES_OMITTED),
		totalOperationalHours: attribute(
			0x03,
			"totalOperationalHours",
			UINT32,
			VIEW,
			0,
			NON_VOLATILE | CHANGES_OMITTED,
			NEVER,
		),
		bootReason: attribute(0x04, "bootReason", UINT_0_6, VIEW, 0, 0, NEVER),
		activeHardwareFaults: attribute(0x05, "activeHardwareFaults", LIST_UINT_0_10_0_11, VIEW, 0, 0, NEVER),
		activeRadioFaults: attribute(0x06, "activeRadioFaults", LIST_UINT_0_6_0_7, VIEW, 0, 0, NEVER),
		activeNetworkFaults: attribute(0x07, "activeNetworkFaults", LIST_UINT_0_3_0_4, VIEW, 0, 0, NEVER),
		testEventTriggersEnabled: attribute(0x08, "testEventTriggersEnabled", BOOLEAN, VIEW),
		deviceLoadStatus: attribute(0x0a, "deviceLoadStatus", DEVICE_LOAD_STRUCT, VIEW, 0, CHANGES_OMITTED),
	},
	commands: {
		testEventTrigger: command(
			0x00,
			"testEventTrigger",
			struct([ENABLE_KEY_0, field(1, "eventTrigger", UINT64)]),
			undefined,
			MANAGE,
		),
		timeSnapshot: command(
			0x01,
			"timeSnapshot",
			NO_FIELDS,
			response(0x02, struct([field(0, "systemTimeMs", UINT64), field(1, "posixTimeMs", nullable(UINT64))])),
			OPERATE,
		),
		payloadTestRequest: command(
			0x03,
			"payloadTestRequest",
			struct([ENABLE_KEY_0, field(1, "value", UINT8), field(2, "count", uint(0, 2048))]),
			response(0x04, struct([field(0, "payload", octets(0, 2048))])),
			MANAGE,
			0,
			[1, 0],
		),
	},
	events: {
		hardwareFaultChange: event<HardwareFaultChangeEvent>(
			0x00,
			struct([field(0, "current", LIST_UINT_0_10_0_11), field(1, "previous", LIST_UINT_0_10_0_11)]),
			CRITICAL,
			VIEW,
			0,
			NEVER,
		),
		radioFaultChange: event<RadioFaultChangeEvent>(
			0x01,
			struct([field(0, "current", LIST_UINT_0_6_0_7), field(1, "previous", LIST_UINT_0_6_0_7)]),
			CRITICAL,
			VIEW,
			0,
			NEVER,
		),
		networkFaultChange: event<NetworkFaultChangeEvent>(
			0x02,
			struct([field(0, "current", LIST_UINT_0_3_0_4), field(1, "previous", LIST_UINT_0_3_0_4)]),
			CRITICAL,
			VIEW,
			0,
			NEVER,
		),
		bootReason: event<BootReasonEvent>(0x03, struct([field(0, "bootReason", UINT_0_6)]), CRITICAL, VIEW),
	},
} as const);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf, EventDefinition } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";
import type { BootReasonEnum } from "./GeneralDiagnosticsConstants";

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

/** 0 Unspecified, 1 WiFi, 2 Ethernet, 3 Cellular, 4 Thread */
export type InterfaceTypeEnum = 0 | 1 | 2 | 3 | 4;

/** 0 Unspecified, 1 Radio, 2 Sensor, 3 ResettableOverTemp, 4 NonResettableOverTemp, 5 PowerSource, 6 VisualDisplayFault, 7 AudioOutputFault, 8 UserInterfaceFault, 9 NonVolatileMemoryError, 10 TamperDetected */
export type HardwareFaultEnum = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/** 0 Unspecified, 1 WiFiFault, 2 CellularFault, 3 ThreadFault, 4 NfcFault, 5 BleFault, 6 EthernetFault */
export type RadioFaultEnum = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** 0 Unspecified, 1 HardwareFailure, 2 NetworkJammed, 3 ConnectionFailed */
export type NetworkFaultEnum = 0 | 1 | 2 | 3;

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

export type GeneralDiagnosticsDefinition = DefinitionOf<
	"dataModelTest",
	| "networkInterfaces"
	| "rebootCount"
	| "upTime"
	| "totalOperationalHours"
	| "bootReason"
	| "activeHardwareFaults"
	| "activeRadioFaults"
	| "activeNetworkFaults"
	| "testEventTriggersEnabled"
	| "deviceLoadStatus",
	"testEventTrigger" | "timeSnapshot" | "payloadTestRequest",
	{
		hardwareFaultChange: EventDefinition<HardwareFaultChangeEvent>;
		radioFaultChange: EventDefinition<RadioFaultChangeEvent>;
		networkFaultChange: EventDefinition<NetworkFaultChangeEvent>;
		bootReason: EventDefinition<BootReasonEvent>;
	},
	GeneralDiagnosticsShape
>;

/** GeneralDiagnostics (Matter Core 11.12) */
export const GeneralDiagnostics = defined<GeneralDiagnosticsDefinition>(`33 GeneralDiagnostics 3 dataModelTest=1
#
0 name s0:32
1 isOperational b
2 offPremiseServicesReachableIPv4 b?
3 offPremiseServicesReachableIPv6 b?
4 hardwareAddress o6:8
5 iPv4Addresses [o4:4]0:4
6 iPv6Addresses [o16:16]0:8
7 type u0:4
#
0 currentSubscriptions u16
1 currentSubscriptionsForFabric u16
2 totalSubscriptionsEstablished u32
3 totalInteractionModelMessagesSent u32
4 totalInteractionModelMessagesReceived u32
@0 networkInterfaces [#0]0:8 V-
@1 rebootCount u16 V- 1
@2 upTime U64 V- 4
@3 totalOperationalHours u32 V- 5 -
@4 bootReason u0:6 V- 0 -
@5 activeHardwareFaults [u0:10]0:11 V- 0 -
@6 activeRadioFaults [u0:6]0:7 V- 0 -
@7 activeNetworkFaults [u0:3]0:4 V- 0 -
@8 testEventTriggersEnabled b V-
@a deviceLoadStatus #1 V- 4
>0 testEventTrigger M
0 enableKey o16:16
1 eventTrigger U64
>1 timeSnapshot O
<2
0 systemTimeMs U64
1 posixTimeMs U64?
>3 payloadTestRequest M 0 1/0
0 enableKey o16:16
1 value u8
2 count u0:2048
<4
0 payload o0:2048
!0 hardwareFaultChange V 2 0 -
0 current [u0:10]0:11
1 previous [u0:10]0:11
!1 radioFaultChange V 2 0 -
0 current [u0:6]0:7
1 previous [u0:6]0:7
!2 networkFaultChange V 2 0 -
0 current [u0:3]0:4
1 previous [u0:3]0:4
!3 bootReason V 2
0 bootReason u0:6`);

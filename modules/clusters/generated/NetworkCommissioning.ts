// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NetworkCommissioningStatusEnum } from "./NetworkCommissioningConstants";

export interface NetworkInfoStruct {
	networkId: Uint8Array;
	connected: boolean;
}

/** 0 2G4, 1 3G65, 2 5G, 3 6G, 4 60G, 5 1G */
export type WiFiBandEnum = 0 | 1 | 2 | 3 | 4 | 5;

export interface ScanNetworksRequest {
	ssid?: Uint8Array | null | undefined;
	breadcrumb?: bigint | undefined;
}

export interface WiFiInterfaceScanResultStruct {
	security: number;
	ssid: Uint8Array;
	bssid: Uint8Array;
	channel: number;
	wiFiBand?: WiFiBandEnum | undefined;
	rssi?: number | undefined;
}

export interface ThreadInterfaceScanResultStruct {
	panId: number;
	extendedPanId: bigint;
	networkName: string;
	channel: number;
	version: number;
	extendedAddress: Uint8Array;
	rssi: number;
	lqi: number;
}

export interface ScanNetworksResponse {
	networkingStatus: NetworkCommissioningStatusEnum;
	debugText?: string | undefined;
	wiFiScanResults?: readonly WiFiInterfaceScanResultStruct[] | undefined;
	threadScanResults?: readonly ThreadInterfaceScanResultStruct[] | undefined;
}

export interface AddOrUpdateWiFiNetworkRequest {
	ssid: Uint8Array;
	credentials: Uint8Array;
	breadcrumb?: bigint | undefined;
}

export interface NetworkConfigResponse {
	networkingStatus: NetworkCommissioningStatusEnum;
	debugText?: string | undefined;
	networkIndex?: number | undefined;
}

export interface AddOrUpdateThreadNetworkRequest {
	operationalDataset: Uint8Array;
	breadcrumb?: bigint | undefined;
}

export interface RemoveNetworkRequest {
	networkId: Uint8Array;
	breadcrumb?: bigint | undefined;
}

export interface ConnectNetworkRequest {
	networkId: Uint8Array;
	breadcrumb?: bigint | undefined;
}

export interface ConnectNetworkResponse {
	networkingStatus: NetworkCommissioningStatusEnum;
	debugText?: string | undefined;
	errorValue: number | null;
}

export interface ReorderNetworkRequest {
	networkId: Uint8Array;
	networkIndex: number;
	breadcrumb?: bigint | undefined;
}

/** Attributes and commands as a server has them. */
export interface NetworkCommissioningElements {
	readonly maxNetworks: number;
	readonly networks: readonly NetworkInfoStruct[];
	readonly scanMaxTimeSeconds: number;
	readonly connectMaxTimeSeconds: number;
	interfaceEnabled: boolean;
	readonly lastNetworkingStatus: NetworkCommissioningStatusEnum | null;
	readonly lastNetworkId: Uint8Array | null;
	readonly lastConnectErrorValue: number | null;
	readonly supportedWiFiBands: readonly WiFiBandEnum[];
	readonly supportedThreadFeatures: number;
	readonly threadVersion: number;
	scanNetworks(fields: ScanNetworksRequest, context: InteractionContext): ScanNetworksResponse;
	addOrUpdateWiFiNetwork(fields: AddOrUpdateWiFiNetworkRequest, context: InteractionContext): NetworkConfigResponse;
	addOrUpdateThreadNetwork(
		fields: AddOrUpdateThreadNetworkRequest,
		context: InteractionContext,
	): NetworkConfigResponse;
	removeNetwork(fields: RemoveNetworkRequest, context: InteractionContext): NetworkConfigResponse;
	connectNetwork(fields: ConnectNetworkRequest, context: InteractionContext): ConnectNetworkResponse;
	reorderNetwork(fields: ReorderNetworkRequest, context: InteractionContext): NetworkConfigResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type NetworkCommissioningMembers<F, O> = Pick<
	NetworkCommissioningElements,
	| "maxNetworks"
	| "networks"
	| "interfaceEnabled"
	| "lastNetworkingStatus"
	| "lastNetworkId"
	| "lastConnectErrorValue"
	| (O & keyof NetworkCommissioningElements)
> &
	("wiFiNetworkInterface" extends F
		? Pick<
				NetworkCommissioningElements,
				| "scanMaxTimeSeconds"
				| "connectMaxTimeSeconds"
				| "scanNetworks"
				| "removeNetwork"
				| "connectNetwork"
				| "reorderNetwork"
			>
		: "threadNetworkInterface" extends F
			? Pick<
					NetworkCommissioningElements,
					| "scanMaxTimeSeconds"
					| "connectMaxTimeSeconds"
					| "scanNetworks"
					| "removeNetwork"
					| "connectNetwork"
					| "reorderNetwork"
				>
			: unknown) &
	("wiFiNetworkInterface" extends F
		? Pick<NetworkCommissioningElements, "supportedWiFiBands" | "addOrUpdateWiFiNetwork">
		: unknown) &
	("threadNetworkInterface" extends F
		? Pick<NetworkCommissioningElements, "supportedThreadFeatures" | "threadVersion" | "addOrUpdateThreadNetwork">
		: unknown);
export interface NetworkCommissioningShape {
	readonly features: string;
	readonly optional: string;
	readonly members: NetworkCommissioningMembers<this["features"], this["optional"]>;
}

export type NetworkCommissioningDefinition = DefinitionOf<
	"wiFiNetworkInterface" | "threadNetworkInterface" | "ethernetNetworkInterface",
	| "maxNetworks"
	| "networks"
	| "scanMaxTimeSeconds"
	| "connectMaxTimeSeconds"
	| "interfaceEnabled"
	| "lastNetworkingStatus"
	| "lastNetworkId"
	| "lastConnectErrorValue"
	| "supportedWiFiBands"
	| "supportedThreadFeatures"
	| "threadVersion",
	| "scanNetworks"
	| "addOrUpdateWiFiNetwork"
	| "addOrUpdateThreadNetwork"
	| "removeNetwork"
	| "connectNetwork"
	| "reorderNetwork",
	Record<never, never>,
	NetworkCommissioningShape
>;

/** NetworkCommissioning (Matter Core 11.9) */
export const NetworkCommissioning =
	defined<NetworkCommissioningDefinition>(`31 NetworkCommissioning 2 wiFiNetworkInterface=1 threadNetworkInterface=2 ethernetNetworkInterface=4
#
0 networkId o1:32
1 connected b
#
0 security u8
1 ssid o0:32
2 bssid o6:6
3 channel u16
4 wiFiBand? u0:5
5 rssi? i8
#
0 panId u0:65534
1 extendedPanId U64
2 networkName s1:16
3 channel u16
4 version u8
5 extendedAddress o6:8
6 rssi i8
7 lqi u8
@0 maxNetworks u1:255 A- 2
@1 networks [#0] A-
@2 scanMaxTimeSeconds u8 V- 2 1/0/2/0
@3 connectMaxTimeSeconds u8 V- 2 1/0/2/0
@4 interfaceEnabled b VA 1
@5 lastNetworkingStatus u0:12? A-
@6 lastNetworkId o1:32? A-
@7 lastConnectErrorValue i-2147483647:2147483647? A-
@8 supportedWiFiBands [u0:5]1: V- 2 1/0
@9 supportedThreadFeatures u16 V- 2 2/0
@a threadVersion u16 V- 2 2/0
>0 scanNetworks A 0 1/0/2/0
0 ssid? o1:32?
1 breadcrumb? U64
<1
0 networkingStatus u0:12
1 debugText? s0:512
2 wiFiScanResults? [#1]
3 threadScanResults? [#2]
>2 addOrUpdateWiFiNetwork A 0 1/0
0 ssid o0:32
1 credentials o0:64
2 breadcrumb? U64
<5
0 networkingStatus u0:12
1 debugText? s0:512
2 networkIndex? u8
>3 addOrUpdateThreadNetwork A 0 2/0
0 operationalDataset o0:254
1 breadcrumb? U64
<5
0 networkingStatus u0:12
1 debugText? s0:512
2 networkIndex? u8
>4 removeNetwork A 0 1/0/2/0
0 networkId o1:32
1 breadcrumb? U64
<5
0 networkingStatus u0:12
1 debugText? s0:512
2 networkIndex? u8
>6 connectNetwork A 0 1/0/2/0
0 networkId o1:32
1 breadcrumb? U64
<7
0 networkingStatus u0:12
1 debugText? s0:
2 errorValue i-2147483647:2147483647?
>8 reorderNetwork A 0 1/0/2/0
0 networkId o1:32
1 networkIndex u8
2 breadcrumb? U64
<5
0 networkingStatus u0:12
1 debugText? s0:512
2 networkIndex? u8`);

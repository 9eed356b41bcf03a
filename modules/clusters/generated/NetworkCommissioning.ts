// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	FIXED,
	NON_VOLATILE,
	VIEW,
	attribute,
	cluster,
	command,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import {
	BOOLEAN,
	INT8,
	UINT16,
	UINT64,
	UINT8,
	field,
	int,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../datamodel/Types";

export interface NetworkInfoStruct {
	networkId: Uint8Array;
	connected: boolean;
}

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

const OCTETS_1_32 = octets(1, 32);
const NETWORK_ID_0 = field(0, "networkId", OCTETS_1_32);
const NETWORK_INFO_STRUCT = struct([NETWORK_ID_0, field(1, "connected", BOOLEAN)]);
const UINT_0_12 = uint(0, 12);
const NULLABLE_OCTETS_1_32 = nullable(OCTETS_1_32);
const NULLABLE_INT_MINUS_2147483647_2147483647 = nullable(int(-2147483647, 2147483647));
const UINT_0_5 = uint(0, 5);
const BREADCRUMB_1 = field(1, "breadcrumb", UINT64, true);
const NETWORKING_STATUS_0 = field(0, "networkingStatus", UINT_0_12);
const DEBUG_TEXT_1 = field(1, "debugText", string(0, 512), true);
const OCTETS_0_32 = octets(0, 32);
const CHANNEL_3 = field(3, "channel", UINT16);
const WI_FI_INTERFACE_SCAN_RESULT_STRUCT = struct([
	field(0, "security", UINT8),
	field(1, "ssid", OCTETS_0_32),
	field(2, "bssid", octets(6, 6)),
	CHANNEL_3,
	field(4, "wiFiBand", UINT_0_5, true),
	field(5, "rssi", INT8, true),
]);
const THREAD_INTERFACE_SCAN_RESULT_STRUCT = struct([
	field(0, "panId", uint(0, 65534)),
	field(1, "extendedPanId", UINT64),
	field(2, "networkName", string(1, 16)),
	CHANNEL_3,
	field(4, "version", UINT8),
	field(5, "extendedAddress", octets(6, 8)),
	field(6, "rssi", INT8),
	field(7, "lqi", UINT8),
]);
const BREADCRUMB_2 = field(2, "breadcrumb", UINT64, true);
const FIELDS_NETWORKING_STATUS_DEBUG_TEXT_NETWORK_INDEX = struct([
	NETWORKING_STATUS_0,
	DEBUG_TEXT_1,
	field(2, "networkIndex", UINT8, true),
]);
const FIELDS_NETWORK_ID_BREADCRUMB = struct([NETWORK_ID_0, BREADCRUMB_1]);
/** NetworkCommissioning (Matter Core 11.9) */
export const NetworkCommissioning = cluster<NetworkCommissioningShape>()({
	id: 0x31,
	name: "NetworkCommissioning",
	revision: 2,
	features: {
		wiFiNetworkInterface: 0x1,
		threadNetworkInterface: 0x2,
		ethernetNetworkInterface: 0x4,
	},
	attributes: {
		maxNetworks: attribute(0x00, "maxNetworks", uint(1, 255), ADMINISTER, 0, FIXED),
		networks: attribute(0x01, "networks", list(NETWORK_INFO_STRUCT), ADMINISTER),
		scanMaxTimeSeconds: attribute(0x02, "scanMaxTimeSeconds", UINT8, VIEW, 0, FIXED, [1, 0, 2, 0]),
		connectMaxTimeSeconds: attribute(0x03, "connectMaxTimeSeconds", UINT8, VIEW, 0, FIXED, [1, 0, 2, 0]),
		interfaceEnabled: attribute(0x04, "interfaceEnabled", BOOLEAN, VIEW, ADMINISTER, NON_VOLATILE),
		lastNetworkingStatus: attribute(0x05, "lastNetworkingStatus", nullable(UINT_0_12), ADMINISTER),
		lastNetworkId: attribute(0x06, "lastNetworkId", NULLABLE_OCTETS_1_32, ADMINISTER),
		lastConnectErrorValue: attribute(
			0x07,
			"lastConnectErrorValue",
			NULLABLE_INT_MINUS_2147483647_2147483647,
			ADMINISTER,
		),
		supportedWiFiBands: attribute(0x08, "supportedWiFiBands", list(UINT_0_5, 1), VIEW, 0, FIXED, [1, 0]),
		supportedThreadFeatures: attribute(0x09, "supportedThreadFeatures", UINT16, VIEW, 0, FIXED, [2, 0]),
		threadVersion: attribute(0x0a, "threadVersion", UINT16, VIEW, 0, FIXED, [2, 0]),
	},
	commands: {
		scanNetworks: command(
			0x00,
			"scanNetworks",
			struct([field(0, "ssid", NULLABLE_OCTETS_1_32, true), BREADCRUMB_1]),
			response(
				0x01,
				struct([
					NETWORKING_STATUS_0,
					DEBUG_TEXT_1,
					field(2, "wiFiScanResults", list(WI_FI_INTERFACE_SCAN_RESULT_STRUCT), true),
					field(3, "threadScanResults", list(THREAD_INTERFACE_SCAN_RESULT_STRUCT), true),
				]),
			),
			ADMINISTER,
			0,
			[1, 0, 2, 0],
		),
		addOrUpdateWiFiNetwork: command(
			0x02,
			"addOrUpdateWiFiNetwork",
			struct([field(0, "ssid", OCTETS_0_32), field(1, "credentials", octets(0, 64)), BREADCRUMB_2]),
			response(0x05, FIELDS_NETWORKING_STATUS_DEBUG_TEXT_NETWORK_INDEX),
			ADMINISTER,
			0,
			[1, 0],
		),
		addOrUpdateThreadNetwork: command(
			0x03,
			"addOrUpdateThreadNetwork",
			struct([field(0, "operationalDataset", octets(0, 254)), BREADCRUMB_1]),
			response(0x05, FIELDS_NETWORKING_STATUS_DEBUG_TEXT_NETWORK_INDEX),
			ADMINISTER,
			0,
			[2, 0],
		),
		removeNetwork: command(
			0x04,
			"removeNetwork",
			FIELDS_NETWORK_ID_BREADCRUMB,
			response(0x05, FIELDS_NETWORKING_STATUS_DEBUG_TEXT_NETWORK_INDEX),
			ADMINISTER,
			0,
			[1, 0, 2, 0],
		),
		connectNetwork: command(
			0x06,
			"connectNetwork",
			FIELDS_NETWORK_ID_BREADCRUMB,
			response(
				0x07,
				struct([
					NETWORKING_STATUS_0,
					field(1, "debugText", string(0, Infinity), true),
					field(2, "errorValue", NULLABLE_INT_MINUS_2147483647_2147483647),
				]),
			),
			ADMINISTER,
			0,
			[1, 0, 2, 0],
		),
		reorderNetwork: command(
			0x08,
			"reorderNetwork",
			struct([NETWORK_ID_0, field(1, "networkIndex", UINT8), BREADCRUMB_2]),
			response(0x05, FIELDS_NETWORKING_STATUS_DEBUG_TEXT_NETWORK_INDEX),
			ADMINISTER,
			0,
			[1, 0, 2, 0],
		),
	},
	events: {},
} as const);

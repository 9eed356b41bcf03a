import type { AccessPoint, Outcome, WiFi, WiFiNetwork } from "host/wifi";
import { equalBytes } from "../codec/Bytes";
import type { FailSafe, FailSafeListener } from "../commissioning/FailSafe";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { LaterResponse } from "../datamodel/LaterResponse";
import { Status, StatusError } from "../datamodel/Status";
import { Deadline } from "../time/Deadline";
import { GeneralCommissioning } from "./generated/GeneralCommissioning";
import { NetworkCommissioning } from "./generated/NetworkCommissioning";
import { NetworkCommissioningStatusEnum } from "./generated/NetworkCommissioningConstants";
import type {
	AddOrUpdateWiFiNetworkRequest,
	ConnectNetworkRequest,
	ConnectNetworkResponse,
	NetworkConfigResponse,
	NetworkInfoStruct,
	RemoveNetworkRequest,
	ReorderNetworkRequest,
	ScanNetworksRequest,
	ScanNetworksResponse,
	WiFiBandEnum,
	WiFiInterfaceScanResultStruct,
} from "./generated/NetworkCommissioning";
import type { GeneralCommissioningServer } from "./GeneralCommissioningServer";
import { storeNetwork } from "./WiFiNetwork";

const FACILITY = "wifi";
/** seconds */
const SCAN_TIME = 10;
const CONNECT_TIME = 30;
/** ms that answers under way have before the radio leaves the network that they go by */
const FAREWELL = 500;
/** What one message holds of the strongest access points. */
const SCAN_RESULTS = 16;

const WEP_KEY = 5;
const SHORTEST_PASSPHRASE = 8;
const PSK_DIGITS = 64;

/**
 * Network Commissioning over Wi-Fi (Matter Core 11.9, Wi-Fi feature): one network. What a commissioner does to it holds
 * until the fail-safe ends only in memory; when that expires, the network before is back (11.10.7.2.2). Credentials go to
 * the radio and to storage, and nowhere else.
 */
export class WiFiNetworkCommissioningServer
	extends ClusterServer
	implements MembersOf<typeof WiFiNetworkCommissioningServer>, FailSafeListener
{
	static override readonly implementation = implement(NetworkCommissioning, { features: ["wiFiNetworkInterface"] });

	readonly maxNetworks = 1;
	readonly scanMaxTimeSeconds = SCAN_TIME;
	readonly connectMaxTimeSeconds = CONNECT_TIME;
	interfaceEnabled = true;
	lastNetworkingStatus: NetworkCommissioningStatusEnum | null = null;
	lastNetworkId: Uint8Array | null = null;
	lastConnectErrorValue: number | null = null;

	#wifi: WiFi;
	#failSafe: FailSafe;
	#network: WiFiNetwork | undefined;
	/** what to go back to, where something was changed since the fail-safe was armed */
	#before: { network: WiFiNetwork | undefined } | undefined;
	/** who waits for a connection, or for a scan */
	#connecting: LaterResponse | undefined;
	#breadcrumb: bigint | undefined;
	#scanning: LaterResponse | undefined;
	#patience: Deadline | undefined;
	/** what the radio goes to, and when */
	#next: WiFiNetwork | undefined;
	#farewell: Deadline | undefined;

	constructor(wifi: WiFi, failSafe: FailSafe) {
		super();
		this.#wifi = wifi;
		this.#failSafe = failSafe;
		this.#network = wifi.network;
	}

	override onStart(): void {
		this.#failSafe.addListener(this);
		this.#wifi.onOutcome = (outcome) => this.ended(outcome);
	}

	override onStop(): void {
		this.#wifi.onOutcome = undefined;
		this.#patience?.stop();
		this.#farewell?.stop();
	}

	get supportedWiFiBands(): readonly WiFiBandEnum[] {
		return this.#wifi.bands as readonly WiFiBandEnum[];
	}

	get networks(): NetworkInfoStruct[] {
		const network = this.#network;
		return network ? [{ networkId: network.ssid, connected: this.isConnected(network) }] : [];
	}

	/** The only way to reach this node can't be switched off (11.9.6.5). */
	protected override onWrite(attribute: AttributeDefinition, value: unknown, context: InteractionContext): void {
		if (attribute.name === "interfaceEnabled" && value === false) throw new StatusError(Status.InvalidAction);
		return super.onWrite(attribute, value, context);
	}

	scanNetworks({ ssid, breadcrumb }: ScanNetworksRequest): ScanNetworksResponse {
		if (this.#scanning || this.#connecting) throw new StatusError(Status.Busy);
		const later = (this.#scanning = new LaterResponse());
		this.waitFor(SCAN_TIME);
		this.#wifi.scan((found) => {
			if (this.#scanning !== later) return;
			this.#scanning = undefined;
			this.#patience?.stop();
			later.give(this.scanned(found, ssid ?? undefined, breadcrumb));
		});
		return later as never;
	}

	addOrUpdateWiFiNetwork(
		{ ssid, credentials, breadcrumb }: AddOrUpdateWiFiNetworkRequest,
		context: InteractionContext,
	): NetworkConfigResponse {
		this.require(context);
		if (ssid.length === 0 || !isKey(credentials)) return refused(NetworkCommissioningStatusEnum.OutOfRange);
		if (this.#network && !equalBytes(this.#network.ssid, ssid))
			return refused(NetworkCommissioningStatusEnum.BoundsExceeded);
		return this.change({ ssid, credentials }, breadcrumb);
	}

	removeNetwork({ networkId, breadcrumb }: RemoveNetworkRequest, context: InteractionContext): NetworkConfigResponse {
		this.require(context);
		if (!this.find(networkId)) return refused(NetworkCommissioningStatusEnum.NetworkIdNotFound);
		return this.change(undefined, breadcrumb);
	}

	reorderNetwork(
		{ networkId, networkIndex, breadcrumb }: ReorderNetworkRequest,
		context: InteractionContext,
	): NetworkConfigResponse {
		this.require(context);
		if (!this.find(networkId)) return refused(NetworkCommissioningStatusEnum.NetworkIdNotFound);
		if (networkIndex !== 0) return refused(NetworkCommissioningStatusEnum.OutOfRange);
		this.note(breadcrumb);
		return { networkingStatus: NetworkCommissioningStatusEnum.Success, networkIndex };
	}

	connectNetwork(
		{ networkId, breadcrumb }: ConnectNetworkRequest,
		context: InteractionContext,
	): ConnectNetworkResponse {
		this.require(context);
		const network = this.find(networkId);
		if (!network) return { networkingStatus: NetworkCommissioningStatusEnum.NetworkIdNotFound, errorValue: null };
		if (this.#scanning || this.#connecting) throw new StatusError(Status.Busy);
		if (this.isConnected(network)) {
			this.tell(NetworkCommissioningStatusEnum.Success, null);
			this.note(breadcrumb);
			return { networkingStatus: NetworkCommissioningStatusEnum.Success, errorValue: null };
		}
		this.keepBefore();
		const later = (this.#connecting = new LaterResponse());
		this.#breadcrumb = breadcrumb;
		this.waitFor(CONNECT_TIME);
		this.switchTo(network);
		return later as never;
	}

	/** FailSafe's listener: the network before is back, also on the air. */
	onFailSafeExpired(): void {
		const before = this.#before;
		if (!before) return;
		this.#before = undefined;
		this.#network = before.network;
		this.answer(NetworkCommissioningStatusEnum.UnknownError, null);
		this.switchTo(before.network);
		this.changed("networks");
	}

	/** FailSafe's listener: what was changed is kept. */
	onCommissioningComplete(): void {
		if (!this.#before) return;
		this.#before = undefined;
		try {
			storeNetwork(this.endpoint.node.storage, this.#network);
		} catch {
			// Storage has told of it: after a restart the network before is back.
		}
		this.switchTo(this.#network);
	}

	/** @throws StatusError FailsafeRequired unless it is armed, and by this administrator (11.9.7) */
	private require(context: InteractionContext): void {
		if (!this.#failSafe.armed || this.#failSafe.fabricIndex !== context.fabricIndex)
			throw new StatusError(Status.FailsafeRequired);
	}

	private find(networkId: Uint8Array): WiFiNetwork | undefined {
		return this.#network && equalBytes(this.#network.ssid, networkId) ? this.#network : undefined;
	}

	private isConnected(network: WiFiNetwork): boolean {
		const used = this.#wifi.network;
		return (
			this.#wifi.connected &&
			used !== undefined &&
			equalBytes(used.ssid, network.ssid) &&
			equalBytes(used.credentials, network.credentials)
		);
	}

	private keepBefore(): void {
		this.#before ??= { network: this.#wifi.network };
	}

	/** The network is another one, not yet on the air. */
	private change(network: WiFiNetwork | undefined, breadcrumb: bigint | undefined): NetworkConfigResponse {
		this.keepBefore();
		this.#network = network;
		this.changed("networks");
		this.note(breadcrumb);
		return { networkingStatus: NetworkCommissioningStatusEnum.Success, networkIndex: 0 };
	}

	/** A command that succeeded leaves its breadcrumb behind (11.9.7). */
	private note(breadcrumb: bigint | undefined): void {
		if (breadcrumb === undefined) return;
		(this.endpoint.server(GeneralCommissioning.id) as GeneralCommissioningServer | undefined)?.setBreadcrumb(
			breadcrumb,
		);
	}

	private scanned(
		found: readonly AccessPoint[] | undefined,
		ssid: Uint8Array | undefined,
		breadcrumb: bigint | undefined,
	): ScanNetworksResponse {
		let networkingStatus: NetworkCommissioningStatusEnum = NetworkCommissioningStatusEnum.Success;
		const list = (found ?? []).filter((one) => ssid === undefined || equalBytes(one.ssid, ssid));
		if (!found) networkingStatus = NetworkCommissioningStatusEnum.UnknownError;
		else if (ssid && list.length === 0) networkingStatus = NetworkCommissioningStatusEnum.NetworkNotFound;
		this.set("lastNetworkingStatus", networkingStatus);
		if (networkingStatus !== NetworkCommissioningStatusEnum.Success) return { networkingStatus };
		this.note(breadcrumb);
		list.sort((a, b) => b.rssi - a.rssi);
		return { networkingStatus, wiFiScanResults: list.slice(0, SCAN_RESULTS).map(scanResult) };
	}

	/** The radio tells how an attempt ended, its own ones too. */
	private ended({ status, error }: Outcome): void {
		this.tell(status as NetworkCommissioningStatusEnum, error);
		// what becomes of the network that is about to be left is no answer
		if (!this.#farewell?.armed) this.answer(status as NetworkCommissioningStatusEnum, error);
	}

	private tell(status: NetworkCommissioningStatusEnum, error: number | null): void {
		this.set("lastNetworkingStatus", status);
		this.set("lastNetworkId", this.#wifi.network?.ssid ?? null);
		this.set("lastConnectErrorValue", error);
		this.changed("networks");
	}

	private answer(networkingStatus: NetworkCommissioningStatusEnum, errorValue: number | null): void {
		const later = this.#connecting;
		if (!later) return;
		this.#connecting = undefined;
		this.#patience?.stop();
		if (networkingStatus === NetworkCommissioningStatusEnum.Success) this.note(this.#breadcrumb);
		later.give({ networkingStatus, errorValue } satisfies ConnectNetworkResponse);
	}

	private waitFor(seconds: number): void {
		this.#patience ??= new Deadline(this.endpoint.node.scheduler, this.tooLate, this);
		this.#patience.start(seconds * 1000);
	}

	private switchTo(network: WiFiNetwork | undefined): void {
		this.#next = network;
		this.#farewell ??= new Deadline(this.endpoint.node.scheduler, this.leave, this);
		this.#farewell.start(FAREWELL);
	}

	private leave(): void {
		this.#wifi.use(this.#next);
	}

	private tooLate(): void {
		const scanning = this.#scanning;
		if (scanning) {
			this.#scanning = undefined;
			scanning.give(this.scanned(undefined, undefined, undefined));
			return;
		}
		this.endpoint.node.log.notice(FACILITY, `no connection within ${CONNECT_TIME} s`);
		this.tell(NetworkCommissioningStatusEnum.OtherConnectionFailure, null);
		this.answer(NetworkCommissioningStatusEnum.OtherConnectionFailure, null);
	}
}

function refused(networkingStatus: NetworkCommissioningStatusEnum): NetworkConfigResponse {
	return { networkingStatus };
}

/** None for an open network, a WEP key, a passphrase, or a PSK (11.9.7.3.2). */
function isKey(credentials: Uint8Array): boolean {
	const length = credentials.length;
	if (length === PSK_DIGITS) return credentials.every(isHexadecimal);
	return length === 0 || length === WEP_KEY || length >= SHORTEST_PASSPHRASE;
}

function isHexadecimal(byte: number): boolean {
	return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function scanResult({ security, ssid, bssid, channel, band, rssi }: AccessPoint): WiFiInterfaceScanResultStruct {
	return { security, ssid, bssid, channel, wiFiBand: band as WiFiBandEnum, rssi };
}

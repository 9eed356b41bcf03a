import { NetworkCommissioningStatusEnum as Network } from "../../../modules/clusters/generated/NetworkCommissioningConstants";
import type {
	ConnectNetworkResponse,
	NetworkConfigResponse,
	ScanNetworksResponse,
} from "../../../modules/clusters/generated/NetworkCommissioning";
import type { GeneralCommissioningServer } from "../../../modules/clusters/GeneralCommissioningServer";
import { storedNetwork } from "../../../modules/clusters/WiFiNetwork";
import { WiFiNetworkCommissioningServer } from "../../../modules/clusters/WiFiNetworkCommissioningServer";
import type { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { LaterResponse } from "../../../modules/datamodel/LaterResponse";
import { Status, type StatusError } from "../../../modules/datamodel/Status";
import type { Fabric } from "../../../modules/fabric/Fabric";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { FakeWiFi, accessPoint, bytesOf, nameOf } from "../../support/FakeWiFi";
import { plainFabric } from "../../support/fabrics";
import { CommissionableNode } from "../node/CommissionableNode";
import { invoke, write } from "./TestNode";

const HOME = { ssid: bytesOf("home"), credentials: bytesOf("correct horse") };

class WiFiNode extends CommissionableNode {
	declare wifi: FakeWiFi;

	override network(): ClusterServer {
		this.wifi = new FakeWiFi();
		this.wifi.use(HOME);
		this.wifi.end(Network.Success, null);
		this.wifi.used.length = 0;
		return new WiFiNetworkCommissioningServer(this.wifi, this.failSafe);
	}
}

let test: WiFiNode;
let wifi: FakeWiFi;
let server: WiFiNetworkCommissioningServer;
let general: GeneralCommissioningServer;
let pase: SecureSession;

beforeEach(() => {
	test = new WiFiNode();
	({ wifi } = test);
	server = named("NetworkCommissioning") as WiFiNetworkCommissioningServer;
	general = named("GeneralCommissioning") as GeneralCommissioningServer;
	pase = test.session();
});

function named(name: string): ClusterServer {
	return test.root.servers.find((entry) => entry.implementation.definition.name === name)!;
}

function run<T>(command: string, fields: object, by = pase): T {
	return invoke(server, command, fields, test.context(by)) as unknown as T;
}

function arm(): void {
	invoke(general, "armFailSafe", { expiryLengthSeconds: 60, breadcrumb: 1n }, test.context(pase));
}

/** A command that answers later: what it answers, once. */
function later<T>(command: string, fields: object): T[] {
	const answers: T[] = [];
	const response = run<LaterResponse>(command, fields);
	expect(response instanceof LaterResponse).toBe(true);
	response.deliver = (given) => answers.push(given as T);
	return answers;
}

function refused(step: () => unknown): number {
	try {
		step();
	} catch (error) {
		return (error as StatusError).status;
	}
	return Status.Success;
}

function networks(): [string, boolean][] {
	return server.networks.map(({ networkId, connected }) => [nameOf(networkId), connected]);
}

/** Removes the network and names another one. */
function replace(name: string, credentials = "battery staple", breadcrumb?: bigint): void {
	run("removeNetwork", { networkId: HOME.ssid });
	expect(
		run<NetworkConfigResponse>("addOrUpdateWiFiNetwork", {
			ssid: bytesOf(name),
			credentials: bytesOf(credentials),
			breadcrumb,
		}),
	).toEqual({ networkingStatus: Network.Success, networkIndex: 0 });
}

/** As FailSafe tells it at CommissioningComplete. */
function complete(): void {
	server.onCommissioningComplete();
}

/** The radio stays where it is until what was to be said there is said. */
function answersGoOut(): void {
	test.link.clock.advance(500);
}

describe("Network Commissioning over Wi-Fi (Matter Core 11.9)", () => {
	it("has the network of the build as its first one", () => {
		expect(networks()).toEqual([["home", true]]);
		expect([server.maxNetworks, server.supportedWiFiBands, server.interfaceEnabled]).toEqual([1, [0], true]);
		expect(server.implementation.featureMap).toBe(1);
	});

	it("changes nothing without the fail-safe, nor for another administrator than who armed it", () => {
		const ask = (by: SecureSession): number[] =>
			[
				["addOrUpdateWiFiNetwork", { ssid: HOME.ssid, credentials: HOME.credentials }],
				["removeNetwork", { networkId: HOME.ssid }],
				["connectNetwork", { networkId: HOME.ssid }],
				["reorderNetwork", { networkId: HOME.ssid, networkIndex: 0 }],
			].map(([command, fields]) => refused(() => run(command as string, fields as object, by)));
		expect(ask(pase)).toEqual([0xca, 0xca, 0xca, 0xca]);
		arm();
		const fabric: Fabric = plainFabric(1);
		test.link.fabrics.add(fabric);
		expect(ask(test.session(fabric))).toEqual([0xca, 0xca, 0xca, 0xca]);
		expect(networks()).toEqual([["home", true]]);
	});

	it("scans: the strongest first, as many as one message holds", () => {
		const found = Array.from({ length: 30 }, (_, i) => accessPoint(`ap${i}`, -90 + i));
		const answers = later<ScanNetworksResponse>("scanNetworks", { ssid: null, breadcrumb: 7n });
		expect(refused(() => run("scanNetworks", {}))).toBe(Status.Busy);
		wifi.find(found);
		expect(answers).toHaveLength(1);
		expect(answers[0]!.networkingStatus).toBe(Network.Success);
		const results = answers[0]!.wiFiScanResults!;
		expect(results).toHaveLength(16);
		expect(results[0]).toEqual({
			security: 0x08,
			ssid: bytesOf("ap29"),
			bssid: found[29]!.bssid,
			channel: 6,
			wiFiBand: 0,
			rssi: -61,
		});
		expect(server.lastNetworkingStatus).toBe(Network.Success);
		expect(general.breadcrumb).toBe(7n);
	});

	it("scans for one network, and tells when it is not there or the radio cannot", () => {
		const one = later<ScanNetworksResponse>("scanNetworks", { ssid: bytesOf("b") });
		wifi.find([accessPoint("a", -50), accessPoint("b", -60)]);
		expect(one[0]!.wiFiScanResults!.map(({ ssid }) => nameOf(ssid))).toEqual(["b"]);
		const none = later<ScanNetworksResponse>("scanNetworks", { ssid: bytesOf("c"), breadcrumb: 9n });
		wifi.find([accessPoint("a", -50)]);
		expect(none).toEqual([{ networkingStatus: Network.NetworkNotFound }]);
		expect(server.lastNetworkingStatus).toBe(Network.NetworkNotFound);
		expect(general.breadcrumb).toBe(0n);
		const unable = later<ScanNetworksResponse>("scanNetworks", {});
		wifi.find(undefined);
		expect(unable).toEqual([{ networkingStatus: Network.UnknownError }]);
	});

	it.each([
		["", "12345678", Network.OutOfRange],
		["home", "1234", Network.OutOfRange],
		["home", "1234567", Network.OutOfRange],
		["home", "g".repeat(64), Network.OutOfRange],
		["home", "aA0".repeat(21) + "f", Network.Success],
		["home", "x".repeat(63), Network.Success],
		["home", "12345", Network.Success],
		["home", "", Network.Success],
		["other", "12345678", Network.BoundsExceeded],
	])("AddOrUpdateWiFiNetwork %s with %s: %d", (ssid, credentials, networkingStatus) => {
		arm();
		expect(
			run<NetworkConfigResponse>("addOrUpdateWiFiNetwork", {
				ssid: bytesOf(ssid),
				credentials: bytesOf(credentials),
				breadcrumb: 5n,
			}).networkingStatus,
		).toBe(networkingStatus);
		expect(general.breadcrumb).toBe(networkingStatus === Network.Success ? 5n : 1n);
		expect(wifi.used).toEqual([]);
	});

	it("RemoveNetwork and ReorderNetwork know the one network", () => {
		arm();
		const networkId = bytesOf("other");
		expect(run("removeNetwork", { networkId })).toEqual({ networkingStatus: Network.NetworkIdNotFound });
		expect(run("reorderNetwork", { networkId, networkIndex: 0 })).toEqual({
			networkingStatus: Network.NetworkIdNotFound,
		});
		expect(run("reorderNetwork", { networkId: HOME.ssid, networkIndex: 1 })).toEqual({
			networkingStatus: Network.OutOfRange,
		});
		expect(run("reorderNetwork", { networkId: HOME.ssid, networkIndex: 0 })).toEqual({
			networkingStatus: Network.Success,
			networkIndex: 0,
		});
		expect(run("removeNetwork", { networkId: HOME.ssid, breadcrumb: 3n })).toEqual({
			networkingStatus: Network.Success,
			networkIndex: 0,
		});
		expect(networks()).toEqual([]);
		expect(general.breadcrumb).toBe(3n);
		expect(wifi.connected).toBe(true); // the answer still has to go out
	});

	it("ConnectNetwork answers at once where the connection stands", () => {
		arm();
		expect(run("connectNetwork", { networkId: HOME.ssid, breadcrumb: 4n })).toEqual({
			networkingStatus: Network.Success,
			errorValue: null,
		});
		expect(general.breadcrumb).toBe(4n);
		expect(wifi.used).toEqual([]);
		expect(run("connectNetwork", { networkId: bytesOf("other") })).toEqual({
			networkingStatus: Network.NetworkIdNotFound,
			errorValue: null,
		});
	});

	it("connects to another network, and keeps it when commissioning is complete", () => {
		arm();
		replace("new");
		const answers = later<ConnectNetworkResponse>("connectNetwork", { networkId: bytesOf("new"), breadcrumb: 8n });
		expect(refused(() => run("connectNetwork", { networkId: bytesOf("new") }))).toBe(Status.Busy);
		expect(refused(() => run("scanNetworks", {}))).toBe(Status.Busy);
		wifi.end(Network.OtherConnectionFailure, 200); // of the network before
		expect([wifi.used, networks(), answers]).toEqual([[], [["new", false]], []]);
		answersGoOut();
		expect(wifi.used).toEqual(["new"]);
		wifi.end(Network.Success, null);
		expect(answers).toEqual([{ networkingStatus: Network.Success, errorValue: null }]);
		expect([networks(), general.breadcrumb]).toEqual([[["new", true]], 8n]);
		expect(nameOf(server.lastNetworkId!)).toBe("new");
		expect(storedNetwork(test.link.storage)).toBeUndefined();
		complete();
		expect(storedNetwork(test.link.storage)).toEqual({
			ssid: bytesOf("new"),
			credentials: bytesOf("battery staple"),
		});
	});

	it("tells why it could not connect, and by itself when a connection is lost", () => {
		arm();
		replace("new", "wrong horse");
		const answers = later<ConnectNetworkResponse>("connectNetwork", { networkId: bytesOf("new"), breadcrumb: 8n });
		answersGoOut();
		wifi.end(Network.AuthFailure, 15);
		expect(answers).toEqual([{ networkingStatus: Network.AuthFailure, errorValue: 15 }]);
		expect([server.lastNetworkingStatus, server.lastConnectErrorValue]).toEqual([Network.AuthFailure, 15]);
		expect(general.breadcrumb).toBe(1n);
		wifi.end(Network.Success, null);
		wifi.end(Network.OtherConnectionFailure, 200);
		expect([server.lastNetworkingStatus, server.lastConnectErrorValue, networks()]).toEqual([
			Network.OtherConnectionFailure,
			200,
			[["new", false]],
		]);
		expect(answers).toHaveLength(1);
	});

	it("gives up after ConnectMaxTimeSeconds", () => {
		arm();
		replace("new");
		const answers = later<ConnectNetworkResponse>("connectNetwork", { networkId: bytesOf("new") });
		test.link.clock.advance(server.connectMaxTimeSeconds * 1000 - 1);
		expect(answers).toEqual([]);
		test.link.clock.advance(1);
		expect(answers).toEqual([{ networkingStatus: Network.OtherConnectionFailure, errorValue: null }]);
	});

	it("does not wait for ever for a radio that finds nothing", () => {
		const answers = later<ScanNetworksResponse>("scanNetworks", {});
		test.link.clock.advance(server.scanMaxTimeSeconds * 1000);
		expect(answers).toEqual([{ networkingStatus: Network.UnknownError }]);
		wifi.find([accessPoint("late", -50)]);
		expect(answers).toHaveLength(1);
		later<ScanNetworksResponse>("scanNetworks", {});
	});

	it("is back on the network before when the fail-safe expires", () => {
		arm();
		replace("new");
		const answers = later<ConnectNetworkResponse>("connectNetwork", { networkId: bytesOf("new") });
		test.link.clock.advance(10_000);
		test.failSafe.expire();
		expect(answers).toHaveLength(1);
		expect(answers[0]!.networkingStatus).toBe(Network.UnknownError);
		expect([wifi.used, networks()]).toEqual([["new"], [["home", false]]]);
		answersGoOut();
		expect(wifi.used).toEqual(["new", "home"]);
		wifi.end(Network.Success, null);
		expect(networks()).toEqual([["home", true]]);
		expect(storedNetwork(test.link.storage)).toBeUndefined();
	});

	it("a passphrase that was changed and never tried is taken back, too", () => {
		arm();
		run("addOrUpdateWiFiNetwork", { ssid: HOME.ssid, credentials: bytesOf("another one") });
		expect(networks()).toEqual([["home", false]]); // not with these credentials
		test.failSafe.expire();
		expect(networks()).toEqual([["home", true]]);
		expect(wifi.network).toBe(HOME);
	});

	it("what was removed stays removed, and the radio leaves it", () => {
		arm();
		run("removeNetwork", { networkId: HOME.ssid });
		complete();
		expect(storedNetwork(test.link.storage)).toBeNull();
		expect(wifi.used).toEqual([]);
		answersGoOut();
		expect(wifi.used).toEqual(["-"]);
	});

	it("keeps nothing where nothing was changed", () => {
		arm();
		complete();
		expect(storedNetwork(test.link.storage)).toBeUndefined();
	});

	it("its interface cannot be switched off", () => {
		expect(refused(() => write(server, "interfaceEnabled", false, test.context(pase)))).toBe(Status.InvalidAction);
		expect(server.interfaceEnabled).toBe(true);
	});

	it("what is stored and damaged counts for untouched", () => {
		const { storage } = test.link;
		storage.set("wifi", Uint8Array.of(0x15, 0x30, 0));
		expect(storedNetwork(storage)).toBeUndefined();
	});
});

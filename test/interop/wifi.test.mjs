/** A device that has to be given its Wi-Fi. The radio is made up (test/interop/wifi/light.ts), the rest is real. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GeneralCommissioning } from "@matter/main/clusters/general-commissioning";
import { NetworkCommissioning } from "@matter/main/clusters/network-commissioning";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const { Success, AuthFailure, NetworkNotFound } = NetworkCommissioning.NetworkCommissioningStatus;
const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder().decode(data);

let device, controller, light;

beforeAll(async () => {
	device = await Device.create({
		program: join(folder, "../../build/linux/xs-run"),
		script: join(folder, "wifi/light.ts"),
	});
	await device.start();
	controller = await Controller.start();
}, 30_000);

afterAll(async () => {
	await controller?.close();
	await device?.close();
}, 30_000);

const networks = async () =>
	(await light.read(0, NetworkCommissioning, 1)).map(({ networkId, connected }) => [text(networkId), connected]);
const command = (name, fields) => light.invoke(0, NetworkCommissioning, name, fields, { timeout: 20_000 });

const arm = (seconds) =>
	light.invoke(0, GeneralCommissioning, "armFailSafe", { expiryLengthSeconds: seconds, breadcrumb: 1 });
const breadcrumb = async () => Number(await light.read(0, GeneralCommissioning, 0));

// matter.js gives credentials only over Bluetooth: here an administrator does it by the same commands.
test("is given its network by an administrator", async () => {
	light = await controller.commissionAt(device.port, device.passcode);
	expect(await networks()).toEqual([]);
	await arm(60);
	const scan = await command("scanNetworks", { ssid: bytes("home"), breadcrumb: 2 });
	expect(scan.wiFiScanResults).toHaveLength(1);
	expect(await breadcrumb()).toBe(2);
	const credentials = bytes("correct horse");
	expect(await command("addOrUpdateWiFiNetwork", { ssid: bytes("home"), credentials, breadcrumb: 3 })).toMatchObject({
		networkingStatus: Success,
		networkIndex: 0,
	});
	expect(await networks()).toEqual([["home", false]]);
	expect(await command("connectNetwork", { networkId: bytes("home"), breadcrumb: 4 })).toMatchObject({
		networkingStatus: Success,
		errorValue: null,
	});
	expect(await breadcrumb()).toBe(4);
	await light.invoke(0, GeneralCommissioning, "commissioningComplete");
	expect(await networks()).toEqual([["home", true]]);
	expect(await light.read(0, NetworkCommissioning, 5)).toBe(Success);
	expect(text(await light.read(0, NetworkCommissioning, 6))).toBe("home");
	expect(await light.read(0, NetworkCommissioning, 7)).toBeNull();
}, 30_000);

test("finds networks", async () => {
	const { networkingStatus, wiFiScanResults } = await command("scanNetworks", { ssid: null });
	expect(networkingStatus).toBe(Success);
	expect(wiFiScanResults.map(({ ssid, rssi }) => [text(ssid), rssi])).toEqual([
		["home", -40],
		["neighbour", -80],
	]);
	expect((await command("scanNetworks", { ssid: bytes("nowhere") })).networkingStatus).toBe(NetworkNotFound);
}, 20_000);

test("tells of a wrong passphrase, and is back on its network when the fail-safe ends", async () => {
	await expect(command("removeNetwork", { networkId: bytes("home") })).rejects.toMatchObject({ status: 0xca });
	await arm(60);
	await command("removeNetwork", { networkId: bytes("home") });
	const added = await command("addOrUpdateWiFiNetwork", {
		ssid: bytes("neighbour"),
		credentials: bytes("wrong one"),
	});
	expect(added).toMatchObject({ networkingStatus: Success, networkIndex: 0 });
	const connected = await command("connectNetwork", { networkId: bytes("neighbour") });
	expect(connected).toMatchObject({ networkingStatus: AuthFailure, errorValue: 15 });
	expect(await networks()).toEqual([["neighbour", false]]);
	await arm(0);
	await new Promise((resolve) => setTimeout(resolve, 1500));
	expect(await networks()).toEqual([["home", true]]);
}, 20_000);

test("keeps credentials to itself", async () => {
	const reports = await light.report({ endpointId: 0, clusterId: NetworkCommissioning.id });
	const told = JSON.stringify(reports, (_, value) =>
		value instanceof Uint8Array ? text(value) : typeof value === "bigint" ? String(value) : value,
	);
	for (const secret of ["correct horse", "wrong one"]) {
		expect(told).not.toContain(secret);
		expect(device.output + device.errors).not.toContain(secret);
	}
});

/** What a node must hold at least (Matter Core 2.11): five fabrics, three subscriptions of three paths for each. */
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { GeneralDiagnostics } from "@matter/main/clusters/general-diagnostics";
import { OnOff } from "@matter/main/clusters/on-off";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";

const FABRICS = 5;
const SUBSCRIPTIONS = 3;
const PATHS = [
	{ endpointId: 1, clusterId: 6, attributeId: 0 },
	{ endpointId: 1, clusterId: 3, attributeId: 0 },
	{ endpointId: 0, clusterId: 40, attributeId: 5 },
];

describe("a light with all that it must hold", () => {
	let device;
	const controllers = [];
	const lights = [];
	const watches = [];

	beforeAll(async () => {
		device = await Device.create();
		await device.start();
	}, 30_000);

	afterAll(async () => {
		for (const controller of controllers) await controller.close();
		await device?.close();
	}, 60_000);

	const openWindow = () =>
		lights[0].invoke(
			0,
			AdministratorCommissioning,
			"openBasicCommissioningWindow",
			{ commissioningTimeout: 180 },
			{ timeout: 5000 },
		);

	async function commission() {
		const controller = await Controller.start(`fabric ${controllers.length + 1}`);
		controllers.push(controller);
		if (lights.length > 0) await openWindow();
		return controller.commissionAt(device.port, device.passcode);
	}

	test("belongs to five fabrics", async () => {
		while (lights.length < FABRICS) lights.push(await commission());
		expect(await lights[4].read(0, OperationalCredentials, 3)).toBe(FABRICS);
	}, 60_000);

	test("lets nobody in beyond that, and is as before", async () => {
		await expect(commission()).rejects.toThrow(/exceed/);
		await lights[0]
			.invoke(0, AdministratorCommissioning, "revokeCommissioning", undefined, { timeout: 5000 })
			.catch(() => {});
		expect(await lights[0].read(0, OperationalCredentials, 3)).toBe(FABRICS);
	}, 60_000);

	test("tells fifteen subscriptions of a change", async () => {
		for (const light of lights)
			for (let i = 0; i < SUBSCRIPTIONS; i++) watches.push(await light.subscribe(PATHS, { max: 60 }));
		const { currentSubscriptions, currentSubscriptionsForFabric } = await lights[0].read(0, GeneralDiagnostics, 10);
		expect([currentSubscriptions, currentSubscriptionsForFabric]).toEqual([FABRICS * SUBSCRIPTIONS, SUBSCRIPTIONS]);
		await lights[2].invoke(1, OnOff, "on");
		for (const watch of watches)
			await watch.until(
				() => watch.reports.some(({ path, value }) => path.clusterId === 6 && value === true),
				"report",
			);
		expect(watches.filter(({ closed }) => closed)).toEqual([]);
	}, 60_000);

	test("answers wildcard reads of all at once, and keeps what they subscribed to", async () => {
		const reports = await Promise.all(lights.map((light) => light.report({})));
		for (const list of reports) expect(list.length).toBeGreaterThan(100);
		await lights[4].invoke(1, OnOff, "off");
		for (const watch of watches) await watch.until(() => watch.reports.at(-1).value === false, "report");
		expect(watches.filter(({ closed }) => closed)).toEqual([]);
	}, 60_000);

	test("knows all of them after a restart", async () => {
		expect(await device.stop("SIGTERM")).toBe(0);
		await device.start();
		for (const light of lights) {
			await light.dropSessions(false);
			await light.invoke(1, OnOff, "toggle");
		}
		expect(await lights[3].read(0, OperationalCredentials, 3)).toBe(FABRICS);
	}, 60_000);

	test("forgets one fabric and keeps the others", async () => {
		await lights[0].invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: 3 });
		expect(await lights[1].read(0, OperationalCredentials, 3)).toBe(FABRICS - 1);
		lights.splice(2, 1);
		for (const light of lights) await light.invoke(1, OnOff, "toggle");
	}, 60_000);
});

/** Controller and device apart, as they are in a house: each in its own network namespace, a cable between them. */
import { OnOff } from "@matter/main/clusters/on-off";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";
import { VethLink } from "./VethLink.mjs";

const { possible } = VethLink;
const about = possible ? "over a cable" : "over a cable (left out: only root, by npm test, may lay one)";

(possible ? describe : describe.skip)(about, () => {
	let link, device, controller, light, watch;

	beforeAll(async () => {
		link = new VethLink();
		device = await Device.create();
		device.program = link.wrap(device.program);
		device.interface = undefined;
		await device.start();
		// The device hears of its network only now.
		await link.lay(device.process.pid);
		process.env.MDNS_INTERFACE = link.name;
		controller = await Controller.start("across");
	}, 30_000);

	afterAll(async () => {
		await controller?.close();
		await device?.close();
		link?.close();
	}, 30_000);

	test("found by mDNS and commissioned over link-local addresses", async () => {
		light = await controller.commission(device.passcode, device.discriminator);
		expect(light.peer.descriptor.operationalAddress.ip).toMatch(new RegExp(`^fe80::.*%${link.name}$`));
		await light.invoke(1, OnOff, "on");
		await device.line(/^light on$/m);
	}, 30_000);

	test("reports a change", async () => {
		watch = await light.subscribe([{ endpointId: 1, clusterId: 6, attributeId: 0 }], { max: 60 });
		await watch.until(() => watch.reports.some(({ value }) => value === true), "first report");
		device.type("toggle");
		await watch.until(() => watch.reports.some(({ value }) => value === false), "report of the light off");
	}, 20_000);

	test("goes on after the cable was out", async () => {
		await link.unplug();
		await link.plug();
		device.type("toggle");
		await watch.until(() => watch.reports.at(-1).value === true, "report of the light on", 20_000);
		expect(await light.read(1, OnOff, 0)).toBe(true);
	}, 40_000);
});

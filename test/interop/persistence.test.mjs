/** A subscription that outlives the device's process (Matter Core 8.5). */
import { OnOff } from "@matter/main/clusters/on-off";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";

const ON_OFF = { endpointId: 1, clusterId: 6, attributeId: 0 };
/** The device waits one second after its start, then looks the subscriber up. */
const PATIENCE = 15_000;

let device, controller, light, watch;

beforeAll(async () => {
	device = await Device.create({ arguments: ["--log", "info"] });
	await device.start();
	controller = await Controller.start("subscriber");
	light = await controller.commission(device.passcode, device.discriminator);
	watch = await light.subscribe([ON_OFF], { max: 3600 });
}, 60_000);

afterAll(async () => {
	// It would say goodbye to processes that are no more.
	await light?.dropSessions(false);
	await controller?.close();
	await device?.close();
}, 30_000);

/** Ends the device's process, starts it again and waits until the subscriber has heard of it. */
async function restart(signal) {
	const reports = watch.reports.length;
	await device.stop(signal);
	await device.start();
	await watch.until(() => watch.reports.length > reports, "report after the restart", PATIENCE);
}

test("a device that was killed reports again by itself, in a resumed session", async () => {
	await restart("SIGKILL");
	await device.error(/secure\/[0-9a-f]+ resumed, begun here/);
	await device.error(/subscription \d+ goes on/);
	expect(watch.closed).toBe(false);
}, 60_000);

test("and goes on with what changes", async () => {
	const reports = watch.reports.length;
	device.type("toggle");
	await watch.until(() => watch.reports.length > reports, "report of the change");
	expect(watch.reports.at(-1).value).toBe(true);
	await light.invoke(1, OnOff, "off");
	await watch.until(() => watch.reports.at(-1).value === false, "report of another");
});

test("time and again", async () => {
	await restart("SIGKILL");
	await restart("SIGKILL");
	expect(watch.closed).toBe(false);
}, 60_000);

test("through a full handshake when the subscriber has nothing to resume", async () => {
	await controller.forgetResumption(light);
	await restart("SIGKILL");
	await device.error(/secure\/[0-9a-f]+ established, begun here/);
}, 30_000);

test("until the subscriber knows it no more", async () => {
	await watch.subscription.close();
	await device.stop("SIGKILL");
	await device.start();
	// It is told with its first report, and looks for nobody after the next start.
	await device.error(/subscription \d+ goes on/);
	await new Promise((done) => setTimeout(done, 500));
	await device.stop("SIGKILL");
	await device.start();
	await new Promise((done) => setTimeout(done, 3000));
	expect(device.errors).not.toMatch(/goes on|begun here/);
}, 30_000);

/** A device at its capacity, in no more memory than it is said to need, that everybody asks for more. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OnOff } from "@matter/main/clusters/on-off";
import { Device } from "../interop/Device.mjs";
import { Controller } from "../interop/Controller.mjs";
import { anotherSession, Fleet, share } from "../interop/Fleet.mjs";
import { census } from "../interop/scenarios.mjs";
import { duringFlood, flood } from "./Flood.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const figures = existsSync(join(root, "size.json")) ? JSON.parse(readFileSync(join(root, "size.json"), "utf8")) : {};

describe("a full device", () => {
	let device;
	const fleet = new Fleet();

	beforeAll(async () => {
		device = await Device.create({
			program: join(root, "build/linux/xs-matter-32"),
			arguments: ["--heap", String(Math.ceil((figures.flooded * 1.05) / 16) * 16)],
		});
		await device.start();
		await fleet.join(device);
		await fleet.fill();
	}, 60_000);

	afterAll(async () => {
		await device?.close();
		await fleet.close(true);
	}, 30_000);

	test("refuses what it has no room for, and loses nobody", async () => {
		const { answers, refused } = await flood(device, fleet);
		expect(device.errors).toBe("");
		expect(device.process.exitCode).toBeNull();
		expect(answers).toBeGreaterThan(0);
		expect(refused).toBe(fleet.lights.length);
		await fleet.allServed();
		expect(fleet.watches.every(({ closed }) => !closed)).toBe(true);
	}, 120_000);

	test("lets a controller in while strangers keep asking", async () => {
		const [light] = fleet.lights;
		const { tries, answers } = await duringFlood(
			device,
			() => anotherSession(light),
			async (another) => {
				expect(await another.read(1, OnOff, 0)).toEqual(expect.any(Boolean));
				await another.session.initiateClose();
			},
		);
		expect(answers).toBeGreaterThan(0);
		expect(tries).toBeLessThan(10);
		await fleet.allServed();
	}, 60_000);

	test("takes a sixth fabric for one too many", async () => {
		const sixth = await Controller.start("sixth");
		fleet.controllers.push(sixth);
		await expect(share(fleet.lights[0], sixth, device.port)).rejects.toThrow();
		await fleet.allServed();
	}, 60_000);

	test("keeps nothing of what it refused", async () => {
		const { chunks, slots, slotSize, stack } = await census(device);
		// A run is not the same twice: 2 %, as everywhere (docs/SIZE.md).
		expect(chunks + (slots + stack) * slotSize).toBeLessThan(figures.full * 1.02);
	}, 20_000);
});

/** A device at its capacity, in no more memory than an ESP32-C3 gives it, that everybody asks for more. */
import { setTimeout as sleep } from "node:timers/promises";
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

/** The static heap of an ESP32-C3, by default. */
const BUDGET = 94_208;

describe("a full device", () => {
	let device;
	const fleet = new Fleet();

	beforeAll(async () => {
		device = await Device.create({
			program: join(root, "build/linux/xs-matter-32"),
			arguments: ["--heap", String(BUDGET)],
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
		// What strangers were answered is repeated to them for some seconds; they never acknowledge.
		let held = Infinity;
		for (let i = 0; held >= figures.full && i < 15; i++) {
			if (i > 0) await sleep(1000);
			const { chunks, slots, slotSize, stack } = await census(device);
			held = chunks + (slots + stack) * slotSize;
		}
		expect(held).toBeLessThan(figures.full);
	}, 30_000);
});

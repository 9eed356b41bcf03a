/**
 * The device on a chip that takes its time (hosts/linux/engine/slow.c): what a handler costs is counted, and the program
 * waits as long as it would compute.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { OnOff } from "@matter/main/clusters/on-off";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { Controller } from "../interop/Controller.mjs";
import { Device } from "../interop/Device.mjs";
import { Fleet, writeFullList } from "../interop/Fleet.mjs";
import { LossyLink } from "../interop/LossyLink.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** ms that a handler may keep the loop from others, work on P-256 apart */
const LONGEST = 50;
/** ms of the chip for an operation on P-256 */
const P256 = 500;
const SLOT = 16;

/** A board's memory, as the machine is made with on it. */
const manifest = JSON.parse(readFileSync(join(root, "hosts/esp32/manifest.json"), "utf8"));
const { creation: C3 } = manifest.platforms["esp32/esp32c3"];
/** The SDK's for a C6 or S3: everything from the beginning. */
const C6 = { static: 0, chunk: { initial: 78_848, incremental: 0 }, heap: { initial: 4928, incremental: 0 } };

/** The program in the memory of a board. */
function slowDevice({ static: bytes, chunk, heap }, p256) {
	const size = bytes || chunk.initial + (heap.initial + manifest.creation.stack + 64) * SLOT;
	return Device.create({
		program: join(root, "build/linux/xs-matter-slow"),
		arguments: ["--heap", String(size)],
		environment: {
			CREATION: [chunk.initial, chunk.incremental, heap.initial, heap.incremental].join(),
			P256_MS: String(p256),
		},
	});
}

/** What the device told of its handlers since it started, the longest first. The start itself keeps nobody waiting. */
function handlers(device) {
	const list = [...device.errors.matchAll(/^handler (.*)$/gm)].map(([, json]) => JSON.parse(json));
	expect(device.errors.replace(/^handler .*\n/gm, "")).toBe("");
	return list.filter(({ kind }) => kind !== "start").sort((a, b) => b.ms - a.ms);
}

/** Those that keep the loop too long, with where they were. Which handler a collection falls into is not the same twice. */
const tooLong = (list) => list.filter(({ ms, collecting }) => ms - collecting > LONGEST || ms > LONGEST * 1.1);

/** A table of the longest ones, for who wants to see it. */
function show(title, list) {
	if (process.env.SLOW_SHOW === undefined) return;
	process.stderr.write(`${title}\n`);
	for (const { kind, ms, collections, p256, at } of list.slice(0, 10))
		process.stderr.write(`${ms} ms ${kind}, ${collections} collections, ${p256} P-256: ${at[at.length >> 1]}\n`);
}

describe(`a light whose operations on P-256 take ${P256} ms, with the memory of an ESP32-C3`, () => {
	let device, link, controller;

	beforeAll(async () => {
		device = await slowDevice(C3, P256);
		await device.start();
		link = await LossyLink.open(device.port, {});
		controller = await Controller.start();
	}, 30_000);

	afterAll(async () => {
		await controller?.close();
		link?.close();
		await device?.close();
	}, 30_000);

	test("is commissioned, controlled and read", async () => {
		const started = performance.now();
		const light = await controller.commissionAt(link.port, device.passcode);
		const took = performance.now() - started;
		expect(await light.read(0, OperationalCredentials, 3)).toBe(1);
		const work = handlers(device).filter(({ p256 }) => p256 > 0);
		const operations = work.reduce((sum, { p256 }) => sum + p256, 0);
		expect(operations).toBeGreaterThan(10);
		expect(took).toBeGreaterThan(operations * P256);

		await light.invoke(1, OnOff, "toggle");
		const watch = await light.subscribe([{ endpointId: 1 }], { max: 60 });
		await light.invoke(1, OnOff, "toggle");
		await watch.until(() => watch.reports.at(-1).value === false, "report");
		expect((await light.report({})).length).toBeGreaterThan(100);
		await light.dropSessions(true);
		expect(await light.read(1, OnOff, 0)).toBe(false); // resumed
	}, 60_000);

	test("acknowledges before it works on P-256: the controller does not repeat", () => {
		const work = handlers(device).filter(({ p256 }) => p256 > 0);
		expect(work.filter(({ late }) => late)).toEqual([]);
		// Without, it would repeat each of them more than once; a machine that is busy itself makes it repeat one.
		expect(link.repeated.up).toBeLessThan(work.length);
	});

	test(`keeps the loop no longer than ${LONGEST} ms with anything else`, () => {
		const list = handlers(device);
		show("one fabric", list);
		expect(tooLong(list)).toEqual([]);
	});
});

describe("a full light with the memory of an ESP32-C6", () => {
	let device;
	const fleet = new Fleet();

	beforeAll(async () => {
		device = await slowDevice(C6, 0);
		await device.start();
	}, 30_000);

	afterAll(async () => {
		await device?.close();
		await fleet.close(true);
	}, 30_000);

	test(`keeps the loop no longer than ${LONGEST} ms, whatever it is asked`, async () => {
		await fleet.join(device);
		await fleet.fill();
		await writeFullList(fleet.lights[0]);
		await fleet.allServed();
		// who finds no room for a second is told Busy
		await Promise.allSettled(fleet.lights.map((light) => light.report({})));
		await fleet.lights[0].invoke(
			0,
			AdministratorCommissioning,
			"openBasicCommissioningWindow",
			{ commissioningTimeout: 180 },
			{ timeout: 5000 },
		);
		const list = handlers(device);
		show("five fabrics", list);
		expect(tooLong(list)).toEqual([]);
		expect(list.filter(({ late }) => late)).toEqual([]);
	}, 60_000);
});

/** What the memory of the 32-bit program must be enough for. */
import { setTimeout as sleep } from "node:timers/promises";
import { OnOff } from "@matter/main/clusters/on-off";
import { flood } from "../fault/Flood.mjs";
import { Device } from "./Device.mjs";
import { Fleet, THREE_PATHS } from "./Fleet.mjs";

/** The exit status of a device whose heap is full. */
export const HEAP_FULL = 3;

/** Names are announced for the second time a second after the first (RFC 6762 8.3). */
const ANNOUNCED = 2500;

/** @throws Error where the answer is not all that the light has */
async function readAll(light) {
	const reports = await light.report({});
	if (reports.length < 100) throw new Error(`a wildcard read brought ${reports.length} reports`);
}

const SCENARIOS = {
	async start() {
		await sleep(ANNOUNCED);
	},

	async operated(device, fleet) {
		await fleet.join(device, { fabrics: 1, sessions: 1 });
		const [light] = fleet.lights;
		const watch = await light.subscribe(THREE_PATHS, { max: 60 });
		for (let round = 0; round < 5; round++) await light.invoke(1, OnOff, "toggle");
		await watch.until(() => watch.reports.some(({ value }) => value === true), "report of the light on");
		await readAll(light);
		await sleep(ANNOUNCED);
	},

	async full(device, fleet) {
		await fleet.join(device);
		await fleet.fill();
		for (const light of fleet.lights) await readAll(light);
		await fleet.allServed();
	},

	async flooded(device, fleet) {
		await fleet.join(device);
		await fleet.fill();
		await flood(device, fleet);
		await fleet.allServed();
	},
};

/** @returns what the device says lives in it */
export async function census(device) {
	const from = device.errors.length;
	device.process.kill("SIGUSR1");
	const until = performance.now() + 10_000;
	while (performance.now() < until) {
		await sleep(20);
		const match = /^census (.*)\n/m.exec(device.errors.slice(from));
		if (match !== null) return JSON.parse(match[1]);
		if (device.process.exitCode !== null) break;
	}
	throw new Error("no census");
}

/** Runs scenario `name` in a heap of `heap` bytes. @returns the census at its end; undefined where the heap was full */
export async function runScenario(name, program, heap, ...flags) {
	const device = await Device.create({ program, arguments: ["--heap", String(heap), ...flags] });
	const fleet = new Fleet();
	try {
		await device.start();
		const full = device.exit.then((status) => {
			throw new Error(`the device ended with ${status}`);
		});
		full.catch(() => {});
		await Promise.race([SCENARIOS[name](device, fleet), full]);
		return await census(device);
	} catch (error) {
		if (device.process.exitCode === HEAP_FULL) return undefined;
		throw new Error(`${name}: ${error.message}\n${device.errors}`, { cause: error });
	} finally {
		await device.close();
		await fleet.close(true);
	}
}

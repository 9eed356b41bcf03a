/** Measures one light with a real controller: the same steps for any program that takes the flags of xs-matter. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { OnOff } from "@matter/main/clusters/on-off";
import { Controller } from "../test/interop/Controller.mjs";
import { Device } from "../test/interop/Device.mjs";

const ON_OFF = { endpointId: 1, clusterId: 6, attributeId: 0 };
/** What a process needs to come to rest before its memory is read (ms). */
const REST = 500;

/** Value at the given part (0..1) of the sorted samples. */
export function quantile(samples, part) {
	const sorted = [...samples].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

export const median = (samples) => quantile(samples, 0.5);

async function timed(action) {
	const began = performance.now();
	await action();
	return performance.now() - began;
}

async function repeat(count, action) {
	const times = [];
	for (let i = 0; i < count; i++) times.push(await action(i));
	return times;
}

/** MiB */
function memoryOf(pid) {
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
	return Number(kilobytes) / 1024;
}

async function handshake(controller, light, resumed) {
	if (!resumed) await controller.forgetResumption(light);
	await light.dropSessions(true);
	return timed(() => light.peer.connect());
}

async function reports(light, count) {
	const watch = await light.subscribe([ON_OFF], { max: 60 });
	await watch.until(() => watch.reports.length > 0, "first report");
	return repeat(count, async () => {
		const before = watch.reports.length;
		const time = await timed(async () => {
			const arrived = watch.until(() => watch.reports.length > before, "report");
			await light.invoke(1, OnOff, "toggle");
			await arrived;
		});
		// A change that comes within the same interval would wait for its end.
		await sleep(100);
		return time;
	});
}

/**
 * One life of a light, from a fresh storage: milliseconds, MiB, and toggles per second.
 * @param program what to start
 * @param options how often: toggles in a row, handshakes of each kind, changes that are reported
 */
export async function measureLight(program, { toggles, handshakes, changes }) {
	const device = await Device.create({ program });
	let controller;
	try {
		const start = await timed(() => device.start());
		controller = await Controller.start("bench");
		let light;
		const commissioning = await timed(
			async () => (light = await controller.commissionAt(device.port, device.passcode)),
		);
		await sleep(REST);
		const memory = memoryOf(device.process.pid);
		// What is compiled and cached by the first of each is not what the others cost.
		await repeat(Math.ceil(handshakes / 3), () => handshake(controller, light, false));
		const full = await repeat(handshakes, () => handshake(controller, light, false));
		await repeat(Math.ceil(handshakes / 3), () => handshake(controller, light, true));
		const resumed = await repeat(handshakes, () => handshake(controller, light, true));
		await repeat(Math.ceil(toggles / 10), () => light.invoke(1, OnOff, "toggle"));
		let times;
		const whole = await timed(async () => {
			times = await repeat(toggles, () => timed(() => light.invoke(1, OnOff, "toggle")));
		});
		const report = await reports(light, changes);
		await sleep(REST);
		return {
			start,
			commissioning,
			full: median(full),
			resumed: median(resumed),
			toggle: median(times),
			toggle99: quantile(times, 0.99),
			rate: (toggles * 1000) / whole,
			report: median(report),
			memory,
			memoryAfter: memoryOf(device.process.pid),
		};
	} finally {
		await controller?.close();
		await device.close();
	}
}

/** Measures one light through a link that loses datagrams, with a real controller. */
import { NetworkProfiles } from "@matter/main/protocol";
import { OnOff } from "@matter/main/clusters/on-off";
import { Controller } from "../test/interop/Controller.mjs";
import { Device } from "../test/interop/Device.mjs";
import { LossyLink } from "../test/interop/LossyLink.mjs";
import { FarLight } from "./FarLight.mjs";

/** Toggles before the first is measured: what is compiled by the first is not what the others cost. */
const WARM = 30;

/**
 * One life of a light behind a link: commissioned over the link as it is, then toggled at each loss.
 * @param program what to start
 * @param losses of each direction, 0..1
 * @returns for each loss the milliseconds of every toggle that was answered; how many were not, and of those how many the
 * link lost in all transmissions; ms in all
 */
export async function measureLoss(program, { losses, toggles, seed }) {
	const far = process.env.MDNS_INTERFACE === "lo" ? await FarLight.open(program) : undefined;
	const device = await Device.create({ program: far?.program ?? program });
	let controller, link;
	try {
		await device.start();
		link = await LossyLink.open(device.port, { host: far?.host, seed });
		controller = await Controller.start("loss");
		// Of a network that it knows nothing of, matter.js expects that a message takes 1.5 s longer.
		controller.node.env.get(NetworkProfiles).defaults = { unknown: { additionalMrpDelay: 0 } };
		const light = await controller.commissionAt(link.port, device.passcode);
		for (let i = 0; i < WARM; i++) await light.invoke(1, OnOff, "toggle");
		const results = [];
		for (const loss of losses) {
			link.rates.loss = loss;
			results.push(await toggled(light, link, toggles));
			link.rates.loss = 0;
			await light.invoke(1, OnOff, "toggle").catch(() => undefined);
		}
		return results;
	} finally {
		await controller?.close();
		link?.close();
		await device.close();
		far?.close();
	}
}

/** @throws Error when the state shows that a toggle was executed twice or never, or the link was gone round */
async function toggled(light, link, count) {
	const isOn = () => light.read(1, OnOff, 0);
	const { loss } = link.rates;
	link.rates.loss = 0;
	const before = await isOn();
	link.rates.loss = loss;
	const passed = link.passed;
	const times = [];
	let failed = 0;
	let hopeless = 0;
	const began = performance.now();
	for (let i = 0; i < count; i++) {
		const start = performance.now();
		const { lostForGood } = link;
		try {
			await light.invoke(1, OnOff, "toggle");
			times.push(performance.now() - start);
		} catch (error) {
			failed++;
			if (link.lostForGood > lostForGood) hopeless++;
			else process.stderr.write(`at ${loss * 100} % a toggle failed that could be delivered: ${error.message}\n`);
		}
	}
	const whole = performance.now() - began;
	if (link.passed - passed < 2 * times.length) throw new Error("datagrams went round the link");
	link.rates.loss = 0;
	// Nobody knows of one that was not answered whether it was executed.
	if (failed === 0 && (await isOn()) !== (before !== (count % 2 === 1)))
		throw new Error("a toggle was executed twice, or never");
	return { times, failed, hopeless, whole };
}

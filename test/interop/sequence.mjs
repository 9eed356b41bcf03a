/** A light's life with real controllers, told once and run over good and bad networks. */
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { BasicInformation } from "@matter/main/clusters/basic-information";
import { Descriptor } from "@matter/main/clusters/descriptor";
import { OnOff } from "@matter/main/clusters/on-off";
import { OperationalCredentials } from "@matter/main/clusters/operational-credentials";
import { PaseClient } from "@matter/main/protocol";
import { Crypto } from "@matter/main";
import { Controller } from "./Controller.mjs";
import { Device } from "./Device.mjs";
import { LossyLink } from "./LossyLink.mjs";

const ON_OFF = { endpointId: 1, clusterId: 6, attributeId: 0 };
const NODE_LABEL = 5;
const SECOND_PASSCODE = 34567890;

const Status = {
	UnsupportedEndpoint: 0x7f,
	UnsupportedCommand: 0x81,
	UnsupportedWrite: 0x88,
	UnsupportedCluster: 0xc3,
};

/** `find` is "address" or "mdns"; `link` are the rates of a lossy link, where one stands between (by address only). */
export function lifeOfALight({ find, link: rates, patience = 1 }) {
	let device, link, first, second, light, other, watch;

	const port = () => link?.port ?? device.port;
	const commission = (controller, passcode, discriminator, options) =>
		find === "mdns"
			? controller.commission(passcode, discriminator, options)
			: controller.commissionAt(port(), passcode, options);
	const isOn = () => light.read(1, OnOff, 0);
	/** how long a report may take to come (ms): a lost one comes again after MRP's pauses */
	const soon = 10_000 * patience;

	beforeAll(async () => {
		device = await Device.create({ arguments: ["--log", "info"] });
		await device.start();
		if (rates !== undefined) link = await LossyLink.open(device.port, rates);
		first = await Controller.start("first");
	}, 30_000);

	afterAll(async () => {
		// The controllers take their leave over the link.
		await second?.close();
		await first?.close();
		link?.close();
		await device?.close();
	}, 30_000 * patience);

	const step = (name, run, seconds = 10) => test(name, run, seconds * 1000 * patience);

	step(
		"refuses a wrong passcode at once",
		async () => {
			const start = performance.now();
			// Where it looks for the device by itself, the controller tries again until its time is up.
			await expect(commission(first, 11223344, device.discriminator, { timeout: 3000 })).rejects.toThrow();
			if (rates === undefined && find === "address") expect(performance.now() - start).toBeLessThan(2000);
		},
		20,
	);

	step(
		"is commissioned",
		async () => {
			light = await commission(first, device.passcode, device.discriminator);
			expect(await light.read(0, OperationalCredentials, 3)).toBe(1);
		},
		30,
	);

	step("tells who it is", async () => {
		expect(await light.read(0, BasicInformation, 2)).toBe(0xfff1);
		expect(await light.read(0, BasicInformation, 4)).toBe(0x8001);
		expect(await light.read(0, Descriptor, 3)).toEqual([1]);
		expect(await light.read(0, Descriptor, 0)).toEqual([expect.objectContaining({ deviceType: 0x16 })]);
		expect(await light.read(1, Descriptor, 0)).toEqual([expect.objectContaining({ deviceType: 0x100 })]);
		expect(await light.read(1, Descriptor, 1)).toEqual(expect.arrayContaining([3, 4, 6, 29]));
	});

	step(
		"reports everything by wildcard",
		async () => {
			const reports = await light.report({});
			const failed = reports.filter((report) => report.kind === "attr-status");
			expect(failed).toEqual([]);
			for (const endpointId of [0, 1]) {
				for (const clusterId of await light.read(endpointId, Descriptor, 1)) {
					const ids = reports
						.filter(({ path }) => path.endpointId === endpointId && path.clusterId === clusterId)
						.map(({ path }) => path.attributeId);
					const listed = await light.read(endpointId, clusterId, 0xfffb);
					expect({ endpointId, clusterId, ids: ids.sort((a, b) => a - b) }).toEqual({
						endpointId,
						clusterId,
						ids: listed,
					});
				}
			}
		},
		20,
	);

	step("is switched on, off and over", async () => {
		await light.invoke(1, OnOff, "on");
		expect(await isOn()).toBe(true);
		await light.invoke(1, OnOff, "off");
		expect(await isOn()).toBe(false);
		await light.invoke(1, OnOff, "toggle");
		expect(await isOn()).toBe(true);
		await device.line(/light on/);
	});

	step("refuses what it does not have, with the status the specification gives", async () => {
		await expect(light.invoke(1, OnOff.id, 99)).rejects.toMatchObject({ status: Status.UnsupportedCommand });
		await expect(light.invoke(1, 0x0999, 0)).rejects.toMatchObject({ status: Status.UnsupportedCluster });
		await expect(light.invoke(7, OnOff.id, 0)).rejects.toMatchObject({ status: Status.UnsupportedEndpoint });
		await expect(light.read(1, 0x0999, 0)).rejects.toMatchObject({ status: Status.UnsupportedCluster });
		await expect(light.write(0, BasicInformation, "vendorName", "x")).rejects.toMatchObject({
			status: Status.UnsupportedWrite,
		});
	});

	step("keeps a node label", async () => {
		await light.write(0, BasicInformation, "nodeLabel", "Küche");
		expect(await light.read(0, BasicInformation, NODE_LABEL)).toBe("Küche");
	});

	step(
		"reports every change to a subscriber, and its presence at the maximum interval",
		async () => {
			watch = await light.subscribe([ON_OFF], { max: 2 });
			await watch.until(() => watch.reports.length === 1, "first report", soon);
			for (const value of [false, true, false]) {
				await light.invoke(1, OnOff, "toggle");
				await watch.until(() => watch.reports.at(-1).value === value, `report of ${value}`, soon);
			}
			expect(watch.reports.map((report) => report.value)).toEqual([true, false, true, false]);
			await watch.until(() => watch.keepalives > 0, "empty report", 5000 * patience);
			device.type("toggle");
			await watch.until(() => watch.reports.at(-1).value === true, "report of the button", soon);
		},
		30,
	);

	step(
		"lets a second fabric in through a window",
		async () => {
			second = await Controller.start("second");
			const crypto = first.node.env.get(Crypto);
			const salt = crypto.randomBytes(32);
			const iterations = 1000;
			await light.invoke(
				0,
				AdministratorCommissioning,
				"openCommissioningWindow",
				{
					commissioningTimeout: 180,
					pakePasscodeVerifier: await PaseClient.generatePakePasscodeVerifier(crypto, SECOND_PASSCODE, {
						iterations,
						salt,
					}),
					discriminator: device.discriminator ^ 0x800,
					iterations,
					salt,
				},
				{ timeout: 5000 },
			);
			expect(await light.read(0, AdministratorCommissioning, 0)).toBe(1);
			other = await commission(second, SECOND_PASSCODE, device.discriminator ^ 0x800);
			expect(await light.read(0, AdministratorCommissioning, 0)).toBe(0);
			expect(await light.read(0, OperationalCredentials, 3)).toBe(2);
		},
		40,
	);

	step(
		"shows each fabric what the other did",
		async () => {
			const theirs = await other.subscribe([ON_OFF], { max: 60 });
			await light.invoke(1, OnOff, "off");
			await theirs.until(() => theirs.reports.at(-1)?.value === false, "report to the second fabric", soon);
			await other.invoke(1, OnOff, "on");
			await watch.until(() => watch.reports.at(-1).value === true, "report to the first fabric", soon);
			expect(await other.read(0, OperationalCredentials, 1)).toHaveLength(1);
		},
		20,
	);

	step(
		"forgets the second fabric when told to",
		async () => {
			await light.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: 2 });
			expect(await light.read(0, OperationalCredentials, 3)).toBe(1);
		},
		20,
	);

	step(
		"closes sessions and resumes",
		async () => {
			await light.dropSessions(true);
			expect(await isOn()).toBe(true);
			await device.error(/resumed/);
		},
		20,
	);

	step(
		"gets over a session that only it still holds",
		async () => {
			await light.dropSessions(false);
			await light.invoke(1, OnOff, "toggle");
			expect(await isOn()).toBe(false);
		},
		20,
	);

	step(
		"runs a full handshake without a resumption record",
		async () => {
			await first.forgetResumption(light);
			await light.dropSessions(true);
			expect(await isOn()).toBe(false);
		},
		20,
	);

	step(
		"has everything after a graceful restart",
		async () => {
			await light.invoke(1, OnOff, "on");
			expect(await device.stop("SIGTERM")).toBe(0);
			await device.start("--log", "info");
			expect(await light.read(0, BasicInformation, NODE_LABEL)).toBe("Küche");
			await light.invoke(1, OnOff, "toggle");
			expect(await light.read(0, OperationalCredentials, 3)).toBe(1);
		},
		60,
	);

	step(
		"has everything after a kill",
		async () => {
			await light.write(0, BasicInformation, "nodeLabel", "Flur");
			expect(await device.stop("SIGKILL")).toBe("SIGKILL");
			await device.start("--log", "info");
			// Nothing tells this controller that its session is gone: it would wait for MRP to give up, 50 seconds.
			await light.dropSessions(false);
			expect(await light.read(0, BasicInformation, NODE_LABEL)).toBe("Flur");
			await light.invoke(1, OnOff, "on");
			expect(await isOn()).toBe(true);
		},
		60,
	);

	step(
		"takes a subscription again",
		async () => {
			watch = await light.subscribe([ON_OFF], { max: 60, keep: false });
			await light.invoke(1, OnOff, "off");
			await watch.until(() => watch.reports.at(-1)?.value === false, "report", soon);
		},
		20,
	);

	step(
		"is commissioned once more after its last fabric is removed, without a restart",
		async () => {
			await light.invoke(0, OperationalCredentials, "removeFabric", { fabricIndex: 1 }).catch(() => {});
			await light.dropSessions(false);
			const third = await Controller.start("third");
			try {
				const again = await commission(third, device.passcode, device.discriminator);
				expect(await again.read(0, OperationalCredentials, 3)).toBe(1);
				expect(await again.read(0, BasicInformation, NODE_LABEL)).toBeDefined();
				await again.invoke(1, OnOff, "toggle");
			} finally {
				await third.close();
			}
		},
		40,
	);
}

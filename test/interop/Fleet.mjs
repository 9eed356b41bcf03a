/** Controllers enough to fill a device: fabrics, several sessions of each, a subscription on every session. */
import { Crypto } from "@matter/main";
import { AccessControl } from "@matter/main/clusters/access-control";
import { AdministratorCommissioning } from "@matter/main/clusters/administrator-commissioning";
import { OnOff } from "@matter/main/clusters/on-off";
import {
	CaseClient,
	ClientInteraction,
	DedicatedChannelExchangeProvider,
	ExchangeManager,
	PaseClient,
	SessionManager,
} from "@matter/main/protocol";
import { Controller, Light } from "./Controller.mjs";

const SECURE_CHANNEL = 0;
const SECOND_PASSCODE = 34567890;
const ITERATIONS = 1000;

/** Of the light: its state, its name, its access control list. */
export const THREE_PATHS = [
	{ endpointId: 1, clusterId: 6, attributeId: 0 },
	{ endpointId: 0, clusterId: 0x28, attributeId: 5 },
	{ endpointId: 0, clusterId: 0x1f, attributeId: 0 },
];

/** As `light`, on a session of its own beside it. `resume` takes the fabric's resumption record, where there is one. */
export async function anotherSession(light, { resume = false } = {}) {
	const { env } = light.controller.node;
	const sessions = env.get(SessionManager);
	const exchanges = env.get(ExchangeManager);
	const { address } = light.peer;
	if (!resume) await sessions.deleteResumptionRecord(address);
	const [first] = light.sessions;
	const unsecured = sessions.createUnsecuredSession({
		channel: first.channel.transportChannel ?? first.channel.channel,
		sessionParameters: light.peer.sessionParameters,
		isInitiator: true,
	});
	const exchange = exchanges.initiateExchangeForSession(unsecured, SECURE_CHANNEL);
	const { session } = await new CaseClient(sessions).pair(exchange, sessions.fabricFor(address), address.nodeId, {});
	const another = new Light(light.controller, light.peer);
	another.session = session;
	another.interaction = new ClientInteraction({
		environment: env,
		exchangeProvider: new DedicatedChannelExchangeProvider(exchanges, session),
		address,
		network: "unlimited",
	});
	return another;
}

/** Opens the device's window through `light` and commissions it once more, by `controller`. */
export async function share(light, controller, port, discriminator = 1234) {
	const crypto = light.controller.node.env.get(Crypto);
	const salt = crypto.randomBytes(32);
	await light.invoke(
		0,
		AdministratorCommissioning,
		"openCommissioningWindow",
		{
			commissioningTimeout: 180,
			pakePasscodeVerifier: await PaseClient.generatePakePasscodeVerifier(crypto, SECOND_PASSCODE, {
				iterations: ITERATIONS,
				salt,
			}),
			discriminator,
			iterations: ITERATIONS,
			salt,
		},
		{ timeout: 5000 },
	);
	return controller.commissionAt(port, SECOND_PASSCODE);
}

/** The largest access control list that a fabric must be given room for: four entries of four subjects, three targets. */
export function fullList(nodeId) {
	const targets = [
		{ endpoint: 0, cluster: null, deviceType: null },
		{ endpoint: 1, cluster: null, deviceType: null },
		{ endpoint: null, cluster: 6, deviceType: null },
	];
	return [5, 4, 3, 1].map((privilege, index) => ({
		privilege,
		authMode: 2,
		subjects: [index === 0 ? nodeId : 100n, 101n + BigInt(index), 201n + BigInt(index), 301n + BigInt(index)],
		targets,
	}));
}

export async function writeFullList(light) {
	const nodeId = light.controller.node.env.get(SessionManager).fabricFor(light.peer.address).rootNodeId;
	await light.write(0, AccessControl, "acl", fullList(nodeId));
}

/** `fabrics` controllers, each with `sessions` lights on sessions of their own. */
export class Fleet {
	controllers = [];
	/** one for each session */
	lights = [];
	watches = [];

	/** @param first who opens the window for the others; without one, the first of them is commissioned by the passcode */
	async join(device, { fabrics = 5, sessions = 3, first } = {}) {
		for (let fabric = 0; fabric < fabrics; fabric++) {
			const controller = await Controller.start(`fabric ${fabric + 1}`);
			this.controllers.push(controller);
			const light =
				first === undefined
					? await controller.commissionAt(device.port, device.passcode)
					: await share(first, controller, device.port);
			first ??= light;
			this.lights.push(light);
			for (let more = 1; more < sessions; more++) this.lights.push(await anotherSession(light));
		}
	}

	async fill() {
		for (const light of this.lights) if (light.session === undefined) await writeFullList(light);
		for (const light of this.lights) this.watches.push(await light.subscribe(THREE_PATHS, { max: 600 }));
	}

	/** @throws Error where a session or subscription was lost: one change reaches every subscription. */
	async allServed() {
		const [light] = this.lights;
		const before = this.watches.map(({ reports }) => reports.length);
		await light.invoke(1, OnOff, "toggle");
		await Promise.all(
			this.watches.map((watch, index) =>
				watch.until(
					() => !watch.closed && watch.reports.length > before[index],
					`report on session ${index + 1}`,
				),
			),
		);
		for (const one of this.lights) await one.read(1, OnOff, 0);
	}

	/** Without a word to the device where it is not there any more: nothing would answer. */
	async close(gone = false) {
		if (gone)
			for (const { controller } of this.lights) {
				for (const session of [...controller.node.env.get(SessionManager).sessions])
					await session.initiateForceClose({ cause: new Error("the device is gone") });
			}
		for (const controller of this.controllers) await controller.close();
	}
}

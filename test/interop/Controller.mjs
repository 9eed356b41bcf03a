/** matter.js as a real controller: one fabric each, without a network beyond this machine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControllerBehavior, Environment, Logger, ServerNode } from "@matter/main";
import { GeneralCommissioning } from "@matter/main/clusters/general-commissioning";
import { ClientInteraction, Invoke, PeerSet, Read, SessionManager, Subscribe, Write } from "@matter/main/protocol";
import { TlvVoid } from "@matter/main/types";
import "@matter/nodejs";

Logger.level = process.env.MATTER_LOG ?? "fatal";

let count = 0;

/** A status other than success that the device answered with. */
export class StatusError extends Error {
	constructor(status, clusterStatus) {
		super(
			`status 0x${status.toString(16)}${clusterStatus === undefined ? "" : `, cluster status ${clusterStatus}`}`,
		);
		this.status = status;
		this.clusterStatus = clusterStatus;
	}
}

/** One fabric and its administrator. */
export class Controller {
	#folder = mkdtempSync(join(tmpdir(), "controller-"));

	/** `label` names the fabric; discovery stays on the interface named by MDNS_INTERFACE, where that is set. */
	static async start(label = "first") {
		const controller = new Controller();
		const id = `controller${++count}`;
		const variables = Environment.default.vars;
		variables.set("storage.path", controller.#folder);
		variables.set("runtime.signals", false);
		if (process.env.MDNS_INTERFACE) variables.set("mdns.networkInterface", process.env.MDNS_INTERFACE);
		controller.node = await ServerNode.create(ServerNode.RootEndpoint.with(ControllerBehavior), {
			environment: new Environment(id, Environment.default),
			id,
			network: { ble: false, port: 0 },
			commissioning: { enabled: false },
			controller: { adminFabricLabel: label },
		});
		await controller.node.start();
		return controller;
	}

	/**
	 * Commissions the device at `host` and `port` without discovery. The operational session goes to `operationalPort`,
	 * where that is another one.
	 */
	async commissionAt(port, passcode, { host = "::1", operationalPort = port, ...options } = {}) {
		const peers = this.node.env.get(PeerSet);
		const peer = await this.node.peers.forDescriptor({ addresses: [{ type: "udp", ip: host, port }] });
		let light;
		await peer.commission({
			passcode,
			autoSubscribe: false,
			autoStateInitialize: false,
			finalizeCommissioning: async (address) => {
				light = new Light(this, peers.for(address));
				light.moveTo(host, operationalPort);
				await light.peer.connect();
				await light.invoke(0, GeneralCommissioning, "commissioningComplete");
			},
			...options,
		});
		return light;
	}

	/** Finds the device by mDNS and commissions it. */
	async commission(passcode, discriminator, options = {}) {
		const client = await this.node.peers.commission({
			passcode,
			longDiscriminator: discriminator,
			autoSubscribe: false,
			autoStateInitialize: false,
			...options,
		});
		return new Light(this, this.node.env.get(PeerSet).for(client.peerAddress));
	}

	/** Forgets what would let the next session with `light` be resumed. */
	async forgetResumption(light) {
		await this.node.env.get(SessionManager).deleteResumptionRecord(light.peer.address);
	}

	async close() {
		await this.node.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

/** The device as one fabric sees it. A cluster is a number or a namespace of matter.js. */
export class Light {
	constructor(controller, peer) {
		this.controller = controller;
		this.peer = peer;
		this.interaction = new ClientInteraction({
			environment: controller.node.env,
			exchangeProvider: peer.exchangeProvider,
			address: peer.address,
			// matter.js waits 100 ms between exchanges with a peer whose kind of network it does not know.
			network: "unlimited",
		});
	}

	moveTo(host, port) {
		this.peer.descriptor.operationalAddress = { type: "udp", ip: host, port };
	}

	/** Sessions that matter.js holds with the device. */
	get sessions() {
		return [...this.peer.sessions];
	}

	/** Ends all sessions, with a word to the device where `graceful`. */
	async dropSessions(graceful) {
		for (const session of this.sessions) {
			if (graceful) await session.initiateClose();
			else await session.initiateForceClose({ cause: new Error("dropped by the test") });
		}
	}

	/** All reports for the given attribute paths (`{}` is everything): values and statuses as they come. */
	async report(...attributes) {
		return this.#collect(Read({ attributes }));
	}

	async events(...events) {
		return this.#collect(Read({ events }));
	}

	async #collect(request) {
		const reports = [];
		for await (const chunk of this.interaction.read(request))
			for await (const report of chunk) reports.push(report);
		return reports;
	}

	/** One attribute's value. @throws StatusError */
	async read(endpointId, cluster, attributeId) {
		const [report] = await this.report({ endpointId, clusterId: cluster.id ?? cluster, attributeId });
		if (report === undefined) throw new Error("no report for the path");
		if (report.kind === "attr-status") throw new StatusError(report.status, report.clusterStatus);
		return report.value;
	}

	/** Writes one attribute by name. @throws StatusError */
	async write(endpoint, cluster, attribute, value) {
		const results = await this.interaction.write(
			Write(Write.Attribute({ endpoint, cluster, attributes: attribute, value })),
		);
		for (const { status, clusterStatus } of results ?? [])
			if (status !== 0) throw new StatusError(status, clusterStatus);
	}

	/** Invokes a command: by name with a namespace, or by number without fields. @throws StatusError */
	async invoke(endpoint, cluster, command, fields, options = {}) {
		const request =
			typeof command === "number"
				? {
						endpoint,
						cluster: typeof cluster === "number" ? { id: cluster, name: "Unknown" } : cluster,
						command: { requestId: command, requestSchema: TlvVoid, responseSchema: TlvVoid, timed: false },
					}
				: { endpoint, cluster, command, fields };
		for await (const chunk of this.interaction.invoke(Invoke({ commands: [request], ...options }))) {
			for (const result of chunk) {
				if (result.kind === "cmd-response") return result.data;
				if (result.status !== 0) throw new StatusError(result.status, result.clusterStatus);
			}
		}
		return undefined;
	}

	/**
	 * Subscribes to attribute paths. The result's `reports` grows with each value; `keepalives` counts empty reports;
	 * `next(predicate)` waits for a report.
	 */
	async subscribe(attributes, { min = 0, max = 3600, keep = true, events } = {}) {
		const watch = new Watch();
		const request = Subscribe({
			attributes,
			events,
			minIntervalFloor: min * 1000,
			maxIntervalCeiling: max * 1000,
			keepSubscriptions: keep,
		});
		request.updated = async (data) => {
			for await (const chunk of data) for await (const report of chunk) watch.add(report);
		};
		request.keepaliveReceived = () => watch.keepalive();
		request.closed = () => watch.close();
		watch.subscription = await this.interaction.subscribe(request);
		return watch;
	}
}

/** What a subscription brought. */
export class Watch {
	reports = [];
	keepalives = 0;
	closed = false;
	#waiters = [];

	add(report) {
		this.reports.push(report);
		this.#check();
	}

	/** An empty report came. */
	keepalive() {
		this.keepalives++;
		this.#check();
	}

	close() {
		this.closed = true;
		this.#check();
	}

	#check() {
		this.#waiters = this.#waiters.filter((waiter) => !waiter());
	}

	/** Resolves once `test(this)` holds; rejects with `what` after `timeout` ms. */
	until(test, what, timeout = 10_000) {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`no ${what} within ${timeout} ms`)), timeout);
			const waiter = () => {
				if (!test(this)) return false;
				clearTimeout(timer);
				resolve();
				return true;
			};
			if (!waiter()) this.#waiters.push(waiter);
		});
	}
}

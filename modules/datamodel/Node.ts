import type { Log } from "../diagnostics/Log";
import type { Storage } from "../storage/Storage";
import type { Scheduler } from "../time/Scheduler";
import { AccessControl } from "./AccessControl";
import type { AttributeDefinition } from "./ClusterDefinition";
import type { ClusterServer } from "./ClusterServer";
import type { Endpoint } from "./Endpoint";
import { EventLog } from "./EventLog";
import type { EventRecord } from "./EventLog";

/** Told of what happens in the data model: subscriptions listen. Must not throw. */
export interface NodeListener {
	onAttributeChanged?(server: ClusterServer, attribute: AttributeDefinition): void;
	onEvent?(event: EventRecord): void;
}

/** The data model of one device: its endpoints, its events, and the check of who may do what (Matter Core 7.8). */
export class Node {
	readonly storage: Storage;
	readonly scheduler: Scheduler;
	readonly log: Log;
	readonly accessControl = new AccessControl();
	readonly events: EventLog;
	private readonly list: Endpoint[] = [];
	private readonly listeners: NodeListener[] = [];

	constructor(options: { readonly storage: Storage; readonly scheduler: Scheduler; readonly log: Log }) {
		this.storage = options.storage;
		this.scheduler = options.scheduler;
		this.log = options.log;
		this.events = new EventLog(options.storage, options.scheduler);
	}

	/** by id */
	get endpoints(): readonly Endpoint[] {
		return this.list;
	}

	/** @throws TypeError when the id is taken */
	add(endpoint: Endpoint): void {
		if (this.endpoint(endpoint.id)) throw new TypeError(`endpoint ${endpoint.id} is there already`);
		endpoint.attach(this);
		this.list.push(endpoint);
		this.list.sort((a, b) => a.id - b.id);
	}

	endpoint(id: number): Endpoint | undefined {
		const endpoints = this.list;
		for (let i = 0; i < endpoints.length; i++) if (endpoints[i]?.id === id) return endpoints[i];
		return undefined;
	}

	/** Restores what is stored, then starts every cluster server, by endpoint and cluster. */
	start(): void {
		this.events.start();
		const endpoints = this.list;
		for (let i = 0; i < endpoints.length; i++) {
			const servers = endpoints[i]!.servers;
			for (let j = 0; j < servers.length; j++) servers[j]!.restore();
		}
		for (let i = 0; i < endpoints.length; i++) {
			const servers = endpoints[i]!.servers;
			for (let j = 0; j < servers.length; j++) servers[j]!.onStart();
		}
	}

	stop(): void {
		const endpoints = this.list;
		for (let i = 0; i < endpoints.length; i++) {
			const servers = endpoints[i]!.servers;
			for (let j = 0; j < servers.length; j++) servers[j]!.onStop();
		}
	}

	/** A fabric is gone: so is all that is scoped to it (Matter Core 11.18.6.12). */
	removeFabric(fabricIndex: number): void {
		const endpoints = this.list;
		for (let i = 0; i < endpoints.length; i++) {
			const servers = endpoints[i]!.servers;
			for (let j = 0; j < servers.length; j++) servers[j]!.onFabricRemoved(fabricIndex);
		}
		this.events.removeFabric(fabricIndex);
	}

	addListener(listener: NodeListener): void {
		this.listeners.push(listener);
	}

	removeListener(listener: NodeListener): void {
		const index = this.listeners.indexOf(listener);
		if (index >= 0) this.listeners.splice(index, 1);
	}

	/** For ClusterServer. */
	attributeChanged(server: ClusterServer, attribute: AttributeDefinition): void {
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]?.onAttributeChanged?.(server, attribute);
	}

	/** For ClusterServer. */
	eventEmitted(event: EventRecord): void {
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]?.onEvent?.(event);
	}
}

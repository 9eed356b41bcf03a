import type { ClusterServer } from "./ClusterServer";
import type { Node } from "./Node";

/** An entry of Descriptor's DeviceTypeList. */
export interface DeviceTypeRevision {
	readonly deviceType: number;
	readonly revision: number;
}

/** A part of a node that does one thing: device types and the cluster servers they ask for (Matter Core 7.9). */
export class Endpoint {
	readonly id: number;
	readonly deviceTypes: readonly DeviceTypeRevision[];
	/** by cluster id */
	readonly servers: readonly ClusterServer[];
	#node: Node | undefined;

	/**
	 * @param id 0..65534
	 * @throws TypeError when two servers are of the same cluster
	 */
	constructor(id: number, deviceTypes: readonly DeviceTypeRevision[], servers: readonly ClusterServer[]) {
		this.id = id;
		this.deviceTypes = deviceTypes;
		this.servers = [...servers].sort((a, b) => a.clusterId - b.clusterId);
		for (let i = 1; i < this.servers.length; i++)
			if (this.servers[i]?.clusterId === this.servers[i - 1]?.clusterId)
				throw new TypeError(`endpoint ${id} has two servers of ${this.servers[i]?.implementation.definition.name}`);
		for (const server of this.servers) server.attach(this);
	}

	/** The node it was added to. @throws TypeError before */
	get node(): Node {
		if (!this.#node) throw new TypeError(`endpoint ${this.id} is not part of a node yet`);
		return this.#node;
	}

	get attached(): boolean {
		return this.#node !== undefined;
	}

	server(clusterId: number): ClusterServer | undefined {
		const { servers } = this;
		for (let i = 0; i < servers.length; i++) if (servers[i]?.clusterId === clusterId) return servers[i];
		return undefined;
	}

	hasDeviceType(deviceType: number): boolean {
		const { deviceTypes } = this;
		for (let i = 0; i < deviceTypes.length; i++) if (deviceTypes[i]?.deviceType === deviceType) return true;
		return false;
	}

	/** For Node. @throws TypeError when it already belongs to one */
	attach(node: Node): void {
		if (this.#node) throw new TypeError(`endpoint ${this.id} belongs to a node already`);
		this.#node = node;
	}
}

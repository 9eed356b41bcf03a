import type { ClusterServer } from "./ClusterServer";
import type { DeviceTypeDefinition, DeviceTypeRevision, ServerRequirement } from "./DeviceTypeDefinition";
import type { Node } from "./Node";

/** A part of a node that does one thing: device types and the cluster servers they ask for (Matter Core 7.9). */
export class Endpoint {
	readonly id: number;
	readonly deviceTypes: readonly DeviceTypeRevision[];
	/** by cluster id */
	readonly servers: readonly ClusterServer[];
	private attachedTo: Node | undefined;

	/**
	 * @param id 0..65534
	 * @param servers kept where they are in the order of their ids
	 * @param deviceTypes a DeviceTypeDefinition among them is checked: what it requires must be there
	 * @throws TypeError when two servers are of the same cluster, or something required is missing
	 */
	constructor(
		id: number,
		deviceTypes: readonly (DeviceTypeRevision | DeviceTypeDefinition)[],
		servers: readonly ClusterServer[],
	) {
		this.id = id;
		this.deviceTypes = deviceTypes;
		this.servers = servers.every(isInOrder) ? servers : [...servers].sort((a, b) => a.clusterId - b.clusterId);
		for (let i = 1; i < this.servers.length; i++)
			if (this.servers[i]?.clusterId === this.servers[i - 1]?.clusterId)
				throw new TypeError(
					`endpoint ${id} has two servers of ${this.servers[i]?.implementation.definition.name}`,
				);
		for (let i = 0; i < deviceTypes.length; i++) {
			const deviceType = deviceTypes[i]!;
			if ("servers" in deviceType) this.check(deviceType);
		}
		for (let i = 0; i < this.servers.length; i++) this.servers[i]!.attach(this);
	}

	/** The node it was added to. @throws TypeError before */
	get node(): Node {
		if (!this.attachedTo) throw new TypeError(`endpoint ${this.id} is not part of a node yet`);
		return this.attachedTo;
	}

	get attached(): boolean {
		return this.attachedTo !== undefined;
	}

	server(clusterId: number): ClusterServer | undefined {
		const servers = this.servers;
		for (let i = 0; i < servers.length; i++)
			if (servers[i]!.implementation.definition.id === clusterId) return servers[i];
		return undefined;
	}

	hasDeviceType(deviceType: number): boolean {
		const deviceTypes = this.deviceTypes;
		for (let i = 0; i < deviceTypes.length; i++) if (deviceTypes[i]?.deviceType === deviceType) return true;
		return false;
	}

	private check({ name, servers }: DeviceTypeDefinition): void {
		for (let i = 0; i < servers.length; i++) {
			const requirement = servers[i]!;
			const missing = missingIn(this.server(requirement.cluster), requirement);
			if (missing !== undefined)
				throw new TypeError(`endpoint ${this.id}: ${name} requires ${requirement.name}${missing}`);
		}
	}

	/** For Node. @throws TypeError when it already belongs to one */
	attach(node: Node): void {
		if (this.attachedTo) throw new TypeError(`endpoint ${this.id} belongs to a node already`);
		this.attachedTo = node;
	}
}

function isInOrder(server: ClusterServer, index: number, servers: readonly ClusterServer[]): boolean {
	return index === 0 || servers[index - 1]!.clusterId < server.clusterId;
}

/** @returns what a server lacks, to be read after the cluster's name; undefined when it has all */
function missingIn(
	server: ClusterServer | undefined,
	{ featureMap, attributes, commands }: ServerRequirement,
): string | undefined {
	if (!server) return "";
	const features = featureMap & ~server.implementation.featureMap;
	if (features !== 0) return ` with features 0x${features.toString(16)}`;
	for (let i = 0; i < attributes.length; i++) {
		const id = attributes[i]!;
		if (!server.attribute(id)) return ` with attribute 0x${id.toString(16)}`;
	}
	for (let i = 0; i < commands.length; i++) {
		const id = commands[i]!;
		if (!server.command(id)) return ` with command 0x${id.toString(16)}`;
	}
	return undefined;
}

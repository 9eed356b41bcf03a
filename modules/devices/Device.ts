import type { ClusterServer } from "../datamodel/ClusterServer";
import type { DeviceTypeDefinition } from "../datamodel/DeviceTypeDefinition";

/** What an application hands to MatterNode: one endpoint's device types, and the cluster servers that they require. */
export abstract class Device {
	readonly deviceTypes: readonly DeviceTypeDefinition[];
	readonly servers: readonly ClusterServer[];

	constructor(deviceTypes: readonly DeviceTypeDefinition[], servers: readonly ClusterServer[]) {
		this.deviceTypes = deviceTypes;
		this.servers = servers;
	}
}

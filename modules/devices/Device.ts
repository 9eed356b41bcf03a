import type { ClusterServer } from "../datamodel/ClusterServer";

/** A device type and the revision of it that is implemented (Matter Core 9.5.5.1). */
export interface DeviceType {
	readonly deviceType: number;
	readonly revision: number;
}

/** What an application hands to MatterNode: one endpoint's device types and cluster servers. */
export abstract class Device {
	readonly deviceTypes: readonly DeviceType[];
	readonly servers: readonly ClusterServer[];

	constructor(deviceTypes: readonly DeviceType[], servers: readonly ClusterServer[]) {
		this.deviceTypes = deviceTypes;
		this.servers = servers;
	}
}

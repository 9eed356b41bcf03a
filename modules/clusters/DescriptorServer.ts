import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import { Descriptor } from "./generated/Descriptor";
import type { DeviceTypeStruct } from "./generated/Descriptor";

/** What an endpoint is and holds (Matter Core 9.5): read from the endpoint itself, so it can't disagree with it. */
export class DescriptorServer extends ClusterServer implements MembersOf<typeof DescriptorServer> {
	static override readonly implementation = implement(Descriptor, {});

	get deviceTypeList(): DeviceTypeStruct[] {
		return this.endpoint.deviceTypes.map(({ deviceType, revision }) => ({ deviceType, revision }));
	}

	get serverList(): number[] {
		return this.endpoint.servers.map((server) => server.clusterId);
	}

	get clientList(): number[] {
		return [];
	}

	/** Every other endpoint of the node on endpoint 0 (Matter Core 9.2); nothing below the others here. */
	get partsList(): number[] {
		if (this.endpoint.id !== 0) return [];
		const parts: number[] = [];
		const endpoints = this.endpoint.node.endpoints;
		for (let i = 0; i < endpoints.length; i++) {
			const id = endpoints[i]!.id;
			if (id !== 0) parts.push(id);
		}
		return parts;
	}
}

import { interfaces } from "host/network";
import { encode } from "../codec/Utf8";
import { ClusterServer } from "../datamodel/ClusterServer";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import { NetworkCommissioning } from "./generated/NetworkCommissioning";
import type { NetworkInfoStruct } from "./generated/NetworkCommissioning";
import type { NetworkCommissioningStatusEnum } from "./generated/NetworkCommissioningConstants";

/**
 * Network Commissioning for a device on a wire (Matter Core 11.9, Ethernet feature): the network is there or not,
 * nothing is configured. NetworkID is the interface's name (11.9.5.5).
 */
export class NetworkCommissioningServer extends ClusterServer implements MembersOf<typeof NetworkCommissioningServer> {
	static override readonly implementation = implement(NetworkCommissioning, {
		features: ["ethernetNetworkInterface"],
	});

	interfaceEnabled = true;

	get maxNetworks(): number {
		return 1;
	}

	get lastNetworkingStatus(): NetworkCommissioningStatusEnum | null {
		return null;
	}

	get lastNetworkId(): Uint8Array | null {
		return null;
	}

	get lastConnectErrorValue(): number | null {
		return null;
	}

	get networks(): NetworkInfoStruct[] {
		const found = interfaces().find((entry) => !entry.loopback) ?? interfaces()[0];
		return found ? [{ networkId: encode(found.name), connected: found.up }] : [];
	}

	/** The only way to reach this node can't be switched off (11.9.6.5). */
	protected override onWrite(attribute: AttributeDefinition, value: unknown, context: InteractionContext): void {
		if (attribute.name === "interfaceEnabled" && value === false) throw new StatusError(Status.InvalidAction);
		super.onWrite(attribute, value, context);
	}
}

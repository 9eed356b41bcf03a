import { interfaces } from "host/network";
import { ClusterServer } from "../datamodel/ClusterServer";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import { Deadline } from "../time/Deadline";
import { BootReasonEnum, GeneralDiagnostics } from "./generated/GeneralDiagnostics";
import type {
	DeviceLoadStruct,
	InterfaceTypeEnum,
	NetworkInterface,
	PayloadTestResponse,
	TimeSnapshotResponse,
} from "./generated/GeneralDiagnostics";

const HOUR = 3_600_000;
const INTERFACE_LIMIT = 8;
const IPV4_LIMIT = 4;
const IPV6_LIMIT = 8;
const NAME_LIMIT = 32;

/** What the interaction model has done since start (Matter Core 11.12.5.7). */
export interface DeviceLoad {
	/** active ones */
	readonly subscriptions: readonly { readonly fabricIndex: number }[];
	readonly subscriptionsEstablished: number;
	readonly messagesSent: number;
	readonly messagesReceived: number;
}

/** How the node fares (Matter Core 11.12). Hours are kept once an hour; a count of reboots at each start. */
export class GeneralDiagnosticsServer extends ClusterServer implements MembersOf<typeof GeneralDiagnosticsServer> {
	static override readonly implementation = implement(GeneralDiagnostics, {
		features: ["dataModelTest"], // goes with MaxPathsPerInvoke above 1 (Matter Core 11.12.4.1)
		optional: ["totalOperationalHours", "bootReason"],
	});

	rebootCount = 0;
	totalOperationalHours = 0;
	readonly bootReason: BootReasonEnum;
	readonly testEventTriggersEnabled = false;
	#load: () => DeviceLoad;
	#started = 0;
	#hour: Deadline | undefined;

	constructor(load: () => DeviceLoad, bootReason: BootReasonEnum = BootReasonEnum.Unspecified) {
		super();
		this.#load = load;
		this.bootReason = bootReason;
	}

	override onStart(): void {
		const { scheduler } = this.endpoint.node;
		this.#started = scheduler.now();
		this.set("rebootCount", Math.min(this.rebootCount + 1, 0xffff));
		const hour = new Deadline(scheduler, () => {
			this.set("totalOperationalHours", Math.min(this.totalOperationalHours + 1, 0xffffffff));
			hour.start(HOUR);
		});
		hour.start(HOUR);
		this.#hour = hour;
		this.emit(GeneralDiagnostics.events.bootReason, { bootReason: this.bootReason });
	}

	override onStop(): void {
		this.#hour?.stop();
	}

	/** Links or addresses changed. */
	networkChanged(): void {
		this.changed("networkInterfaces");
	}

	get networkInterfaces(): NetworkInterface[] {
		const result: NetworkInterface[] = [];
		for (const entry of interfaces()) {
			if (result.length === INTERFACE_LIMIT) break;
			const iPv4Addresses: Uint8Array[] = [];
			const iPv6Addresses: Uint8Array[] = [];
			for (const address of entry.addresses) {
				if (isMapped(address)) {
					if (iPv4Addresses.length < IPV4_LIMIT) iPv4Addresses.push(address.slice(12));
				} else if (iPv6Addresses.length < IPV6_LIMIT) iPv6Addresses.push(address);
			}
			result.push({
				name: entry.name.slice(0, NAME_LIMIT),
				isOperational: entry.up,
				offPremiseServicesReachableIPv4: null,
				offPremiseServicesReachableIPv6: null,
				hardwareAddress: entry.mac.length ? entry.mac : new Uint8Array(6),
				iPv4Addresses,
				iPv6Addresses,
				type: entry.type as InterfaceTypeEnum,
			});
		}
		return result;
	}

	/** Seconds since start. */
	get upTime(): bigint {
		return BigInt(Math.floor(this.#elapsed() / 1000));
	}

	protected override attributeValue(
		attribute: AttributeDefinition,
		context: InteractionContext | undefined,
	): unknown {
		return attribute.name === "deviceLoadStatus"
			? this.#deviceLoad(context)
			: super.attributeValue(attribute, context);
	}

	get deviceLoadStatus(): DeviceLoadStruct {
		return this.#deviceLoad(undefined);
	}

	#deviceLoad(context: InteractionContext | undefined): DeviceLoadStruct {
		const load = this.#load();
		const index = context?.fabricIndex ?? 0;
		return {
			currentSubscriptions: load.subscriptions.length,
			currentSubscriptionsForFabric: index
				? load.subscriptions.filter((entry) => entry.fabricIndex === index).length
				: 0,
			totalSubscriptionsEstablished: load.subscriptionsEstablished,
			totalInteractionModelMessagesSent: load.messagesSent,
			totalInteractionModelMessagesReceived: load.messagesReceived,
		};
	}

	/** No enable key is configured, so none matches: a key of zeros stands for none and is refused too (11.12.7.1). */
	testEventTrigger(): void {
		throw new StatusError(Status.ConstraintError);
	}

	/** Guarded by the same key (11.12.7.4). */
	payloadTestRequest(): PayloadTestResponse {
		throw new StatusError(Status.ConstraintError);
	}

	timeSnapshot(): TimeSnapshotResponse {
		return { systemTimeMs: BigInt(Math.floor(this.#elapsed())), posixTimeMs: null };
	}

	#elapsed(): number {
		return this.endpoint.node.scheduler.now() - this.#started;
	}
}

function isMapped(address: Uint8Array): boolean {
	for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
	return address[10] === 0xff && address[11] === 0xff;
}

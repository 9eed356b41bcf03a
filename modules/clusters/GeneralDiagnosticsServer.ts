import { interfaces } from "host/network";
import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import { ClusterServer } from "../datamodel/ClusterServer";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import { Deadline } from "../time/Deadline";
import { GeneralDiagnostics } from "./generated/GeneralDiagnostics";
import { BootReasonEnum } from "./generated/GeneralDiagnosticsConstants";
import type {
	DeviceLoadStruct,
	InterfaceTypeEnum,
	NetworkInterface,
	PayloadTestResponse,
	TimeSnapshotResponse,
} from "./generated/GeneralDiagnostics";

/** The record of the run before: software version, and whether it ended orderly. */
const RUN = "run";
const VERSION = 0;
const ORDERLY = 4;
const RUN_LENGTH = 5;

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

export interface DeviceLoadSource {
	readonly deviceLoad: DeviceLoad;
}

/** How the node fares (Matter Core 11.12). Hours are kept once an hour; a count of reboots at each start. */
export class GeneralDiagnosticsServer extends ClusterServer implements MembersOf<typeof GeneralDiagnosticsServer> {
	static override readonly implementation = implement(GeneralDiagnostics, {
		features: ["dataModelTest"], // goes with MaxPathsPerInvoke above 1 (Matter Core 11.12.4.1)
		optional: ["totalOperationalHours", "bootReason"],
	});

	rebootCount = 0;
	totalOperationalHours = 0;
	bootReason: BootReasonEnum = BootReasonEnum.Unspecified;
	private load: DeviceLoadSource;
	private softwareVersion: number;
	private started = 0;
	declare private hour: Deadline | undefined;

	constructor(load: DeviceLoadSource, softwareVersion = 0) {
		super();
		this.load = load;
		this.softwareVersion = softwareVersion;
	}

	get testEventTriggersEnabled(): boolean {
		return false;
	}

	override onStart(): void {
		const scheduler = this.endpoint.node.scheduler;
		this.started = scheduler.now();
		this.set("rebootCount", Math.min(this.rebootCount + 1, 0xffff));
		this.hour = new Deadline(scheduler, this.hourPassed, this);
		this.hour.start(HOUR);
		this.bootReason = this.reason();
		this.emit(GeneralDiagnostics.events.bootReason, { bootReason: this.bootReason });
	}

	private hourPassed(): void {
		this.set("totalOperationalHours", Math.min(this.totalOperationalHours + 1, 0xffffffff));
		this.hour!.start(HOUR);
	}

	override onStop(): void {
		this.hour?.stop();
		this.keepRun(true);
	}

	/**
	 * What the run before left tells why this one began (Matter Core 11.12.4.4): other software, or the same after an
	 * orderly end. After any other end, a power cut or a crash, or where nothing is kept, there is no telling.
	 */
	private reason(): BootReasonEnum {
		const storage = this.endpoint.node.storage;
		const run = storage.get(RUN);
		const isOther = run?.length === RUN_LENGTH && readUint32LE(run, VERSION) !== this.softwareVersion;
		const wasOrderly = run?.length === RUN_LENGTH && run[ORDERLY] === 1;
		if (isOther || wasOrderly || run?.length !== RUN_LENGTH) this.keepRun(false);
		if (isOther) return BootReasonEnum.SoftwareUpdateCompleted;
		return wasOrderly ? BootReasonEnum.SoftwareReset : BootReasonEnum.Unspecified;
	}

	private keepRun(isOrderly: boolean): void {
		const run = new Uint8Array(RUN_LENGTH);
		writeUint32LE(run, VERSION, this.softwareVersion);
		run[ORDERLY] = isOrderly ? 1 : 0;
		const storage = this.endpoint.node.storage;
		const log = this.endpoint.node.log;
		try {
			storage.set(RUN, run);
		} catch (error) {
			log.exception("diagnostics", "keeping how the run ended", error);
		}
	}

	/** Links or addresses changed. */
	networkChanged(): void {
		this.changed("networkInterfaces");
	}

	get networkInterfaces(): NetworkInterface[] {
		const result: NetworkInterface[] = [];
		const all = interfaces();
		for (let i = 0; i < all.length; i++) {
			const entry = all[i]!;
			if (result.length === INTERFACE_LIMIT) break;
			const iPv4Addresses: Uint8Array[] = [];
			const iPv6Addresses: Uint8Array[] = [];
			const addresses = entry.addresses;
			for (let j = 0; j < addresses.length; j++) {
				const address = addresses[j]!;
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
		return BigInt(Math.floor(this.elapsed() / 1000));
	}

	protected override attributeValue(
		attribute: AttributeDefinition,
		context: InteractionContext | undefined,
	): unknown {
		return attribute.name === "deviceLoadStatus"
			? this.deviceLoad(context)
			: super.attributeValue(attribute, context);
	}

	get deviceLoadStatus(): DeviceLoadStruct {
		return this.deviceLoad(undefined);
	}

	private deviceLoad(context: InteractionContext | undefined): DeviceLoadStruct {
		const load = this.load.deviceLoad;
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
		return { systemTimeMs: BigInt(Math.floor(this.elapsed())), posixTimeMs: null };
	}

	private elapsed(): number {
		return this.endpoint.node.scheduler.now() - this.started;
	}
}

function isMapped(address: Uint8Array): boolean {
	for (let i = 0; i < 10; i++) if (address[i] !== 0) return false;
	return address[10] === 0xff && address[11] === 0xff;
}

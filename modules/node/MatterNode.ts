import config from "mc/config";
import board from "host/board";
import networkCommissioning from "host/commissioning";
import { print } from "host/console";
import { interfaces } from "host/network";
import type { ProductDescription } from "../clusters/BasicInformationServer";
import type { DeviceLoad, DeviceLoadSource } from "../clusters/GeneralDiagnosticsServer";
import { toHex } from "../codec/Bytes";
import type { AttestationCredentials } from "../commissioning/Attestation";
import { CommissioningWindow, type WindowContext, type WindowListener } from "../commissioning/CommissioningWindow";
import { DevelopmentAttestation } from "../commissioning/DevelopmentAttestation";
import { FailSafe, type FailSafeContext } from "../commissioning/FailSafe";
import random from "../crypto/random";
import type { ClusterServer } from "../datamodel/ClusterServer";
import { Endpoint } from "../datamodel/Endpoint";
import { Node } from "../datamodel/Node";
import type { Device } from "../devices/Device";
import { RootNode } from "../devices/RootNode";
import { ConfigurationError } from "../diagnostics/ConfigurationError";
import { Counters } from "../diagnostics/Counters";
import { Log } from "../diagnostics/Log";
import type { LogLevel } from "../diagnostics/Log";
import { Resolver } from "../discovery/Resolver";
import { Responder, type NetworkListener } from "../discovery/Responder";
import { ExchangeManager, SENDING_LENGTH } from "../exchange/ExchangeManager";
import { FabricTable } from "../fabric/FabricTable";
import type { ClientParts } from "../interaction/GroupClient";
import { InteractionServer } from "../interaction/InteractionServer";
import { PersistentSubscriptions, type SubscribersContext } from "../interaction/PersistentSubscriptions";
import type { SubscribeHandler } from "../interaction/SubscribeHandler";
import { PATHS_PER_INVOKE } from "../session/Capacity";
import type { CaseClient } from "../securechannel/CaseClient";
import { SecureChannel, type SecureChannelContext } from "../securechannel/SecureChannel";
import { GroupMulticast } from "../session/GroupMulticast";
import { GroupSessions } from "../session/GroupSessions";
import { ResumptionRecords } from "../session/ResumptionRecords";
import { SessionManager } from "../session/SessionManager";
import { SessionParameters } from "../session/SessionParameters";
import { Storage } from "../storage/Storage";
import { Deadline } from "../time/Deadline";
import { Scheduler } from "../time/Scheduler";
import { addressToString, SOCKET_ADDRESS_LENGTH } from "../transport/SocketAddress";
import { RECEIVE_LENGTH, UdpTransport } from "../transport/UdpTransport";
import { Advertiser, type AdvertiserContext } from "./Advertiser";

const DEFAULT_PORT = 5540; // IANA's for Matter
const DEFAULT_PASSCODE = 20202021;
const DEFAULT_DISCRIMINATOR = 3840;
/** SESSION_ACTIVE_INTERVAL, ms (Matter Core 4.13.1) */
const DEFAULT_ACTIVE_INTERVAL = 300;
const MAX_INTERVAL = 3_600_000;
const HIGHEST_PORT = 0xffff;
const HIGHEST_VENDOR_ID = 0xfff4;
/** ms that subscribers have at an end to hear of it: a service manager, or a person with a power switch, waits for a second */
const FAREWELL = 600;
/** ms between two looks whether they have */
const FAREWELL_STEP = 20;
/** 2000-01-01 UTC as POSIX time (Matter Core 7.19.2.9) */
const EPOCH = 946_684_800;
const DEVELOPMENT_VENDOR = 0xfff1;
const DEVELOPMENT_PRODUCT = 0x8001;

export interface MatterNodeOptions extends ProductDescription {
	/** The device's endpoints, numbered from 1 in this order. */
	readonly endpoints: readonly Device[];
	/** The manufacturer's; without them, those of development for vendor 0xFFF1. */
	readonly attestation?: AttestationCredentials;
	/** 1..99999998, none of the easy ones (Matter Core 5.1.7.1). From the configuration when absent. */
	readonly passcode?: number;
	/** 0..4095. From the configuration when absent. */
	readonly discriminator?: number;
	/** What sends in this node's name, as GroupClient does. */
	readonly clients?: readonly { open(parts: ClientParts): void }[];
	/** Network Commissioning's server, where the platform's own is not the device's: a microcontroller on a wire. */
	readonly network?: (failSafe: FailSafe) => ClusterServer;
	/** UDP port, 0 for any. From the configuration when absent. */
	readonly port?: number;
}

/**
 * A Matter device: puts the rooms together and starts and ends them. What belongs together is wired here and nowhere
 * else; what the parts do is theirs.
 */
export class MatterNode {
	private options: MatterNodeOptions;
	declare private parts: Parts | undefined;

	/** @throws ConfigurationError when an option or the configuration is out of range */
	constructor(options: MatterNodeOptions) {
		if (options.endpoints.length === 0)
			throw new ConfigurationError("a node has at least one endpoint: give it a device");
		inRange("vendorId", options.vendorId, 1, HIGHEST_VENDOR_ID);
		inRange("productId", options.productId, 1, 0xffff);
		this.options = options;
	}

	/**
	 * Once in the life of a node and its devices. Takes up what storage keeps, opens the network, announces itself and says `ready`. A node without a fabric opens
	 * its commissioning window.
	 * @throws ConfigurationError when the port is taken, the storage can't be used or an option is out of range
	 */
	start(): void {
		if (this.parts) throw new TypeError("the node runs already");
		// first: whoever reads `ready` may end the device at once
		board.onStop = (done) => this.stop(done);
		this.parts = new Parts(this.options);
		this.parts.start();
	}

	/**
	 * Says goodbye to peers and network, and ends: at once, or within FAREWELL where subscribers are to hear of it. All that
	 * was acknowledged is stored before `done` is called. Asked again meanwhile, it waits no longer.
	 */
	stop(done: () => void = () => undefined): void {
		const parts = this.parts;
		if (!parts) done();
		else
			parts.close(() => {
				this.parts = undefined;
				done();
			});
	}
}

/** What a running node consists of, in the order in which it comes up. */
class Parts
	implements
		AdvertiserContext,
		DeviceLoadSource,
		FailSafeContext,
		NetworkListener,
		SecureChannelContext,
		SubscribersContext,
		WindowContext,
		WindowListener
{
	// What several of the others work with, which have it from here: each would take a slot for each.
	readonly product: MatterNodeOptions;
	readonly log: Log;
	readonly counters: Counters;
	readonly scheduler: Scheduler;
	readonly storage: Storage;
	readonly fabrics: FabricTable;
	readonly resumption: ResumptionRecords;
	readonly sessions: SessionManager;
	readonly exchanges: ExchangeManager;
	readonly parameters: SessionParameters;
	readonly secureChannel: SecureChannel;
	readonly window: CommissioningWindow;
	readonly responder: Responder;

	private readonly transport: UdpTransport;
	private readonly multicast: GroupMulticast;
	private readonly node: Node;
	private readonly root: RootNode;
	private readonly interaction: InteractionServer;
	private readonly subscriptions: PersistentSubscriptions;
	private readonly advertiser: Advertiser;
	declare private madeResolver: Resolver | undefined;
	/** while something has to be told of the window */
	declare private telling: Deadline | undefined;
	private shown = false;
	/** scheduler ms */
	private closeBy = Infinity;

	constructor(options: MatterNodeOptions) {
		const passcode = options.passcode ?? setting("passcode", DEFAULT_PASSCODE);
		const discriminator = options.discriminator ?? setting("discriminator", DEFAULT_DISCRIMINATOR);
		const port = inRange("port", options.port ?? setting("port", DEFAULT_PORT), 0, HIGHEST_PORT);
		const vendorId = options.vendorId;
		const productId = options.productId;
		this.product = options;

		const log = (this.log = new Log(config.log as LogLevel | undefined));
		const counters = (this.counters = new Counters());
		const scheduler = (this.scheduler = new Scheduler());
		const storage = (this.storage = configured(() => new Storage(log, counters)));
		const fabrics = (this.fabrics = new FabricTable(storage, log, epochSeconds(config.released)));
		fabrics.load();
		this.resumption = new ResumptionRecords(storage, fabrics, log);
		this.resumption.load();

		const sessions = (this.sessions = new SessionManager({ scheduler, log, counters }));
		const groups = new GroupSessions({ fabrics, counters });
		// a datagram is dealt with before the next one is taken, Matter's or DNS's
		const buffer = new Uint8Array(RECEIVE_LENGTH);
		const from = new Uint8Array(SOCKET_ADDRESS_LENGTH);
		const sending = new Uint8Array(SENDING_LENGTH);
		const transport = (this.transport = configured(() => new UdpTransport({ port, buffer, from })));
		const exchanges = (this.exchanges = new ExchangeManager({
			transport,
			sessions,
			groups,
			scheduler,
			log,
			counters,
			buffer: sending,
		}));
		transport.receiver = exchanges;
		this.multicast = new GroupMulticast({ fabrics, transport, log });
		const activeInterval = inRange(
			"activeInterval",
			setting("activeInterval", DEFAULT_ACTIVE_INTERVAL),
			1,
			MAX_INTERVAL,
		);
		this.parameters = SessionParameters.own({ maxPathsPerInvoke: PATHS_PER_INVOKE, activeInterval });
		this.secureChannel = new SecureChannel(this);
		const window = (this.window = new CommissioningWindow(this, passcode, discriminator));
		const failSafe = new FailSafe(this);

		const node = (this.node = new Node({ storage, scheduler, log }));
		const attestation = options.attestation ?? development(vendorId, productId);
		const root = (this.root = new RootNode({
			product: options,
			fabrics,
			failSafe,
			window,
			attestation,
			load: this,
			network: (options.network ?? networkCommissioning)(failSafe),
		}));
		node.add(new Endpoint(0, root.deviceTypes, root.servers));
		options.endpoints.forEach((device, index) =>
			node.add(new Endpoint(index + 1, device.deviceTypes, device.servers)),
		);
		this.interaction = new InteractionServer({ node, exchanges, scheduler, log });
		this.responder = configured(
			() =>
				new Responder({
					hostname: hostname(),
					scheduler,
					log,
					buffer,
					from,
					sending,
					listener: this,
				}),
		);
		this.subscriptions = new PersistentSubscriptions(this);
		this.advertiser = new Advertiser(this);
		window.listener = this;
		fabrics.addListener(this);
		if (options.clients) {
			const clients = options.clients;
			for (let i = 0; i < clients.length; i++) clients[i]!.open({ fabrics, storage, transport, counters });
		}
	}

	/** Matter's UDP port. */
	get port(): number {
		return this.transport.port;
	}

	/** Of the first application endpoint. */
	get deviceType(): number {
		return this.product.endpoints[0]!.deviceTypes[0]!.deviceType;
	}

	/** Not within the constructor, which takes a quarter of a small stack. */
	start(): void {
		this.node.start();
		this.advertiser.start();
		this.multicast.update();
		this.subscriptions.start();
		if (this.fabrics.fabrics.length === 0) this.window.openInitial();
		else board.onboarding(undefined);
		this.showOnboarding();
		const port = this.port;
		const all = interfaces();
		for (let i = 0; i < all.length; i++) {
			const { addresses, index } = all[i]!;
			for (let j = 0; j < addresses.length; j++)
				print(`listening on ${addressToString(socketAddress(addresses[j]!, port, index))}`);
		}
		board.ready(`ready udp/${port} discriminator ${this.window.discriminator}`);
	}

	/** The responder's listener. */
	networkChanged(): void {
		this.root.generalDiagnostics.networkChanged();
		this.multicast.update();
	}

	/** The window's listener. What the world is told takes long, and needs the stack for itself. */
	windowChanged(): void {
		this.root.administratorCommissioning.windowChanged();
		this.telling ??= new Deadline(this.scheduler, this.tellOfWindow, this);
		this.telling.start(0);
	}

	get subscribe(): SubscribeHandler {
		return this.interaction.subscribe;
	}

	/** Finds subscribers, where there are any. */
	get resolver(): Resolver {
		return (this.madeResolver ??= new Resolver(this.responder, this.scheduler));
	}

	get caseClient(): CaseClient {
		return this.secureChannel.caseClient;
	}

	/** For General Diagnostics. */
	get deviceLoad(): DeviceLoad {
		const subscriptions = this.interaction.subscribe.subscriptions;
		const established = this.interaction.subscribe.established;
		return {
			subscriptions,
			subscriptionsEstablished: established,
			messagesSent: this.counters.get("interactionSent"),
			messagesReceived: this.counters.get("interactionReceived"),
		};
	}

	/** The fabric table's listener, the last one. */
	onFabricRemoved(index: number): void {
		this.node.removeFabric(index);
		// nobody is left to open a window (Matter Core 11.18.6.12)
		if (this.fabrics.fabrics.length === 0 && !this.window.isOpen) this.window.openInitial();
	}

	/** Tells subscribers, then ends everything; calls `done` whatever fails. */
	close(done: () => void): void {
		const subscribe = this.interaction.subscribe;
		const isFirst = this.closeBy === Infinity;
		this.closeBy = this.scheduler.now() + (isFirst ? FAREWELL : 0);
		try {
			if (!isFirst) return;
			subscribe.hurry();
			this.root.basicInformation.shutDown();
		} finally {
			this.closeWhenHeard(done);
		}
	}

	private closeWhenHeard(done: () => void): void {
		const scheduler = this.scheduler;
		if (this.interaction.subscribe.isReporting && scheduler.now() < this.closeBy) {
			new Deadline(scheduler, () => this.closeWhenHeard(done)).start(FAREWELL_STEP);
			return;
		}
		try {
			this.end();
		} finally {
			done();
		}
	}

	private end(): void {
		this.subscriptions.close(); // before the sessions, with which subscriptions end for good
		const sessions = this.sessions.secure();
		for (let i = 0; i < sessions.length; i++) this.secureChannel.closeSession(sessions[i]!);
		this.interaction.close();
		this.madeResolver?.close();
		this.responder.close();
		this.node.stop();
		this.exchanges.close();
		this.sessions.destroyAll();
		this.transport.close();
		this.scheduler.close();
	}

	private tellOfWindow(): void {
		this.telling = undefined;
		this.advertiser.windowChanged();
		this.showOnboarding();
	}

	/** The code on the device opens the initial and the basic window, not one with a passcode of its own. */
	private showOnboarding(): void {
		const show = this.window.commissioningMode === 1;
		if (show === this.shown) return;
		this.shown = show;
		const vendorId = this.product.vendorId;
		const productId = this.product.productId;
		board.onboarding(show ? this.window.onboarding(vendorId, productId) : undefined);
	}
}

/** What controllers accept in development stands for one product only: they compare the ids (Matter Core 6.2.3.1). */
function development(vendorId: number, productId: number): AttestationCredentials {
	if (vendorId !== DEVELOPMENT_VENDOR || productId !== DEVELOPMENT_PRODUCT)
		throw new ConfigurationError(
			`vendor 0x${vendorId.toString(16)}, product 0x${productId.toString(16)} needs attestation of its own: see docs/ATTESTATION.md`,
		);
	return new DevelopmentAttestation();
}

/** seconds since 2000-01-01 UTC of a day as `2026-11-23`; 0 without one */
function epochSeconds(day: string | undefined): number {
	const seconds = day === undefined ? NaN : Date.parse(day) / 1000 - EPOCH;
	return seconds > 0 ? seconds : 0;
}

function setting(name: "passcode" | "discriminator" | "port" | "activeInterval", absent: number): number {
	return (config[name] as number | undefined) ?? absent;
}

function inRange(name: string, value: number, min: number, max: number): number {
	if (!Number.isInteger(value) || value < min || value > max)
		throw new ConfigurationError(`${name} ${String(value)} is not a whole number from ${min} to ${max}`);
	return value;
}

/** What the platform refuses at start is the configuration's fault: a taken port, a folder that can't be written. */
function configured<T>(step: () => T): T {
	try {
		return step();
	} catch (error) {
		throw new ConfigurationError(error instanceof Error ? error.message : String(error));
	}
}

/** 12 or 16 hexadecimal digits: the hardware address of an interface, or a random one (Matter Core 4.3.1.1). */
function hostname(): string {
	const link = interfaces().find(({ loopback, mac }) => !loopback && mac.length > 0);
	return toHex(link?.mac ?? random(8)).toUpperCase();
}

function socketAddress(address: Uint8Array, port: number, index: number): Uint8Array {
	const result = new Uint8Array(22);
	result.set(address);
	result[16] = port >> 8;
	result[17] = port & 0xff;
	result[18] = index;
	result[19] = index >> 8;
	return result;
}

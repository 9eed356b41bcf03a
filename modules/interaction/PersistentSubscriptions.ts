import {
	nodeIdBytes,
	readUint16LE,
	readUint32LE,
	readUint64LE,
	writeUint16LE,
	writeUint32LE,
	writeUint64LE,
} from "../codec/Bytes";
import type { Log } from "../diagnostics/Log";
import type { Resolution, Resolver, ResolverListener } from "../discovery/Resolver";
import type { Fabric } from "../fabric/Fabric";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import type { CaseClient, CaseFailure, CaseListener } from "../securechannel/CaseClient";
import { SUBSCRIPTIONS_PER_FABRIC } from "../session/Capacity";
import type { SecureSession } from "../session/SecureSession";
import type { SessionManager } from "../session/SessionManager";
import { SessionParameters } from "../session/SessionParameters";
import type { Storage } from "../storage/Storage";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import { EventPaths } from "./EventPaths";
import { ReportRequest } from "./ReportRequest";
import { STORED_PATH_LENGTH } from "./RequestPaths";
import type { SubscribeHandler, SubscriptionListener } from "./SubscribeHandler";

const FACILITY = "interaction";
const RECORD = "subscriptions-";

// An entry; docs/STORAGE.md tells it too.
const ID = 0;
const PEER = 4;
const MIN_INTERVAL = 12;
const MAX_INTERVAL = 14;
const FLAGS = 16;
const ATTRIBUTES = 17;
const EVENTS = 18;
const PATHS = 19;
const FABRIC_FILTERED = 1;
const HIGHEST_COUNT = 255;

/** ms from the start to the first try: the network, and the peer after a power cut of the house, have to come up too */
const FIRST_DELAY = 1000;
/** ms between tries, doubled from one to the next */
const FIRST_INTERVAL = 10_000;
const MAX_RETRY_INTERVAL = 3_600_000;

/** What subscribers are kept, found and spoken to with. */
export interface SubscribersContext {
	readonly subscribe: SubscribeHandler;
	readonly sessions: SessionManager;
	readonly fabrics: FabricTable;
	readonly storage: Storage;
	readonly resolver: Resolver;
	readonly caseClient: CaseClient;
	readonly scheduler: Scheduler;
	readonly log: Log;
}

/** A subscription from before the restart whose subscriber has not been found yet. */
interface Waiting {
	fabricIndex: number;
	peerNodeId: bigint;
	id: number;
	minInterval: number;
	maxInterval: number;
	request: ReportRequest;
	/** scheduler ms of the next try */
	due: number;
	/** ms from that to the one after */
	interval: number;
}

/**
 * Keeps subscriptions over a restart (Matter Core 8.5): at most three of each fabric are in storage, and after a start the
 * device looks for their subscribers, opens a session to each and goes on reporting under the ids that they know. Who
 * does not answer is tried again after 10 s, then after twice as long each time, up to an hour; who answers that it knows no
 * such subscription, or makes others in its place, is left alone.
 */
export class PersistentSubscriptions implements SubscriptionListener, FabricListener, ResolverListener, CaseListener {
	private context: SubscribersContext;
	/** made when somebody is waited for */
	declare private deadline: Deadline | undefined;
	private waiting: Waiting[] = [];

	/** whose session is being opened */
	declare private fabric: Fabric | undefined;
	private peerNodeId = 0n;
	/** where it may be, from the next one on */
	declare private addresses: readonly Uint8Array[] | undefined;
	declare private parameters: SessionParameters | undefined;

	constructor(context: SubscribersContext) {
		this.context = context;
	}

	/** Takes up what is stored, after the fabrics were; what belongs to none of them is removed. */
	start(): void {
		const names = this.context.storage.names(RECORD);
		for (let i = 0; i < names.length; i++) {
			const name = names[i]!;
			const index = Number(name.slice(RECORD.length));
			const bytes = this.context.fabrics.find(index) ? this.context.storage.get(name) : undefined;
			const stored = bytes && decode(bytes, index, this.context.scheduler.now() + FIRST_DELAY);
			if (stored) this.waiting.push(...stored);
			else this.context.storage.remove(name);
		}
		this.context.subscribe.listener = this;
		this.context.fabrics.addListener(this);
		this.arm();
	}

	/** Looks for nobody any more; what is stored stays. */
	close(): void {
		this.context.subscribe.listener = undefined;
		this.deadline?.stop();
		this.waiting = [];
		if (!this.fabric) return;
		this.fabric = undefined;
		this.context.resolver.cancel(this);
		this.context.caseClient.cancel();
	}

	onSubscriptionsChanged(fabricIndex: number): void {
		if (fabricIndex !== 0) this.save(fabricIndex);
	}

	onSubscriptionsReplaced(session: SecureSession): void {
		const index = session.fabric?.index ?? 0;
		if (this.drop((each) => each.fabricIndex === index && each.peerNodeId === session.peerNodeId)) this.save(index);
	}

	onFabricRemoved(index: number): void {
		this.drop((each) => each.fabricIndex === index);
		this.context.storage.remove(RECORD + index);
		if (this.fabric?.index === index) {
			this.context.resolver.cancel(this);
			this.fabric = undefined;
			this.arm();
		}
	}

	/** The peer's addresses. */
	onResolved({ addresses, idleInterval, activeInterval, activeThreshold }: Resolution): void {
		this.addresses = addresses.slice();
		this.parameters = new SessionParameters({
			...(idleInterval !== undefined && { idleInterval }),
			...(activeInterval !== undefined && { activeInterval }),
			...(activeThreshold !== undefined && { activeThreshold }),
		});
		this.connect();
	}

	onUnresolved(): void {
		this.failed("is not on the network");
	}

	onEstablished(session: SecureSession): void {
		this.fabric = undefined;
		this.resume(session);
	}

	onFailed(reason: CaseFailure): void {
		if (reason === "unreachable") this.connect();
		else this.failed(`has no session: ${reason}`);
	}

	private arm(): void {
		let due = Infinity;
		const waiting = this.waiting;
		for (let i = 0; i < waiting.length; i++) {
			const each = waiting[i]!;
			if (each.due < due) due = each.due;
		}
		if (due < Infinity && !this.fabric) {
			this.deadline ??= new Deadline(this.context.scheduler, this.next, this);
			this.deadline.startAt(due);
		} else this.deadline?.stop();
	}

	/** Whoever is due: one peer at a time. */
	private next(): void {
		const now = this.context.scheduler.now();
		const waiting = this.waiting.find(({ due }) => due <= now);
		const fabric = waiting && this.context.fabrics.find(waiting.fabricIndex);
		if (!waiting || !fabric) return this.arm();
		const peerNodeId = waiting.peerNodeId;
		const sessions = this.context.sessions.secure();
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (session.fabric === fabric && session.peerNodeId === peerNodeId && !session.isClosing) {
				this.resume(session); // the peer was here first
				return;
			}
		}
		this.fabric = fabric;
		this.peerNodeId = peerNodeId;
		this.addresses = undefined;
		if (!this.context.resolver.resolve(fabric.compressedId, nodeIdBytes(peerNodeId), this))
			this.failed("cannot be looked up now");
	}

	/** Tries the next address. */
	private connect(): void {
		const fabric = this.fabric;
		const [address, ...others] = this.addresses ?? [];
		if (!fabric) return;
		this.addresses = others;
		const target = { fabric, peerNodeId: this.peerNodeId, parameters: this.parameters };
		if (!address) this.failed("does not answer");
		else if (!this.context.caseClient.open({ ...target, address }, this)) this.failed("has to wait");
	}

	private failed(what: string): void {
		const fabric = this.fabric;
		this.fabric = undefined;
		if (!fabric) return;
		const now = this.context.scheduler.now();
		const waiting = this.waiting;
		for (let i = 0; i < waiting.length; i++) {
			const each = waiting[i]!;
			if (each.fabricIndex === fabric.index && each.peerNodeId === this.peerNodeId) {
				each.due = now + each.interval;
				each.interval = Math.min(MAX_RETRY_INTERVAL, each.interval * 2);
			}
		}
		this.context.log.info(FACILITY, `a subscriber of fabric ${fabric.index} ${what}`);
		this.arm();
	}

	/** Goes on with all that the session's peer subscribed to. */
	private resume(session: SecureSession): void {
		const index = session.fabric!.index;
		const peerNodeId = session.peerNodeId;
		const all = this.waiting.slice();
		for (let i = 0; i < all.length; i++) {
			const each = all[i]!;
			if (each.fabricIndex !== index || each.peerNodeId !== peerNodeId) continue;
			this.waiting.splice(this.waiting.indexOf(each), 1);
			try {
				this.context.subscribe.resume(session, each.id, each.request, each.minInterval, each.maxInterval);
				this.context.log.info(FACILITY, `subscription ${each.id} goes on in ${session.getName()}`);
			} catch (error) {
				this.context.log.info(FACILITY, `subscription ${each.id} cannot go on: ${String(error)}`);
			}
		}
		this.save(index);
		this.arm();
	}

	/** @returns whether there was one */
	private drop(which: (each: Waiting) => boolean): boolean {
		const before = this.waiting.length;
		this.waiting = this.waiting.filter((each) => !which(each));
		this.arm();
		return this.waiting.length < before;
	}

	/** The latest three of the fabric: those that wait are older than those that live. */
	private save(index: number): void {
		const stored: Pick<Waiting, "peerNodeId" | "id" | "minInterval" | "maxInterval" | "request">[] = [];
		const waiting = this.waiting;
		for (let i = 0; i < waiting.length; i++) {
			const each = waiting[i]!;
			if (each.fabricIndex === index) stored.push(each);
		}
		const subscriptions = this.context.subscribe.subscriptions;
		for (let i = 0; i < subscriptions.length; i++) {
			const each = subscriptions[i]!;
			if (each.fabricIndex === index && each.established && each.paths <= HIGHEST_COUNT) {
				const { id, peerNodeId, minInterval, maxInterval, attributes, events, fabricFiltered } = each;
				stored.push({
					id,
					peerNodeId,
					minInterval,
					maxInterval,
					request: Object.assign(new ReportRequest(), { attributes, events, fabricFiltered }),
				});
			}
		}
		const kept = stored.slice(-SUBSCRIPTIONS_PER_FABRIC);
		if (kept.length === 0) {
			this.context.storage.remove(RECORD + index);
			return;
		}
		const bytes = new Uint8Array(
			kept.reduce((length, { request }) => length + PATHS + request.paths * STORED_PATH_LENGTH, 0),
		);
		let at = 0;
		for (let i = 0; i < kept.length; i++) {
			const { id, peerNodeId, minInterval, maxInterval, request } = kept[i]!;
			writeUint32LE(bytes, at + ID, id);
			writeUint64LE(bytes, at + PEER, peerNodeId);
			writeUint16LE(bytes, at + MIN_INTERVAL, minInterval);
			writeUint16LE(bytes, at + MAX_INTERVAL, maxInterval);
			bytes[at + FLAGS] = request.fabricFiltered ? FABRIC_FILTERED : 0;
			bytes[at + ATTRIBUTES] = request.attributes.length;
			bytes[at + EVENTS] = request.events?.length ?? 0;
			at = request.attributes.store(bytes, at + PATHS);
			if (request.events) at = request.events.store(bytes, at);
		}
		try {
			this.context.storage.set(RECORD + index, bytes, false);
		} catch {
			// Storage has told; the subscriber has to subscribe again after a restart.
		}
	}
}

/** @returns undefined when the record is none */
function decode(bytes: Uint8Array, fabricIndex: number, due: number): Waiting[] | undefined {
	const waiting: Waiting[] = [];
	for (let at = 0; at < bytes.length;) {
		if (at + PATHS > bytes.length) return undefined;
		const attributes = bytes[at + ATTRIBUTES]!;
		const events = bytes[at + EVENTS]!;
		if (at + PATHS + (attributes + events) * STORED_PATH_LENGTH > bytes.length) return undefined;
		const request = new ReportRequest();
		request.fabricFiltered = (bytes[at + FLAGS]! & FABRIC_FILTERED) !== 0;
		waiting.push({
			fabricIndex,
			id: readUint32LE(bytes, at + ID),
			peerNodeId: readUint64LE(bytes, at + PEER),
			minInterval: readUint16LE(bytes, at + MIN_INTERVAL),
			maxInterval: readUint16LE(bytes, at + MAX_INTERVAL),
			request,
			due,
			interval: FIRST_INTERVAL,
		});
		at = request.attributes.restore(bytes, at + PATHS, attributes);
		if (events > 0) at = (request.events = new EventPaths()).restore(bytes, at, events);
	}
	return waiting;
}

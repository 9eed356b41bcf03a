import random from "../crypto/random";
import { readUint32LE } from "../codec/Bytes";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import type { EventRecord } from "../datamodel/EventLog";
import type { NodeListener } from "../datamodel/Node";
import { Status, StatusError } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import {
	SPARE_SUBSCRIPTION_PATHS,
	SUBSCRIPTIONS,
	SUBSCRIPTIONS_PER_FABRIC,
	SUBSCRIPTION_PATHS,
} from "../session/Capacity";
import type { SecureSession } from "../session/SecureSession";
import { ChangeLog } from "./ChangeLog";
import type { InteractionServer } from "./InteractionServer";
import { ReportRequest } from "./ReportRequest";
import { Subscription } from "./Subscription";
import { enterMessage } from "./enter";

/** Seconds: the longest interval that a publisher may choose when the subscriber allows less (Matter Core 2.11.2.2). */
const MAX_INTERVAL_LIMIT = 3600;

/** Paths that one subscription can have at all. */
const PATHS = SUBSCRIPTION_PATHS + SPARE_SUBSCRIPTION_PATHS;

/** Is told what to keep for the time after a restart. */
export interface SubscriptionListener {
	/** Subscriptions of the fabric were established, or ended. */
	onSubscriptionsChanged(fabricIndex: number): void;
	/** The peer of `session` wants none of its earlier ones. */
	onSubscriptionsReplaced(session: SecureSession): void;
}

/** Answers SubscribeRequests and keeps the subscriptions (Matter Core 8.5). */
export class SubscribeHandler implements NodeListener {
	/** since start (Matter Core 11.12.5.7.3) */
	established = 0;
	listener: SubscriptionListener | undefined;
	private readonly server: InteractionServer;
	declare private changeLog: ChangeLog | undefined;
	private readonly all: Subscription[] = [];
	private nextId: number;
	private ending = false;
	// of the request at hand
	declare private keep: boolean;
	declare private minInterval: number;
	declare private maxInterval: number;

	constructor(server: InteractionServer) {
		this.server = server;
		// Where it starts at random, a peer does not take a new subscription for one from before a restart.
		this.nextId = readUint32LE(random(4), 0);
	}

	/** What subscriptions have to report. */
	get changes(): ChangeLog {
		return (this.changeLog ??= new ChangeLog());
	}

	get subscriptions(): readonly Subscription[] {
		return this.all;
	}

	/** @throws TlvError, StatusError: the request is refused */
	handle(exchange: Exchange, message: Message): void {
		const context = this.server.context;
		context.open(exchange, false, false);
		const session = exchange.session as SecureSession;
		const request = this.decode(message);
		if (!this.keep) this.cancelOf(session);
		if (this.maxInterval < this.minInterval) throw new StatusError(Status.InvalidAction);
		this.makeRoom(session, request.paths);
		const subscription = new Subscription(
			this.server,
			session,
			this.id(),
			request,
			this.minInterval,
			maxInterval(this.minInterval, this.maxInterval),
		);
		this.all.push(subscription);
		session.addSubscription(subscription);
		try {
			subscription.prime(exchange);
		} catch (error) {
			subscription.end();
			throw error;
		}
	}

	/**
	 * Goes on with a subscription from before a restart, under its id, through a new session of the subscriber: reports all.
	 * @throws StatusError when there is no room for it
	 */
	resume(session: SecureSession, id: number, request: ReportRequest, minInterval: number, maxInterval: number): void {
		this.server.prepare();
		this.makeRoom(session, request.paths);
		const subscription = new Subscription(this.server, session, id, request, minInterval, maxInterval, true);
		this.all.push(subscription);
		session.addSubscription(subscription);
		subscription.resume();
	}

	/** From now on every event is reported at once, urgent or not: later there will be nobody to report it. */
	hurry(): void {
		this.ending = true;
	}

	/** Whether an event still has to be reported at once, or a report to be acknowledged. */
	get isReporting(): boolean {
		return this.all.some((subscription) => subscription.isReporting);
	}

	/** Ends all of them without a word; what is kept of them stays. */
	close(): void {
		this.listener = undefined;
		while (this.all.length > 0) this.all[0]!.end();
	}

	/** For Subscription: it holds. */
	nowEstablished(subscription: Subscription): void {
		this.established++;
		this.listener?.onSubscriptionsChanged(subscription.fabricIndex);
	}

	/** For Subscription: it has ended. */
	ended(subscription: Subscription): void {
		const index = this.all.indexOf(subscription);
		if (index >= 0) this.all.splice(index, 1);
		this.reported();
		if (subscription.established) this.listener?.onSubscriptionsChanged(subscription.fabricIndex);
	}

	/** For Subscription: it has reported changes, so that some may be forgotten. */
	reported(): void {
		let reported = Infinity;
		for (let i = 0; i < this.all.length; i++) reported = Math.min(reported, this.all[i]!.reported);
		this.changeLog?.forget(reported);
	}

	onAttributeChanged(server: ClusterServer, attribute: AttributeDefinition): void {
		const subscriptions = this.all;
		let serial = 0;
		for (let i = 0; i < subscriptions.length; i++) {
			const subscription = subscriptions[i]!;
			if (!subscription.attributes.match(server, attribute)) continue;
			if (serial === 0) serial = this.changes.add(server, attribute);
			subscription.onChange(serial);
		}
	}

	onEvent(record: EventRecord): void {
		const subscriptions = this.all;
		for (let i = 0; i < subscriptions.length; i++)
			if (subscriptions[i]!.events?.match(record.endpoint, record.cluster, record.definition.id, !this.ending))
				subscriptions[i]!.onUrgentEvent();
	}

	private decode(message: Message): ReportRequest {
		const reader = this.server.reader;
		const path = this.server.path;
		const context = this.server.context;
		const nodeId = context.nodeId;
		const request = new ReportRequest();
		let keep: boolean | undefined;
		let min = -1;
		let max = -1;
		let filtered: boolean | undefined;
		enterMessage(reader, message);
		while (reader.next())
			switch (reader.tag) {
				case 0:
					keep = reader.boolean();
					break;
				case 1:
					min = reader.unsigned(0xffff);
					break;
				case 2:
					max = reader.unsigned(0xffff);
					break;
				case 3:
					request.readAttributes(reader, path, nodeId, PATHS);
					break;
				case 4:
					request.readEvents(reader, nodeId, PATHS);
					break;
				case 5:
					request.readEventFilters(reader, nodeId);
					break;
				case 7:
					filtered = reader.boolean();
					break;
				case 8:
					request.readFilters(reader, nodeId);
					break;
			}
		if (keep === undefined || min < 0 || filtered === undefined) throw new StatusError(Status.InvalidAction);
		request.fabricFiltered = filtered;
		this.keep = keep;
		this.minInterval = min;
		this.maxInterval = max;
		return request;
	}

	/** Ends the subscriptions of the peer, through whatever session it made them (Matter Core 8.5.3.2). */
	private cancelOf(session: SecureSession): void {
		for (let i = this.all.length - 1; i >= 0; i--) if (this.all[i]!.isOf(session)) this.all[i]!.end();
		this.listener?.onSubscriptionsReplaced(session);
	}

	/**
	 * A fabric may use what others leave, and gives it back when one below its guarantee asks (Matter Core 2.11.2.2).
	 * @throws StatusError ResourceExhausted or PathsExhausted
	 */
	private makeRoom(session: SecureSession, paths: number): void {
		const subscriptions = this.all;
		let spare = Math.max(0, paths - SUBSCRIPTION_PATHS);
		if (spare > 0)
			for (let i = 0; i < subscriptions.length; i++)
				spare += Math.max(0, subscriptions[i]!.paths - SUBSCRIPTION_PATHS);
		if (spare > SPARE_SUBSCRIPTION_PATHS) throw new StatusError(Status.PathsExhausted);
		if (subscriptions.length < SUBSCRIPTIONS) return;
		const fabricIndex = session.fabric?.index ?? 0;
		if (fabricIndex === 0 || this.count(fabricIndex) >= SUBSCRIPTIONS_PER_FABRIC)
			throw new StatusError(Status.ResourceExhausted);
		for (let i = 0; i < subscriptions.length; i++) {
			const subscription = subscriptions[i]!;
			if (subscription.fabricIndex === 0 || this.count(subscription.fabricIndex) > SUBSCRIPTIONS_PER_FABRIC) {
				subscription.end();
				return;
			}
		}
		throw new StatusError(Status.ResourceExhausted);
	}

	private count(fabricIndex: number): number {
		let count = 0;
		const subscriptions = this.all;
		for (let i = 0; i < subscriptions.length; i++) if (subscriptions[i]!.fabricIndex === fabricIndex) count++;
		return count;
	}

	private id(): number {
		this.nextId = (this.nextId + 1) >>> 0;
		return this.nextId;
	}
}

/** Seconds: what the subscriber allows at most, but no more than the publisher's limit, and at least one (Matter Core 8.5.3.2). */
function maxInterval(floor: number, ceiling: number): number {
	return Math.max(1, floor, Math.min(ceiling, MAX_INTERVAL_LIMIT));
}

import { ANONYMOUS } from "../codec/TlvWriter";
import { Status, StatusError } from "../datamodel/Status";
import type { CloseReason, Exchange, ExchangeHandler } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import type { SecureSession, SubscriptionHandler } from "../session/SecureSession";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { Alarm } from "../time/Alarm";
import type { AttributePaths } from "./AttributePaths";
import type { DataVersionFilters } from "./DataVersionFilters";
import type { EventPaths } from "./EventPaths";
import type { InteractionServer } from "./InteractionServer";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";
import { ReportCursor } from "./ReportCursor";
import type { Requested } from "./Reporter";
import type { ReportRequest } from "./ReportRequest";
import { sendStatus } from "./StatusResponse";

/** Milliseconds by which a report at the maximum interval comes early, so that it arrives in time even if it is lost once or twice. */
const MIN_MARGIN = 300;
const MAX_MARGIN = 10_000;
/** Milliseconds after which a report is tried again that found no exchange free. */
const RETRY = 500;
/** Milliseconds for which a subscriber may object to an empty report. */
const OBJECTION = 2000;

// What is in #state, a bit each.
/** The subscriber has not been told yet that it is subscribed. */
const PRIMING = 1;
/** Changes are to be reported. */
const CHANGED = 2;
/** So are events that do not wait. */
const URGENT = 4;
/** Only data of the subscriber's fabric is wanted. */
const FABRIC_FILTERED = 8;
const ENDED = 16;
/** What is under way is an empty report: acknowledged it has done its work, but the subscriber may still object. */
const LISTENING = 32;
/** It goes on after a restart: the first report holds all that the paths ask for, and no response follows. */
const RESUMING = 64;

/**
 * One subscription (Matter Core 8.5): primes the subscriber with all it asked for, then reports changes, each at most so
 * long after the latest report as the maximum interval and no sooner than the minimum interval. Of its request it keeps the
 * paths; which changes are to be reported is a mark in the change log that all subscriptions share. There are many, so it
 * is small: its own deadline, and what is true or false of it in one number.
 */
export class Subscription extends Alarm implements ExchangeHandler, SubscriptionHandler, Requested {
	readonly id: number;
	readonly fabricIndex: number;
	readonly attributes: AttributePaths;
	readonly events: EventPaths | undefined;
	/** for priming */
	filters: DataVersionFilters | undefined;
	/** seconds */
	readonly minInterval: number;
	/** seconds */
	readonly maxInterval: number;
	private readonly server: InteractionServer;
	private readonly session: SecureSession;
	/** where the priming report, or one of changes, is under way */
	private exchange: Exchange | undefined;
	/** how far it has come; undefined when nothing of it is left to send */
	private cursor: ReportCursor | undefined;
	private state: number;
	/** changes after this serial have to be reported */
	private serial = 0;
	private nextEvent: number;
	/** scheduler time of the latest report */
	private reportedAt = 0;

	constructor(
		server: InteractionServer,
		session: SecureSession,
		id: number,
		request: ReportRequest,
		minInterval: number,
		maxInterval: number,
		resuming = false,
	) {
		super(server.scheduler);
		this.id = id;
		this.fabricIndex = session.fabric?.index ?? 0;
		this.attributes = request.attributes;
		this.events = request.events;
		this.filters = request.filters;
		this.minInterval = minInterval;
		this.maxInterval = maxInterval;
		this.server = server;
		this.session = session;
		this.state = (resuming ? RESUMING : PRIMING) | (request.fabricFiltered ? FABRIC_FILTERED : 0);
		this.nextEvent = request.eventMin;
	}

	/** Attribute and event paths together. */
	get paths(): number {
		return this.attributes.length + (this.events === undefined ? 0 : this.events.length);
	}

	/** The subscriber knows it: it holds until one of the two ends it. */
	get established(): boolean {
		return (this.state & PRIMING) === 0;
	}

	get fabricFiltered(): boolean {
		return (this.state & FABRIC_FILTERED) !== 0;
	}

	get peerNodeId(): bigint {
		return this.session.peerNodeId;
	}

	/** Whether the peer of `session` made it. */
	isOf(session: SecureSession): boolean {
		return (
			session === this.session ||
			(this.fabricIndex !== 0 &&
				session.fabric?.index === this.fabricIndex &&
				session.peerNodeId === this.session.peerNodeId)
		);
	}

	/** Something is reported at once, or waits for its acknowledgement. */
	get isReporting(): boolean {
		return (this.state & URGENT) !== 0 || (this.exchange !== undefined && !(this.state & LISTENING));
	}

	/** All changes up to this serial are reported, or of no interest; Infinity when none is waiting. */
	get reported(): number {
		const cursor = this.cursor;
		const reporting = cursor !== undefined && cursor.serial >= 0 ? cursor.serial : Infinity;
		return this.state & CHANGED ? Math.min(reporting, this.serial) : reporting;
	}

	/**
	 * Sends the first message of the priming report on the exchange that the request came on.
	 * @throws StatusError InvalidAction when no path means anything that is there and may be read, ResourceExhausted
	 */
	prime(exchange: Exchange): void {
		const context = this.server.context;
		const reporter = this.server.reporter;
		const cursor = this.server.cursor;
		cursor.reset(this.nextEvent);
		context.open(exchange, this.fabricFiltered, false);
		const complete = reporter.fill(exchange, this.id, this, cursor);
		if (complete ? !cursor.existing : reporter.empty)
			throw new StatusError(complete ? Status.InvalidAction : Status.ResourceExhausted);
		exchange.handler = this;
		this.exchange = exchange;
		this.send(exchange, cursor, complete, false);
	}

	/** For SubscribeHandler, of one from before a restart: reports all, under the id that the subscriber knows. */
	resume(): void {
		this.start(0);
	}

	/** For SubscribeHandler: an attribute that the paths mean has changed. */
	onChange(serial: number): void {
		if (!(this.state & CHANGED)) {
			this.state |= CHANGED;
			this.serial = serial - 1;
		}
		this.schedule();
	}

	/** For SubscribeHandler: an event has been recorded that a path wants at once. */
	onUrgentEvent(): void {
		this.state |= URGENT;
		this.schedule();
	}

	onMessage(exchange: Exchange, message: Message): void {
		const status = this.server.statusOf(message);
		if (status === Status.Success && this.cursor !== undefined) this.continue(exchange, this.cursor);
		else if (status === Status.Success && this.state & PRIMING) this.respond(exchange);
		else if (status === Status.Success) exchange.close();
		else {
			// InvalidSubscription: the subscriber does not know it (Matter Core 8.5.3.3). Whatever it answers, it does not take it.
			if (status < 0) sendStatus(exchange, Status.InvalidAction);
			this.end();
		}
	}

	onClose(_exchange: Exchange, reason: CloseReason): void {
		this.exchange = undefined;
		this.state &= ~LISTENING;
		// Not acknowledged: the subscriber is gone (Matter Core 8.5.3.4).
		if (reason !== "done") this.end();
		else this.schedule();
	}

	/** The session ends. */
	cancel(): void {
		this.end();
	}

	/** Reports no more; nothing is said to the subscriber. */
	end(): void {
		this.state |= ENDED;
		this.stop();
		this.session.removeSubscription(this);
		const exchange = this.exchange;
		this.exchange = undefined;
		this.server.subscribe.ended(this);
		exchange?.close();
	}

	/** Arms the deadline: for the next report, or for the subscriber's answer while one is under way. */
	private schedule(): void {
		const pending = this.state & (CHANGED | URGENT);
		if (this.state & LISTENING) this.exchange?.close();
		if (this.state & ENDED || this.exchange !== undefined) return;
		const wait = pending ? this.minInterval * 1000 : this.longest;
		this.start(Math.max(0, this.reportedAt + wait - this.server.scheduler.now()));
	}

	/** Milliseconds between two reports when nothing changes. */
	private get longest(): number {
		const interval = this.maxInterval * 1000;
		const margin = Math.max(MIN_MARGIN, Math.min(interval / 10, MAX_MARGIN));
		return Math.max(this.minInterval * 1000, interval - margin);
	}

	expire(): void {
		if (this.exchange === undefined) this.report();
		else if (this.state & LISTENING) this.exchange.close();
		// Under way and not answered: the subscriber is gone.
		else this.end();
	}

	/** Reports what has changed, or that nothing has. */
	private report(): void {
		const { context, reporter, scheduler, exchanges, cursor } = this.server;
		const changes = this.server.subscribe.changes;
		let exchange: Exchange;
		try {
			exchange = exchanges.open(this.session, this, true);
		} catch (error) {
			this.server.log.debug("interaction", `subscription ${this.id} waits for an exchange: ${String(error)}`);
			this.start(RETRY);
			return;
		}
		const all = (this.state & RESUMING) !== 0;
		const from = this.state & CHANGED ? this.serial : changes.serial;
		if (all) cursor.reset(this.nextEvent);
		else cursor.reset(this.nextEvent, from, changes.serial);
		this.state &= ~(CHANGED | URGENT);
		context.open(exchange, this.fabricFiltered, false);
		const complete = reporter.fill(exchange, this.id, this, cursor, all ? undefined : changes);
		this.exchange = exchange;
		if (!reporter.empty) this.send(exchange, cursor, complete, false);
		else if (all || scheduler.now() >= this.reportedAt + this.longest) {
			// Nothing but a sign of life: nobody has to answer it, but who does not know the subscription says so.
			this.send(exchange, cursor, true, true);
			this.state |= LISTENING;
			this.start(Math.min(OBJECTION, this.longest / 2));
		} else {
			// What has changed may not be read by this subscriber: it learns nothing, not even that.
			this.nextEvent = cursor.event;
			this.server.subscribe.reported();
			exchange.close();
		}
	}

	/** Sends the message that was filled. `last`: nobody has to answer it. */
	private send(exchange: Exchange, cursor: ReportCursor, complete: boolean, last: boolean): void {
		this.reportedAt = this.server.scheduler.now();
		this.cursor = complete ? undefined : cursor;
		if (complete) {
			this.state &= ~RESUMING;
			this.nextEvent = cursor.event;
			this.server.subscribe.reported();
		} else if (cursor === this.server.cursor) this.server.cursor = new ReportCursor();
		this.start(this.server.patience(exchange));
		this.server.reporter.send(!complete, last);
	}

	/** The next message of a report that does not fit into one. */
	private continue(exchange: Exchange, cursor: ReportCursor): void {
		const context = this.server.context;
		const reporter = this.server.reporter;
		context.open(exchange, this.fabricFiltered, false);
		const complete = reporter.fill(
			exchange,
			this.id,
			this,
			cursor,
			this.state & (PRIMING | RESUMING) ? undefined : this.server.subscribe.changes,
		);
		if (!complete && reporter.empty) {
			sendStatus(exchange, Status.ResourceExhausted);
			this.end();
		} else this.send(exchange, cursor, complete, false);
	}

	/** SubscribeResponse (Matter Core 10.7.5). Changes wait until it is acknowledged: before, the subscriber would not know whose they are. */
	private respond(exchange: Exchange): void {
		this.state &= ~PRIMING;
		this.server.subscribe.nowEstablished(this);
		this.filters = undefined;
		const writer = exchange.begin();
		writer.structure(ANONYMOUS);
		writer.unsigned(0, this.id);
		writer.unsigned(2, this.maxInterval);
		writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
		writer.end();
		this.start(this.server.patience(exchange));
		exchange.send(INTERACTION_MODEL, Opcode.SUBSCRIBE_RESPONSE);
		exchange.close();
	}
}

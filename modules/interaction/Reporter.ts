import { allows, type AccessControl, type Grant } from "../datamodel/AccessControl";
import { VIEW, type AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import { Endpoint } from "../datamodel/Endpoint";
import type { Node } from "../datamodel/Node";
import { Status, StatusError } from "../datamodel/Status";
import { isVisible, type ListType } from "../datamodel/Types";
import type { Exchange } from "../exchange/Exchange";
import { ANY } from "./AttributePath";
import type { AttributePaths } from "./AttributePaths";
import type { ChangeLog } from "./ChangeLog";
import type { DataVersionFilters } from "./DataVersionFilters";
import type { EventPaths } from "./EventPaths";
import { element } from "./element";
import type { ReportCursor } from "./ReportCursor";
import { ReportWriter } from "./ReportWriter";
import type { ServerContext } from "./ServerContext";

/** ms after which a message is sent with what it has: on a slow chip a full one would keep others waiting for too long. */
const LONGEST_FILL = 20;

const NOTHING: readonly unknown[] = Object.freeze([]);

/** What is to be reported. */
export interface Requested {
	readonly attributes: AttributePaths;
	readonly events: EventPaths | undefined;
	/** data versions that the reader has */
	readonly filters: DataVersionFilters | undefined;
}

/**
 * Fills ReportData messages (Matter Core 8.4.3, 8.5.3): as much as fits into one, from wherever the cursor stands. Used
 * for all reads and subscriptions of a node, since nothing of it lasts longer than a message; access is checked anew for
 * each message.
 */
export class Reporter {
	readonly #node: Node;
	readonly #access: AccessControl;
	readonly #context: ServerContext;
	readonly #writer = new ReportWriter();
	#until = 0;

	constructor(node: Node, context: ServerContext) {
		this.#node = node;
		this.#access = node.accessControl;
		this.#context = context;
	}

	/**
	 * Begins a message on `exchange` and fills it. `changes`: report those between the cursor's marks, in place of
	 * everything that the paths ask for. The context must be open for the same exchange.
	 * @returns whether nothing is left for a further message
	 */
	fill(
		exchange: Exchange,
		subscriptionId: number | undefined,
		request: Requested,
		cursor: ReportCursor,
		changes?: ChangeLog,
	): boolean {
		this.#until = this.#node.scheduler.now() + LONGEST_FILL;
		this.#writer.begin(exchange, subscriptionId);
		if (!(changes ? this.changes(changes, request.attributes, cursor) : this.reportAttributes(request, cursor)))
			return false;
		return request.events === undefined || this.reportEvents(request.events, cursor);
	}

	/** Whether the message at hand reports nothing. */
	get empty(): boolean {
		return this.#writer.empty;
	}

	/** Ends and sends the message that fill() began. */
	send(more: boolean, suppress: boolean): void {
		this.#writer.send(more, suppress);
	}

	/** Expands the paths, from the cursor on. */
	private reportAttributes(request: Requested, cursor: ReportCursor): boolean {
		const paths = request.attributes;
		const filters = request.filters;
		const endpoints = this.#node.endpoints;
		for (; cursor.path < paths.length; cursor.path++, cursor.endpoint = 0) {
			const path = cursor.path;
			if (paths.concrete(path)) {
				if (!this.concrete(request, path, cursor)) return false;
				continue;
			}
			if (paths.elsewhere(path)) continue;
			const endpointId = paths.endpoint(path);
			const clusterId = paths.cluster(path);
			for (; cursor.endpoint < endpoints.length; cursor.endpoint++, cursor.server = 0) {
				const endpoint = endpoints[cursor.endpoint]!;
				if ((endpointId !== ANY && endpointId !== endpoint.id) || paths.skipsEndpoint(path, endpoint.id))
					continue;
				const servers = endpoint.servers;
				for (; cursor.server < servers.length; cursor.server++, cursor.attribute = 0) {
					const server = servers[cursor.server]!;
					if ((clusterId !== ANY && clusterId !== server.clusterId) || paths.skipsCluster(path, server))
						continue;
					const known =
						filters !== undefined && filters.has(endpoint.id, server.clusterId, server.dataVersion);
					if (!this.cluster(paths, path, server, known, cursor)) return false;
				}
			}
		}
		return true;
	}

	/** The message has something, and took its time. */
	private enough(): boolean {
		return !this.#writer.empty && this.#node.scheduler.now() >= this.#until;
	}

	/** The attributes of a cluster that a wildcard path means and the subject may read; the others are passed over in silence. */
	private cluster(
		paths: AttributePaths,
		path: number,
		server: ClusterServer,
		known: boolean,
		cursor: ReportCursor,
	): boolean {
		const attributes = server.implementation.attributes;
		const attributeId = paths.id(path);
		const grant = this.#access.authorize(this.#context, server.endpoint, server.clusterId);
		for (; cursor.attribute < attributes.length; cursor.attribute++) {
			const attribute = attributes[cursor.attribute]!;
			if ((attributeId !== ANY && attributeId !== attribute.id) || paths.skipsAttribute(path, attribute))
				continue;
			if (attribute.read === 0 || !allows(grant, attribute.read)) continue;
			cursor.existing = true;
			if (known) return true;
			if (!this.value(server, attribute, grant, false, cursor)) return false;
		}
		return true;
	}

	/** An attribute that is named: its value, or why not. What may not be viewed is not told to exist or not (Matter Core 8.4.3.2). */
	private concrete(request: Requested, path: number, cursor: ReportCursor): boolean {
		const paths = request.attributes;
		const filters = request.filters;
		const endpointId = paths.endpoint(path);
		const clusterId = paths.cluster(path);
		const attributeId = paths.id(path);
		let status: Status;
		if (paths.elsewhere(path)) status = Status.UnsupportedNode;
		else {
			const endpoint = this.#node.endpoint(endpointId);
			const grant = this.#access.authorize(
				this.#context,
				endpoint ?? new Endpoint(endpointId, [], []),
				clusterId,
			);
			const server = endpoint?.server(clusterId);
			const attribute = server && element(server.implementation.attributes, attributeId);
			if (!allows(grant, VIEW)) status = Status.UnsupportedAccess;
			else if (endpoint === undefined) status = Status.UnsupportedEndpoint;
			else if (server === undefined) status = Status.UnsupportedCluster;
			else if (attribute === undefined) status = Status.UnsupportedAttribute;
			else if (attribute.read === 0) status = Status.UnsupportedRead;
			else if (!allows(grant, attribute.read)) status = Status.UnsupportedAccess;
			else {
				cursor.existing = true;
				if (filters !== undefined && filters.has(endpointId, clusterId, server.dataVersion)) return true;
				return this.value(server, attribute, grant, true, cursor);
			}
		}
		return this.#writer.attributeStatus(endpointId, clusterId, attributeId, status);
	}

	/** The changes between the cursor's marks that the paths ask for. */
	private changes(changes: ChangeLog, paths: AttributePaths, cursor: ReportCursor): boolean {
		// A list that was begun is brought to its end even if it has changed again and so left its place in the log.
		if (cursor.listServer !== undefined && !this.changed(cursor.listServer, cursor.list!, cursor)) return false;
		for (;;) {
			const change = changes.after(cursor.serial);
			if (change === undefined || change.serial > cursor.until) return true;
			const server = change.server;
			const attribute = change.attribute;
			const serial = change.serial;
			if (paths.match(server, attribute) && !this.changed(server, attribute, cursor)) {
				if (cursor.entry >= 0) cursor.serial = serial;
				return false;
			}
			cursor.serial = serial;
		}
	}

	private changed(server: ClusterServer, attribute: AttributeDefinition, cursor: ReportCursor): boolean {
		const grant = this.#access.authorize(this.#context, server.endpoint, server.clusterId);
		if (!this.value(server, attribute, grant, false, cursor)) {
			if (cursor.entry >= 0) {
				cursor.listServer = server;
				cursor.list = attribute;
			}
			return false;
		}
		cursor.entry = -1;
		cursor.listServer = cursor.list = undefined;
		return true;
	}

	/** @returns false when the message is full: the cursor says where to go on. `named`: an error is reported. */
	private value(
		server: ClusterServer,
		attribute: AttributeDefinition,
		grant: Grant,
		named: boolean,
		cursor: ReportCursor,
	): boolean {
		if (this.enough()) return false;
		try {
			const value = server.readAttribute(grant, attribute, this.#context);
			// A list that has changed since it was begun begins again.
			if (cursor.version !== server.dataVersion) cursor.entry = -1;
			if (cursor.entry < 0) {
				if (this.#writer.attribute(server, attribute, false, value, this.#context)) return true;
				if (!this.#writer.empty) return false;
				if (!Array.isArray(value)) return this.status(server, attribute, Status.ResourceExhausted);
				// Too long for one message even alone: the list is emptied, then its entries follow one by one (Matter Core 10.6.4.3).
				if (!this.#writer.attribute(server, attribute, false, NOTHING, this.#context)) return false;
				cursor.entry = 0;
				cursor.version = server.dataVersion;
			}
			return this.entries(server, attribute, value as readonly unknown[], cursor);
		} catch (error) {
			cursor.entry = -1;
			let status: Status = Status.Failure;
			if (error instanceof StatusError) status = error.status;
			else
				this.#node.log.exception(
					"interaction",
					`reading ${server.implementation.definition.name}.${attribute.name}`,
					error,
				);
			return !named || this.status(server, attribute, status);
		}
	}

	/** The entries of a list, each for itself, from the cursor on. */
	private entries(
		server: ClusterServer,
		attribute: AttributeDefinition,
		entries: readonly unknown[],
		cursor: ReportCursor,
	): boolean {
		for (; cursor.entry < entries.length; cursor.entry++) {
			const entry = entries[cursor.entry];
			if (!isVisible(attribute.type as ListType, entry, this.#context)) continue;
			if (this.enough()) return false;
			if (this.#writer.attribute(server, attribute, true, entry, this.#context)) continue;
			if (!this.#writer.empty) return false;
			cursor.entry = -1;
			return this.status(server, attribute, Status.ResourceExhausted);
		}
		cursor.entry = -1;
		return true;
	}

	private status(server: ClusterServer, attribute: AttributeDefinition, status: Status): boolean {
		return this.#writer.attributeStatus(server.endpoint.id, server.clusterId, attribute.id, status);
	}

	/** First what cannot be read of the events named, then the events themselves in their order. */
	private reportEvents(paths: EventPaths, cursor: ReportCursor): boolean {
		const writer = this.#writer;
		for (; cursor.eventPath < paths.length; cursor.eventPath++) {
			const path = cursor.eventPath;
			const endpointId = paths.endpoint(path);
			const clusterId = paths.cluster(path);
			const eventId = paths.id(path);
			if (endpointId === ANY || eventId === ANY) {
				if (!cursor.existing) cursor.existing = this.anyEvent(paths, path);
				continue;
			}
			const status = this.eventStatus(paths, path);
			if (status === Status.Success) cursor.existing = true;
			else if (cursor.serial < 0 && !writer.eventStatus(endpointId, clusterId, eventId, status)) return false;
		}
		const events = this.#node.events;
		for (;;) {
			const record = events.from(cursor.event);
			if (record === undefined) return true;
			if (this.enough()) return false;
			const { number, endpoint: endpointId, cluster, definition, fabricIndex } = record;
			const endpoint = this.#node.endpoint(endpointId);
			if (
				endpoint !== undefined &&
				(fabricIndex === 0 || fabricIndex === this.#context.fabricIndex) &&
				paths.match(endpointId, cluster, definition.id, false) &&
				allows(this.#access.authorize(this.#context, endpoint, cluster), definition.read) &&
				!writer.event(record)
			) {
				if (!writer.empty) return false;
				// No message is long enough for it: it is left out.
			}
			cursor.event = number + 1;
		}
	}

	/** Whether a path with wildcards means an event that is there and may be read. */
	private anyEvent(paths: EventPaths, path: number): boolean {
		if (paths.elsewhere(path)) return false;
		const endpointId = paths.endpoint(path);
		const clusterId = paths.cluster(path);
		const eventId = paths.id(path);
		const endpoints = this.#node.endpoints;
		for (let i = 0; i < endpoints.length; i++) {
			const endpoint = endpoints[i]!;
			if (endpointId !== ANY && endpointId !== endpoint.id) continue;
			const servers = endpoint.servers;
			for (let j = 0; j < servers.length; j++) {
				const server = servers[j]!;
				if (clusterId !== ANY && clusterId !== server.clusterId) continue;
				const grant = this.#access.authorize(this.#context, endpoint, server.clusterId);
				const events = server.implementation.events;
				for (let k = 0; k < events.length; k++) {
					const event = events[k]!;
					if ((eventId === ANY || eventId === event.id) && allows(grant, event.read)) return true;
				}
			}
		}
		return false;
	}

	/** The same order of checks as for attributes (Matter Core 8.4.3.2). */
	private eventStatus(paths: EventPaths, path: number): Status {
		if (paths.elsewhere(path)) return Status.UnsupportedNode;
		const endpointId = paths.endpoint(path);
		const clusterId = paths.cluster(path);
		const endpoint = this.#node.endpoint(endpointId);
		const grant = this.#access.authorize(this.#context, endpoint ?? new Endpoint(endpointId, [], []), clusterId);
		if (!allows(grant, VIEW)) return Status.UnsupportedAccess;
		if (endpoint === undefined) return Status.UnsupportedEndpoint;
		const server = endpoint.server(clusterId);
		if (server === undefined) return Status.UnsupportedCluster;
		const event = element(server.implementation.events, paths.id(path));
		if (event === undefined) return Status.UnsupportedEvent;
		return allows(grant, event.read) ? Status.Success : Status.UnsupportedAccess;
	}
}

import { TlvType, type TlvReader } from "../codec/TlvReader";
import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";
import { allows, type Grant } from "../datamodel/AccessControl";
import { FABRIC_SCOPED, TIMED, VIEW, type AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import { Endpoint } from "../datamodel/Endpoint";
import { Status, StatusError } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { ANY, OTHER_NODE } from "./AttributePath";
import type { InteractionServer } from "./InteractionServer";
import { WAITING_REQUESTS } from "./Limits";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";
import { sendStatus } from "./StatusResponse";
import { Waiting } from "./Waiting";
import { enter } from "./enter";

// An AttributeDataIB as decoded: this many numbers in #writes.
const STRIDE = 7;
const ENDPOINT = 0;
const CLUSTER = 1;
const ATTRIBUTE = 2;
const FLAGS = 3;
/** the data version that the writer knows, -1 without one */
const VERSION = 4;
/** offsets of the data in the message */
const DATA = 5;
const DATA_END = 6;

/** With OTHER_NODE in FLAGS: one more entry of a list. */
const APPEND = 0x20000;

// An AttributeStatusIB to be written: this many numbers in #statuses.
const STATUS_STRIDE = 5;

/** The longest AttributeStatusIB: six heads and ends, endpoint, cluster, attribute, status, cluster status. */
const LONGEST_STATUS = 1 + 2 + 4 + 6 + 6 + 1 + 2 + 3 + 3 + 1 + 1;
/** A WriteResponse without its AttributeStatusIBs. */
const ENVELOPE = 1 + 2 + 1 + 3 + 1;

/** An attribute that was written last: entries may be added to its list. */
class Target {
	server: ClusterServer | undefined;
	attribute: AttributeDefinition | undefined;
	grant: Grant | undefined;

	is(endpoint: number, cluster: number, attribute: number): boolean {
		const server = this.server;
		return (
			server !== undefined &&
			server.clusterId === cluster &&
			server.endpoint.id === endpoint &&
			this.attribute?.id === attribute
		);
	}
}

/** Answers WriteRequests (Matter Core 8.7). */
export class WriteHandler {
	readonly #server: InteractionServer;
	readonly #writes: number[] = [];
	#count = 0;
	readonly #statuses: number[] = [];
	#more = false;
	#suppress = false;
	#waiting = 0;

	constructor(server: InteractionServer) {
		this.#server = server;
	}

	/**
	 * `timed`: within the time that a TimedRequest on the same exchange announced.
	 * @throws TlvError, StatusError: the request is refused as a whole, and nothing was written
	 */
	handle(exchange: Exchange, message: Message, timed: boolean): void {
		this.#server.context.open(exchange, true, timed);
		if (this.#decode(message) !== timed) throw new StatusError(Status.TimedRequestMismatch);
		// A timed write is one message, and of several messages each must be answered (Matter Core 8.7.3.2).
		if (this.#more && (timed || this.#suppress)) throw new StatusError(Status.InvalidAction);
		this.#checkRoom(exchange);
		const target = new Target();
		if (!this.#more) {
			this.#write(message, target);
			this.#respond(exchange);
			exchange.close();
			return;
		}
		if (this.#waiting >= WAITING_REQUESTS) throw new StatusError(Status.Busy);
		this.#waiting++;
		exchange.handler = new ChunkedWrite(this.#server, exchange, target);
		this.#write(message, target);
		this.#respond(exchange);
	}

	/** For ChunkedWrite: a further message. @returns whether more follow. @throws as handle() */
	next(exchange: Exchange, message: Message, target: unknown): boolean {
		this.#server.context.open(exchange, true, false);
		if (this.#decode(message)) throw new StatusError(Status.TimedRequestMismatch);
		if (this.#suppress) throw new StatusError(Status.InvalidAction);
		this.#checkRoom(exchange);
		this.#write(message, target as Target);
		this.#respond(exchange);
		return this.#more;
	}

	/** For ChunkedWrite: one has ended. */
	ended(): void {
		this.#waiting--;
	}

	/** Reads the whole message, so that nothing is written of a malformed one. @returns its TimedRequest */
	#decode(message: Message): boolean {
		const { reader } = this.#server;
		let timed: boolean | undefined;
		let writes = false;
		this.#count = 0;
		this.#more = false;
		this.#suppress = false;
		reader.reset(message.bytes, message.payloadStart, message.payloadEnd);
		reader.expect(TlvType.STRUCTURE, ANONYMOUS);
		reader.enter();
		while (reader.next())
			switch (reader.tag) {
				case 0:
					this.#suppress = reader.boolean();
					break;
				case 1:
					timed = reader.boolean();
					break;
				case 2:
					writes = true;
					enter(reader, TlvType.ARRAY, "write requests");
					while (reader.next()) this.#decodeWrite(reader);
					break;
				case 3:
					this.#more = reader.boolean();
					break;
			}
		if (timed === undefined || !writes) throw new StatusError(Status.InvalidAction);
		return timed;
	}

	/** AttributeDataIB (Matter Core 10.6.4). */
	#decodeWrite(reader: TlvReader): void {
		const { path, context } = this.#server;
		let version = -1;
		let data = -1;
		let dataEnd = -1;
		let found = false;
		enter(reader, TlvType.STRUCTURE, "a write");
		while (reader.next())
			switch (reader.tag) {
				case 0:
					version = reader.unsigned(0xffffffff);
					break;
				case 1:
					path.read(reader, context.nodeId);
					found = true;
					break;
				case 2:
					data = reader.start;
					reader.skip();
					dataEnd = reader.position;
					break;
			}
		// Only the endpoint may be left open; entries can be added to a list, not replaced; the flags are for reading (Matter Core 8.9.2.4).
		if (
			!found ||
			data < 0 ||
			path.cluster === ANY ||
			path.attribute === ANY ||
			typeof path.listIndex === "number" ||
			path.flags & ~OTHER_NODE
		)
			throw new StatusError(Status.InvalidAction);
		const writes = this.#writes;
		const at = this.#count++ * STRIDE;
		writes[at + ENDPOINT] = path.endpoint;
		writes[at + CLUSTER] = path.cluster;
		writes[at + ATTRIBUTE] = path.attribute;
		writes[at + FLAGS] = path.flags | (path.listIndex === null ? APPEND : 0);
		writes[at + VERSION] = version;
		writes[at + DATA] = data;
		writes[at + DATA_END] = dataEnd;
	}

	/** A WriteResponse is one message: what could not be answered is not begun. @throws StatusError ResourceExhausted */
	#checkRoom(exchange: Exchange): void {
		if (this.#suppress) return;
		const writer = exchange.begin();
		let room = writer.limit - writer.position - ENVELOPE;
		const { endpoints } = this.#server.node;
		for (let i = 0; i < this.#count; i++)
			room -=
				this.#writes[i * STRIDE + ENDPOINT] === ANY ? LONGEST_STATUS * endpoints.length : this.#statusLength(i);
		if (room < 0) throw new StatusError(Status.ResourceExhausted);
	}

	/** The AttributeStatusIB of a write is at most so long. */
	#statusLength(index: number): number {
		const at = index * STRIDE;
		const writes = this.#writes;
		return (
			LONGEST_STATUS -
			10 +
			length(writes[at + ENDPOINT]!) +
			length(writes[at + CLUSTER]!) +
			length(writes[at + ATTRIBUTE]!)
		);
	}

	#write(message: Message, target: Target): void {
		this.#statuses.length = 0;
		for (let index = 0; index < this.#count;) {
			const endpoint = this.#writes[index * STRIDE + ENDPOINT]!;
			if (endpoint === ANY) this.#writeEverywhere(message, index++, target);
			else index = this.#writeOne(message, index, endpoint, target);
		}
	}

	/** Every endpoint where it is possible; where it is not, nothing is said. */
	#writeEverywhere(message: Message, index: number, target: Target): void {
		const writes = this.#writes;
		const at = index * STRIDE;
		const clusterId = writes[at + CLUSTER]!;
		const { context, node } = this.#server;
		target.server = undefined;
		if (writes[at + FLAGS]! & OTHER_NODE) return;
		for (const endpoint of node.endpoints) {
			const server = endpoint.server(clusterId);
			const attribute = server?.attribute(writes[at + ATTRIBUTE]!);
			if (server === undefined || attribute === undefined) continue;
			const grant = node.accessControl.authorize(context, endpoint, clusterId);
			if (this.#isWritable(attribute, grant)) this.#apply(message, index, 1, server, attribute, grant);
		}
	}

	/** @returns the index of the next write: entries added to a list that was just replaced are written with it */
	#writeOne(message: Message, index: number, endpointId: number, target: Target): number {
		const writes = this.#writes;
		const at = index * STRIDE;
		const clusterId = writes[at + CLUSTER]!;
		const attributeId = writes[at + ATTRIBUTE]!;
		const flags = writes[at + FLAGS]!;
		if (flags & APPEND) {
			// The list must have been written just before: who adds to it has not seen what others did to it since.
			if (target.is(endpointId, clusterId, attributeId))
				this.#apply(message, index, 1, target.server!, target.attribute!, target.grant!);
			else this.#status(endpointId, clusterId, attributeId, Status.Busy);
			return index + 1;
		}
		target.server = undefined;
		const status = this.#find(at, endpointId, target);
		if (target.server === undefined) {
			this.#status(endpointId, clusterId, attributeId, status);
			return index + 1;
		}
		let end = index + 1;
		if ((message.bytes[writes[at + DATA]!]! & 0x1f) === TlvType.ARRAY)
			while (end < this.#count && this.#adds(end * STRIDE, at)) end++;
		// To a list that kept its old content nothing is added.
		if (!this.#apply(message, index, end - index, target.server, target.attribute!, target.grant!))
			target.server = undefined;
		return end;
	}

	/** What may not be viewed is not told to exist or not (Matter Core 8.7.3.2). The grant stays for the entries that follow, since the write may take it away. */
	#find(at: number, endpointId: number, target: Target): Status {
		const writes = this.#writes;
		if (writes[at + FLAGS]! & OTHER_NODE) return Status.UnsupportedNode;
		const { context, node } = this.#server;
		const clusterId = writes[at + CLUSTER]!;
		const endpoint = node.endpoint(endpointId);
		const grant = node.accessControl.authorize(context, endpoint ?? new Endpoint(endpointId, [], []), clusterId);
		if (!allows(grant, VIEW)) return Status.UnsupportedAccess;
		if (endpoint === undefined) return Status.UnsupportedEndpoint;
		const server = endpoint.server(clusterId);
		if (server === undefined) return Status.UnsupportedCluster;
		const attribute = server.attribute(writes[at + ATTRIBUTE]!);
		if (attribute === undefined) return Status.UnsupportedAttribute;
		const version = writes[at + VERSION]!;
		// Whether it could be written at all is told before whether the version is the right one.
		if (version >= 0 && version !== server.dataVersion && this.#isWritable(attribute, grant))
			return Status.DataVersionMismatch;
		target.server = server;
		target.attribute = attribute;
		target.grant = grant;
		return Status.Success;
	}

	#isWritable({ write, flags }: AttributeDefinition, grant: Grant): boolean {
		const { context } = this.#server;
		return (
			write !== 0 &&
			allows(grant, write) &&
			(!(flags & TIMED) || context.timed) &&
			(!(flags & FABRIC_SCOPED) || context.fabricIndex !== 0)
		);
	}

	/** Whether the write at `at` adds an entry to the attribute of the one at `first`. */
	#adds(at: number, first: number): boolean {
		const writes = this.#writes;
		return (
			(writes[at + FLAGS]! & APPEND) !== 0 &&
			writes[at + ENDPOINT] === writes[first + ENDPOINT] &&
			writes[at + CLUSTER] === writes[first + CLUSTER] &&
			writes[at + ATTRIBUTE] === writes[first + ATTRIBUTE]
		);
	}

	/**
	 * Carries out the write at `index` and, as one with it, the entries that the following ones add: a list is never seen,
	 * nor stored, half written.
	 * @returns whether it succeeded
	 */
	#apply(
		message: Message,
		index: number,
		count: number,
		server: ClusterServer,
		attribute: AttributeDefinition,
		grant: Grant,
	): boolean {
		const { context, reader } = this.#server;
		let status: Status = Status.Success;
		let clusterStatus: number | undefined;
		try {
			const at = index * STRIDE;
			if (count === 1) reader.reset(message.bytes, this.#writes[at + DATA]!, this.#writes[at + DATA_END]!);
			else reader.reset(this.#joined(message.bytes, index, count));
			reader.next();
			server.writeAttribute(
				grant,
				attribute,
				reader,
				context,
				count === 1 && (this.#writes[at + FLAGS]! & APPEND) !== 0,
			);
		} catch (error) {
			status = this.#server.statusFor(error, "a write");
			if (error instanceof StatusError) clusterStatus = error.clusterStatus;
		}
		for (let i = 0; i < count; i++)
			this.#status(server.endpoint.id, server.clusterId, attribute.id, status, clusterStatus);
		return status === Status.Success;
	}

	/** The list of the write at `index` and the entries that the following ones add, as one array. */
	#joined(bytes: Uint8Array, index: number, count: number): Uint8Array {
		const writes = this.#writes;
		const at = index * STRIDE;
		const first = writes[at + DATA]! + 2;
		const last = writes[at + DATA_END]! - 1;
		let size = 2 + last - first;
		for (let i = 1; i < count; i++) size += writes[at + i * STRIDE + DATA_END]! - writes[at + i * STRIDE + DATA]!;
		const writer = new TlvWriter(new Uint8Array(size));
		writer.array(ANONYMOUS);
		writer.raw(bytes, first, last);
		for (let i = 1; i < count; i++) {
			// An entry comes under context tag 2 and stands in the array without: the control byte less the tag's form.
			const data = writes[at + i * STRIDE + DATA]!;
			writer.bytes[writer.position++] = bytes[data]! & 0x1f;
			writer.raw(bytes, data + 2, writes[at + i * STRIDE + DATA_END]!);
		}
		writer.end();
		return writer.finish();
	}

	#status(endpoint: number, cluster: number, attribute: number, status: Status, clusterStatus = -1): void {
		this.#statuses.push(endpoint, cluster, attribute, status, clusterStatus);
	}

	/** WriteResponse (Matter Core 10.7.7). */
	#respond(exchange: Exchange): void {
		// A write may have ended the session that it came by.
		if (this.#suppress || exchange.isClosed) return;
		const statuses = this.#statuses;
		const writer = exchange.begin();
		writer.structure(ANONYMOUS);
		writer.array(0);
		for (let i = 0; i < statuses.length; i += STATUS_STRIDE) {
			writer.structure(ANONYMOUS);
			writer.list(0);
			writer.unsigned(2, statuses[i]!);
			writer.unsigned(3, statuses[i + 1]!);
			writer.unsigned(4, statuses[i + 2]!);
			writer.end();
			writer.structure(1);
			writer.unsigned(0, statuses[i + 3]!);
			if (statuses[i + 4]! >= 0) writer.unsigned(1, statuses[i + 4]!);
			writer.end();
			writer.end();
		}
		writer.end();
		writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
		writer.end();
		exchange.send(INTERACTION_MODEL, Opcode.WRITE_RESPONSE);
	}
}

/** The bytes of an unsigned integer with its control byte and tag, less those two. */
function length(value: number): number {
	return value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
}

/** A write that comes in several messages. */
class ChunkedWrite extends Waiting {
	readonly #target: Target;

	constructor(server: InteractionServer, exchange: Exchange, target: Target) {
		super(server, exchange);
		this.#target = target;
		this.wait();
	}

	override onMessage(exchange: Exchange, message: Message): void {
		try {
			if (message.opcode !== Opcode.WRITE_REQUEST) throw new StatusError(Status.InvalidAction);
			if (this.server.write.next(exchange, message, this.#target)) {
				this.wait();
				return;
			}
		} catch (error) {
			sendStatus(exchange, this.server.refusal(error));
		}
		this.stop();
		exchange.close();
	}

	override onClose(): void {
		super.onClose();
		this.server.write.ended();
	}
}

import { TlvType, type TlvReader } from "../codec/TlvReader";
import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";
import { allows, type Grant } from "../datamodel/AccessControl";
import { FABRIC_SCOPED, TIMED, VIEW, type AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import { Endpoint } from "../datamodel/Endpoint";
import { Status, StatusError } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import { WAITING_REQUESTS } from "../session/Capacity";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { ANY } from "./AttributePath";
import { AttributeWrite } from "./AttributeWrite";
import type { InteractionServer } from "./InteractionServer";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";
import { sendStatus } from "./StatusResponse";
import { Waiting } from "./Waiting";
import { enter, enterMessage } from "./enter";

/** The longest AttributeStatusIB: six heads and ends, endpoint, cluster, attribute, status, cluster status. */
const LONGEST_STATUS = 1 + 2 + 4 + 6 + 6 + 1 + 2 + 3 + 3 + 1 + 1;
/** A WriteResponse without its AttributeStatusIBs. */
const ENVELOPE = 1 + 2 + 1 + 3 + 1;

/** An attribute that was written last: entries may be added to its list. */
class Target {
	server: ClusterServer | undefined;
	attribute: AttributeDefinition | undefined;
	grant: Grant | undefined;

	is({ endpoint, cluster, attribute }: AttributeWrite): boolean {
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
	/** where each AttributeDataIB of the message at hand begins, and its data ends: a message full of them must not fill the heap */
	readonly #offsets: number[] = [];
	/** the one at hand, and one that is looked at ahead of it */
	readonly #item = new AttributeWrite();
	readonly #ahead = new AttributeWrite();
	/** AttributeStatusIBs so far; undefined when nobody wants them */
	#statuses: TlvWriter | undefined;
	/** bytes that they may need */
	#room = 0;
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
		if (this.decode(message) !== timed) throw new StatusError(Status.TimedRequestMismatch);
		// A timed write is one message, and of several messages each must be answered (Matter Core 8.7.3.2).
		if (this.#more && (timed || this.#suppress)) throw new StatusError(Status.InvalidAction);
		this.prepare(exchange);
		const target = new Target();
		if (this.#more) {
			if (this.#waiting >= WAITING_REQUESTS) throw new StatusError(Status.Busy);
			this.#waiting++;
			exchange.handler = new ChunkedWrite(this.#server, exchange, target);
		}
		return this.carryOut(exchange, message, target);
	}

	/**
	 * A message to a group: each endpoint of the group that has the attribute takes the value, and nothing is said about it
	 * (Matter Core 8.7.3.2). The server's context is open.
	 * @throws TlvError, StatusError: nothing was written
	 */
	handleGroup(message: Message): void {
		if (this.decode(message)) throw new StatusError(Status.TimedRequestMismatch);
		if (this.#more) throw new StatusError(Status.InvalidAction);
		this.#statuses = undefined;
		this.carryOut(undefined, message, new Target());
	}

	/** For ChunkedWrite: a further message. @returns whether more follow. @throws as handle() */
	next(exchange: Exchange, message: Message, target: unknown): boolean {
		this.#server.context.open(exchange, true, false);
		if (this.decode(message)) throw new StatusError(Status.TimedRequestMismatch);
		if (this.#suppress) throw new StatusError(Status.InvalidAction);
		this.prepare(exchange);
		this.carryOut(exchange, message, target as Target);
		return this.#more;
	}

	/** For ChunkedWrite: one has ended. */
	ended(): void {
		this.#waiting--;
	}

	/** Reads the whole message, so that nothing is written of a malformed one. @returns its TimedRequest */
	private decode(message: Message): boolean {
		const reader = this.#server.reader;
		const path = this.#server.path;
		const context = this.#server.context;
		let timed: boolean | undefined;
		let writes = false;
		this.#offsets.length = 0;
		this.#room = 0;
		this.#more = false;
		this.#suppress = false;
		enterMessage(reader, message);
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
					while (reader.next()) {
						this.#offsets.push(reader.start);
						this.#item.read(reader, path, context.nodeId);
						// A group's endpoints are what the message is for, and each has a data version of its own.
						if (context.groupId !== 0 && (this.#item.endpoint !== ANY || this.#item.version >= 0))
							throw new StatusError(Status.InvalidAction);
						this.#offsets.push(this.#item.dataEnd);
						this.#room += this.statusLength(this.#item);
					}
					break;
				case 3:
					this.#more = reader.boolean();
					break;
			}
		if (timed === undefined || !writes) throw new StatusError(Status.InvalidAction);
		return timed;
	}

	/** A WriteResponse is one message: what could not be answered is not begun. @throws StatusError ResourceExhausted */
	private prepare(exchange: Exchange): void {
		this.#statuses = undefined;
		if (this.#suppress) return;
		const { limit, position } = exchange.begin();
		if (this.#room > limit - position - ENVELOPE) throw new StatusError(Status.ResourceExhausted);
		this.#statuses = new TlvWriter(new Uint8Array(this.#room));
	}

	/** The AttributeStatusIBs of a write are at most so long. */
	private statusLength({ endpoint, cluster, attribute }: AttributeWrite): number {
		if (endpoint === ANY) return LONGEST_STATUS * this.#server.node.endpoints.length;
		return LONGEST_STATUS - 10 + length(endpoint) + length(cluster) + length(attribute);
	}

	/** @param exchange undefined: nobody is answered */
	private carryOut(exchange: Exchange | undefined, message: Message, target: Target): void {
		const count = this.#offsets.length >> 1;
		for (let index = 0; index < count;) {
			this.load(message, index, this.#item);
			if (this.#item.endpoint === ANY) {
				this.writeEverywhere(message, index, target);
				index++;
			} else index += this.writeOne(message, index, target);
		}
		this.#offsets.length = 0;
		if (exchange) this.respond(exchange);
		if (!this.#more) exchange?.close();
	}

	/** Reads the AttributeDataIB once more. */
	private load(message: Message, index: number, item: AttributeWrite): AttributeWrite {
		const reader = this.#server.reader;
		const path = this.#server.path;
		const context = this.#server.context;
		reader.reset(message.bytes, this.#offsets[index << 1]!, message.payloadEnd);
		reader.next();
		item.read(reader, path, context.nodeId, this.#offsets[(index << 1) + 1]);
		return item;
	}

	/** Every endpoint where it is possible; where it is not, nothing is said. */
	private writeEverywhere(message: Message, index: number, target: Target): void {
		const cluster = this.#item.cluster;
		const attributeId = this.#item.attribute;
		const elsewhere = this.#item.elsewhere;
		const context = this.#server.context;
		const node = this.#server.node;
		if (!elsewhere) {
			const endpoints = node.endpoints;
			for (let i = 0; i < endpoints.length; i++) {
				const endpoint = endpoints[i]!;
				target.server = endpoint.server(cluster);
				target.attribute = target.server?.attribute(attributeId);
				if (target.attribute === undefined || !context.reaches(endpoint.id)) continue;
				target.grant = node.accessControl.authorize(context, endpoint, cluster);
				if (this.isWritable(target.attribute, target.grant)) this.apply(message, index, 1, target);
			}
		}
		target.server = undefined;
	}

	/** @returns how many were carried out: entries added to a list that is replaced are written with it */
	private writeOne(message: Message, index: number, target: Target): number {
		const item = this.#item;
		// The list must have been written just before: who adds to it has not seen what others did to it since.
		let status: Status = Status.Busy;
		let count = 1;
		if (!item.append) {
			target.server = undefined;
			status = this.find(item, target);
			if (target.server !== undefined) count += this.following(message, index);
		}
		if (!target.is(item)) this.status(item.endpoint, item.cluster, item.attribute, status);
		// To a list that kept its old content nothing is added.
		else if (!this.apply(message, index, count, target) && !item.append) target.server = undefined;
		return count;
	}

	/** How many of the writes that follow add to the list that the one at `index` replaces. */
	private following(message: Message, index: number): number {
		let count = 0;
		if ((message.bytes[this.#item.data]! & 0x1f) === TlvType.ARRAY)
			while (
				index + count + 1 < this.#offsets.length >> 1 &&
				this.load(message, index + count + 1, this.#ahead).addsTo(this.#item)
			)
				count++;
		return count;
	}

	/** What may not be viewed is not told to exist or not (Matter Core 8.7.3.2). The grant stays for the entries that follow, since the write may take it away. */
	private find(item: AttributeWrite, target: Target): Status {
		if (item.elsewhere) return Status.UnsupportedNode;
		const context = this.#server.context;
		const node = this.#server.node;
		const endpoint = node.endpoint(item.endpoint);
		const grant = node.accessControl.authorize(
			context,
			endpoint ?? new Endpoint(item.endpoint, [], []),
			item.cluster,
		);
		if (!allows(grant, VIEW)) return Status.UnsupportedAccess;
		if (endpoint === undefined) return Status.UnsupportedEndpoint;
		const server = endpoint.server(item.cluster);
		if (server === undefined) return Status.UnsupportedCluster;
		const attribute = server.attribute(item.attribute);
		if (attribute === undefined) return Status.UnsupportedAttribute;
		// Whether it could be written at all is told before whether the version is the right one.
		if (item.version >= 0 && item.version !== server.dataVersion && this.isWritable(attribute, grant))
			return Status.DataVersionMismatch;
		target.server = server;
		target.attribute = attribute;
		target.grant = grant;
		return Status.Success;
	}

	private isWritable({ write, flags }: AttributeDefinition, grant: Grant): boolean {
		const context = this.#server.context;
		return (
			write !== 0 &&
			allows(grant, write) &&
			(!(flags & TIMED) || context.timed) &&
			(!(flags & FABRIC_SCOPED) || context.fabricIndex !== 0)
		);
	}

	/**
	 * Carries out the write at `index` and, as one with it, the entries that the following ones add: a list is never seen,
	 * nor stored, half written.
	 * @returns whether it succeeded
	 */
	private apply(message: Message, index: number, count: number, { server, attribute, grant }: Target): boolean {
		let status: Status = Status.Success;
		let clusterStatus: number | undefined;
		try {
			server!.writeAttribute(
				grant!,
				attribute!,
				this.data(message, index, count),
				this.#server.context,
				this.#item.append,
			);
		} catch (error) {
			status = this.#server.statusFor(error, "a write");
			if (error instanceof StatusError) clusterStatus = error.clusterStatus;
		}
		while (count-- > 0) this.status(server!.endpoint.id, server!.clusterId, attribute!.id, status, clusterStatus);
		return status === Status.Success;
	}

	/** @returns the reader, at what is to be written */
	private data(message: Message, index: number, count: number): TlvReader {
		const reader = this.#server.reader;
		if (count === 1) reader.reset(message.bytes, this.#item.data, this.#item.dataEnd);
		else reader.reset(this.joined(message, index, count));
		reader.next();
		return reader;
	}

	/** The list at hand, the one of the write at `index`, and the entries that the following ones add, as one array. */
	private joined(message: Message, index: number, count: number): Uint8Array {
		const bytes = message.bytes;
		const payloadEnd = message.payloadEnd;
		const data = this.#item.data;
		const dataEnd = this.#item.dataEnd;
		const ahead = this.#ahead;
		// all of it comes out of the rest of the message
		const writer = new TlvWriter(new Uint8Array(payloadEnd - data));
		writer.array(ANONYMOUS);
		writer.raw(bytes, data + 2, dataEnd - 1);
		for (let i = 1; i < count; i++) {
			// An entry comes under context tag 2 and stands in the array without: the control byte less the tag's form.
			this.load(message, index + i, ahead);
			writer.bytes[writer.position++] = bytes[ahead.data]! & 0x1f;
			writer.raw(bytes, ahead.data + 2, ahead.dataEnd);
		}
		writer.end();
		return writer.bytes;
	}

	/** AttributeStatusIB (Matter Core 10.6.16). */
	private status(endpoint: number, cluster: number, attribute: number, status: Status, clusterStatus?: number): void {
		const writer = this.#statuses;
		if (writer === undefined) return;
		writer.structure(ANONYMOUS);
		writer.list(0);
		writer.unsigned(2, endpoint);
		writer.unsigned(3, cluster);
		writer.unsigned(4, attribute);
		writer.end();
		writer.structure(1);
		writer.unsigned(0, status);
		if (clusterStatus !== undefined) writer.unsigned(1, clusterStatus);
		writer.end();
		writer.end();
	}

	/** WriteResponse (Matter Core 10.7.7). */
	private respond(exchange: Exchange): void {
		const statuses = this.#statuses;
		this.#statuses = undefined;
		// A write may have ended the session that it came by.
		if (statuses === undefined || exchange.isClosed) return;
		const writer = exchange.begin();
		writer.structure(ANONYMOUS);
		writer.array(0);
		writer.raw(statuses.bytes, 0, statuses.position);
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

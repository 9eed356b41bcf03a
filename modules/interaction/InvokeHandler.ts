import { TlvType, type TlvReader } from "../codec/TlvReader";
import { ANONYMOUS, TlvOverflow, type TlvWriter } from "../codec/TlvWriter";
import { allows } from "../datamodel/AccessControl";
import { FABRIC_SCOPED, LARGE, OPERATE, TIMED, type CommandDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import { Endpoint } from "../datamodel/Endpoint";
import { LaterResponse } from "../datamodel/LaterResponse";
import { Status, StatusError } from "../datamodel/Status";
import { encodeValue } from "../datamodel/Types";
import type { Exchange, ExchangeHandler } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import { PATHS_PER_INVOKE, WAITING_REQUESTS } from "../session/Capacity";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { ANY } from "./AttributePath";
import type { InteractionServer } from "./InteractionServer";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";
import { sendStatus } from "./StatusResponse";
import { Waiting } from "./Waiting";
import { enter, enterMessage } from "./enter";

// A CommandDataIB as decoded: this many numbers in #commands.
const STRIDE = 6;
const ENDPOINT = 0;
const CLUSTER = 1;
const COMMAND = 2;
/** offsets of the fields in the message, -1 without any */
const FIELDS = 3;
const FIELDS_END = 4;
/** CommandRef, -1 without one */
const REF = 5;

/** What a response message has around its InvokeResponseIBs: three heads, MoreChunkedMessages, the revision, two ends. */
const ENVELOPE = 1 + 2 + 2 + 2 + 3 + 1 + 1;

/**
 * Answers InvokeRequests (Matter Core 8.8). The usual request, one command with a full path, is decoded, executed and
 * answered without anything being allocated here; several commands, or one for every endpoint, collect their responses
 * first.
 */
export class InvokeHandler {
	readonly #server: InteractionServer;
	readonly #commands: number[] = [];
	#count = 0;
	#suppress = false;
	#waiting = 0;
	/** whom the latest execute reached */
	#command: CommandDefinition | undefined;

	constructor(server: InteractionServer) {
		this.#server = server;
	}

	/**
	 * `timed`: within the time that a TimedRequest on the same exchange announced.
	 * @throws TlvError, StatusError: the request is refused as a whole, and nothing was executed
	 */
	handle(exchange: Exchange, message: Message, timed: boolean): void {
		const reader = this.#server.reader;
		const context = this.#server.context;
		if (this.decode(reader, message) !== timed) throw new StatusError(Status.TimedRequestMismatch);
		context.open(exchange, false, timed);
		return this.#count > 1 || this.#commands[ENDPOINT] === ANY
			? this.several(exchange, message)
			: this.one(exchange, message);
	}

	/**
	 * A message to a group: each endpoint of the group that has the command executes it, and nothing is said about it
	 * (Matter Core 8.8.3.2). The server's context is open.
	 * @throws TlvError, StatusError: nothing was executed
	 */
	handleGroup(message: Message): void {
		const reader = this.#server.reader;
		const node = this.#server.node;
		if (this.decode(reader, message)) throw new StatusError(Status.TimedRequestMismatch);
		if (this.#count > 1 || this.#commands[ENDPOINT] !== ANY) throw new StatusError(Status.InvalidAction);
		const endpoints = node.endpoints;
		for (let i = 0; i < endpoints.length; i++)
			if (this.isMeant(endpoints[i]!, 0))
				try {
					this.execute(0, endpoints[i]!.id, message);
				} catch (error) {
					this.#server.statusFor(error, "a command");
				}
	}

	/** For ChunkedResponse: one has ended. */
	ended(): void {
		this.#waiting--;
	}

	/** Reads the whole message, so that nothing is executed of a malformed one. @returns its TimedRequest */
	private decode(reader: TlvReader, message: Message): boolean {
		let suppress: boolean | undefined;
		let timed: boolean | undefined;
		this.#count = 0;
		enterMessage(reader, message);
		while (reader.next())
			switch (reader.tag) {
				case 0:
					suppress = reader.boolean();
					break;
				case 1:
					timed = reader.boolean();
					break;
				case 2:
					enter(reader, TlvType.ARRAY, "invoke requests");
					while (reader.next()) this.decodeCommand(reader);
					break;
			}
		if (suppress === undefined || timed === undefined || this.#count === 0)
			throw new StatusError(Status.InvalidAction);
		this.#suppress = suppress;
		return timed;
	}

	/** CommandDataIB (Matter Core 10.6.12). */
	private decodeCommand(reader: TlvReader): void {
		if (this.#count >= PATHS_PER_INVOKE) throw new StatusError(Status.InvalidAction);
		let endpoint = ANY;
		let cluster = ANY;
		let command = ANY;
		let fields = -1;
		let fieldsEnd = -1;
		let ref = -1;
		enter(reader, TlvType.STRUCTURE, "a command");
		while (reader.next())
			switch (reader.tag) {
				case 0:
					enter(reader, TlvType.LIST, "a command path");
					while (reader.next()) {
						if (reader.tag === 0) endpoint = reader.unsigned(0xffff);
						else if (reader.tag === 1) cluster = reader.unsigned(0xffffffff);
						else if (reader.tag === 2) command = reader.unsigned(0xffffffff);
					}
					break;
				case 1:
					fields = reader.start;
					reader.skip();
					fieldsEnd = reader.position;
					break;
				case 2:
					ref = reader.unsigned(0xffff);
					break;
			}
		if (cluster === ANY || command === ANY) throw new StatusError(Status.InvalidAction);
		const commands = this.#commands;
		const at = this.#count++ * STRIDE;
		commands[at + ENDPOINT] = endpoint;
		commands[at + CLUSTER] = cluster;
		commands[at + COMMAND] = command;
		commands[at + FIELDS] = fields;
		commands[at + FIELDS_END] = fieldsEnd;
		commands[at + REF] = ref;
	}

	private one(exchange: Exchange, message: Message): void {
		const endpoint = this.#commands[ENDPOINT]!;
		let status: Status = Status.Success;
		let clusterStatus: number | undefined;
		let fields: unknown;
		try {
			fields = this.execute(0, endpoint, message);
		} catch (error) {
			fields = undefined;
			status = this.#server.statusFor(error, "a command");
			if (error instanceof StatusError) clusterStatus = error.clusterStatus;
		}
		// The command may have ended the session that it came by.
		if (exchange.isClosed) return;
		if (fields instanceof LaterResponse) {
			exchange.acknowledge();
			exchange.handler = new Pending(this, exchange, fields, this.#commands.slice(0, STRIDE), this.#command!);
			return;
		}
		return this.answer(exchange, endpoint, fields, status, clusterStatus);
	}

	/** For Pending: `command`, as it was decoded, has its response's fields. */
	answerLater(exchange: Exchange, decoded: readonly number[], command: CommandDefinition, fields: unknown): void {
		for (let i = 0; i < STRIDE; i++) this.#commands[i] = decoded[i]!;
		this.#command = command;
		this.#suppress = false;
		this.#server.context.open(exchange, false, false);
		return this.answer(exchange, decoded[ENDPOINT]!, fields, Status.Success, undefined);
	}

	private answer(
		exchange: Exchange,
		endpoint: number,
		fields: unknown,
		status: Status,
		clusterStatus: number | undefined,
	): void {
		// It may have sent something itself, an acknowledgement for one: only now the buffer is ours.
		const response = fields === undefined ? undefined : this.#command?.response;
		if (!this.#suppress || response !== undefined) {
			const writer = begin(exchange);
			const mark = writer.position;
			try {
				if (response !== undefined) this.writeResponse(writer, 0, endpoint, response, fields);
				else this.writeStatus(writer, 0, endpoint, status, clusterStatus);
			} catch (error) {
				writer.position = mark;
				this.writeStatus(
					writer,
					0,
					endpoint,
					error instanceof TlvOverflow
						? Status.ResourceExhausted
						: this.#server.statusFor(error, "a response"),
					undefined,
				);
			}
			send(exchange, writer, false);
		}
		exchange.close();
	}

	/** Executes every command, in order, and answers all of them (Matter Core 8.8.3.2). */
	private several(exchange: Exchange, message: Message): void {
		this.checkBatch();
		const responses: Uint8Array[] = [];
		let wanted = !this.#suppress;
		for (let index = 0; index < this.#count; index++) {
			const endpoint = this.#commands[index * STRIDE + ENDPOINT]!;
			if (endpoint !== ANY) {
				if (this.collect(exchange, message, index, endpoint, responses)) wanted = true;
				continue;
			}
			const endpoints = this.#server.node.endpoints;
			for (let i = 0; i < endpoints.length; i++) {
				const id = endpoints[i]!.id;
				if (this.isMeant(endpoints[i]!, index) && this.collect(exchange, message, index, id, responses))
					wanted = true;
			}
		}
		this.#commands.length = STRIDE;
		if (!wanted || exchange.isClosed) {
			exchange.close();
			return;
		}
		const writer = begin(exchange);
		if (fill(writer, responses)) {
			if (this.#waiting < WAITING_REQUESTS) {
				this.#waiting++;
				exchange.handler = new ChunkedResponse(this.#server, exchange, responses);
				send(exchange, writer, true);
				return;
			}
			// What was executed cannot be taken back; who asks stays without the answers.
			sendStatus(exchange, Status.ResourceExhausted);
		} else send(exchange, writer, false);
		exchange.close();
	}

	/** Several commands each have a full path of their own and a CommandRef of their own. @throws StatusError InvalidAction */
	private checkBatch(): void {
		const commands = this.#commands;
		const end = this.#count * STRIDE;
		if (this.#count === 1) return;
		for (let i = 0; i < end; i += STRIDE) {
			if (commands[i + ENDPOINT] === ANY || commands[i + REF]! < 0) throw new StatusError(Status.InvalidAction);
			for (let j = 0; j < i; j += STRIDE)
				if (
					commands[i + REF] === commands[j + REF] ||
					(commands[i + ENDPOINT] === commands[j + ENDPOINT] &&
						commands[i + CLUSTER] === commands[j + CLUSTER] &&
						commands[i + COMMAND] === commands[j + COMMAND])
				)
					throw new StatusError(Status.InvalidAction);
		}
	}

	/** Whether a command for every endpoint reaches this one; where it does not, nothing is said (Matter Core 8.8.3.2). */
	private isMeant(endpoint: Endpoint, index: number): boolean {
		const commands = this.#commands;
		const at = index * STRIDE;
		const context = this.#server.context;
		const node = this.#server.node;
		const command = endpoint.server(commands[at + CLUSTER]!)?.command(commands[at + COMMAND]!);
		return (
			command !== undefined &&
			context.reaches(endpoint.id) &&
			allows(node.accessControl.authorize(context, endpoint, commands[at + CLUSTER]!), command.invoke) &&
			(!(command.flags & FABRIC_SCOPED) || context.fabricIndex !== 0) &&
			(!(command.flags & TIMED) || context.timed) &&
			!(command.flags & LARGE)
		);
	}

	/** Executes one of several and keeps its InvokeResponseIB. @returns whether it is a response, not a status */
	private collect(
		exchange: Exchange,
		message: Message,
		index: number,
		endpoint: number,
		responses: Uint8Array[],
	): boolean {
		let status: Status = Status.Success;
		let clusterStatus: number | undefined;
		let fields: unknown;
		try {
			fields = this.execute(index, endpoint, message);
			if (fields instanceof LaterResponse) throw new StatusError(Status.Busy);
		} catch (error) {
			fields = undefined;
			status = this.#server.statusFor(error, "a command");
			if (error instanceof StatusError) clusterStatus = error.clusterStatus;
		}
		const response = fields === undefined ? undefined : this.#command?.response;
		// The transmit buffer serves as a place to encode; nothing of it is sent yet, since the next command may send something.
		const writer = exchange.begin();
		const mark = writer.position;
		writer.limit -= ENVELOPE;
		try {
			if (response !== undefined) this.writeResponse(writer, index, endpoint, response, fields);
			else this.writeStatus(writer, index, endpoint, status, clusterStatus);
		} catch (error) {
			writer.position = mark;
			this.writeStatus(
				writer,
				index,
				endpoint,
				error instanceof TlvOverflow ? Status.ResourceExhausted : this.#server.statusFor(error, "a response"),
				undefined,
			);
		}
		responses.push(writer.bytes.slice(mark, writer.position));
		return response !== undefined;
	}

	/**
	 * Executes a command. What may not be operated is not told to exist or not (Matter Core 8.8.3.2).
	 * @returns the response's fields, undefined when there are none
	 * @throws StatusError, or whatever the cluster throws
	 */
	private execute(index: number, endpointId: number, message: Message): unknown {
		const commands = this.#commands;
		const at = index * STRIDE;
		const clusterId = commands[at + CLUSTER]!;
		const node = this.#server.node;
		const context = this.#server.context;
		const reader = this.#server.reader;
		const endpoint = node.endpoint(endpointId);
		const grant = node.accessControl.authorize(context, endpoint ?? new Endpoint(endpointId, [], []), clusterId);
		this.#command = undefined;
		if (!allows(grant, OPERATE)) throw new StatusError(Status.UnsupportedAccess);
		if (endpoint === undefined) throw new StatusError(Status.UnsupportedEndpoint);
		const server: ClusterServer | undefined = endpoint.server(clusterId);
		if (server === undefined) throw new StatusError(Status.UnsupportedCluster);
		const command = server.command(commands[at + COMMAND]!);
		if (command === undefined) throw new StatusError(Status.UnsupportedCommand);
		this.#command = command;
		// UDP carries no large messages (Matter Core 4.1.1.3), once access is checked.
		if (command.flags & LARGE && allows(grant, command.invoke)) throw new StatusError(Status.InvalidTransportType);
		const fields = commands[at + FIELDS]!;
		if (fields < 0 || command.fields.fields.length === 0)
			return server.invokeCommand(grant, command, undefined, context);
		reader.reset(message.bytes, fields, commands[at + FIELDS_END]!);
		reader.next();
		return server.invokeCommand(grant, command, reader, context);
	}

	/** InvokeResponseIB with a CommandDataIB. */
	private writeResponse(
		writer: TlvWriter,
		index: number,
		endpoint: number,
		response: NonNullable<CommandDefinition["response"]>,
		fields: unknown,
	): void {
		const at = index * STRIDE;
		writer.structure(ANONYMOUS);
		writer.structure(0);
		writer.list(0);
		writer.unsigned(0, endpoint);
		writer.unsigned(1, this.#commands[at + CLUSTER]!);
		writer.unsigned(2, response.id);
		writer.end();
		encodeValue(writer, 1, response.fields, fields, this.#server.context);
		this.writeRef(writer, at);
		writer.end();
		writer.end();
	}

	/** InvokeResponseIB with a CommandStatusIB. */
	private writeStatus(
		writer: TlvWriter,
		index: number,
		endpoint: number,
		status: Status,
		clusterStatus: number | undefined,
	): void {
		const at = index * STRIDE;
		writer.structure(ANONYMOUS);
		writer.structure(1);
		writer.list(0);
		writer.unsigned(0, endpoint);
		writer.unsigned(1, this.#commands[at + CLUSTER]!);
		writer.unsigned(2, this.#commands[at + COMMAND]!);
		writer.end();
		writer.structure(1);
		writer.unsigned(0, status);
		if (clusterStatus !== undefined) writer.unsigned(1, clusterStatus);
		writer.end();
		this.writeRef(writer, at);
		writer.end();
		writer.end();
	}

	private writeRef(writer: TlvWriter, at: number): void {
		const ref = this.#commands[at + REF]!;
		if (ref >= 0) writer.unsigned(2, ref);
	}
}

/** Begins an InvokeResponse (Matter Core 10.7.10), room for its end set aside. */
function begin(exchange: Exchange): TlvWriter {
	const writer = exchange.begin();
	writer.structure(ANONYMOUS);
	writer.boolean(0, false);
	writer.array(1);
	writer.limit -= 1 + 2 + 3 + 1;
	return writer;
}

function send(exchange: Exchange, writer: TlvWriter, more: boolean): void {
	writer.limit += 1 + 2 + 3 + 1;
	writer.end();
	if (more) writer.boolean(2, true);
	writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
	writer.end();
	exchange.send(INTERACTION_MODEL, Opcode.INVOKE_RESPONSE);
}

/** Moves as many responses into the message as it holds. @returns whether more are left */
function fill(writer: TlvWriter, responses: Uint8Array[]): boolean {
	let count = 0;
	while (count < responses.length && responses[count]!.length <= writer.limit - writer.position)
		writer.raw(responses[count++]!);
	responses.splice(0, count);
	return responses.length > 0;
}

/** Responses that do not fit into one message: the rest waits for the peer's StatusResponse. */
class ChunkedResponse extends Waiting {
	readonly #responses: Uint8Array[];

	constructor(server: InteractionServer, exchange: Exchange, responses: Uint8Array[]) {
		super(server, exchange);
		this.#responses = responses;
		this.wait();
	}

	override onMessage(exchange: Exchange, message: Message): void {
		const status = this.server.statusOf(message);
		if (status === Status.Success) {
			const writer = begin(exchange);
			const more = fill(writer, this.#responses);
			send(exchange, writer, more);
			if (more) {
				this.wait();
				return;
			}
		} else if (status < 0) sendStatus(exchange, Status.InvalidAction);
		this.stop();
		exchange.close();
	}

	override onClose(): void {
		super.onClose();
		this.server.invoke.ended();
	}
}

/** A command whose response comes later; its exchange waits. */
class Pending implements ExchangeHandler {
	readonly #later: LaterResponse;

	constructor(
		handler: InvokeHandler,
		exchange: Exchange,
		later: LaterResponse,
		decoded: readonly number[],
		command: CommandDefinition,
	) {
		this.#later = later;
		later.deliver = (fields) => handler.answerLater(exchange, decoded, command, fields);
	}

	/** The peer has nothing to say before its answer. */
	onMessage(): void {}

	onClose(): void {
		this.#later.deliver = undefined;
	}
}

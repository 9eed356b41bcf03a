import { Status, StatusError } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import { CHUNKED_READS, READ_PATHS } from "../session/Capacity";
import type { InteractionServer } from "./InteractionServer";
import { ReportCursor } from "./ReportCursor";
import { ReportRequest } from "./ReportRequest";
import { sendStatus } from "./StatusResponse";
import { Waiting } from "./Waiting";
import { enterMessage } from "./enter";

/** Answers ReadRequests (Matter Core 8.4). */
export class ReadHandler {
	readonly #server: InteractionServer;
	#chunked = 0;

	constructor(server: InteractionServer) {
		this.#server = server;
	}

	/** @throws TlvError, StatusError: the request is refused as a whole */
	handle(exchange: Exchange, message: Message): void {
		const server = this.#server;
		const context = server.context;
		const reporter = server.reporter;
		context.open(exchange, false, false);
		const request = this.decode(message);
		const cursor = server.cursor;
		cursor.reset(request.eventMin);
		context.fabricFiltered = request.fabricFiltered;
		if (reporter.fill(exchange, undefined, request, cursor)) {
			reporter.send(false, true);
			exchange.close();
			return;
		}
		if (reporter.empty) throw new StatusError(Status.ResourceExhausted);
		if (this.#chunked >= CHUNKED_READS) throw new StatusError(Status.Busy);
		this.#chunked++;
		server.cursor = new ReportCursor();
		exchange.handler = new ChunkedRead(server, exchange, request, cursor);
		reporter.send(true, false);
	}

	/** For ChunkedRead: one has ended. */
	ended(): void {
		this.#chunked--;
	}

	private decode(message: Message): ReportRequest {
		const reader = this.#server.reader;
		const path = this.#server.path;
		const context = this.#server.context;
		const nodeId = context.nodeId;
		const request = new ReportRequest();
		let filtered: boolean | undefined;
		enterMessage(reader, message);
		while (reader.next())
			switch (reader.tag) {
				case 0:
					request.readAttributes(reader, path, nodeId, READ_PATHS);
					break;
				case 1:
					request.readEvents(reader, nodeId, READ_PATHS);
					break;
				case 2:
					request.readEventFilters(reader, nodeId);
					break;
				case 3:
					filtered = reader.boolean();
					break;
				case 4:
					request.readFilters(reader, nodeId);
					break;
			}
		if (filtered === undefined) throw new StatusError(Status.InvalidAction);
		request.fabricFiltered = filtered;
		return request;
	}
}

/** A read that does not fit into one message: waits for the peer's StatusResponse between two. */
class ChunkedRead extends Waiting {
	readonly #request: ReportRequest;
	readonly #cursor: ReportCursor;

	constructor(server: InteractionServer, exchange: Exchange, request: ReportRequest, cursor: ReportCursor) {
		super(server, exchange);
		this.#request = request;
		this.#cursor = cursor;
		this.wait();
	}

	override onMessage(exchange: Exchange, message: Message): void {
		const context = this.server.context;
		const reporter = this.server.reporter;
		const status = this.server.statusOf(message);
		if (status === Status.Success) {
			context.open(exchange, this.#request.fabricFiltered, false);
			const complete = reporter.fill(exchange, undefined, this.#request, this.#cursor);
			if (!complete && !reporter.empty) {
				reporter.send(true, false);
				this.wait();
				return;
			}
			if (complete) reporter.send(false, true);
			else sendStatus(exchange, Status.ResourceExhausted);
		} else if (status < 0) sendStatus(exchange, Status.InvalidAction);
		this.stop();
		exchange.close();
	}

	override onClose(): void {
		super.onClose();
		this.server.read.ended();
	}
}

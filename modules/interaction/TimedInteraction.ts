import { Status, StatusError } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import type { InteractionServer } from "./InteractionServer";
import { Opcode } from "./Opcode";
import { sendStatus } from "./StatusResponse";
import { Waiting } from "./Waiting";
import { enterMessage } from "./enter";

/** @returns the milliseconds that a TimedRequest announces, 0..65535. @throws TlvError when it is malformed */
export function decodeTimedRequest(server: InteractionServer, message: Message): number {
	const reader = server.reader;
	let timeout = -1;
	enterMessage(reader, message);
	while (reader.next()) if (reader.tag === 0) timeout = reader.unsigned(0xffff);
	if (timeout < 0) throw new StatusError(Status.InvalidAction);
	return timeout;
}

/** After a TimedRequest: the write or invoke must come within the announced time (Matter Core 8.7.2, 8.8.2). */
export class TimedInteraction extends Waiting {
	readonly #end: number;

	/** @param timeout milliseconds from now */
	constructor(server: InteractionServer, exchange: Exchange, timeout: number) {
		super(server, exchange);
		this.#end = server.scheduler.now() + timeout;
		// A request that comes too late is still told so, within reason.
		this.wait(timeout);
	}

	override onMessage(exchange: Exchange, message: Message): void {
		const server = this.server;
		this.stop();
		try {
			if (message.opcode !== Opcode.WRITE_REQUEST && message.opcode !== Opcode.INVOKE_REQUEST)
				throw new StatusError(Status.InvalidAction);
			if (server.scheduler.now() > this.#end) throw new StatusError(Status.Timeout);
			// Whoever answers in several messages takes the exchange over; what this object counts for ends here.
			server.timedEnded();
			exchange.handler = server;
			if (message.opcode === Opcode.WRITE_REQUEST) server.write.handle(exchange, message, true);
			else server.invoke.handle(exchange, message, true);
		} catch (error) {
			sendStatus(exchange, server.refusal(error));
			exchange.close();
		}
	}

	override onClose(): void {
		super.onClose();
		this.server.timedEnded();
	}
}

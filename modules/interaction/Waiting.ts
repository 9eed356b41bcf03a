import type { Exchange, ExchangeHandler } from "../exchange/Exchange";
import type { Message } from "../message/Message";
import { Alarm } from "../time/Alarm";
import type { InteractionServer } from "./InteractionServer";

/**
 * An interaction that is unfinished and waits for its peer's next message, but not for ever: then the exchange is closed.
 * It is its own deadline, since the two live and end together.
 */
export abstract class Waiting extends Alarm implements ExchangeHandler {
	protected readonly server: InteractionServer;
	protected readonly exchange: Exchange;

	constructor(server: InteractionServer, exchange: Exchange) {
		super(server.scheduler);
		this.server = server;
		this.exchange = exchange;
	}

	abstract onMessage(exchange: Exchange, message: Message): void;

	/** Gives the peer its time, and `more` milliseconds. */
	wait(more = 0): void {
		this.start(more + this.server.patience(this.exchange));
	}

	expire(): void {
		this.exchange.close();
	}

	onClose(): void {
		this.stop();
	}
}

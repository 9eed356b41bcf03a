import { equalBytes } from "../codec/Bytes";
import type { CloseReason, Exchange, ExchangeHandler } from "../exchange/Exchange";
import type { Scheduler } from "../time/Scheduler";
import { sendBusy } from "./StatusReport";

/** ms for which a place is kept for the peer whose turn it is, beyond what it was told to wait */
const PATIENCE = 10_000;

/**
 * Who of those that were told to come back is next: the first that acknowledged it, which a flood from made-up addresses
 * does not. The place is kept for it only while those who had it fell silent.
 */
export class Turn implements ExchangeHandler {
	/** a handshake ended in silence, and none went through since */
	isKept = false;

	#scheduler: Scheduler;
	#wait = 0;
	/** the peer's socket address, 22 bytes */
	#next: Uint8Array | undefined;
	/** scheduler ms */
	#until = 0;

	constructor(scheduler: Scheduler) {
		this.#scheduler = scheduler;
	}

	/** Whether somebody else than the peer at this address is next. */
	isOfAnother(address: Uint8Array): boolean {
		if (!this.isKept || !this.#next || this.#scheduler.now() >= this.#until) return false;
		return !equalBytes(this.#next, address);
	}

	/** Tells the peer to come back after so many milliseconds. */
	refuse(exchange: Exchange, wait: number): void {
		sendBusy(exchange, wait);
		this.#wait = wait;
		exchange.handler = this;
		exchange.close();
	}

	/** The peer at this address has its turn. */
	take(address: Uint8Array): void {
		if (this.#next && equalBytes(this.#next, address)) this.#next = undefined;
	}

	onMessage(): void {
		// what it was told is all
	}

	/** It was heard that it was told. */
	onClose(exchange: Exchange, reason: CloseReason): void {
		if (reason !== "done") return;
		const address = exchange.session.address;
		const now = this.#scheduler.now();
		if (this.#next && now < this.#until && !equalBytes(this.#next, address)) return;
		this.#next = address.slice();
		this.#until = now + this.#wait + PATIENCE;
	}
}

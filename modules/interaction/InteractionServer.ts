import { TlvError, TlvReader, TlvType } from "../codec/TlvReader";
import type { Node } from "../datamodel/Node";
import { Status, StatusError } from "../datamodel/Status";
import type { Log } from "../diagnostics/Log";
import type { Exchange, ExchangeHandler, ProtocolHandler } from "../exchange/Exchange";
import type { ExchangeManager } from "../exchange/ExchangeManager";
import type { Message } from "../message/Message";
import type { GroupSession } from "../session/GroupSession";
import { WAITING_REQUESTS } from "../session/Capacity";
import type { Scheduler } from "../time/Scheduler";
import { AttributePath } from "./AttributePath";
import { InvokeHandler } from "./InvokeHandler";
import { INTERACTION_MODEL, Opcode } from "./Opcode";
import { ReadHandler } from "./ReadHandler";
import { ReportCursor } from "./ReportCursor";
import { Reporter } from "./Reporter";
import { ServerContext } from "./ServerContext";
import { sendStatus } from "./StatusResponse";
import { SubscribeHandler } from "./SubscribeHandler";
import { TimedInteraction, decodeTimedRequest } from "./TimedInteraction";
import { WriteHandler } from "./WriteHandler";
import { enterMessage } from "./enter";

/** Milliseconds that an interaction waits for its peer's next message. MRP gives up on a lost one within 4.2 s; the rest is the peer's to think. */
const RESPONSE_TIMEOUT = 15_000;
/** Five transmissions and all their waiting, in idle intervals, rounded up (Matter Core 4.12.2.1). */
const RETRANSMISSIONS = 15;

const FACILITY = "interaction";
const NOTHING = new Uint8Array(0);

/**
 * The server side of the interaction model (Matter Core, chapters 8 and 10): protocol 0x0001 over secure sessions. Holds
 * what the handlers share; a message is worked off within one call, so one reader, one path and one context are enough.
 */
export class InteractionServer implements ProtocolHandler, ExchangeHandler {
	readonly node: Node;
	readonly exchanges: ExchangeManager;
	readonly scheduler: Scheduler;
	readonly log: Log;
	readonly subscribe: SubscribeHandler;

	// What prepare() makes, before the first message.
	declare context: ServerContext;
	declare reader: TlvReader;
	declare path: AttributePath;
	/** for the report that is being written; a report that goes on in a further message keeps it, and puts a new one here */
	declare cursor: ReportCursor;
	declare reporter: Reporter;
	declare read: ReadHandler;
	declare invoke: InvokeHandler;

	private prepared = false;
	declare private writeHandler: WriteHandler | undefined;
	private timed = 0;

	/** Registers itself with `exchanges` and listens to `node`. */
	constructor({
		node,
		exchanges,
		scheduler,
		log,
	}: {
		node: Node;
		exchanges: ExchangeManager;
		scheduler: Scheduler;
		log: Log;
	}) {
		this.node = node;
		this.exchanges = exchanges;
		this.scheduler = scheduler;
		this.log = log;
		this.subscribe = new SubscribeHandler(this);
		node.addListener(this.subscribe);
		exchanges.register(INTERACTION_MODEL, this);
	}

	/** A node that nobody has spoken to yet has no need of what messages are worked off with. */
	prepare(): void {
		if (this.prepared) return;
		this.prepared = true;
		this.context = new ServerContext();
		this.reader = new TlvReader(NOTHING);
		this.path = new AttributePath();
		this.cursor = new ReportCursor();
		this.reporter = new Reporter(this.node, this.context);
		this.read = new ReadHandler(this);
		this.invoke = new InvokeHandler(this);
	}

	/** Few peers write. */
	get write(): WriteHandler {
		return (this.writeHandler ??= new WriteHandler(this));
	}

	/** Ends all subscriptions without a word and listens no more. */
	close(): void {
		this.node.removeListener(this.subscribe);
		this.subscribe.close();
	}

	onExchange(exchange: Exchange, message: Message): void {
		exchange.handler = this;
		// Nothing of the node is open to who has not proved itself.
		if (!exchange.session.isSecure()) {
			exchange.close();
			return;
		}
		try {
			this.prepare();
			this.serve(exchange, message);
		} catch (error) {
			sendStatus(exchange, this.refusal(error));
			exchange.close();
		}
	}

	/** Leaves the stack to who serves. */
	private serve(exchange: Exchange, message: Message): void {
		switch (message.opcode) {
			case Opcode.INVOKE_REQUEST:
				return this.invoke.handle(exchange, message, false);
			case Opcode.READ_REQUEST:
				return this.read.handle(exchange, message);
			case Opcode.WRITE_REQUEST:
				return this.write.handle(exchange, message, false);
			case Opcode.SUBSCRIBE_REQUEST:
				return this.subscribe.handle(exchange, message);
			case Opcode.TIMED_REQUEST: {
				const timeout = decodeTimedRequest(this, message);
				if (this.timed >= WAITING_REQUESTS) throw new StatusError(Status.Busy);
				this.timed++;
				exchange.handler = new TimedInteraction(this, exchange, timeout);
				return sendStatus(exchange, Status.Success);
			}
			case Opcode.STATUS_RESPONSE:
				// An answer to nothing is not answered (Matter Core 8.2.5).
				return exchange.close();
			default:
				throw new StatusError(Status.InvalidAction);
		}
	}

	/** No exchange is left for a request (Matter Core 8.10.1, BUSY). */
	onBusy(exchange: Exchange, message: Message): void {
		const opcode = message.opcode;
		if (
			opcode === Opcode.INVOKE_REQUEST ||
			opcode === Opcode.READ_REQUEST ||
			opcode === Opcode.WRITE_REQUEST ||
			opcode === Opcode.SUBSCRIBE_REQUEST ||
			opcode === Opcode.TIMED_REQUEST
		)
			sendStatus(exchange, Status.Busy);
	}

	onGroupMessage(session: GroupSession, message: Message): void {
		this.prepare();
		this.context.openGroup(session);
		try {
			if (message.opcode === Opcode.INVOKE_REQUEST) this.invoke.handleGroup(message);
			else if (message.opcode === Opcode.WRITE_REQUEST) this.write.handleGroup(message);
			else throw new StatusError(Status.InvalidAction);
		} catch (error) {
			const status = this.refusal(error);
			this.log.info(FACILITY, `${session.getName()}: a request is refused, status 0x${status.toString(16)}`);
		}
	}

	/** A further message on an exchange whose interaction is over. */
	onMessage(): void {
		// nothing to answer
	}

	/** The status with which a whole request is refused that threw `error`. */
	refusal(error: unknown): Status {
		return error instanceof TlvError ? Status.InvalidAction : this.statusFor(error, "a request");
	}

	/** The status that stands for `error`; what is no StatusError is a mistake in this node, and logged. */
	statusFor(error: unknown, doing: string): Status {
		if (error instanceof StatusError)
			return error.clusterStatus === undefined || error.status === Status.Success ? error.status : Status.Failure;
		this.log.exception(FACILITY, `${doing} failed`, error);
		return Status.Failure;
	}

	/** The status in a StatusResponse, or -1 when the message is none or is malformed. */
	statusOf(message: Message): number {
		if (message.opcode !== Opcode.STATUS_RESPONSE) return -1;
		const reader = this.reader;
		try {
			enterMessage(reader, message);
			reader.expect(TlvType.UNSIGNED, 0);
			return reader.unsigned(0xff);
		} catch {
			return -1;
		}
	}

	/** Milliseconds to wait for the peer's next message: its thinking, and the last of its retransmissions when it is slow to listen. */
	patience(exchange: Exchange): number {
		return RESPONSE_TIMEOUT + RETRANSMISSIONS * exchange.session.parameters.idleInterval;
	}

	/** For TimedInteraction: one has ended. */
	timedEnded(): void {
		this.timed--;
	}
}

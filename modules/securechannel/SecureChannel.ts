import type { Counters } from "../diagnostics/Counters";
import type { Log } from "../diagnostics/Log";
import { NOBODY, type Exchange, type ProtocolHandler } from "../exchange/Exchange";
import type { ExchangeManager } from "../exchange/ExchangeManager";
import type { Fabric } from "../fabric/Fabric";
import type { FabricTable } from "../fabric/FabricTable";
import { ProtocolId, type Message } from "../message/Message";
import type { ResumptionRecords } from "../session/ResumptionRecords";
import { SecureSession } from "../session/SecureSession";
import type { SessionManager } from "../session/SessionManager";
import type { SessionParameters } from "../session/SessionParameters";
import type { Scheduler } from "../time/Scheduler";
import { CaseClient } from "./CaseClient";
import { CaseServer } from "./CaseServer";
import type { HandshakeContext } from "./Handshake";
import { Opcode } from "./Opcode";
import type { PaseCredentials } from "./PaseCredentials";
import { PaseServer } from "./PaseServer";
import { GeneralCode, SecureChannelStatus, decodeStatusReport, sendStatusReport } from "./StatusReport";
import { VerifiedChains } from "./VerifiedChains";

const FACILITY = "secure channel";

/**
 * The secure channel protocol of a device (Matter Core 4.11): answers PASE and CASE, begins CASE, and CloseSession in both directions.
 * Standalone acknowledgements never get here: exchanges take them.
 */
export class SecureChannel implements ProtocolHandler {
	#caseClient: CaseClient | undefined;

	#context: HandshakeContext;
	#exchanges: ExchangeManager;
	#log: Log;
	#counters: Counters;
	#pase: PaseServer;
	#case: CaseServer;
	#chains = new VerifiedChains();

	/** @param options.parameters what this node tells its peers about itself */
	constructor(options: {
		exchanges: ExchangeManager;
		sessions: SessionManager;
		fabrics: FabricTable;
		resumption: ResumptionRecords;
		scheduler: Scheduler;
		log: Log;
		counters: Counters;
		parameters: SessionParameters;
	}) {
		this.#exchanges = options.exchanges;
		this.#log = options.log;
		this.#counters = options.counters;
		this.#pase = new PaseServer(options);
		this.#case = new CaseServer(options, this.#chains);
		this.#context = options;
		options.sessions.farewell = this.#farewell;
		options.exchanges.register(ProtocolId.SecureChannel, this);
		options.fabrics.addListener(this);
	}

	/** Opens sessions to peers; made when the first is to be opened. */
	get caseClient(): CaseClient {
		return (this.#caseClient ??= new CaseClient(this.#context, this.#chains, this.#exchanges));
	}

	/** what PASE verifies against; undefined while no window is open, and then every attempt is refused */
	get paseCredentials(): PaseCredentials | undefined {
		return this.#pase.credentials;
	}

	set paseCredentials(credentials: PaseCredentials | undefined) {
		if (credentials === undefined) this.#pase.cancel();
		this.#pase.credentials = credentials;
	}

	/** told of each new PASE session, before the peer is */
	set onPaseEstablished(callback: ((session: SecureSession) => void) | undefined) {
		this.#pase.onEstablished = callback;
	}

	/** told of each PASE handshake that ended without a session */
	set onPaseFailed(callback: (() => void) | undefined) {
		this.#pase.onFailed = callback;
	}

	/** Tells the peer that the session ends (Matter Core 4.11.1.4), and ends it. */
	closeSession(session: SecureSession): void {
		this.#farewell(session);
		session.destroy();
	}

	#farewell = (session: SecureSession): void => {
		if (session.isClosing) return;
		const exchange = this.#exchanges.open(session, NOBODY);
		session.closeAfterExchange();
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.CLOSE_SESSION, undefined, false);
		exchange.close();
	};

	/** What no handshake takes is over when this returns. */
	onExchange(exchange: Exchange, message: Message): void {
		const { session } = exchange;
		if (session instanceof SecureSession) {
			if (message.opcode === Opcode.STATUS_REPORT) this.closedByPeer(exchange, session, message);
			else this.ignore(message);
		} else if (message.opcode === Opcode.PBKDF_PARAM_REQUEST) this.#pase.onRequest(exchange, message);
		else if (message.opcode === Opcode.CASE_SIGMA1) this.#case.onSigma1(exchange, message);
		else this.ignore(message);
	}

	/** The table's listener. */
	onFabricUpdated(fabric: Fabric): void {
		this.forgetFabric(fabric.index);
	}

	onFabricRemoved(index: number): void {
		this.forgetFabric(index);
	}

	private forgetFabric(index: number): void {
		this.#chains.removeFabric(index);
		this.#case.forgetFabric(index);
		this.#caseClient?.forgetFabric(index);
	}

	private closedByPeer(exchange: Exchange, session: SecureSession, message: Message): void {
		const report = decodeStatusReport(message.bytes, message.payloadStart, message.payloadEnd);
		if (
			report?.generalCode !== GeneralCode.SUCCESS ||
			report.protocolId !== ProtocolId.SecureChannel ||
			report.protocolCode !== SecureChannelStatus.CLOSE_SESSION
		) {
			this.ignore(message);
			return;
		}
		this.#log.info(FACILITY, `${session.getName()} closed by its peer`);
		exchange.acknowledge();
		session.destroy();
	}

	private ignore(message: Message): void {
		this.#counters.count("unsolicitedRefused");
		this.#log.debug(FACILITY, `opcode ${message.opcode} not expected`);
	}
}

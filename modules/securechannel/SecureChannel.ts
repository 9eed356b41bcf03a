import { NOBODY, type Exchange, type ProtocolHandler } from "../exchange/Exchange";
import type { ExchangeManager } from "../exchange/ExchangeManager";
import type { Fabric } from "../fabric/Fabric";
import { ProtocolId, type Message } from "../message/Message";
import { SecureSession } from "../session/SecureSession";
import type { Farewell } from "../session/SessionManager";
import { CaseClient } from "./CaseClient";
import { CaseServer } from "./CaseServer";
import type { HandshakeContext } from "./Handshake";
import { Opcode } from "./Opcode";
import type { PaseWindow } from "./PaseCredentials";
import { PaseServer } from "./PaseServer";
import { GeneralCode, SecureChannelStatus, decodeStatusReport, sendFailure, sendStatusReport } from "./StatusReport";
import { VerifiedChains } from "./VerifiedChains";

const FACILITY = "secure channel";

export interface SecureChannelContext extends HandshakeContext {
	readonly exchanges: ExchangeManager;
}

/**
 * The secure channel protocol of a device (Matter Core 4.11): answers PASE and CASE, begins CASE, and CloseSession in both directions.
 * Standalone acknowledgements never get here: exchanges take them.
 */
export class SecureChannel implements ProtocolHandler, Farewell {
	/** without it every PASE handshake is refused */
	window: PaseWindow | undefined;

	private context: SecureChannelContext;
	// each made when it is needed first
	declare private pase: PaseServer | undefined;
	declare private caseServer: CaseServer | undefined;
	declare private client: CaseClient | undefined;
	declare private verified: VerifiedChains | undefined;

	constructor(options: SecureChannelContext) {
		this.context = options;
		options.sessions.secureChannel = this;
		options.exchanges.register(ProtocolId.SecureChannel, this);
		options.fabrics.addListener(this);
	}

	/** Opens sessions to peers. */
	get caseClient(): CaseClient {
		return (this.client ??= new CaseClient(this.context, this.chains, this.context.exchanges));
	}

	private get chains(): VerifiedChains {
		return (this.verified ??= new VerifiedChains());
	}

	/** The window closed: drops a PASE handshake under way. */
	cancelPase(): void {
		this.pase?.cancel();
		this.pase = undefined;
	}

	/** Tells the peer that the session ends (Matter Core 4.11.1.4), and ends it. */
	closeSession(session: SecureSession): void {
		this.farewell(session);
		session.destroy();
	}

	/** Tells the peer that the session ends; it is still to be destroyed. */
	farewell(session: SecureSession): void {
		if (session.isClosing) return;
		const exchange = this.context.exchanges.open(session, NOBODY);
		session.closeAfterExchange();
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.CLOSE_SESSION, undefined, false);
		exchange.close();
	}

	/** What no handshake takes is over when this returns. */
	onExchange(exchange: Exchange, message: Message): void {
		const session = exchange.session;
		if (session instanceof SecureSession) {
			if (message.opcode === Opcode.STATUS_REPORT) this.closedByPeer(exchange, session, message);
			else this.ignore(message);
		} else if (message.opcode === Opcode.PBKDF_PARAM_REQUEST) this.onPaseRequest(exchange, message);
		else if (message.opcode === Opcode.CASE_SIGMA1) {
			this.caseServer ??= new CaseServer(this.context, this.chains);
			this.caseServer.onSigma1(exchange, message);
		} else this.ignore(message);
	}

	private onPaseRequest(exchange: Exchange, message: Message): void {
		const window = this.window;
		if (window?.isOpen) (this.pase ??= new PaseServer(this.context, window)).onRequest(exchange, message);
		else sendFailure(exchange, SecureChannelStatus.INVALID_PARAMETER);
	}

	/** The table's listener. */
	onFabricUpdated(fabric: Fabric): void {
		this.forgetFabric(fabric.index);
	}

	onFabricRemoved(index: number): void {
		this.forgetFabric(index);
	}

	private forgetFabric(index: number): void {
		this.verified?.removeFabric(index);
		this.caseServer?.forgetFabric(index);
		this.client?.forgetFabric(index);
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
		this.context.log.info(FACILITY, `${session.getName()} closed by its peer`);
		exchange.acknowledge();
		session.destroy();
	}

	private ignore(message: Message): void {
		const counters = this.context.counters;
		const log = this.context.log;
		counters.count("unsolicitedRefused");
		log.debug(FACILITY, `opcode ${message.opcode} not expected`);
	}
}

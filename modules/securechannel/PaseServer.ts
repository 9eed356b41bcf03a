import { ANONYMOUS, TlvError } from "../codec/TlvReader";
import { encode } from "../codec/Utf8";
import random from "../crypto/random";
import Sha256 from "../crypto/sha256";
import Spake2pVerifier from "../crypto/spake2p";
import type { CloseReason, Exchange, ExchangeHandler } from "../exchange/Exchange";
import { UNSPECIFIED_NODE_ID } from "../fabric/NodeId";
import { ProtocolId, type Message } from "../message/Message";
import type { SecureSession } from "../session/SecureSession";
import { SessionParameters } from "../session/SessionParameters";
import { Deadline } from "../time/Deadline";
import {
	HANDSHAKE_TIMEOUT,
	HandshakeError,
	STALE_HANDSHAKE,
	learnParameters,
	structureReader,
	type HandshakeContext,
} from "./Handshake";
import { Opcode } from "./Opcode";
import type { PaseWindow } from "./PaseCredentials";
import { GeneralCode, SecureChannelStatus, sendBusy, sendFailure, sendStatusReport } from "./StatusReport";
import { Turn } from "./Turn";

const FACILITY = "pase";
const CONTEXT = "CHIP PAKE V1 Commissioning";
const RANDOM_LENGTH = 32;
const DEFAULT_PASSCODE_ID = 0;
/** ms that another commissioner is told to wait while a PASE session stands */
const BUSY_WAIT = 5000;

/**
 * The responder's half of PASE (Matter Core 4.14.1): one handshake at a time, and none while a PASE session stands.
 */
export class PaseServer implements ExchangeHandler {
	private context: HandshakeContext;
	private window: PaseWindow;
	private deadline: Deadline;

	/** of those that were told to come back; undefined while nobody was */
	private turn: Turn | undefined;

	// The handshake under way; all of it goes with end.
	private exchange: Exchange | undefined;
	/** scheduler ms of its last message */
	private heard = 0;
	/** the opcode that must come next */
	private expected = 0;
	private sessionId = 0;
	private peerSessionId = 0;
	private parameters: SessionParameters | undefined;
	private spake: Spake2pVerifier | undefined;

	constructor(context: HandshakeContext, window: PaseWindow) {
		this.context = context;
		this.window = window;
		this.deadline = new Deadline(context.scheduler, this.timeout, this);
	}

	/** A PBKDFParamRequest that opens an exchange. */
	onRequest(exchange: Exchange, message: Message): void {
		const counters = this.context.counters;
		const scheduler = this.context.scheduler;
		const sessions = this.context.sessions;
		const left = this.exchange ? this.heard + STALE_HANDSHAKE - scheduler.now() : 0;
		const address = exchange.session.address;
		if (left > 0 || sessions.secure().some(isPase) || this.turn?.isOfAnother(address)) {
			counters.count("handshakeBusy");
			(this.turn ??= new Turn(scheduler)).refuse(exchange, left > 0 ? left : BUSY_WAIT);
			return;
		}
		if (this.exchange) this.fallenSilent("silent while another came", SecureChannelStatus.INVALID_PARAMETER);
		this.turn?.take(address);
		counters.count("handshakeStarted");
		this.exchange = exchange;
		exchange.handler = this;
		this.deadline.start(HANDSHAKE_TIMEOUT);
		this.step(message);
	}

	onMessage(_exchange: Exchange, message: Message): void {
		this.step(message);
	}

	onClose(exchange: Exchange, reason: CloseReason): void {
		// An exchange may outlive its handshake by the acknowledgement of its last message.
		if (exchange === this.exchange) this.fallenSilent(`exchange ended: ${reason}`);
	}

	/** Drops a handshake under way: the window closed. */
	cancel(): void {
		if (this.exchange) this.fail(SecureChannelStatus.INVALID_PARAMETER, "cancelled");
	}

	private step(message: Message): void {
		this.heard = this.context.scheduler.now();
		try {
			if (message.protocolId !== ProtocolId.SecureChannel) throw new HandshakeError("another protocol's message");
			if (message.opcode === Opcode.STATUS_REPORT) {
				this.fail(undefined, "the peer gave up");
				return;
			}
			if (this.expected === 0) this.paramRequest(message);
			else if (message.opcode !== this.expected) throw new HandshakeError(`opcode ${message.opcode} out of turn`);
			else if (message.opcode === Opcode.PASE_PAKE1) this.pake1(message);
			else this.pake3(message);
		} catch (error) {
			if (!(error instanceof TlvError || error instanceof RangeError || error instanceof HandshakeError))
				this.context.log.exception(FACILITY, "handshake", error);
			this.fail(SecureChannelStatus.INVALID_PARAMETER, error instanceof Error ? error.message : String(error));
		}
	}

	private paramRequest(message: Message): void {
		const exchange = this.exchange!;
		const reader = structureReader(message.bytes, message.payloadStart, message.payloadEnd);
		let initiatorRandom: Uint8Array | undefined;
		let passcodeId: number | undefined;
		let hasParameters: boolean | undefined;
		while (reader.next())
			switch (reader.tag) {
				case 1:
					initiatorRandom = reader.octets(RANDOM_LENGTH, RANDOM_LENGTH);
					break;
				case 2:
					this.peerSessionId = reader.unsigned(0xffff);
					break;
				case 3:
					passcodeId = reader.unsigned(0xffff);
					break;
				case 4:
					hasParameters = reader.boolean();
					break;
				case 5:
					this.parameters = SessionParameters.decode(reader);
					break;
			}
		if (!initiatorRandom || this.peerSessionId === 0 || hasParameters === undefined)
			throw new HandshakeError("PBKDFParamRequest lacks a field");
		if (passcodeId !== DEFAULT_PASSCODE_ID) throw new HandshakeError("unknown passcode id");
		this.sessionId = this.context.sessions.reserveId();
		if (this.sessionId === 0) {
			this.busy();
			return;
		}
		const credentials = this.window.credentials;
		if (!credentials) throw new HandshakeError("no window is open");
		const hash = new Sha256().update(encode(CONTEXT)).update(message.payload());
		learnParameters(exchange, this.parameters);

		const writer = exchange.begin();
		const start = writer.position;
		writer.structure(ANONYMOUS);
		writer.octets(1, initiatorRandom);
		writer.octets(2, random(RANDOM_LENGTH));
		writer.unsigned(3, this.sessionId);
		if (!hasParameters) {
			writer.structure(4);
			writer.unsigned(1, credentials.iterations);
			writer.octets(2, credentials.salt);
			writer.end();
		}
		this.context.parameters.encode(writer, 5);
		writer.end();
		hash.update(writer.bytes.subarray(start, writer.position));
		this.spake = new Spake2pVerifier(credentials.w0, credentials.L, hash.digest());
		hash.close();
		credentials.w0.fill(0);
		this.expected = Opcode.PASE_PAKE1;
		exchange.send(ProtocolId.SecureChannel, Opcode.PBKDF_PARAM_RESPONSE);
	}

	private pake1(message: Message): void {
		const exchange = this.exchange!;
		const pA = readOnly(message, 65);
		exchange.acknowledge(); // point arithmetic follows
		const { pB, cB } = this.spake!.respond(pA);
		this.expected = Opcode.PASE_PAKE3;
		const writer = exchange.begin();
		writer.structure(ANONYMOUS);
		writer.octets(1, pB);
		writer.octets(2, cB);
		writer.end();
		exchange.send(ProtocolId.SecureChannel, Opcode.PASE_PAKE2);
	}

	private pake3(message: Message): void {
		const exchange = this.exchange!;
		const spake = this.spake!;
		if (!spake.confirm(readOnly(message, 32))) throw new HandshakeError("wrong passcode");
		const sharedSecret = spake.sharedKey;
		const session = this.context.sessions.createSecure({
			id: this.sessionId,
			fabric: undefined,
			peerNodeId: UNSPECIFIED_NODE_ID,
			peerSessionId: this.peerSessionId,
			sharedSecret,
			salt: new Uint8Array(0),
			isInitiator: false,
			isResumption: false,
			parameters: this.parameters ?? new SessionParameters(),
			address: exchange.session.address,
			isPase: true,
		});
		sharedSecret.fill(0);
		this.sessionId = 0; // the session's now
		this.turn = undefined; // peers are as they should be
		this.end();
		this.context.counters.count("paseEstablished");
		this.context.log.info(FACILITY, `${session.getName()} established`);
		this.window.paseEstablished(session);
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS);
		exchange.close();
	}

	private busy(): void {
		const exchange = this.exchange!;
		this.end();
		this.context.counters.count("handshakeBusy");
		sendBusy(exchange, BUSY_WAIT);
		exchange.close();
	}

	private timeout(): void {
		this.context.counters.count("handshakeTimeout");
		this.fallenSilent("took too long");
	}

	/** The peer did not go on, or is another than it says. */
	private fallenSilent(why: string, status?: number): void {
		if (this.turn) this.turn.isKept = true;
		this.fail(status, why);
	}

	/** @param status what the peer is told; undefined: nothing, there is nobody to tell */
	private fail(status: number | undefined, why: string): void {
		const exchange = this.exchange!;
		this.end();
		this.context.counters.count("handshakeFailed");
		this.context.log.info(FACILITY, `handshake failed: ${why}`);
		if (status !== undefined) sendFailure(exchange, status);
		exchange.close();
		this.window.paseFailed();
	}

	private end(): void {
		this.deadline.stop();
		this.exchange = undefined;
		this.expected = 0;
		this.spake?.close();
		this.spake = undefined;
		this.parameters = undefined;
		if (this.sessionId !== 0) this.context.sessions.releaseId(this.sessionId);
		this.sessionId = this.peerSessionId = 0;
	}
}

function isPase(session: SecureSession): boolean {
	return session.isPase;
}

/** The one member, tag 1, of Pake1 and Pake3. */
function readOnly(message: Message, length: number): Uint8Array {
	const reader = structureReader(message.bytes, message.payloadStart, message.payloadEnd);
	let value: Uint8Array | undefined;
	while (reader.next()) if (reader.tag === 1) value = reader.octets(length, length);
	if (!value) throw new HandshakeError("its only field is missing");
	return value;
}

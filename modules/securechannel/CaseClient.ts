import { ANONYMOUS } from "../codec/TlvReader";
import { nodeIdBytes, readUint16LE } from "../codec/Bytes";
import KeyPair from "../crypto/p256";
import random from "../crypto/random";
import Sha256 from "../crypto/sha256";
import type { CloseReason, Exchange, ExchangeHandler } from "../exchange/Exchange";
import type { ExchangeManager } from "../exchange/ExchangeManager";
import type { Fabric } from "../fabric/Fabric";
import { ProtocolId, type Message } from "../message/Message";
import type { ResumptionRecord } from "../session/ResumptionRecords";
import type { SecureSession } from "../session/SecureSession";
import { SessionParameters } from "../session/SessionParameters";
import { Deadline } from "../time/Deadline";
import {
	RESUME1_NONCE,
	RESUME2_NONCE,
	SIGMA2_NONCE,
	SIGMA3_NONCE,
	open,
	resumeMic,
	resumptionSalt,
	seal,
	sessionSalt,
	sigma2Key,
	sigma3Key,
	verifyResumeMic,
} from "./CaseKeys";
import { establish, statusFor, verifyPeer } from "./CasePeer";
import { HANDSHAKE_TIMEOUT, HandshakeError, learnParameters, type HandshakeContext } from "./Handshake";
import { Opcode } from "./Opcode";
import {
	readSigma2,
	readSigma2Resume,
	readTbeData,
	writeSigma1,
	writeTbeData,
	writeTbsData,
	type Sigma1,
	type Sigma2,
} from "./Sigma";
import {
	GeneralCode,
	SecureChannelStatus,
	decodeStatusReport,
	sendFailure,
	sendStatusReport,
	type StatusReport,
} from "./StatusReport";
import type { VerifiedChains } from "./VerifiedChains";

const FACILITY = "case";
const RANDOM_LENGTH = 32;
/** How often a peer that says it is busy is asked in all. */
const BUSY_TRIES = 4;
/** ms that a busy peer is left alone if it does not say how long */
const BUSY_WAIT = 5000;

/** Why there is no session. */
export type CaseFailure =
	/** nothing at the address acknowledges */
	| "unreachable"
	/** the peer acknowledged, and no more within the time a handshake has */
	| "timeout"
	/** still busy, after all tries */
	| "busy"
	/** the peer is not, or no longer, a member of the fabric */
	| "noSharedRoot"
	/** the peer ended the handshake with another report */
	| "refused"
	/** what the peer sent is wrong, or it is not the peer */
	| "invalid"
	/** this node has no room for a session */
	| "resources"
	/** the fabric was removed or changed, or its session ended at once */
	| "cancelled";

/** Whom to open a session to. */
export interface CaseTarget {
	/** in which this node is a member */
	readonly fabric: Fabric;
	readonly peerNodeId: bigint;
	/** the peer's socket address, 22 bytes; copied with each try */
	readonly address: Uint8Array;
	/** what is known of its timing, as from operational discovery; else that of its last session, else the defaults */
	readonly parameters?: SessionParameters | undefined;
}

/** Is told once how it ended, never from within open(). */
export interface CaseListener {
	onEstablished(session: SecureSession): void;
	onFailed(reason: CaseFailure): void;
}

/**
 * The initiator's half of CASE (Matter Core 4.14.2): resumes the last session with the peer where there is a record of it,
 * and goes through the full handshake where there is none, or the peer has none. One handshake at a time: the memory it
 * takes is bounded. Resuming takes one elliptic-curve operation: Sigma1 has an ephemeral key in it, for the peer that knows
 * nothing to resume.
 */
export class CaseClient implements ExchangeHandler {
	private context: HandshakeContext;
	private chains: VerifiedChains;
	private exchanges: ExchangeManager;
	private deadline: Deadline;
	/** to the next try */
	private pause: Deadline;

	private target: CaseTarget | undefined;
	private listener: CaseListener | undefined;
	private tries = 0;
	private mayResume = false;

	// The try under way; all of it goes with end.
	private exchange: Exchange | undefined;
	/** the opcode that must come next; 0: none, only the acknowledgement of what was sent last */
	private expected = 0;
	private sessionId = 0;
	private sigma1: Sigma1 | undefined;
	/** the operational IPK in use */
	private ipk: Uint8Array | undefined;
	/** over Sigma1, Sigma2, Sigma3 as they go and come */
	private transcript: Sha256 | undefined;
	private keyPair: KeyPair | undefined;
	private sharedSecret: Uint8Array | undefined;
	/** of the session that is to be resumed */
	private record: ResumptionRecord | undefined;
	private sigma2: Sigma2 | undefined;
	/** the id under which the new session can be resumed */
	private resumptionId: Uint8Array | undefined;
	private caseAuthenticatedTags: readonly number[] | undefined;
	/** resumed, and the peer has not acknowledged that it knows */
	private session: SecureSession | undefined;

	constructor(context: HandshakeContext, chains: VerifiedChains, exchanges: ExchangeManager) {
		this.context = context;
		this.chains = chains;
		this.exchanges = exchanges;
		this.deadline = new Deadline(context.scheduler, this.timeout, this);
		this.pause = new Deadline(context.scheduler, this.try, this);
	}

	/** A handshake is under way, or waits for a busy peer. */
	get isAtWork(): boolean {
		return this.target !== undefined;
	}

	/**
	 * Opens a session to a peer, a new one even if there is another.
	 * @returns false, and the listener is told nothing, when another handshake is under way
	 */
	open(target: CaseTarget, listener: CaseListener): boolean {
		if (this.target) return false;
		this.target = target;
		this.listener = listener;
		this.tries = 0;
		this.mayResume = true;
		this.pause.start(0);
		return true;
	}

	/** Ends the handshake under way, if there is one; its listener is told nothing. */
	cancel(): void {
		this.listener = undefined;
		if (this.target) this.fail("cancelled", "cancelled", SecureChannelStatus.INVALID_PARAMETER);
	}

	/** The fabric was removed, or got other credentials. */
	forgetFabric(index: number): void {
		if (this.target?.fabric.index === index)
			this.fail("cancelled", "the fabric changed", SecureChannelStatus.INVALID_PARAMETER);
	}

	onMessage(exchange: Exchange, message: Message): void {
		if (exchange !== this.exchange) return;
		const opcode = message.opcode;
		try {
			if (message.protocolId !== ProtocolId.SecureChannel) throw new HandshakeError("another protocol's message");
			if (opcode === Opcode.STATUS_REPORT) this.receiveStatus(message);
			else if (this.expected !== Opcode.CASE_SIGMA2) throw new HandshakeError(`opcode ${opcode} out of turn`);
			else if (opcode === Opcode.CASE_SIGMA2) this.receiveSigma2(exchange, message);
			else if (opcode === Opcode.CASE_SIGMA2_RESUME) this.receiveSigma2Resume(exchange, message);
			else throw new HandshakeError(`opcode ${opcode} out of turn`);
		} catch (error) {
			const status = statusFor(error, this.context);
			this.fail("invalid", error instanceof Error ? error.message : String(error), status);
		}
	}

	onClose(exchange: Exchange, reason: CloseReason): void {
		if (exchange !== this.exchange) return;
		const session = this.session;
		if (session && reason === "done") {
			if (session.isClosing) this.fail("cancelled", "the session ended at once");
			else this.succeed(session);
		} else this.fail(reason === "timeout" ? "unreachable" : "cancelled", `exchange ended: ${reason}`);
	}

	private try(): void {
		this.tries++;
		this.context.counters.count("handshakeStarted");
		try {
			this.begin();
		} catch (error) {
			this.context.log.exception(FACILITY, "beginning a handshake", error);
			this.fail("resources", "it cannot be begun");
		}
	}

	/** Sends Sigma1. */
	private begin(): void {
		const { fabric, peerNodeId, address, parameters } = this.target!;
		const resumption = this.context.resumption;
		const sessions = this.context.sessions;
		this.sessionId = sessions.reserveId(fabric.index);
		const session = this.sessionId === 0 ? undefined : sessions.openUnsecured(address);
		if (!session) {
			this.fail("resources", "no room for a session");
			return;
		}
		const record = (this.record = this.mayResume ? resumption.find(fabric.index, peerNodeId) : undefined);
		const initiatorRandom = random(RANDOM_LENGTH);
		const ipk = (this.ipk = fabric.ipk);
		const keyPair = (this.keyPair = new KeyPair());
		const sigma1 = (this.sigma1 = {
			initiatorRandom,
			initiatorSessionId: this.sessionId,
			destinationId: fabric.destinationId(initiatorRandom, ipk, nodeIdBytes(peerNodeId)),
			initiatorKey: keyPair.publicKey,
			parameters: this.context.parameters,
			resumptionId: record?.id,
			resumeMic:
				record &&
				resumeMic(
					record.sharedSecret,
					resumptionSalt(initiatorRandom, record.id),
					"Sigma1_Resume",
					RESUME1_NONCE,
				),
		});
		const exchange = (this.exchange = this.exchanges.open(session, this));
		learnParameters(exchange, parameters ?? record?.parameters);
		const writer = exchange.begin();
		const start = writer.position;
		writeSigma1(writer, sigma1);
		this.transcript = new Sha256().update(writer.bytes.subarray(start, writer.position));
		this.expected = Opcode.CASE_SIGMA2;
		this.deadline.start(HANDSHAKE_TIMEOUT);
		exchange.send(ProtocolId.SecureChannel, Opcode.CASE_SIGMA1);
	}

	private receiveSigma2(exchange: Exchange, message: Message): void {
		const { fabric, peerNodeId } = this.target!;
		const keyPair = this.keyPair!;
		const ipk = this.ipk!;
		const transcript = this.transcript!;
		const ownKey = this.sigma1!.initiatorKey;
		const sigma2 = (this.sigma2 = readSigma2(message.bytes, message.payloadStart, message.payloadEnd));
		learnParameters(exchange, sigma2.parameters);
		exchange.acknowledge(); // a shared secret, up to three signatures to verify and one to make
		const sharedSecret = (this.sharedSecret = keyPair.ecdh(sigma2.responderKey));
		const key = sigma2Key(sharedSecret, ipk, sigma2.responderRandom, sigma2.responderKey, transcript.digest());
		const tbe = open(key, SIGMA2_NONCE, sigma2.encrypted);
		if (!tbe) throw new HandshakeError("TBEData2 does not verify");
		transcript.update(message.payload());
		const content = readTbeData(tbe);
		if (!content.resumptionId) throw new HandshakeError("TBEData2 lacks its resumption id");
		const peer = verifyPeer(this.context, this.chains, fabric, content, sigma2.responderKey, ownKey);
		if (peer.nodeId !== peerNodeId) throw new HandshakeError("another node answers");
		this.resumptionId = content.resumptionId;
		this.caseAuthenticatedTags = peer.caseAuthenticatedTags;

		const noc = fabric.noc;
		const icac = fabric.icac;
		const signature = fabric.keyPair.sign(writeTbsData(noc, icac, ownKey, sigma2.responderKey));
		const encrypted = seal(
			sigma3Key(sharedSecret, ipk, transcript.digest()),
			SIGMA3_NONCE,
			writeTbeData(noc, icac, signature),
		);
		const writer = exchange.begin();
		const start = writer.position;
		writer.structure(ANONYMOUS);
		writer.octets(1, encrypted);
		writer.end();
		transcript.update(writer.bytes.subarray(start, writer.position));
		this.expected = Opcode.STATUS_REPORT;
		exchange.send(ProtocolId.SecureChannel, Opcode.CASE_SIGMA3);
	}

	private receiveSigma2Resume(exchange: Exchange, message: Message): void {
		const record = this.record;
		const initiatorRandom = this.sigma1!.initiatorRandom;
		if (!record) throw new HandshakeError("a resumption that nobody asked for");
		const answer = readSigma2Resume(message.bytes, message.payloadStart, message.payloadEnd);
		const salt = resumptionSalt(initiatorRandom, answer.resumptionId);
		if (!verifyResumeMic(record.sharedSecret, salt, "Sigma2_Resume", RESUME2_NONCE, answer.resumeMic))
			throw new HandshakeError("Sigma2ResumeMIC does not verify");
		learnParameters(exchange, answer.parameters);
		this.session = establish(this.context, answer.resumptionId, {
			...this.description(),
			peerSessionId: answer.responderSessionId,
			sharedSecret: record.sharedSecret,
			salt: resumptionSalt(initiatorRandom, record.id),
			isResumption: true,
			parameters: answer.parameters ?? record.parameters,
			caseAuthenticatedTags: record.caseAuthenticatedTags,
		});
		this.sessionId = 0; // the session's now
		this.expected = 0;
		// The session can be used once the peer has this: onClose.
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS);
		exchange.close();
	}

	private receiveStatus(message: Message): void {
		const report = decodeStatusReport(message.bytes, message.payloadStart, message.payloadEnd);
		if (!report || report.protocolId !== ProtocolId.SecureChannel)
			throw new HandshakeError("a malformed status report");
		const generalCode = report.generalCode;
		const protocolCode = report.protocolCode;
		if (generalCode === GeneralCode.BUSY && protocolCode === SecureChannelStatus.BUSY) this.busy(report);
		else if (generalCode !== GeneralCode.SUCCESS)
			this.fail(
				protocolCode === SecureChannelStatus.NO_SHARED_TRUST_ROOTS ? "noSharedRoot" : "refused",
				`the peer refuses with ${protocolCode}`,
			);
		else if (
			this.expected !== Opcode.STATUS_REPORT ||
			protocolCode !== SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS
		)
			throw new HandshakeError("success out of turn");
		else this.finish();
	}

	/** Sigma3 was right. */
	private finish(): void {
		const sigma2 = this.sigma2!;
		const session = establish(this.context, this.resumptionId!, {
			...this.description(),
			peerSessionId: sigma2.responderSessionId,
			sharedSecret: this.sharedSecret!,
			salt: sessionSalt(this.ipk!, this.transcript!.digest()),
			isResumption: false,
			parameters: sigma2.parameters ?? new SessionParameters(),
			caseAuthenticatedTags: this.caseAuthenticatedTags!,
		});
		this.sessionId = 0; // the session's now
		this.succeed(session);
	}

	/** What a full and a resumed session have in common. */
	private description() {
		const { fabric, peerNodeId } = this.target!;
		return {
			id: this.sessionId,
			fabric,
			peerNodeId,
			isInitiator: true,
			address: this.exchange!.session.address,
			isPase: false,
		};
	}

	/** The peer asks to wait, in ms (Matter Core 4.11.1.5). */
	private busy({ data }: StatusReport): void {
		this.context.counters.count("handshakeBusy");
		if (this.tries >= BUSY_TRIES) {
			this.fail("busy", `the peer is busy, after ${this.tries} tries`);
			return;
		}
		const exchange = this.end();
		this.pause.start(data.length >= 2 ? readUint16LE(data, 0) : BUSY_WAIT);
		exchange?.close();
	}

	private timeout(): void {
		this.context.counters.count("handshakeTimeout");
		this.fail("timeout", "took too long");
	}

	private succeed(session: SecureSession): void {
		const listener = this.listener;
		const isResumption = this.session !== undefined;
		this.session = undefined;
		const exchange = this.end();
		this.target = undefined;
		this.listener = undefined;
		this.context.log.info(FACILITY, `${session.getName()} ${isResumption ? "resumed" : "established"}, begun here`);
		exchange?.close();
		listener?.onEstablished(session);
	}

	/** @param status what the peer is told; undefined: nothing */
	private fail(reason: CaseFailure, why: string, status?: number): void {
		const counters = this.context.counters;
		const log = this.context.log;
		// What was remembered of the peer may be what is wrong: a full handshake tells, and replaces it.
		const again = this.record !== undefined && (reason === "invalid" || reason === "refused");
		const exchange = this.end();
		counters.count("handshakeFailed");
		log.info(FACILITY, `handshake begun here failed: ${why}`);
		const listener = this.listener;
		if (again) {
			this.mayResume = false;
			this.pause.start(0);
		} else {
			this.target = undefined;
			this.listener = undefined;
		}
		if (exchange && !exchange.isClosed) {
			if (status !== undefined) sendFailure(exchange, status);
			exchange.close();
		}
		if (!again) listener?.onFailed(reason);
	}

	/** Ends the try. @returns its exchange, which is the caller's to close */
	private end(): Exchange | undefined {
		const exchange = this.exchange;
		this.deadline.stop();
		this.pause.stop();
		this.exchange = undefined;
		this.expected = 0;
		this.sigma1 = undefined;
		this.ipk = undefined;
		this.transcript?.close();
		this.transcript = undefined;
		this.keyPair?.close();
		this.keyPair = undefined;
		this.sharedSecret?.fill(0);
		this.sharedSecret = undefined;
		this.record?.sharedSecret.fill(0);
		this.record = undefined;
		this.sigma2 = undefined;
		this.resumptionId = undefined;
		this.caseAuthenticatedTags = undefined;
		this.session?.destroy();
		this.session = undefined;
		if (this.sessionId !== 0) this.context.sessions.releaseId(this.sessionId);
		this.sessionId = 0;
		return exchange;
	}
}

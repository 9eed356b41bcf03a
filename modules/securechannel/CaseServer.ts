import { ANONYMOUS } from "../codec/TlvReader";
import KeyPair from "../crypto/p256";
import random from "../crypto/random";
import Sha256 from "../crypto/sha256";
import type { CloseReason, Exchange, ExchangeHandler } from "../exchange/Exchange";
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
import {
	HANDSHAKE_TIMEOUT,
	HandshakeError,
	STALE_HANDSHAKE,
	learnParameters,
	type HandshakeContext,
} from "./Handshake";
import { Opcode } from "./Opcode";
import {
	RESUMPTION_ID_LENGTH,
	readSigma1,
	readSigma3,
	readTbeData,
	writeTbeData,
	writeTbsData,
	type Sigma1,
} from "./Sigma";
import {
	GeneralCode,
	SecureChannelStatus,
	decodeStatusReport,
	sendBusy,
	sendFailure,
	sendStatusReport,
} from "./StatusReport";
import { Turn } from "./Turn";
import type { VerifiedChains } from "./VerifiedChains";

const FACILITY = "case";
const RANDOM_LENGTH = 32;
/** ms that another initiator is told to wait while one is at work: a handshake takes less, unless its peer went away */
const BUSY_WAIT = 1000;

/**
 * The responder's half of CASE, full and resumed (Matter Core 4.14.2). One handshake at a time: the memory it takes is
 * bounded, and others are told to come back.
 */
export class CaseServer implements ExchangeHandler {
	private context: HandshakeContext;
	private deadline: Deadline;
	private chains: VerifiedChains;

	/** of those that were told to come back; undefined while nobody was */
	private turn: Turn | undefined;

	// The handshake under way; all of it goes with end.
	private exchange: Exchange | undefined;
	/** scheduler ms of its last message */
	private heard = 0;
	/** the opcode that must come next */
	private expected = 0;
	private sessionId = 0;
	// of Sigma1
	private peerSessionId = 0;
	private peerKey: Uint8Array | undefined;
	private parameters: SessionParameters | undefined;
	private fabric: Fabric | undefined;
	/** the operational IPK the initiator used */
	private ipk: Uint8Array | undefined;
	/** over Sigma1, Sigma2, Sigma3 as they come */
	private transcript: Sha256 | undefined;
	private keyPair: KeyPair | undefined;
	private sharedSecret: Uint8Array | undefined;
	/** the id under which this session can be resumed */
	private resumptionId: Uint8Array | undefined;
	/** of the session being resumed */
	private record: ResumptionRecord | undefined;
	private salt: Uint8Array | undefined;

	constructor(context: HandshakeContext, chains: VerifiedChains) {
		this.context = context;
		this.chains = chains;
		this.deadline = new Deadline(context.scheduler, this.timeout, this);
	}

	/** A Sigma1 that opens an exchange. */
	onSigma1(exchange: Exchange, message: Message): void {
		const counters = this.context.counters;
		const scheduler = this.context.scheduler;
		const address = exchange.session.address;
		if ((this.exchange && scheduler.now() - this.heard < STALE_HANDSHAKE) || this.turn?.isOfAnother(address)) {
			counters.count("handshakeBusy");
			(this.turn ??= new Turn(scheduler)).refuse(exchange, BUSY_WAIT);
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

	/** The fabric was removed, or got other credentials: drops a handshake under way for it. */
	forgetFabric(index: number): void {
		if (this.exchange && this.fabric?.index === index)
			this.fail(SecureChannelStatus.INVALID_PARAMETER, "the fabric changed");
	}

	private step(message: Message): void {
		this.heard = this.context.scheduler.now();
		try {
			if (message.protocolId !== ProtocolId.SecureChannel) throw new HandshakeError("another protocol's message");
			if (this.expected === 0) this.receiveSigma1(message);
			else if (message.opcode === Opcode.STATUS_REPORT) this.receiveStatus(message);
			else if (message.opcode === this.expected && message.opcode === Opcode.CASE_SIGMA3)
				this.receiveSigma3(message);
			else throw new HandshakeError(`opcode ${message.opcode} out of turn`);
		} catch (error) {
			const status = statusFor(error, this.context);
			this.fail(status, error instanceof Error ? error.message : String(error));
		}
	}

	private receiveSigma1(message: Message): void {
		const exchange = this.exchange!;
		const fabrics = this.context.fabrics;
		const resumption = this.context.resumption;
		const sigma1 = readSigma1(message.bytes, message.payloadStart, message.payloadEnd);
		this.peerSessionId = sigma1.initiatorSessionId;
		this.parameters = sigma1.parameters;
		learnParameters(exchange, sigma1.parameters);
		this.resumptionId = random(RESUMPTION_ID_LENGTH);
		if (sigma1.resumptionId && sigma1.resumeMic) {
			const record = resumption.findById(sigma1.resumptionId);
			const fabric = record && fabrics.find(record.fabricIndex);
			const salt = resumptionSalt(sigma1.initiatorRandom, sigma1.resumptionId);
			if (
				record &&
				fabric &&
				verifyResumeMic(record.sharedSecret, salt, "Sigma1_Resume", RESUME1_NONCE, sigma1.resumeMic)
			) {
				this.reserveId(fabric);
				this.salt = salt;
				this.sendSigma2Resume(sigma1, record, fabric);
				return;
			}
		}
		const match = fabrics.findByDestination(sigma1.destinationId, sigma1.initiatorRandom);
		if (!match) throw new HandshakeError("no such destination", SecureChannelStatus.NO_SHARED_TRUST_ROOTS);
		this.fabric = match.fabric;
		this.ipk = match.ipk;
		this.transcript = new Sha256().update(message.bytes.subarray(message.payloadStart, message.payloadEnd));
		this.reserveId(match.fabric);
		exchange.acknowledge(); // a key pair, a shared secret and a signature follow
		this.sendSigma2(sigma1, match.fabric, match.ipk);
	}

	private sendSigma2(sigma1: Sigma1, fabric: Fabric, ipk: Uint8Array): void {
		const exchange = this.exchange!;
		const transcript = this.transcript!;
		this.peerKey = sigma1.initiatorKey;
		const keyPair = (this.keyPair = new KeyPair());
		const ownKey = keyPair.publicKey;
		const sharedSecret = (this.sharedSecret = keyPair.ecdh(sigma1.initiatorKey));
		const noc = fabric.noc;
		const icac = fabric.icac;
		const signature = fabric.keyPair.sign(writeTbsData(noc, icac, ownKey, sigma1.initiatorKey));
		const responderRandom = random(RANDOM_LENGTH);
		const key = sigma2Key(sharedSecret, ipk, responderRandom, ownKey, transcript.digest());
		const encrypted = seal(key, SIGMA2_NONCE, writeTbeData(noc, icac, signature, this.resumptionId!));

		const writer = exchange.begin();
		const start = writer.position;
		writer.structure(ANONYMOUS);
		writer.octets(1, responderRandom);
		writer.unsigned(2, this.sessionId);
		writer.octets(3, ownKey);
		writer.octets(4, encrypted);
		this.context.parameters.encode(writer, 5);
		writer.end();
		transcript.update(writer.bytes.subarray(start, writer.position));
		this.expected = Opcode.CASE_SIGMA3;
		exchange.send(ProtocolId.SecureChannel, Opcode.CASE_SIGMA2);
	}

	private sendSigma2Resume(sigma1: Sigma1, record: ResumptionRecord, fabric: Fabric): void {
		const exchange = this.exchange!;
		this.record = record;
		this.fabric = fabric;
		const resumptionId = this.resumptionId!;
		const salt = resumptionSalt(sigma1.initiatorRandom, resumptionId);
		const writer = exchange.begin();
		writer.structure(ANONYMOUS);
		writer.octets(1, resumptionId);
		writer.octets(2, resumeMic(record.sharedSecret, salt, "Sigma2_Resume", RESUME2_NONCE));
		writer.unsigned(3, this.sessionId);
		this.context.parameters.encode(writer, 4);
		writer.end();
		this.expected = Opcode.STATUS_REPORT;
		exchange.send(ProtocolId.SecureChannel, Opcode.CASE_SIGMA2_RESUME);
	}

	/** The initiator's word on a resumption; in a full handshake a status report only ever ends it. */
	private receiveStatus(message: Message): void {
		const report = decodeStatusReport(message.bytes, message.payloadStart, message.payloadEnd);
		const record = this.record;
		if (
			!record ||
			report?.generalCode !== GeneralCode.SUCCESS ||
			report.protocolId !== ProtocolId.SecureChannel ||
			report.protocolCode !== SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS
		) {
			this.fail(undefined, `the peer gave up with ${report ? report.protocolCode : "a malformed report"}`);
			return;
		}
		const exchange = this.exchange!;
		const parameters = this.parameters ?? record.parameters;
		const session = this.establish(this.fabric!, record.peerNodeId, record.caseAuthenticatedTags, parameters, {
			sharedSecret: record.sharedSecret,
			salt: this.salt!,
			isResumption: true,
		});
		this.context.log.info(FACILITY, `${session.getName()} resumed`);
		exchange.close();
	}

	private receiveSigma3(message: Message): void {
		const exchange = this.exchange!;
		const fabric = this.fabric!;
		const ipk = this.ipk!;
		const sharedSecret = this.sharedSecret!;
		const transcript = this.transcript!;
		const encrypted = readSigma3(message.bytes, message.payloadStart, message.payloadEnd);
		const tbe = open(sigma3Key(sharedSecret, ipk, transcript.digest()), SIGMA3_NONCE, encrypted);
		if (!tbe) throw new HandshakeError("TBEData3 does not verify");
		transcript.update(message.bytes.subarray(message.payloadStart, message.payloadEnd));
		exchange.acknowledge(); // up to three signatures to verify
		const ownKey = this.keyPair!.publicKey;
		const peer = verifyPeer(this.context, this.chains, fabric, readTbeData(tbe), this.peerKey!, ownKey);
		const session = this.establish(
			fabric,
			peer.nodeId,
			peer.caseAuthenticatedTags,
			this.parameters ?? new SessionParameters(),
			{
				sharedSecret,
				salt: sessionSalt(ipk, transcript.digest()),
				isResumption: false,
			},
		);
		this.context.log.info(FACILITY, `${session.getName()} established`);
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS);
		exchange.close();
	}

	/** Makes the session and its resumption record, and ends the handshake. */
	private establish(
		fabric: Fabric,
		peerNodeId: bigint,
		caseAuthenticatedTags: readonly number[],
		parameters: SessionParameters,
		keys: { sharedSecret: Uint8Array; salt: Uint8Array; isResumption: boolean },
	): SecureSession {
		const session = establish(this.context, this.resumptionId!, {
			...keys,
			id: this.sessionId,
			fabric,
			peerNodeId,
			peerSessionId: this.peerSessionId,
			isInitiator: false,
			parameters,
			caseAuthenticatedTags,
			address: this.exchange!.session.address,
			isPase: false,
		});
		this.sessionId = 0; // the session's now
		this.turn = undefined; // peers are as they should be
		this.end();
		return session;
	}

	private reserveId(fabric: Fabric): void {
		this.sessionId = this.context.sessions.reserveId(fabric.index);
		if (this.sessionId === 0) throw new HandshakeError("no room for a session", SecureChannelStatus.BUSY);
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
		if (status === SecureChannelStatus.BUSY) sendBusy(exchange, BUSY_WAIT);
		else if (status !== undefined) sendFailure(exchange, status);
		exchange.close();
	}

	private end(): void {
		this.deadline.stop();
		this.exchange = undefined;
		this.expected = 0;
		this.peerSessionId = 0;
		this.peerKey = undefined;
		this.parameters = undefined;
		this.fabric = undefined;
		this.ipk = undefined;
		this.transcript?.close();
		this.transcript = undefined;
		this.keyPair?.close();
		this.keyPair = undefined;
		this.sharedSecret?.fill(0);
		this.sharedSecret = undefined;
		this.resumptionId = undefined;
		this.record = undefined;
		this.salt = undefined;
		if (this.sessionId !== 0) this.context.sessions.releaseId(this.sessionId);
		this.sessionId = 0;
	}
}

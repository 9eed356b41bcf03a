import { ANONYMOUS, TlvReader, TlvType } from "../../modules/codec/TlvReader";
import { TlvWriter } from "../../modules/codec/TlvWriter";
import random from "../../modules/crypto/random";
import type { Exchange, ExchangeHandler } from "../../modules/exchange/Exchange";
import type { Message } from "../../modules/message/Message";
import { GeneralCode, decodeStatusReport, type StatusReport } from "../../modules/securechannel/StatusReport";
import type { SecureSession } from "../../modules/session/SecureSession";
import { SessionParameters } from "../../modules/session/SessionParameters";
import { PEER_TIMING, structure } from "./CaseInitiator";
import type { Peer } from "./SecureChannelLink";
import { Spake2pProver, paseContext } from "./Spake2pProver";

/** What shall go wrong: each is given the right value and returns what is sent in its place. */
export interface PaseTampering {
	initiatorRandom?: (right: Uint8Array) => Uint8Array;
	sessionId?: (right: number) => number;
	passcodeId?: number;
	request?: (right: Uint8Array) => Uint8Array;
	pA?: (right: Uint8Array) => Uint8Array;
	pake1?: (right: Uint8Array) => Uint8Array;
	cA?: (right: Uint8Array) => Uint8Array;
	pake3?: (right: Uint8Array) => Uint8Array;
	opcode1?: number;
	opcode3?: number;
	/** goes silent in place of Pake1, or of Pake3 */
	silent?: 1 | 3;
}

export interface PaseOptions {
	/** knows the PBKDF parameters already, and says so */
	parameters?: { iterations: number; salt: Uint8Array };
	tampering?: PaseTampering;
	/** what our side tells of itself */
	timing?: SessionParameters;
}

/** A PASE initiator for tests, written from the specification alone (Matter Core 4.14.1). */
export class PaseInitiator implements ExchangeHandler {
	/** the report that came, if one did */
	status: StatusReport | undefined;
	/** our side of the session */
	session: SecureSession | undefined;
	/** the responder's */
	parameters: SessionParameters | undefined;
	/** PBKDF parameters that came */
	pbkdf: { iterations: number; salt: Uint8Array } | undefined;
	/** cB was not right: the responder has another passcode */
	mismatch = false;
	exchange: Exchange;

	#peer: Peer;
	#passcode: number;
	#tampering: PaseTampering;
	#request: Uint8Array;
	#known: PaseOptions["parameters"];
	#sessionId: number;
	#responderSessionId = 0;
	#prover: Spake2pProver | undefined;

	/** Sends PBKDFParamRequest. */
	constructor(peer: Peer, address: Uint8Array, passcode: number, options: PaseOptions = {}) {
		const tampering = (this.#tampering = options.tampering ?? {});
		this.#peer = peer;
		this.#passcode = passcode;
		this.#known = options.parameters;
		this.#sessionId = peer.sessions.reserveId();
		const right = random(32);
		const writer = new TlvWriter(new Uint8Array(200));
		writer.structure(ANONYMOUS);
		writer.octets(1, tampering.initiatorRandom?.(right) ?? right);
		writer.unsigned(2, tampering.sessionId?.(this.#sessionId) ?? this.#sessionId);
		writer.unsigned(3, tampering.passcodeId ?? 0);
		writer.boolean(4, this.#known !== undefined);
		(options.timing ?? PEER_TIMING).encode(writer, 5);
		writer.end();
		const request = writer.finish();
		this.#request = tampering.request?.(request) ?? request;
		this.exchange = peer.exchanges.open(peer.sessions.openUnsecured(address)!, this);
		this.exchange.begin().raw(this.#request);
		this.exchange.send(0, 0x20);
	}

	onMessage(exchange: Exchange, message: Message): void {
		const payload = message.payload();
		if (message.opcode === 0x21) this.#response(exchange, payload);
		else if (message.opcode === 0x23) this.#pake2(exchange, payload);
		else if (message.opcode === 0x40) {
			this.status = decodeStatusReport(payload, 0, payload.length);
			if (this.status?.generalCode === GeneralCode.SUCCESS) this.#establish(exchange);
			exchange.close();
		} else throw new Error(`opcode ${message.opcode} from the responder`);
	}

	onClose(): void {
		if (!this.session) this.#peer.sessions.releaseId(this.#sessionId);
	}

	#response(exchange: Exchange, payload: Uint8Array): void {
		const reader = new TlvReader(payload);
		reader.next();
		reader.enter();
		while (reader.next()) {
			if (reader.tag === 3) this.#responderSessionId = reader.unsigned(0xffff);
			else if (reader.tag === 4) {
				reader.enter();
				reader.expect(TlvType.UNSIGNED, 1);
				const iterations = reader.unsigned();
				reader.expect(TlvType.OCTETS, 2);
				this.pbkdf = { iterations, salt: reader.octets(16, 32) };
				reader.leave();
			} else if (reader.tag === 5) this.parameters = SessionParameters.decode(reader);
			else if (reader.octets().length !== 32) throw new Error("a random of the response is wrong");
		}
		if (this.#tampering.silent === 1) return;
		const { iterations, salt } = (this.pbkdf ?? this.#known)!;
		this.#prover = new Spake2pProver(this.#passcode, salt, iterations, paseContext(this.#request, payload));
		const { pA } = this.#prover;
		const pake1 = structure([this.#tampering.pA?.(pA) ?? pA]);
		exchange.begin().raw(this.#tampering.pake1?.(pake1) ?? pake1);
		exchange.send(0, this.#tampering.opcode1 ?? 0x22);
	}

	#pake2(exchange: Exchange, payload: Uint8Array): void {
		const reader = new TlvReader(payload);
		reader.next();
		reader.enter();
		reader.expect(TlvType.OCTETS, 1);
		const pB = reader.octets(65, 65);
		reader.expect(TlvType.OCTETS, 2);
		const cB = reader.octets(32, 32);
		if (this.#tampering.silent === 3) return;
		let cA: Uint8Array;
		try {
			cA = this.#prover!.finish(pB, cB);
		} catch {
			// A commissioner would stop here; whoever tries passcodes goes on.
			this.mismatch = true;
			cA = random(32);
		}
		const pake3 = structure([this.#tampering.cA?.(cA) ?? cA]);
		exchange.begin().raw(this.#tampering.pake3?.(pake3) ?? pake3);
		exchange.send(0, this.#tampering.opcode3 ?? 0x24);
	}

	#establish(exchange: Exchange): void {
		this.session = this.#peer.sessions.createSecure({
			id: this.#sessionId,
			fabric: undefined,
			peerNodeId: 0n,
			peerSessionId: this.#responderSessionId,
			sharedSecret: this.#prover!.sharedKey,
			salt: new Uint8Array(0),
			isInitiator: true,
			isResumption: false,
			parameters: this.parameters ?? new SessionParameters(),
			address: exchange.session.address,
			isPase: true,
		});
	}
}

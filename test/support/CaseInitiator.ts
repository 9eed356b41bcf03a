import { ANONYMOUS, TlvReader } from "../../modules/codec/TlvReader";
import { TlvWriter } from "../../modules/codec/TlvWriter";
import { concatBytes, nodeIdBytes, readUint64LE } from "../../modules/codec/Bytes";
import { encode } from "../../modules/codec/Utf8";
import Ccm from "../../modules/crypto/ccm";
import hkdf from "../../modules/crypto/hkdf";
import KeyPair, { verify } from "../../modules/crypto/p256";
import random from "../../modules/crypto/random";
import { sha256 } from "../../modules/crypto/sha256";
import type { Exchange, ExchangeHandler } from "../../modules/exchange/Exchange";
import type { Fabric } from "../../modules/fabric/Fabric";
import { MatterCertificate } from "../../modules/certificate/MatterCertificate";
import type { Message } from "../../modules/message/Message";
import {
	GeneralCode,
	decodeStatusReport,
	sendStatusReport,
	type StatusReport,
} from "../../modules/securechannel/StatusReport";
import type { SecureSession } from "../../modules/session/SecureSession";
import { SessionParameters } from "../../modules/session/SessionParameters";
import type { Peer } from "./SecureChannelLink";

/** What our side tells of itself, unless a test says otherwise. */
export const PEER_TIMING = SessionParameters.own({ idleInterval: 700, activeInterval: 350, activeThreshold: 5000 });

export interface Resumption {
	id: Uint8Array;
	sharedSecret: Uint8Array;
}

/** What shall go wrong: each is given the right value and returns what is sent in its place. */
export interface Tampering {
	destinationId?: (right: Uint8Array) => Uint8Array;
	sessionId?: (right: number) => number;
	ephemeralKey?: (right: Uint8Array) => Uint8Array;
	resumptionId?: (right: Uint8Array | undefined) => Uint8Array | undefined;
	resumeMic?: (right: Uint8Array | undefined) => Uint8Array | undefined;
	sigma1?: (right: Uint8Array) => Uint8Array;
	noc?: (right: Uint8Array) => Uint8Array;
	icac?: (right: Uint8Array | undefined) => Uint8Array | undefined;
	signature?: (right: Uint8Array) => Uint8Array;
	tbeData3?: (right: Uint8Array) => Uint8Array;
	encrypted3?: (right: Uint8Array) => Uint8Array;
	sigma3?: (right: Uint8Array) => Uint8Array;
	/** opcode of the third message */
	opcode3?: number;
	/** goes silent in place of Sigma3, or of the report that ends a resumption */
	silent?: boolean;
}

/**
 * A CASE initiator for tests, written from the specification alone (Matter Core 4.14.2) and checking what the responder
 * says as strictly as it should. What went on is to be read from its fields.
 */
export class CaseInitiator implements ExchangeHandler {
	/** the report that came, if one did */
	status: StatusReport | undefined;
	/** our side of the session */
	session: SecureSession | undefined;
	/** to resume it with */
	resumption: Resumption | undefined;
	/** Sigma2_Resume came */
	resumed = false;
	/** the responder's parameters */
	parameters: SessionParameters | undefined;
	closed: string | undefined;
	exchange: Exchange;

	#peer: Peer;
	#fabric: Fabric;
	#tampering: Tampering;
	#random = random(32);
	#keyPair = new KeyPair();
	#sigma1: Uint8Array;
	#sessionId: number;
	#from: Resumption | undefined;
	#ipk: Uint8Array;
	#responder: Uint8Array;
	#salt: Uint8Array = new Uint8Array(0);
	#sharedSecret: Uint8Array = new Uint8Array(0);
	#responderSessionId = 0;

	/**
	 * Sends Sigma1.
	 * @param fabric our own side: another node's credentials in the fabric
	 * @param nodeId the responder's
	 */
	constructor(
		peer: Peer,
		address: Uint8Array,
		fabric: Fabric,
		nodeId: bigint,
		options: {
			resume?: Resumption | undefined;
			tampering?: Tampering;
			ipk?: Uint8Array;
			timing?: SessionParameters;
		} = {},
	) {
		const tampering = (this.#tampering = options.tampering ?? {});
		this.#peer = peer;
		this.#fabric = fabric;
		this.#from = options.resume;
		this.#ipk = options.ipk ?? fabric.ipk;
		this.#responder = nodeIdBytes(nodeId);
		this.#sessionId = peer.sessions.reserveId();
		const writer = new TlvWriter(new Uint8Array(600));
		writer.structure(ANONYMOUS);
		writer.octets(1, this.#random);
		writer.unsigned(2, change(tampering.sessionId, this.#sessionId));
		writer.octets(
			3,
			change(tampering.destinationId, fabric.destinationId(this.#random, this.#ipk, this.#responder)),
		);
		writer.octets(4, change(tampering.ephemeralKey, this.#keyPair.publicKey));
		(options.timing ?? PEER_TIMING).encode(writer, 5);
		if (this.#from) {
			const { id, sharedSecret } = this.#from;
			const mic = aead(
				hkdf(sharedSecret, concatBytes(this.#random, id), "Sigma1_Resume", 16),
				"NCASE_SigmaS1",
				new Uint8Array(0),
			);
			const resumptionId = change<Uint8Array | undefined>(tampering.resumptionId, id);
			const resumeMic = change<Uint8Array | undefined>(tampering.resumeMic, mic);
			if (resumptionId) writer.octets(6, resumptionId);
			if (resumeMic) writer.octets(7, resumeMic);
		}
		writer.end();
		this.#sigma1 = change(tampering.sigma1, writer.finish());
		this.exchange = peer.exchanges.open(peer.sessions.openUnsecured(address)!, this);
		this.exchange.begin().raw(this.#sigma1);
		this.exchange.send(0, 0x30);
	}

	onMessage(exchange: Exchange, message: Message): void {
		const payload = message.payload();
		if (message.opcode === 0x31) this.#sigma2(exchange, payload);
		else if (message.opcode === 0x33) this.#sigma2Resume(exchange, payload);
		else if (message.opcode === 0x40) {
			this.status = decodeStatusReport(payload, 0, payload.length);
			if (this.status?.generalCode === GeneralCode.SUCCESS) this.#establish(false);
			exchange.close();
		} else throw new Error(`opcode ${message.opcode} from the responder`);
	}

	onClose(_exchange: Exchange, reason: string): void {
		this.closed = reason;
		if (!this.session) this.#peer.sessions.releaseId(this.#sessionId);
	}

	#sigma2(exchange: Exchange, sigma2: Uint8Array): void {
		const fields = octetsByTag(sigma2);
		const key = fields[3]!;
		this.#responderSessionId = numberOf(sigma2, 2);
		this.parameters = parametersOf(sigma2, 5);
		this.#sharedSecret = this.#keyPair.ecdh(key);
		const s2k = hkdf(
			this.#sharedSecret,
			concatBytes(this.#ipk, fields[1]!, key, sha256(this.#sigma1)),
			"Sigma2",
			16,
		);
		const tbe = octetsByTag(unseal(s2k, "NCASE_Sigma2N", fields[4]!));
		const noc = MatterCertificate.parse(tbe[1]!);
		check(
			verify(noc.publicKey, structure([tbe[1], tbe[2], key, this.#keyPair.publicKey]), tbe[3]!),
			"TBSData2Signature",
		);
		check(nodeIdBytes(noc.nodeId!).join() === this.#responder.join(), "the responder's node id");
		check(noc.fabricId === this.#fabric.fabricId, "the responder's fabric");
		this.resumption = { id: tbe[4]!, sharedSecret: this.#sharedSecret };
		check(this.resumption.id.length === 16, "resumption id");
		if (this.#tampering.silent) return;

		const tampering = this.#tampering;
		const ownNoc = change(tampering.noc, this.#fabric.noc);
		const ownIcac = change(tampering.icac, this.#fabric.icac);
		const signature = change(
			tampering.signature,
			this.#fabric.keyPair.sign(structure([ownNoc, ownIcac, this.#keyPair.publicKey, key])),
		);
		const tbe3 = change(tampering.tbeData3, structure([ownNoc, ownIcac, signature]));
		const s3k = hkdf(
			this.#sharedSecret,
			concatBytes(this.#ipk, sha256(concatBytes(this.#sigma1, sigma2))),
			"Sigma3",
			16,
		);
		const sigma3 = change(
			tampering.sigma3,
			structure([change(tampering.encrypted3, aead(s3k, "NCASE_Sigma3N", tbe3))]),
		);
		this.#salt = concatBytes(this.#ipk, sha256(concatBytes(this.#sigma1, sigma2, sigma3)));
		exchange.begin().raw(sigma3);
		exchange.send(0, tampering.opcode3 ?? 0x32);
	}

	#sigma2Resume(exchange: Exchange, payload: Uint8Array): void {
		const fields = octetsByTag(payload);
		const from = this.#from!;
		const key = hkdf(from.sharedSecret, concatBytes(this.#random, fields[1]!), "Sigma2_Resume", 16);
		check(unseal(key, "NCASE_SigmaS2", fields[2]!).length === 0, "Sigma2ResumeMIC");
		this.#responderSessionId = numberOf(payload, 3);
		this.parameters = parametersOf(payload, 4);
		this.resumed = true;
		this.resumption = { id: fields[1]!, sharedSecret: from.sharedSecret };
		if (this.#tampering.silent) return;
		this.#sharedSecret = from.sharedSecret;
		this.#salt = concatBytes(this.#random, from.id);
		this.#establish(true);
		sendStatusReport(exchange, GeneralCode.SUCCESS, 0);
		exchange.close();
	}

	#establish(isResumption: boolean): void {
		this.session = this.#peer.sessions.createSecure({
			id: this.#sessionId,
			fabric: this.#fabric,
			peerNodeId: readUint64LE(this.#responder, 0),
			peerSessionId: this.#responderSessionId,
			sharedSecret: this.#sharedSecret,
			salt: this.#salt,
			isInitiator: true,
			isResumption,
			parameters: this.parameters ?? new SessionParameters(),
			address: this.exchange.session.address,
			isPase: false,
		});
	}
}

function change<T>(tamper: ((right: T) => T) | undefined, right: T): T {
	return tamper ? tamper(right) : right;
}

function check(condition: boolean, what: string): void {
	if (!condition) throw new Error(`${what} is wrong`);
}

function aead(key: Uint8Array, nonce: string, plaintext: Uint8Array): Uint8Array {
	return new Ccm(key).seal(encode(nonce), plaintext);
}

function unseal(key: Uint8Array, nonce: string, sealed: Uint8Array): Uint8Array {
	const plaintext = new Ccm(key).open(encode(nonce), sealed);
	if (!plaintext) throw new Error(`what was sealed for ${nonce} does not verify`);
	return plaintext;
}

/** A structure of octet strings with tags from 1 on; undefined ones are left out. */
export function structure(members: readonly (Uint8Array | undefined)[]): Uint8Array {
	const writer = new TlvWriter(new Uint8Array(1600));
	writer.structure(ANONYMOUS);
	members.forEach((member, i) => member && writer.octets(i + 1, member));
	writer.end();
	return writer.finish();
}

function octetsByTag(bytes: Uint8Array): Record<number, Uint8Array> {
	const reader = new TlvReader(bytes);
	const result: Record<number, Uint8Array> = {};
	reader.next();
	reader.enter();
	while (reader.next()) if (reader.type === 0x10) result[reader.tag] = reader.octets();
	return result;
}

function numberOf(bytes: Uint8Array, tag: number): number {
	const reader = new TlvReader(bytes);
	reader.next();
	reader.enter();
	while (reader.next()) if (reader.tag === tag) return reader.unsigned();
	throw new Error(`no tag ${tag}`);
}

function parametersOf(bytes: Uint8Array, tag: number): SessionParameters {
	const reader = new TlvReader(bytes);
	reader.next();
	reader.enter();
	while (reader.next()) if (reader.tag === tag) return SessionParameters.decode(reader);
	throw new Error(`no tag ${tag}`);
}

import { ANONYMOUS, TlvWriter } from "../../../modules/codec/TlvWriter";
import KeyPair from "../../../modules/crypto/p256";
import random from "../../../modules/crypto/random";
import type { CounterName } from "../../../modules/diagnostics/Counters";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { SECURE_SESSIONS, UNSECURED_SESSIONS } from "../../../modules/session/Capacity";
import type { Exchange } from "../../../modules/exchange/Exchange";
import type { Message } from "../../../modules/message/Message";
import { Opcode } from "../../../modules/securechannel/Opcode";
import {
	GeneralCode,
	SecureChannelStatus,
	decodeStatusReport,
	sendStatusReport,
} from "../../../modules/securechannel/StatusReport";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { Authority } from "../../support/Authority";
import { CaseInitiator, structure } from "../../support/CaseInitiator";
import { OpenWindow } from "../../support/OpenWindow";
import { PaseInitiator } from "../../support/PaseInitiator";
import { testAddress } from "../../support/Loopback";
import { SecureChannelLink } from "../../support/SecureChannelLink";

let link: SecureChannelLink;
let ours: SecureSession;
let theirs: SecureSession;
let admin: Fabric;

beforeEach(() => {
	link = new SecureChannelLink();
	const authority = new Authority(0xfab1n);
	link.fabrics.add(authority.fabric(1, 1n));
	admin = authority.fabric(1, 2n);
	const initiator = new CaseInitiator(link.peer, link.device.transport.address, admin, 1n);
	link.settle();
	theirs = initiator.session!;
	ours = link.device.sessions.find(theirs.peerSessionId)!;
});

function say(session: SecureSession, generalCode: number, code: number, reliable: boolean): Exchange {
	const exchange = link.peer.exchanges.open(session, { onMessage() {} });
	sendStatusReport(exchange, generalCode, code, undefined, reliable);
	exchange.close();
	link.settle();
	return exchange;
}

it("has the general codes of Matter Core, appendix D.3.1", () => {
	expect([GeneralCode.SUCCESS, GeneralCode.FAILURE, GeneralCode.BUSY]).toEqual([0, 1, 8]);
});

describe("CloseSession (Matter Core 4.11.1.4)", () => {
	it.each([true, false])("of the peer ends the session; asks for an acknowledgement: %p", (reliable) => {
		say(theirs, GeneralCode.SUCCESS, SecureChannelStatus.CLOSE_SESSION, reliable);
		expect(ours.isClosing).toBe(true);
		expect(link.device.sessions.find(ours.id)).toBeUndefined();
		expect(link.peer.exchanges.length).toBe(0); // nothing waits for an acknowledgement
		expect(link.device.exchanges.length).toBe(0);
	});

	it("of this node goes out once, unreliably, and ends the session", () => {
		const reports: (number | undefined)[][] = [];
		link.peer.exchanges.register(0, {
			onExchange(_exchange: Exchange, message: Message) {
				const report = decodeStatusReport(message.bytes, message.payloadStart, message.payloadEnd);
				reports.push([message.opcode, report?.generalCode, report?.protocolCode, message.needsAck ? 1 : 0]);
			},
		});
		link.secureChannel.closeSession(ours);
		expect(ours.isClosing).toBe(true);
		expect(link.device.exchanges.length).toBe(0);
		link.clock.advance(20_000);
		expect(reports).toEqual([[Opcode.STATUS_REPORT, 0, SecureChannelStatus.CLOSE_SESSION, 0]]);
		link.secureChannel.closeSession(ours); // twice does no harm
	});

	it.each([
		["another general code", GeneralCode.FAILURE, SecureChannelStatus.CLOSE_SESSION],
		["another code", GeneralCode.SUCCESS, SecureChannelStatus.SESSION_ESTABLISHMENT_SUCCESS],
	])("is no report with %s", (_title, generalCode, code) => {
		say(theirs, generalCode, code, true);
		expect(ours.isClosing).toBe(false);
		expect(link.counters.get("unsolicitedRefused")).toBe(1);
		expect(link.device.exchanges.length).toBe(0);
	});

	it("does not end a session that the report did not come in", () => {
		const unsecured = link.peer.sessions.openUnsecured(link.device.transport.address)!;
		const exchange = link.peer.exchanges.open(unsecured, { onMessage() {} });
		sendStatusReport(exchange, GeneralCode.SUCCESS, SecureChannelStatus.CLOSE_SESSION);
		exchange.close();
		link.settle();
		expect(ours.isClosing).toBe(false);
		expect(link.device.exchanges.length).toBe(0);
	});
});

describe("a session that this node ends by itself", () => {
	let closed: number;

	beforeEach(() => {
		closed = 0;
		link.peer.exchanges.register(0, {
			onExchange(_exchange: Exchange, message: Message) {
				const report = decodeStatusReport(message.bytes, message.payloadStart, message.payloadEnd);
				if (report?.protocolCode === SecureChannelStatus.CLOSE_SESSION) closed++;
			},
		});
	});

	/** As if four billion messages had gone. */
	function retire(): void {
		Object.defineProperty(ours, "isRetiring", { value: true });
	}

	function ask(): Exchange {
		const exchange = link.peer.exchanges.open(theirs, { onMessage() {} });
		exchange.begin();
		exchange.send(1, 8);
		return exchange;
	}

	it("when its counters come near their end: with its last exchange, and takes no other meanwhile", () => {
		const live: Exchange[] = [];
		link.device.exchanges.register(1, {
			onExchange: (exchange) => {
				exchange.handler = { onMessage() {} };
				live.push(exchange);
			},
		});
		ask();
		link.settle();
		retire();
		ask();
		link.settle();
		expect(live).toHaveLength(1);
		expect(closed).toBe(0);
		expect(link.device.sessions.find(ours.id)).toBe(ours);
		live[0]!.close();
		link.settle();
		expect(closed).toBe(1);
		expect(link.device.sessions.find(ours.id)).toBeUndefined();
		expect(link.device.exchanges.length).toBe(0);
	});

	it("or at once, when it is idle and somebody asks", () => {
		link.device.exchanges.register(1, { onExchange() {} });
		retire();
		ask();
		link.settle();
		expect(closed).toBe(1);
		expect(link.device.sessions.find(ours.id)).toBeUndefined();
	});

	it("not without need", () => {
		link.device.exchanges.register(1, { onExchange() {} });
		ask();
		link.clock.advance(10_000);
		expect(closed).toBe(0);
		expect(link.device.sessions.find(ours.id)).toBe(ours);
	});

	it("when it makes room for another", () => {
		for (let i = 0; i < SECURE_SESSIONS; i++) link.device.sessions.reserveId(1);
		expect(link.counters.get("sessionEvicted")).toBe(1);
		link.settle();
		expect(closed).toBe(1);
		expect(link.device.sessions.find(ours.id)).toBeUndefined();
	});
});

describe("the secure channel", () => {
	it.each([
		Opcode.PBKDF_PARAM_REQUEST,
		Opcode.CASE_SIGMA1,
		Opcode.CASE_SIGMA2,
		Opcode.PASE_PAKE1,
		Opcode.MSG_COUNTER_SYNC_REQUEST,
		Opcode.ICD_CHECK_IN,
		0xff,
	])("takes no opcode %p in a secure session", (opcode) => {
		const exchange = link.peer.exchanges.open(theirs, { onMessage() {} });
		exchange.begin();
		exchange.send(0, opcode);
		exchange.close();
		link.settle();
		expect(link.counters.get("unsolicitedRefused")).toBe(1);
		expect(link.peer.exchanges.length).toBe(0);
		expect(link.device.exchanges.length).toBe(0);
	});

	it.each([Opcode.CASE_SIGMA2, Opcode.CASE_SIGMA3, Opcode.PASE_PAKE1, Opcode.PASE_PAKE3, Opcode.STATUS_REPORT, 0xff])(
		"takes no opcode %p first in an unsecured session",
		(opcode) => {
			const exchange = link.peer.exchanges.open(
				link.peer.sessions.openUnsecured(link.device.transport.address)!,
				{ onMessage() {} },
			);
			exchange.begin().raw(new Uint8Array(8));
			exchange.send(0, opcode);
			exchange.close();
			link.settle();
			expect(link.counters.get("unsolicitedRefused")).toBe(1);
			expect(link.device.exchanges.length).toBe(0);
		},
	);

	it("reads reports strictly", () => {
		expect(decodeStatusReport(new Uint8Array(7), 0, 7)).toBeUndefined();
		expect(decodeStatusReport(Uint8Array.of(1, 0, 2, 0, 0xf1, 0xff, 3, 0, 9), 0, 9)).toEqual({
			generalCode: 1,
			protocolId: 0xfff10002,
			protocolCode: 3,
			data: Uint8Array.of(9),
		});
	});
});

describe("a flood of handshakes from many addresses", () => {
	/** A message that opens an exchange in an unsecured session of a stranger of its own. */
	function stranger(number: number, opcode: number, payload: Uint8Array): void {
		const packet = new Uint8Array(22 + payload.length);
		const view = new DataView(packet.buffer);
		packet[0] = 0x04; // source node id present
		view.setUint32(4, number, true);
		view.setUint32(8, number + 1, true);
		packet[16] = 0x05; // initiator, reliable
		packet[17] = opcode;
		view.setUint16(18, number, true);
		packet.set(payload, 22);
		link.device.transport.deliver(packet, testAddress(number % 250));
	}

	function paramRequest(): Uint8Array {
		const writer = new TlvWriter(new Uint8Array(50));
		writer.structure(ANONYMOUS);
		writer.octets(1, random(32));
		writer.unsigned(2, 1);
		writer.unsigned(3, 0);
		writer.boolean(4, false);
		writer.end();
		return writer.finish();
	}

	const requests: [string, number, () => Uint8Array, CounterName][] = [
		["Sigma1 that is rubbish", Opcode.CASE_SIGMA1, () => new Uint8Array(100).fill(0xa5), "handshakeFailed"],
		[
			"Sigma1 to nobody",
			Opcode.CASE_SIGMA1,
			() => structure([random(32), undefined, random(32), new KeyPair().publicKey]),
			"handshakeFailed",
		],
		[
			"PBKDFParamRequest that is rubbish",
			Opcode.PBKDF_PARAM_REQUEST,
			() => new Uint8Array(100).fill(0xa5),
			"handshakeFailed",
		],
		["PBKDFParamRequest", Opcode.PBKDF_PARAM_REQUEST, paramRequest, "handshakeBusy"],
		["messages out of turn", Opcode.CASE_SIGMA3, () => new Uint8Array(50), "unsolicitedRefused"],
	];

	/** Sigma1 of the session that stands, as whoever heard it could say it again: its destination is right. */
	const replay: (typeof requests)[0] = [
		"Sigma1 that was heard before",
		Opcode.CASE_SIGMA1,
		() => link.peer.transport.sent[0]!.slice(22),
		"handshakeBusy",
	];

	/** A newcomer that comes back when it is told to, and tries again when nobody answers, while strangers come every 20 ms. */
	function arrives(opcode: number, content: Uint8Array, begin: () => CaseInitiator | PaseInitiator): boolean {
		let number = 1000;
		for (let time = 0, retryAt = 0, newcomer; time < 60_000; time += 20) {
			if (time >= retryAt) {
				newcomer = begin();
				retryAt = time + 5000;
			}
			stranger(number++, opcode, content);
			link.clock.advance(20);
			const wait = newcomer?.status?.data;
			if (newcomer?.session) return true;
			if (wait && wait.length === 2) {
				retryAt = time + Math.min(2000, wait[0]! | (wait[1]! << 8));
				newcomer = undefined;
			}
		}
		return false;
	}

	it.each([...requests, replay])("%s: a controller gets in all the same", (_title, opcode, payload) => {
		const content = payload();
		for (let i = 0; i < 100; i++) stranger(i, opcode, content);
		const { address } = link.device.transport;
		expect(arrives(opcode, content, () => new CaseInitiator(link.peer, address, admin, 1n))).toBe(true);
	});

	it.each([...requests, replay])("%s: a commissioner gets in all the same", (_title, opcode, payload) => {
		link.secureChannel.window = new OpenWindow();
		const content = payload();
		for (let i = 0; i < 100; i++) stranger(i, opcode, content);
		const { address } = link.device.transport;
		expect(arrives(opcode, content, () => new PaseInitiator(link.peer, address, 20202021))).toBe(true);
	});

	it.each(requests)("%s: no handshake under way loses its place", (_title, opcode, payload) => {
		const { address } = link.device.transport;
		new CaseInitiator(link.peer, address, admin, 1n, { tampering: { silent: true } });
		link.settle();
		const content = payload();
		for (let i = 0; i < 100; i++) stranger(i, opcode, content);
		const second = new CaseInitiator(link.peer, address, admin, 1n);
		link.settle();
		expect(second.status).toMatchObject({ generalCode: GeneralCode.BUSY });
	});

	it.each(requests)("%s: bounded, and who has a session does not notice", (_title, opcode, payload, counter) => {
		link.secureChannel.window = new OpenWindow();
		const content = payload();
		for (let i = 0; i < 400; i++) {
			stranger(i, opcode, content);
			expect(link.device.exchanges.length).toBeLessThan(2 * UNSECURED_SESSIONS + 1);
			if (i % 10 === 0) link.clock.advance(5);
		}
		expect(link.counters.get(counter)).toBeGreaterThan(0);
		const got: number[] = [];
		link.device.exchanges.register(1, {
			onExchange: (exchange, message) => void got.push(exchange.session.id, message.opcode),
		});
		const exchange = link.peer.exchanges.open(theirs, { onMessage() {} });
		exchange.begin();
		exchange.send(1, 0x42);
		exchange.close();
		link.settle();
		expect(got).toEqual([ours.id, 0x42]);
		link.clock.advance(60_000);
		expect(link.device.exchanges.length).toBe(0);
		const again = new CaseInitiator(link.peer, link.device.transport.address, admin, 1n);
		link.settle();
		expect(again.session).not.toBeUndefined();
	});
});

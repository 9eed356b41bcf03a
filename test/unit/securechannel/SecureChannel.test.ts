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
import { CaseInitiator } from "../../support/CaseInitiator";
import { SecureChannelLink } from "../../support/SecureChannelLink";

let link: SecureChannelLink;
let ours: SecureSession;
let theirs: SecureSession;

beforeEach(() => {
	link = new SecureChannelLink();
	const authority = new Authority(0xfab1n);
	link.fabrics.add(authority.fabric(1, 1n));
	const initiator = new CaseInitiator(link.peer, link.device.transport.address, authority.fabric(1, 2n), 1n);
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

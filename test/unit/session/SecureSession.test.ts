import { fromHex, nodeIdBytes, toHex } from "../../../modules/codec/Bytes";
import Ccm from "../../../modules/crypto/ccm";
import hkdf from "../../../modules/crypto/hkdf";
import type { Fabric } from "../../../modules/fabric/Fabric";
import {
	ACKNOWLEDGEMENT,
	HEADROOM,
	INITIATOR,
	MAX_DATAGRAM,
	Message,
	MIC_LENGTH,
	RELIABILITY,
} from "../../../modules/message/Message";
import { decodePacketHeader } from "../../../modules/message/PacketHeader";
import {
	CounterExhausted,
	LAST_COUNTER,
	RETIRING_COUNTER,
	SecureSession,
	type SecureSessionOptions,
} from "../../../modules/session/SecureSession";
import { SessionParameters } from "../../../modules/session/SessionParameters";

const KEY_A = fromHex("000102030405060708090a0b0c0d0e0f");
const KEY_B = fromHex("101112131415161718191a1b1c1d1e1f");
const CHALLENGE = fromHex("202122232425262728292a2b2c2d2e2f");
const NODE = 0x1122334455667788n;
const PEER = 0x99aabbccddeeff00n;

function fabricOf(nodeId: bigint): Fabric {
	return { index: 1, nodeId, nodeIdBytes: nodeIdBytes(nodeId) } as unknown as Fabric;
}

/** @param fabric null for PASE */
function sessionOf(
	options: SecureSessionOptions = {},
	fabric: Fabric | null = fabricOf(NODE),
	close = () => {},
): SecureSession<string> {
	return new SecureSession(
		"context",
		0x0102,
		fabric ?? undefined,
		fabric ? PEER : 0n,
		0x0304,
		new Uint8Array(32),
		KEY_A,
		KEY_B,
		CHALLENGE,
		close,
		700,
		250,
		3,
		options,
	);
}

/** The other end: what it sends, `sessionOf` opens. */
function peerOf(options: SecureSessionOptions = {}, isPase = false): SecureSession {
	const fabric = isPase ? undefined : fabricOf(PEER);
	return new SecureSession(
		undefined,
		0x0304,
		fabric,
		isPase ? 0n : NODE,
		0x0102,
		new Uint8Array(32),
		KEY_B,
		KEY_A,
		CHALLENGE,
		() => {},
		500,
		300,
		4,
		options,
	);
}

function messageOf(payload: Uint8Array, flags = INITIATOR | RELIABILITY): Message {
	const message = new Message(new Uint8Array(HEADROOM + MAX_DATAGRAM));
	message.prepare(flags, 0xbeef, 1, 0x08);
	message.ackCounter = 0x11223344;
	message.payloadStart = HEADROOM;
	message.payloadEnd = HEADROOM + payload.length;
	message.bytes.set(payload, HEADROOM);
	return message;
}

function packetOf(message: Message): Uint8Array {
	return message.bytes.slice(message.start, message.end);
}

function receive(session: SecureSession<any>, packet: Uint8Array): Message | undefined {
	const message = new Message(new Uint8Array(0));
	message.receive(packet.slice(), packet.length);
	return decodePacketHeader(message) ? session.decode(message) : undefined;
}

describe("SecureSession: packets (Matter Core 4.7, 4.8)", () => {
	it("encode writes header, ciphertext and MIC; nonce and AAD are the specification's", () => {
		const session = sessionOf({ counter: 0x89abcdef });
		const packet = packetOf(session.encode(messageOf(fromHex("1518"))));
		const header = fromHex("00 0403 00 efcdab89");
		expect(toHex(packet.slice(0, 8))).toBe(toHex(header));
		// Matter Core 4.8.1.1: security flags, counter, source node id
		const nonce = fromHex("00 efcdab89 8877665544332211");
		const plain = new Ccm(KEY_B).open(nonce, packet.slice(8), header);
		expect(toHex(plain!)).toBe(toHex(fromHex("05 08 efbe 0100 1518")));
	});

	it("encode carries an acknowledgement", () => {
		const session = sessionOf({ counter: 1 });
		const packet = packetOf(session.encode(messageOf(fromHex(""), ACKNOWLEDGEMENT)));
		const plain = new Ccm(KEY_B).open(fromHex("00 01000000 8877665544332211"), packet.slice(8), packet.slice(0, 8));
		expect(toHex(plain!)).toBe(toHex(fromHex("02 08 efbe 0100 44332211")));
	});

	it("counters go up by one from a random start in 1..2^28", () => {
		const session = sessionOf({ random: (bytes) => bytes.fill(0xff) });
		expect(session.encode(messageOf(fromHex("00"))).counter).toBe(2 ** 28);
		expect(session.encode(messageOf(fromHex("00"))).counter).toBe(2 ** 28 + 1);
	});

	it("PASE: node id 0 in the nonce", () => {
		const session = sessionOf({ counter: 5 }, null);
		const packet = packetOf(session.encode(messageOf(fromHex("01"))));
		expect(
			new Ccm(KEY_B).open(fromHex("00 05000000 0000000000000000"), packet.slice(8), packet.slice(0, 8)),
		).toHaveLength(7);
		// It stays so when AddNOC gives the session a fabric.
		session.fabric = fabricOf(NODE);
		const after = packetOf(session.encode(messageOf(fromHex("01"))));
		expect(receive(peerOf({}, true), after)).toBeDefined();
		expect(session.getNodeId()).toBe(0n);
		expect(session.getFabric()).toBe(session.fabric);
	});

	it("decode gives back what the peer encoded", () => {
		const packet = packetOf(
			peerOf({ counter: 7 }).encode(messageOf(fromHex("152818"), ACKNOWLEDGEMENT | INITIATOR)),
		);
		const message = receive(sessionOf(), packet)!;
		expect(toHex(message.payload())).toBe("152818");
		expect(message.exchangeId).toBe(0xbeef);
		expect(message.opcode).toBe(8);
		expect(message.protocolId).toBe(1);
		expect(message.ackCounter).toBe(0x11223344);
		expect(message.isInitiator).toBe(true);
		expect(message.needsAck).toBe(false);
		expect(message.isDuplicate).toBe(false);
	});

	it("decode keeps every header byte as associated data, extensions and reserved bits too", () => {
		const ccm = new Ccm(KEY_A);
		for (const hex of [
			"00 0201 00 01000000",
			"08 0201 00 02000000",
			"00 0201 1c 03000000",
			"00 0201 20 04000000 0300 aabbcc",
			"01 0201 00 05000000 8877665544332211",
			"04 0201 00 06000000 8877665544332211",
		]) {
			const header = fromHex(hex);
			const nonce = new Uint8Array(13);
			nonce.set(header.subarray(3, 8));
			nonce.set(nodeIdBytes(PEER), 5);
			const sealed = ccm.seal(nonce, fromHex("01 02 0300 0100 ff"), header);
			const packet = new Uint8Array(header.length + sealed.length);
			packet.set(header);
			packet.set(sealed, header.length);
			expect(toHex(receive(sessionOf(), packet)!.payload())).toBe("ff");
			for (let i = 0; i < packet.length; i++) {
				// Other than which session it is for.
				if (i === 1 || i === 2) continue;
				const forged = packet.slice();
				forged[i] = forged[i]! ^ 0x08;
				expect(receive(sessionOf(), forged)).toBeUndefined();
			}
		}
	});

	it("a wrong MIC moves no window", () => {
		const peer = peerOf({ counter: 10 });
		const session = sessionOf();
		const first = packetOf(peer.encode(messageOf(fromHex("01"))));
		expect(receive(session, first)!.isDuplicate).toBe(false);
		const forged = first.slice();
		forged.set(fromHex("ffffff0f"), 4);
		expect(receive(session, forged)).toBeUndefined();
		const second = packetOf(peer.encode(messageOf(fromHex("02"))));
		const cut = second.slice(0, -1);
		expect(receive(session, cut)).toBeUndefined();
		expect(receive(session, second)!.isDuplicate).toBe(false);
		expect(receive(session, first)!.isDuplicate).toBe(true);
		expect(receive(session, second)!.isDuplicate).toBe(true);
	});

	it("a duplicate is told apart by its counter, and still decoded for its acknowledgement", () => {
		const peer = peerOf({ counter: 10 });
		const session = sessionOf();
		const packets = [1, 2, 3].map((n) => packetOf(peer.encode(messageOf(new Uint8Array([n])))));
		expect(receive(session, packets[2]!)!.isDuplicate).toBe(false);
		expect(receive(session, packets[0]!)!.isDuplicate).toBe(false);
		expect(receive(session, packets[0]!)!.isDuplicate).toBe(true);
		expect(receive(session, packets[1]!)!.isDuplicate).toBe(false);
		expect(receive(session, packets[1]!)!.needsAck).toBe(true);
	});

	it.each([0, 7, 8, 15, 23])("refuses a packet of %d bytes", (length) => {
		expect(receive(sessionOf(), new Uint8Array(length))).toBeUndefined();
	});

	it("refuses an authentic packet without a whole protocol header", () => {
		const header = fromHex("00 0201 00 01000000");
		const sealed = new Ccm(KEY_A).seal(fromHex("00 01000000 00ffeeddccbbaa99"), fromHex("01 02 0300 01"), header);
		const packet = new Uint8Array(8 + sealed.length);
		packet.set(header);
		packet.set(sealed, 8);
		const message = new Message(packet);
		message.receive(packet, packet.length);
		decodePacketHeader(message);
		expect(sessionOf().decode(message)).toBeUndefined();
		// Told from a wrong MIC.
		expect(message.payloadEnd).toBe(13);
	});

	it("what it never sent itself is not genuine", () => {
		const session = sessionOf({ counter: 10 });
		expect(receive(session, packetOf(session.encode(messageOf(fromHex("01")))))).toBeUndefined();
	});

	it("the longest payload makes the largest datagram", () => {
		const session = sessionOf();
		const message = session.encode(messageOf(new Uint8Array(session.maxPayload), ACKNOWLEDGEMENT));
		expect(message.end - message.start).toBe(MAX_DATAGRAM);
		expect(message.end <= message.bytes.length).toBe(true);
		expect(session.maxPayload).toBe(1280 - 48 - 8 - 10 - MIC_LENGTH);
	});

	it("no counter is used twice: the last one ends it", () => {
		const session = sessionOf({ counter: RETIRING_COUNTER - 1 });
		expect(session.isRetiring).toBe(false);
		session.encode(messageOf(fromHex("01")));
		expect(session.isRetiring).toBe(true);
		const last = sessionOf({ counter: LAST_COUNTER });
		expect(last.encode(messageOf(fromHex("01"))).counter).toBe(0xffffffff);
		expect(() => last.encode(messageOf(fromHex("01")))).toThrow(CounterExhausted);
	});
});

describe("SecureSession: what it tells", () => {
	it("its constructor's arguments", () => {
		const fabric = fabricOf(NODE);
		const session = sessionOf({}, fabric);
		expect(session.getContext()).toBe("context");
		expect(session.getId()).toBe(0x0102);
		expect(session.id).toBe(0x0102);
		expect(session.getFabric()).toBe(fabric);
		expect(session.fabric).toBe(fabric);
		expect(session.getPeerNodeId()).toBe(PEER);
		expect(session.peerNodeId).toBe(PEER);
		expect(session.getPeerSessionId()).toBe(0x0304);
		expect(session.peerSessionId).toBe(0x0304);
		expect(session.getNodeId()).toBe(NODE);
		expect(session.getName()).toBe("secure/102");
		expect(session.isSecure()).toBe(true);
		expect(session.isPase).toBe(false);
		expect(session.isInitiator).toBe(false);
		expect(toHex(session.getAttestationChallengeKey())).toBe(toHex(CHALLENGE));
		expect(session.getMrpParameters()).toEqual({
			idleRetransmissionTimeoutMs: 700,
			activeRetransmissionTimeoutMs: 250,
			retransmissionRetries: 3,
		});
		expect(session.caseAuthenticatedTags).toEqual([]);
	});

	it("the defaults of today's specification", () => {
		const session = new SecureSession(
			undefined,
			1,
			undefined,
			0n,
			2,
			new Uint8Array(32),
			KEY_A,
			KEY_B,
			CHALLENGE,
			() => {},
		);
		expect(session.getMrpParameters()).toEqual({
			idleRetransmissionTimeoutMs: 500,
			activeRetransmissionTimeoutMs: 300,
			retransmissionRetries: 4,
		});
		expect(session.parameters.activeThreshold).toBe(4000);
		expect(session.isPase).toBe(true);
	});

	it("what came since: parameters, tags, address", () => {
		const parameters = new SessionParameters({ idleInterval: 1500, activeInterval: 100, activeThreshold: 2000 });
		const address = new Uint8Array(22).fill(7);
		const session = sessionOf({ parameters, caseAuthenticatedTags: [0xabcd0001], address, isInitiator: true });
		expect(session.parameters).toBe(parameters);
		expect(session.getMrpParameters().idleRetransmissionTimeoutMs).toBe(1500);
		expect(session.caseAuthenticatedTags).toEqual([0xabcd0001]);
		expect(session.isInitiator).toBe(true);
		address.fill(8);
		expect(session.address[21]).toBe(7);
	});

	it("the peer is active while it was heard within its threshold (Matter Core 4.12.2.1)", () => {
		let now = 1000;
		const session = sessionOf({ now: () => now, parameters: new SessionParameters({ activeThreshold: 2000 }) });
		expect(session.isPeerActive()).toBe(true);
		now = 2999;
		expect(session.isPeerActive()).toBe(true);
		now = 3000;
		expect(session.isPeerActive()).toBe(false);
		session.notifyActivity(false);
		expect(session.timestamp).toBe(3000);
		expect(session.activeTimestamp).toBe(1000);
		expect(session.isPeerActive()).toBe(false);
		session.notifyActivity(true);
		expect(session.isPeerActive()).toBe(true);
		expect(session.activeTimestamp).toBe(3000);
	});
});

describe("SecureSession.create (Matter Core 4.14.2.6.4)", () => {
	const SECRET = new Uint8Array(32).fill(3);
	const SALT = new Uint8Array(48).fill(4);

	it.each([
		[false, "SessionKeys"],
		[true, "SessionResumptionKeys"],
	])("derives keys for both ends, resumed: %p", async (isResumption, info) => {
		const responder = await SecureSession.create(
			"c",
			1,
			undefined,
			0n,
			2,
			SECRET,
			SALT,
			false,
			isResumption,
			() => {},
			600,
			200,
		);
		const initiator = SecureSession.establish(
			"c",
			2,
			undefined,
			0n,
			1,
			SECRET,
			SALT,
			true,
			isResumption,
			() => {},
			undefined,
			undefined,
			{ counter: 1 },
		);
		expect(initiator.isInitiator).toBe(true);
		expect(responder.isInitiator).toBe(false);
		expect(responder.getMrpParameters().idleRetransmissionTimeoutMs).toBe(600);
		expect(responder.getMrpParameters().activeRetransmissionTimeoutMs).toBe(200);
		const keys = hkdf(SECRET, SALT, info, 48);
		expect(toHex(responder.getAttestationChallengeKey())).toBe(toHex(keys.slice(32)));
		const packet = packetOf(initiator.encode(messageOf(fromHex("aa"))));
		expect(
			new Ccm(keys.slice(0, 16)).open(
				fromHex("00 01000000 0000000000000000"),
				packet.slice(8),
				packet.slice(0, 8),
			),
		).toBeDefined();
		expect(toHex(receive(responder, packet)!.payload())).toBe("aa");
		expect(toHex(receive(initiator, packetOf(responder.encode(messageOf(fromHex("bb")))))!.payload())).toBe("bb");
	});
});

describe("SecureSession: its end", () => {
	it("destroy cancels subscriptions, wipes keys, calls back once", () => {
		const order: string[] = [];
		const session = sessionOf({}, fabricOf(NODE), () => order.push("closed"));
		const challenge = session.getAttestationChallengeKey();
		session.addSubscription({ cancel: () => order.push("a") });
		const gone = { cancel: () => order.push("gone") };
		session.addSubscription(gone);
		session.addSubscription({ cancel: () => order.push("b") });
		session.removeSubscription(gone);
		session.removeSubscription(gone);
		expect(session.subscriptions).toHaveLength(2);
		session.destroy();
		session.destroy();
		expect(order).toEqual(["a", "b", "closed"]);
		expect(session.subscriptions).toHaveLength(0);
		expect(toHex(challenge)).toBe("00".repeat(16));
		expect(session.isClosing).toBe(true);
		expect(() => session.encode(messageOf(fromHex("01")))).toThrow();
	});

	it("a subscription that fails to cancel keeps nothing alive", () => {
		let closed = 0;
		const session = sessionOf({}, fabricOf(NODE), () => closed++);
		session.addSubscription({
			cancel: () => {
				throw new Error("cannot");
			},
		});
		expect(() => session.destroy()).toThrow("cannot");
		expect(closed).toBe(1);
		expect(() => session.encode(messageOf(fromHex("01")))).toThrow();
	});

	it("clearSubscriptions cancels each once, while they take themselves out", () => {
		const session = sessionOf();
		let cancelled = 0;
		for (let i = 0; i < 3; i++) {
			const subscription = {
				cancel: () => {
					cancelled++;
					session.removeSubscription(subscription);
				},
			};
			session.addSubscription(subscription);
		}
		session.clearSubscriptions();
		expect(cancelled).toBe(3);
		session.clearSubscriptions();
		expect(cancelled).toBe(3);
	});

	it("closeAfterExchange waits for the last exchange", () => {
		let closed = 0;
		const session = sessionOf({}, fabricOf(NODE), () => closed++);
		session.exchanges = 1;
		session.closeAfterExchange();
		expect(session.isClosing).toBe(true);
		expect(closed).toBe(0);
		session.exchanges = 0;
		session.onIdle();
		expect(closed).toBe(1);
		const idle = sessionOf({}, fabricOf(NODE), () => closed++);
		idle.onIdle();
		expect(closed).toBe(1);
		idle.closeAfterExchange();
		expect(closed).toBe(2);
	});

	it("wants to be closed a million messages before the last one", () => {
		const session = sessionOf({ counter: RETIRING_COUNTER - 1 });
		expect(session.isRetiring).toBe(false);
		session.encode(messageOf(new Uint8Array(2)));
		expect(session.isRetiring).toBe(true);
		expect(session.isClosing).toBe(false);
		expect(LAST_COUNTER - RETIRING_COUNTER).toBeGreaterThan(1_000_000);
	});
});

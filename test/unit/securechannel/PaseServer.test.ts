import { GeneralCode, SecureChannelStatus } from "../../../modules/securechannel/StatusReport";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { OpenWindow } from "../../support/OpenWindow";
import { PaseInitiator, type PaseOptions, type PaseTampering } from "../../support/PaseInitiator";
import { SecureChannelLink } from "../../support/SecureChannelLink";

const PASSCODE = 20202021;
const SALT = new Uint8Array(32).fill(0x61);
const ITERATIONS = 1000;
const { SESSION_ESTABLISHMENT_SUCCESS, INVALID_PARAMETER, BUSY } = SecureChannelStatus;

let link: SecureChannelLink;
let window: OpenWindow;

function begin(options: PaseOptions = {}, passcode = PASSCODE): PaseInitiator {
	return new PaseInitiator(link.peer, link.device.transport.address, passcode, options);
}

function run(options: PaseOptions = {}, passcode = PASSCODE): PaseInitiator {
	const initiator = begin(options, passcode);
	link.settle();
	return initiator;
}

beforeEach(() => {
	link = new SecureChannelLink();
	window = new OpenWindow(PASSCODE, SALT, ITERATIONS);
	link.secureChannel.window = window;
});

describe("PASE (Matter Core 4.14.1)", () => {
	it("establishes a session", () => {
		const initiator = run();
		expect(initiator.pbkdf).toEqual({ iterations: ITERATIONS, salt: SALT });
		expect(initiator.mismatch).toBe(false);
		expect(initiator.status).toMatchObject({
			generalCode: GeneralCode.SUCCESS,
			protocolId: 0,
			protocolCode: SESSION_ESTABLISHMENT_SUCCESS,
		});
		const [session] = link.device.sessions.secure();
		expect(window.established).toEqual([session]);
		expect(window.failures).toBe(0);
		expect(session!.isPase).toBe(true);
		expect(session!.fabric).toBeUndefined();
		expect(session!.peerNodeId).toBe(0n);
		expect(session!.getAttestationChallengeKey()).toEqual(initiator.session!.getAttestationChallengeKey());
		link.clock.advance(20_000);
		expect(link.device.exchanges.length).toBe(0);
	});

	it("exchanges session parameters both ways", () => {
		const initiator = run();
		expect(initiator.parameters).toMatchObject({ idleInterval: 501, activeInterval: 302, activeThreshold: 4003 });
		expect(window.established[0]!.parameters).toMatchObject({
			idleInterval: 700,
			activeInterval: 350,
			activeThreshold: 5000,
		});
	});

	it("leaves the PBKDF parameters out for who has them", () => {
		const initiator = run({ parameters: { iterations: ITERATIONS, salt: SALT } });
		expect(initiator.pbkdf).toBeUndefined();
		expect(initiator.session).not.toBeUndefined();
	});

	it("carries messages both ways", () => {
		const initiator = run();
		const got: number[] = [];
		link.device.exchanges.register(1, {
			onExchange: (exchange, message) => void got.push(exchange.session.id, message.opcode),
		});
		const exchange = link.peer.exchanges.open(initiator.session!, { onMessage() {} });
		exchange.begin();
		exchange.send(1, 0x42);
		exchange.close();
		link.settle();
		expect(got).toEqual([initiator.session!.peerSessionId, 0x42]);
	});

	it("acknowledges before the point arithmetic", () => {
		run();
		expect(link.device.transport.sent.slice(0, 4).map((packet) => packet[17])).toEqual([0x21, 0x10, 0x23, 0x40]);
	});

	it("refuses a wrong passcode at once", () => {
		const initiator = begin({}, PASSCODE + 1);
		link.clock.advance(6); // six messages on their way, 1 ms each
		expect(initiator.mismatch).toBe(true);
		expect(initiator.status).toMatchObject({
			generalCode: GeneralCode.FAILURE,
			protocolId: 0,
			protocolCode: INVALID_PARAMETER,
		});
		expect(window.failures).toBe(1);
		expect(link.device.sessions.secure()).toEqual([]);
		expect(run().session).not.toBeUndefined();
	});

	it("refuses everybody while no window is open, which is no failed attempt", () => {
		window.isOpen = false;
		expect(run().status).toMatchObject({ generalCode: GeneralCode.FAILURE, protocolCode: INVALID_PARAMETER });
		expect(window.failures).toBe(0);
	});
});

describe("PASE refuses", () => {
	const cases: [string, PaseTampering][] = [
		["a short random", { initiatorRandom: (bytes) => bytes.slice(1) }],
		["session id 0", { sessionId: () => 0 }],
		["another passcode id", { passcodeId: 1 }],
		["a request cut off", { request: (bytes) => bytes.subarray(0, bytes.length - 3) }],
		["a request with bytes behind it", { request: (bytes) => Uint8Array.from([...bytes, 0]) }],
		["a request that is empty", { request: () => new Uint8Array(0) }],
		["a request that is an empty structure", { request: () => Uint8Array.of(0x15, 0x18) }],
		[
			"a request whose flag is a number",
			{
				request: (bytes) =>
					Uint8Array.from(bytes, (byte, i) => (byte === 0x28 && bytes[i + 1] === 4 ? 0x34 : byte)),
			},
		],
		["a share off the curve", { pA: (bytes) => Uint8Array.from(bytes, (byte, i) => (i === 64 ? byte ^ 1 : byte)) }],
		["a share at infinity", { pA: () => new Uint8Array(65) }],
		["a share that is compressed", { pA: (bytes) => Uint8Array.from([2, ...bytes.slice(1, 33)]) }],
		["Pake1 without anything", { pake1: () => Uint8Array.of(0x15, 0x18) }],
		["Pake1 that is no TLV", { pake1: () => Uint8Array.of(0xff, 0xff) }],
		["Pake3 in place of Pake1", { opcode1: 0x24 }],
		["Sigma1 in place of Pake1", { opcode1: 0x30 }],
		["a wrong confirmation", { cA: (bytes) => Uint8Array.from(bytes, (byte) => byte ^ 0x80) }],
		["a short confirmation", { cA: (bytes) => bytes.slice(1) }],
		["Pake3 without anything", { pake3: () => new Uint8Array(0) }],
		["Pake1 in place of Pake3", { opcode3: 0x22 }],
		["Pake3 by another name", { opcode3: 0x32 }],
	];

	it.each(cases)("%s", (_title, tampering) => {
		const initiator = run({ tampering });
		expect(initiator.status).toMatchObject({ generalCode: GeneralCode.FAILURE, protocolCode: INVALID_PARAMETER });
		expect(link.device.sessions.secure()).toEqual([]);
		expect(window.failures).toBe(1);
		link.clock.advance(20_000);
		expect(link.device.exchanges.length).toBe(0);
		expect(run().session).not.toBeUndefined();
	});
});

describe("PASE under pressure", () => {
	it("tells a second commissioner to come back while one is at work", () => {
		begin({ tampering: { silent: 1 } });
		link.settle();
		const second = run();
		expect(second.status).toMatchObject({ generalCode: GeneralCode.BUSY, protocolCode: BUSY });
		const wait = second.status!.data[0]! | (second.status!.data[1]! << 8);
		expect(wait).toBeGreaterThan(9_000);
		expect(wait).toBeLessThan(10_001);
		expect(window.failures).toBe(0);
	});

	it("tells others to come back while a PASE session stands", () => {
		run();
		expect(run().status).toMatchObject({ generalCode: GeneralCode.BUSY, protocolCode: BUSY });
		window.established[0]!.destroy();
		expect(run().session).not.toBeUndefined();
	});

	it.each([1, 3] as const)("frees a handshake that goes silent before Pake%d after 60 s", (silent) => {
		begin({ tampering: { silent } });
		link.clock.advance(59_900);
		expect(window.failures).toBe(0);
		link.clock.advance(1_000);
		expect(window.failures).toBe(1);
		expect(link.counters.get("handshakeTimeout")).toBe(1);
		expect(run().session).not.toBeUndefined();
	});

	it.each([1, 3] as const)("gives the place of one that is silent before Pake%d for 10 s to another", (silent) => {
		const first = begin({ tampering: { silent } });
		link.clock.advance(9_900);
		expect(run().status).toMatchObject({ protocolCode: BUSY });
		link.clock.advance(200);
		expect(run().session).not.toBeUndefined();
		expect(first.status).toMatchObject({ protocolCode: INVALID_PARAMETER });
		expect(window.failures).toBe(1);
	});

	it("repeats its message as the commissioner's timing asks", () => {
		begin({ timing: SessionParameters.own({ idleInterval: 3000, activeInterval: 2000 }) });
		link.clock.advance(1);
		link.peer.transport.fate = () => []; // nor does it ask again
		link.peer.transport.onDatagram = undefined;
		const transmissions = () => link.device.transport.sent.filter((packet) => packet[17] === 0x21).length;
		link.clock.advance(2000);
		expect(transmissions()).toBe(1);
		link.clock.advance(1000);
		expect(transmissions()).toBe(2);
	});

	it("frees a handshake whose peer does not acknowledge", () => {
		begin();
		link.clock.advance(1);
		link.peer.transport.onDatagram = undefined;
		link.clock.advance(20_000);
		expect(window.failures).toBe(1);
		expect(link.device.exchanges.length).toBe(0);
	});

	it("ends when the window closes in the middle", () => {
		const initiator = begin({ tampering: { silent: 3 } });
		link.settle();
		window.isOpen = false;
		link.secureChannel.cancelPase();
		link.settle();
		expect(initiator.status).toMatchObject({ protocolCode: INVALID_PARAMETER });
		expect(window.failures).toBe(1);
	});

	it("keeps no session id of handshakes that failed", () => {
		for (let i = 0; i < 40; i++) {
			const { exchange } = run({ tampering: { silent: 1 } });
			exchange.begin();
			exchange.send(0, 0x24);
			link.settle();
		}
		expect(window.failures).toBe(40);
		expect(run().session).not.toBeUndefined();
	});
});

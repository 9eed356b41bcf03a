import { verifier } from "../../../modules/crypto/spake2p";
import {
	CommissioningError,
	WindowStatus,
	type CommissioningErrorKind,
} from "../../../modules/commissioning/CommissioningError";
import {
	CommissioningWindow,
	CommissioningWindowStatus,
	type EnhancedWindow,
} from "../../../modules/commissioning/CommissioningWindow";
import { FailSafe } from "../../../modules/commissioning/FailSafe";
import { ConfigurationError } from "../../../modules/diagnostics/ConfigurationError";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { PaseInitiator, type PaseOptions } from "../../support/PaseInitiator";
import { SecureChannelLink } from "../../support/SecureChannelLink";
import { plainFabric } from "../../support/fabrics";

const PASSCODE = 20202021;
const OTHER_PASSCODE = 34567890;
const SALT = new Uint8Array(16).fill(7);
const { WINDOW_NOT_OPEN, ENHANCED_WINDOW_OPEN, BASIC_WINDOW_OPEN } = CommissioningWindowStatus;

let link: SecureChannelLink;
let window: CommissioningWindow;
let failSafe: FailSafe;
let fabric: Fabric;
let changes: number;

function make(passcode = PASSCODE, discriminator = 3840): CommissioningWindow {
	const { scheduler, secureChannel, fabrics, storage, log } = link;
	return new CommissioningWindow({ scheduler, secureChannel, fabrics, storage, log }, passcode, discriminator);
}

function enhanced(options: Partial<EnhancedWindow> = {}): EnhancedWindow {
	const { w0, L } = verifier(OTHER_PASSCODE, SALT, 2000);
	return {
		verifier: Uint8Array.from([...w0, ...L]),
		discriminator: 123,
		iterations: 2000,
		salt: SALT,
		timeout: 300,
		fabric,
		...options,
	};
}

function pase(passcode = PASSCODE, options: PaseOptions = {}): PaseInitiator {
	const initiator = new PaseInitiator(link.peer, link.device.transport.address, passcode, options);
	link.settle();
	return initiator;
}

function refusal(run: () => void): [CommissioningErrorKind, number] | undefined {
	try {
		run();
	} catch (error) {
		if (error instanceof CommissioningError) return [error.kind, error.code];
		throw error;
	}
	return undefined;
}

beforeEach(() => {
	link = new SecureChannelLink();
	window = make();
	failSafe = new FailSafe({
		scheduler: link.scheduler,
		fabrics: link.fabrics,
		sessions: link.device.sessions,
		resumption: link.resumption,
		window,
		log: link.log,
	});
	fabric = plainFabric(1);
	link.fabrics.add(fabric);
	changes = 0;
	window.listener = { windowChanged: () => changes++ };
});

describe("CommissioningWindow", () => {
	it("does not start with a passcode or discriminator that is not allowed", () => {
		expect(() => make(11111111)).toThrow(ConfigurationError);
		expect(() => make(PASSCODE, 4096)).toThrow(ConfigurationError);
	});

	it("initial: open, and WindowNotOpen to who asks (Matter Core 11.19.7.1)", () => {
		expect(window.isOpen).toBe(false);
		expect(window.commissioningMode).toBe(0);
		window.openInitial();
		expect(window).toMatchObject({
			isOpen: true,
			status: WINDOW_NOT_OPEN,
			adminFabricIndex: null,
			adminVendorId: null,
			discriminator: 3840,
			commissioningMode: 1,
		});
		expect(pase().session).not.toBeUndefined();
	});

	it("basic: the device's own passcode, and who opened it", () => {
		window.openBasic(180, fabric);
		expect(window).toMatchObject({
			status: BASIC_WINDOW_OPEN,
			adminFabricIndex: 1,
			adminVendorId: 0xfff1,
			discriminator: 3840,
			commissioningMode: 1,
		});
		expect(pase().session).not.toBeUndefined();
	});

	it("enhanced: another passcode and discriminator", () => {
		window.openEnhanced(enhanced());
		expect(window).toMatchObject({
			status: ENHANCED_WINDOW_OPEN,
			adminFabricIndex: 1,
			adminVendorId: 0xfff1,
			discriminator: 123,
			commissioningMode: 2,
		});
		expect(pase(PASSCODE).mismatch).toBe(true);
		expect(pase(OTHER_PASSCODE).session).not.toBeUndefined();
		expect(changes).toBe(1);
	});

	it.each([180, 300, 900])("closes by itself after %d s", (seconds) => {
		window.openEnhanced(enhanced({ timeout: seconds }));
		link.clock.advance(seconds * 1000 - 1);
		expect(window.isOpen).toBe(true);
		link.clock.advance(1);
		expect(window).toMatchObject({
			isOpen: false,
			status: WINDOW_NOT_OPEN,
			adminFabricIndex: null,
			adminVendorId: null,
			discriminator: 3840,
			commissioningMode: 0,
		});
		expect(changes).toBe(2);
		expect(pase(OTHER_PASSCODE).session).toBeUndefined();
	});

	const refusals: [string, Partial<EnhancedWindow>, [CommissioningErrorKind, number]][] = [
		["179 s", { timeout: 179 }, ["status", 0x85]],
		["901 s", { timeout: 901 }, ["status", 0x85]],
		["a verifier of 96 bytes", { verifier: new Uint8Array(96) }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["a verifier of 98 bytes", { verifier: new Uint8Array(98) }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["999 iterations", { iterations: 999 }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["100001 iterations", { iterations: 100_001 }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["a salt of 15 bytes", { salt: new Uint8Array(15) }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["a salt of 33 bytes", { salt: new Uint8Array(33) }, ["window", WindowStatus.PAKE_PARAMETER_ERROR]],
		["discriminator 4096", { discriminator: 4096 }, ["status", 0x85]],
	];
	it.each(refusals)("refuses %s", (_title, options, expected) => {
		expect(refusal(() => window.openEnhanced(enhanced(options)))).toEqual(expected);
		expect(window.isOpen).toBe(false);
	});

	it("is busy while one is open, and while the fail-safe is armed (Matter Core 11.19.8.1)", () => {
		window.openBasic(180, fabric);
		expect(refusal(() => window.openBasic(180, fabric))).toEqual(["window", WindowStatus.BUSY]);
		expect(refusal(() => window.openEnhanced(enhanced()))).toEqual(["window", WindowStatus.BUSY]);
		pase();
		window.close();
		expect(failSafe.armed).toBe(true);
		expect(refusal(() => window.openBasic(180, fabric))).toEqual(["window", WindowStatus.BUSY]);
	});

	it("closes after 20 failed attempts (Matter Core 5.5)", () => {
		window.openBasic(900, fabric);
		for (let i = 0; i < 19; i++) pase(PASSCODE, { tampering: { passcodeId: 1 } });
		expect(window.isOpen).toBe(true);
		pase(PASSCODE + 1);
		expect(window.isOpen).toBe(false);
		expect(pase().session).toBeUndefined();
		window.openBasic(900, fabric); // and counts anew
		pase(PASSCODE, { tampering: { passcodeId: 1 } });
		expect(window.isOpen).toBe(true);
		expect(pase().session).not.toBeUndefined();
	});

	it("revoked: closes, with the PASE session and what was done over it", () => {
		window.openBasic(180, fabric);
		pase();
		expect(failSafe.armed).toBe(true);
		window.revoke();
		expect(window.isOpen).toBe(false);
		expect(failSafe.armed).toBe(false);
		expect(link.device.sessions.secure()).toEqual([]);
		expect(refusal(() => window.revoke())).toEqual(["window", WindowStatus.WINDOW_NOT_OPEN]);
	});

	it("revoking without a window still ends a PASE session (Matter Core 11.19.8.3)", () => {
		window.openBasic(180, fabric);
		pase();
		window.close();
		expect(refusal(() => window.revoke())).toEqual(["window", WindowStatus.WINDOW_NOT_OPEN]);
		expect(link.device.sessions.secure()).toEqual([]);
	});

	it("ends without ending the session that came through it", () => {
		window.openBasic(180, fabric);
		const initiator = pase();
		link.clock.advance(59_000);
		window.close();
		expect(link.device.sessions.find(initiator.session!.peerSessionId)).not.toBeUndefined();
	});

	it("forgets the fabric that opened it when that goes, not its vendor (Matter Core 11.19.7.2)", () => {
		link.fabrics.add(plainFabric(2));
		window.openBasic(180, fabric);
		link.fabrics.remove(1);
		expect(window).toMatchObject({ isOpen: true, adminFabricIndex: null, adminVendorId: 0xfff1 });
	});

	it("makes what stands for its passcode once, and anew for another passcode", () => {
		const kept = link.storage.get("passcode")!;
		make();
		window.openBasic(180, fabric);
		window.close(); // wipes its own copy
		expect(link.storage.get("passcode")).toEqual(kept);
		window = make(OTHER_PASSCODE);
		expect(link.storage.get("passcode")).not.toEqual(kept);
		window.openBasic(180, fabric);
		expect(pase(OTHER_PASSCODE).session).not.toBeUndefined();
	});

	it("makes it anew where what was stored is not whole", () => {
		link.storage.set("passcode", link.storage.get("passcode")!.slice(0, 100));
		window = make();
		window.openBasic(180, fabric);
		expect(pase().session).not.toBeUndefined();
	});

	it("opens again when the last fabric goes", () => {
		link.fabrics.add(plainFabric(2));
		link.fabrics.remove(1);
		expect(window.isOpen).toBe(false);
		link.fabrics.remove(2);
		expect(window).toMatchObject({ isOpen: true, status: WINDOW_NOT_OPEN });
		expect(pase().session).not.toBeUndefined();
	});

	it("a PASE session arms the fail-safe for 60 s, and goes with it", () => {
		window.openBasic(180, fabric);
		const initiator = pase();
		expect(failSafe.armed).toBe(true);
		expect(failSafe.fabricIndex).toBe(0);
		link.clock.advance(60_000);
		expect(failSafe.armed).toBe(false);
		expect(link.device.sessions.find(initiator.session!.peerSessionId)).toBeUndefined();
		expect(pase().session).not.toBeUndefined();
	});

	it("a commissioner that leaves does not keep the next one waiting", () => {
		window.openBasic(180, fabric);
		const initiator = pase();
		link.device.sessions.find(initiator.session!.peerSessionId)!.destroy();
		expect(failSafe.armed).toBe(false);
		expect(pase().session).not.toBeUndefined();
	});
});

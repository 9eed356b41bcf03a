import type { Fabric } from "../../../modules/fabric/Fabric";
import { Authority } from "../../support/Authority";
import { CaseInitiator, type Resumption } from "../../support/CaseInitiator";
import { OpenWindow } from "../../support/OpenWindow";
import { PaseInitiator } from "../../support/PaseInitiator";
import { SecureChannelLink } from "../../support/SecureChannelLink";
import { curveCount } from "./curve";

const NODE = 0x1111n;
const KINDS = ["key", "agreement", "signature", "verification", "spake2p"] as const;

/** What the device did on the curve in a handshake. */
describe("work on the curve, by the device", () => {
	let link: SecureChannelLink;
	let admin: Fabric;
	let work: Record<string, number>;

	function setUp(withIntermediate = false): void {
		link = new SecureChannelLink();
		const authority = new Authority(0xfab1n, withIntermediate);
		link.fabrics.add(authority.fabric(1, NODE));
		admin = authority.fabric(1, 0x2222n);
		const { transport } = link.device;
		const receive = transport.onDatagram!;
		// All that a device does for a handshake it does while it takes a datagram.
		transport.onDatagram = (...datagram) => {
			const before = KINDS.map((_kind, index) => curveCount(index));
			receive(...datagram);
			KINDS.forEach((kind, index) => {
				const done = curveCount(index) - before[index]!;
				if (done > 0) work[kind] = (work[kind] ?? 0) + done;
			});
		};
	}

	function handshake(resume?: Resumption): CaseInitiator {
		work = {};
		const initiator = new CaseInitiator(link.peer, link.device.transport.address, admin, NODE, { resume });
		link.settle();
		expect(initiator.session).not.toBeUndefined();
		return initiator;
	}

	it.each([
		[false, 2],
		[true, 3],
	])("CASE, the first with a peer; with an intermediate: %p", (withIntermediate, verification) => {
		setUp(withIntermediate);
		handshake();
		expect(work).toEqual({ key: 1, agreement: 1, signature: 1, verification });
	});

	it.each([false, true])("CASE with one that returns: its chain is remembered; with an intermediate: %p", (one) => {
		setUp(one);
		handshake();
		handshake();
		expect(work).toEqual({ key: 1, agreement: 1, signature: 1, verification: 1 });
	});

	it("CASE resumed: none", () => {
		setUp(true);
		const first = handshake();
		expect(handshake(first.resumption).resumed).toBe(true);
		expect(work).toEqual({});
	});

	it("PASE", () => {
		setUp();
		link.secureChannel.window = new OpenWindow();
		work = {};
		const initiator = new PaseInitiator(link.peer, link.device.transport.address, 20202021);
		link.settle();
		expect(initiator.session).not.toBeUndefined();
		expect(work).toEqual({ spake2p: 1 });
	});
});

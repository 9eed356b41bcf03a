import { TlvWriter } from "../../../modules/codec/TlvWriter";
import type { Exchange } from "../../../modules/exchange/Exchange";
import { Turn } from "../../../modules/securechannel/Turn";
import { Scheduler } from "../../../modules/time/Scheduler";
import { testAddress } from "../../support/Loopback";
import { VirtualClock } from "../../support/VirtualClock";

const [A, B] = [testAddress(1), testAddress(2)];

describe("Turn", () => {
	let clock: VirtualClock;
	let turn: Turn;

	beforeEach(() => {
		clock = new VirtualClock();
		turn = new Turn(new Scheduler(clock));
	});

	/** The peer there is told to come back in a second; `reason`: how the exchange ended. */
	function refuse(address: Uint8Array, reason: "done" | "timeout" | "session" = "done"): void {
		const exchange = {
			session: { address },
			begin: () => new TlvWriter(new Uint8Array(50)),
			send() {},
			close() {},
		} as unknown as Exchange;
		turn.refuse(exchange, 1000);
		expect(exchange.handler).toBe(turn);
		turn.onClose(exchange, reason);
	}

	it("is nobody's while peers go on as they should", () => {
		refuse(A);
		expect(turn.isOfAnother(B)).toBe(false);
		turn.isKept = true;
		expect(turn.isOfAnother(B)).toBe(true);
		expect(turn.isOfAnother(A)).toBe(false);
	});

	it("is of the first that acknowledges, and of none that does not", () => {
		turn.isKept = true;
		refuse(A, "timeout");
		refuse(A, "session");
		expect(turn.isOfAnother(B)).toBe(false);
		refuse(B);
		refuse(A);
		expect(turn.isOfAnother(A)).toBe(true);
		expect(turn.isOfAnother(B)).toBe(false);
	});

	it("is over ten seconds after its time, and begins anew with each refusal", () => {
		turn.isKept = true;
		refuse(A);
		clock.advance(10_999);
		expect(turn.isOfAnother(B)).toBe(true);
		refuse(A);
		clock.advance(10_999);
		expect(turn.isOfAnother(B)).toBe(true);
		clock.advance(1);
		expect(turn.isOfAnother(B)).toBe(false);
		refuse(B);
		expect(turn.isOfAnother(A)).toBe(true);
	});

	it("is over when it is taken", () => {
		turn.isKept = true;
		refuse(A);
		turn.take(B);
		expect(turn.isOfAnother(B)).toBe(true);
		turn.take(A);
		expect(turn.isOfAnother(B)).toBe(false);
	});
});

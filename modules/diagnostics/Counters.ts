/**
 * What the device drops, refuses and repairs without a word to the peer, and what passes through it. The order is the index into `Counters`;
 * append, never reorder: a support log names them by position.
 */
export const COUNTER_NAMES = Object.freeze([
	"malformedPacket",
	"unknownSession",
	"undecryptable",
	"duplicate",
	"unsecuredRefused",
	"exchangeRefused",
	"unknownProtocol",
	"unsolicitedRefused",
	"sendFailed",
	"retransmission",
	"giveUp",
	"sessionEvicted",
	"malformedPayload",
	"handshakeStarted",
	"handshakeFailed",
	"handshakeTimeout",
	"handshakeBusy",
	"paseEstablished",
	"caseEstablished",
	"caseResumed",
	"recordDamaged",
	"callbackFailed",
	"interactionReceived",
	"interactionSent",
	"chainRemembered",
	"groupReceived",
	"groupRefused",
] as const);
export type CounterName = (typeof COUNTER_NAMES)[number];

const INDEX = Object.freeze(
	Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, index])) as Record<CounterName, number>,
);

/** Where those stand that every message counts, which are not looked up by name. */
export const INTERACTION_RECEIVED = COUNTER_NAMES.indexOf("interactionReceived");
export const INTERACTION_SENT = COUNTER_NAMES.indexOf("interactionSent");

/** Named 32-bit counters that stop at their maximum instead of wrapping. */
export class Counters {
	private readonly values = new Uint32Array(COUNTER_NAMES.length);

	count(name: CounterName): void {
		this.countAt(INDEX[name]);
	}

	/** @param index in COUNTER_NAMES */
	countAt(index: number): void {
		const value = this.values[index]!;
		if (value !== 0xffffffff) this.values[index] = value + 1;
	}

	get(name: CounterName): number {
		return this.values[INDEX[name]]!;
	}

	reset(): void {
		this.values.fill(0);
	}

	/** Those that are not zero, as `name=value` separated by spaces. */
	toString(): string {
		let text = "";
		for (let i = 0; i < COUNTER_NAMES.length; i++)
			if (this.values[i]) text += `${text ? " " : ""}${COUNTER_NAMES[i]!}=${this.values[i]!}`;
		return text;
	}
}

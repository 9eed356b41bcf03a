import { verifier } from "../crypto/spake2p";
import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import random from "../crypto/random";
import type { Log } from "../diagnostics/Log";
import type { Fabric } from "../fabric/Fabric";
import type { FabricTable } from "../fabric/FabricTable";
import type { PaseCredentials, PaseWindow } from "../securechannel/PaseCredentials";
import type { SecureChannel } from "../securechannel/SecureChannel";
import type { SecureSession } from "../session/SecureSession";
import type { Storage } from "../storage/Storage";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import { CommissioningError, RefusalStatus, WindowStatus } from "./CommissioningError";
import type { FailSafe } from "./FailSafe";
import { OnboardingPayload } from "./OnboardingPayload";

/** CommissioningWindowStatusEnum (Matter Core 11.19.5.1) */
export const CommissioningWindowStatus = Object.freeze({
	WINDOW_NOT_OPEN: 0,
	ENHANCED_WINDOW_OPEN: 1,
	BASIC_WINDOW_OPEN: 2,
} as const);
type Status = (typeof CommissioningWindowStatus)[keyof typeof CommissioningWindowStatus];

const FACILITY = "commissioning";
/** seconds (Matter Core 5.4.2.3) */
export const SHORTEST_WINDOW = 180;
export const LONGEST_WINDOW = 900;
/** Matter Core 5.5 */
const MAX_FAILED_ATTEMPTS = 20;
/** seconds; a PASE session arms the fail-safe by itself (Matter Core 5.5) */
const FAIL_SAFE_OF_PASE = 60;

const ITERATIONS_MIN = 1000;
const ITERATIONS_MAX = 100_000;
const SALT_MIN = 16;
const SALT_MAX = 32;
const W0_LENGTH = 32;
const VERIFIER_LENGTH = 97;
/** The passcode (4 bytes), and salt, w0 and L that stand for it. */
const RECORD = "passcode";
const SALT_AT = 4;
const W0_AT = SALT_AT + SALT_MAX;
const L_AT = W0_AT + W0_LENGTH;
const RECORD_LENGTH = W0_AT + VERIFIER_LENGTH;

/** What the window works with. */
export interface WindowContext {
	readonly scheduler: Scheduler;
	readonly secureChannel: SecureChannel;
	readonly fabrics: FabricTable;
	readonly storage: Storage;
	readonly log: Log;
}

/** Is told that the window opened, closed, or lost its administrator's fabric: announce accordingly. */
export interface WindowListener {
	windowChanged(): void;
}

export interface EnhancedWindow {
	/** w0 (32 bytes) and L (65 bytes) */
	verifier: Uint8Array;
	/** 0..4095 */
	discriminator: number;
	iterations: number;
	salt: Uint8Array;
	/** seconds */
	timeout: number;
	/** of the administrator who opens it */
	fabric: Fabric | undefined;
}

/**
 * The time in which a commissioner may establish a PASE session (Matter Core 5.4.2.3, 5.6, 11.19). When it ends, a session
 * that stands already goes on under its fail-safe.
 */
export class CommissioningWindow implements PaseWindow {
	listener: WindowListener | undefined;
	/** set by FailSafe: the two look at each other */
	failSafe: FailSafe | undefined;

	private context: WindowContext;
	private passcode: number;
	private ownDiscriminator: number;
	private current: number;
	/** while it is open */
	declare private deadline: Deadline | undefined;
	private opened = false;
	private openedAs: Status = CommissioningWindowStatus.WINDOW_NOT_OPEN;
	// of a window that an administrator opened
	declare private adminIndex: number | undefined;
	declare private vendorId: number | undefined;
	private failures = 0;
	/** of an enhanced window; the others' are in storage, where that takes them */
	declare private enhanced: PaseCredentials | undefined;

	/**
	 * @param passcode of the initial and of basic windows
	 * @param discriminator 0..4095, of the same
	 * @throws ConfigurationError when the passcode or discriminator is not allowed
	 */
	constructor(context: WindowContext, passcode: number, discriminator: number) {
		OnboardingPayload.validatePasscode(passcode);
		OnboardingPayload.validateDiscriminator(discriminator);
		this.context = context;
		this.passcode = passcode;
		this.current = this.ownDiscriminator = discriminator;
		this.context.secureChannel.window = this;
		this.context.fabrics.addListener(this);
		this.ownCredentials(); // from now on they are in storage
	}

	/** Whether PASE sessions are accepted: also in the initial window. */
	get isOpen(): boolean {
		return this.opened;
	}

	/** as the attribute says it: the initial window, which no administrator opened, counts as not open (11.19.7.1) */
	get status(): Status {
		return this.openedAs;
	}

	/** null when none is open or its fabric is gone */
	get adminFabricIndex(): number | null {
		return this.adminIndex ?? null;
	}

	/** null when none is open */
	get adminVendorId(): number | null {
		return this.vendorId ?? null;
	}

	/** to announce: the device's own, or the one an enhanced window came with */
	get discriminator(): number {
		return this.current;
	}

	/** CM of commissionable discovery: 0 not open, 1 with the passcode on the device, 2 with another (Matter Core 4.3.1.7) */
	get commissioningMode(): 0 | 1 | 2 {
		if (!this.opened) return 0;
		return this.openedAs === CommissioningWindowStatus.ENHANCED_WINDOW_OPEN ? 2 : 1;
	}

	/** What a person needs for the initial and for basic windows (Matter Core 5.1). */
	onboarding(vendorId: number, productId: number): { qr: string; manual: string } {
		const passcode = this.passcode;
		const discriminator = this.ownDiscriminator;
		const product = { vendorId, productId, discriminator, passcode };
		return { qr: OnboardingPayload.qr(product), manual: OnboardingPayload.manual(product) };
	}

	/** The window of a node that belongs to no fabric. @param seconds how long */
	openInitial(seconds: number = LONGEST_WINDOW): void {
		this.open(CommissioningWindowStatus.WINDOW_NOT_OPEN, this.ownDiscriminator, seconds, undefined);
	}

	/** OpenBasicCommissioningWindow (11.19.8.2). @param timeout seconds. @throws CommissioningError */
	openBasic(timeout: number, fabric: Fabric | undefined): void {
		this.admit(timeout);
		this.open(CommissioningWindowStatus.BASIC_WINDOW_OPEN, this.ownDiscriminator, timeout, fabric);
	}

	/** OpenCommissioningWindow (11.19.8.1). @throws CommissioningError */
	openEnhanced(window: EnhancedWindow): void {
		const iterations = window.iterations;
		const salt = window.salt;
		if (
			window.verifier.length !== VERIFIER_LENGTH ||
			iterations < ITERATIONS_MIN ||
			iterations > ITERATIONS_MAX ||
			salt.length < SALT_MIN ||
			salt.length > SALT_MAX
		)
			throw new CommissioningError("window", WindowStatus.PAKE_PARAMETER_ERROR, "verifier, iterations or salt");
		if (window.discriminator > 0xfff)
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, "discriminator above 4095");
		this.admit(window.timeout);
		const w0 = window.verifier.slice(0, W0_LENGTH);
		const L = window.verifier.slice(W0_LENGTH);
		this.enhanced = { w0, L, iterations, salt: salt.slice() };
		this.open(CommissioningWindowStatus.ENHANCED_WINDOW_OPEN, window.discriminator, window.timeout, window.fabric);
	}

	/**
	 * RevokeCommissioning (11.19.8.3): a commissioner over PASE loses what it did, whether the window that it came through is
	 * open still or not. With an open window goes also what it did by the CASE session that followed.
	 * @param invoking a session that still has to carry the answer; if it is lost too, it ends afterwards
	 * @throws CommissioningError when no administrator's window is open
	 */
	revoke(invoking?: SecureSession): void {
		this.failSafe?.abandonPase(invoking);
		if (this.openedAs === CommissioningWindowStatus.WINDOW_NOT_OPEN)
			throw new CommissioningError("window", WindowStatus.WINDOW_NOT_OPEN, "no window is open");
		this.failSafe?.expire(invoking);
		this.close();
	}

	/** Ends the window and forgets the verifier. */
	close(): void {
		if (!this.opened) return;
		this.deadline?.stop();
		this.deadline = undefined;
		this.opened = false;
		this.openedAs = CommissioningWindowStatus.WINDOW_NOT_OPEN;
		this.admittedBy(undefined);
		this.current = this.ownDiscriminator;
		this.enhanced?.w0.fill(0);
		this.enhanced = undefined;
		this.context.secureChannel.cancelPase();
		this.context.log.notice(FACILITY, "commissioning window closed");
		this.listener?.windowChanged();
	}

	/** The table's listener. A node that lost its last fabric can be commissioned again at once. */
	onFabricRemoved(index: number): void {
		if (this.adminIndex === index) {
			this.adminIndex = undefined;
			this.listener?.windowChanged();
		}
		if (this.context.fabrics.fabrics.length === 0 && !this.opened) this.openInitial();
	}

	private admit(timeout: number): void {
		if (this.opened) throw new CommissioningError("window", WindowStatus.BUSY, "a window is open");
		if (this.failSafe?.armed) throw new CommissioningError("window", WindowStatus.BUSY, "the fail-safe is armed");
		if (timeout < SHORTEST_WINDOW || timeout > LONGEST_WINDOW)
			throw new CommissioningError(
				"status",
				RefusalStatus.INVALID_COMMAND,
				`timeout outside ${SHORTEST_WINDOW}..${LONGEST_WINDOW} s`,
			);
	}

	private admittedBy(fabric: Fabric | undefined): void {
		if (!fabric && this.vendorId === undefined) return;
		this.adminIndex = fabric?.index;
		this.vendorId = fabric?.vendorId;
	}

	/** What stands for the passcode: made once in a device's life, since a slow chip is busy with it for a second. */
	private ownCredentials(): PaseCredentials {
		const iterations = ITERATIONS_MIN;
		const stored = this.context.storage.get(RECORD);
		if (stored?.length === RECORD_LENGTH && readUint32LE(stored, 0) === this.passcode)
			return {
				w0: stored.subarray(W0_AT, L_AT),
				L: stored.subarray(L_AT),
				iterations,
				salt: stored.subarray(SALT_AT, W0_AT),
			};
		const salt = random(SALT_MAX);
		const { w0, L } = verifier(this.passcode, salt, iterations);
		const record = new Uint8Array(RECORD_LENGTH);
		writeUint32LE(record, 0, this.passcode);
		record.set(salt, SALT_AT);
		record.set(w0, W0_AT);
		record.set(L, L_AT);
		try {
			this.context.storage.set(RECORD, record, false);
		} catch {
			// Storage has told of it.
			this.enhanced = { w0: w0.slice(), L, iterations, salt };
		}
		return { w0, L, iterations, salt };
	}

	private open(status: Status, discriminator: number, seconds: number, fabric: Fabric | undefined): void {
		this.opened = true;
		this.openedAs = status;
		this.admittedBy(fabric);
		this.current = discriminator;
		this.failures = 0;
		this.deadline ??= new Deadline(this.context.scheduler, this.close, this);
		this.deadline.start(seconds * 1000);
		this.context.log.notice(FACILITY, `commissioning window open for ${seconds} s, discriminator ${discriminator}`);
		this.listener?.windowChanged();
	}

	/** The secure channel's: what PASE verifies against now, to be wiped. */
	get credentials(): PaseCredentials | undefined {
		if (!this.opened) return undefined;
		const own = this.enhanced;
		return own ? { ...own, w0: own.w0.slice() } : this.ownCredentials();
	}

	/** The secure channel's. */
	paseEstablished(session: SecureSession): void {
		this.failSafe?.armForPase(session, FAIL_SAFE_OF_PASE);
	}

	/** The secure channel's. */
	paseFailed(): void {
		if (!this.opened || ++this.failures < MAX_FAILED_ATTEMPTS) return;
		this.context.log.warn(FACILITY, `${MAX_FAILED_ATTEMPTS} failed attempts: the commissioning window closes`);
		this.close();
	}
}

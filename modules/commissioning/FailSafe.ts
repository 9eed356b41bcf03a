import { encode } from "../codec/Utf8";
import type KeyPair from "../crypto/p256";
import type { Log } from "../diagnostics/Log";
import { AccessControlEntryAuthMode, AccessControlEntryPrivilege } from "../fabric/AccessControlEntry";
import { Fabric } from "../fabric/Fabric";
import type { FabricTable } from "../fabric/FabricTable";
import { IPK_KEY_SET } from "../fabric/GroupKeySet";
import { isCaseAuthenticatedTagSubject, isOperationalNodeId } from "../fabric/NodeId";
import type { ResumptionRecords } from "../session/ResumptionRecords";
import type { SecureSession } from "../session/SecureSession";
import type { SessionManager } from "../session/SessionManager";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";
import {
	CommissioningError,
	CommissioningStatus,
	NodeOperationalCertStatus,
	RefusalStatus,
} from "./CommissioningError";
import type { CommissioningWindow } from "./CommissioningWindow";
import { PendingCredentials, type Identity } from "./PendingCredentials";

const FACILITY = "commissioning";
/** MaxCumulativeFailsafeSeconds (Matter Core 11.10.5.4.2) */
export const MAX_CUMULATIVE_FAIL_SAFE = 900;
const NONCE_LENGTH = 32;
const IPK_LENGTH = 16;
const LABEL_LENGTH = 32;
/** Vendor ids an administrator may have: manufacturers and the four test vendors (Matter Core 2.5.2). */
const HIGHEST_VENDOR_ID = 0xfff4;

/** Who asks: the part of an interaction's context that commissioning looks at. */
export interface CommissioningContext {
	/** undefined for a group message, which may do nothing here */
	readonly session: SecureSession | undefined;
}

export interface FailSafeListener {
	/** Everything since arming is being undone: take back network configuration, breadcrumb and the like. */
	onFailSafeExpired?(): void;
	/** CommissioningComplete: what was done since arming holds for good. */
	onCommissioningComplete?(fabric: Fabric): void;
}

/** What it works with. */
export interface FailSafeContext {
	readonly scheduler: Scheduler;
	readonly fabrics: FabricTable;
	readonly sessions: SessionManager;
	readonly resumption: ResumptionRecords;
	readonly window: CommissioningWindow;
	readonly log: Log;
}

/**
 * The fail-safe context (Matter Core 11.10.7.2): what a commissioner does between ArmFailSafe and CommissioningComplete,
 * and its undoing when time runs out. Nothing of it reaches storage before the end, so a restart undoes it too.
 */
export class FailSafe {
	private context: FailSafeContext;
	/** while it is armed */
	declare private deadline: Deadline | undefined;
	private listeners: FailSafeListener[] = [];

	private isArmed = false;
	/** when the cumulative time is over, scheduler ms */
	private latest = 0;
	private index = 0;
	declare private armedOver: SecureSession | undefined;
	/** what came since it was armed, made for the first of it */
	declare private credentials: PendingCredentials | undefined;
	private nocDone = false;

	constructor(context: FailSafeContext) {
		this.context = context;
		this.context.window.failSafe = this;
		this.context.sessions.addListener(this);
	}

	get armed(): boolean {
		return this.isArmed;
	}

	/** the fabric it belongs to; 0 before AddNOC over PASE, and when not armed */
	get fabricIndex(): number {
		return this.index;
	}

	/** over which it was armed, while that stands */
	get session(): SecureSession | undefined {
		return this.armedOver;
	}

	/** AddTrustedRootCertificate came, and AddNOC not yet: TrustedRootCertificates lists it too. Matter TLV. */
	get pendingRoot(): Uint8Array | undefined {
		return this.nocDone ? undefined : this.credentials?.rootCertificate;
	}

	private get pending(): PendingCredentials {
		return (this.credentials ??= new PendingCredentials());
	}

	addListener(listener: FailSafeListener): void {
		this.listeners.push(listener);
	}

	/**
	 * ArmFailSafe (11.10.7.2): arms, extends (never beyond 900 s since armed) or, with 0 seconds, expires at once.
	 * @throws CommissioningError "commissioning" BUSY_WITH_OTHER_ADMIN
	 */
	arm(context: CommissioningContext, seconds: number): void {
		const session = sessionOf(context);
		if (!this.isArmed) {
			if (this.context.window.isOpen && !session.isPase) throw busy("a commissioning window is open");
			if (seconds > 0) this.begin(session, seconds);
			return;
		}
		if (indexOf(session) !== this.index) throw busy("armed by another administrator");
		if (seconds === 0) this.expire(session);
		else this.extend(seconds);
	}

	/** A PASE session was established: the fail-safe is armed without being asked (Matter Core 5.5). */
	armForPase(session: SecureSession, seconds: number): void {
		if (!this.isArmed) this.begin(session, seconds);
	}

	/** Whoever commissions over PASE loses what was done, and the session. @param invoking as for expire */
	abandonPase(invoking: SecureSession | undefined): void {
		if (this.armedOver?.isPase) this.expire(invoking);
		this.closePase(invoking);
	}

	/**
	 * The time is over: undoes everything since arming and closes the sessions that lived from it (11.10.7.2.2).
	 * @param invoking a session that still has to carry the answer to the command that led here; it is closed afterwards
	 */
	expire(invoking?: SecureSession): void {
		if (!this.isArmed) return;
		this.context.log.notice(FACILITY, "fail-safe expired: what was done since it was armed is undone");
		const fabric = this.nocDone ? this.context.fabrics.find(this.index) : undefined;
		this.end();
		this.closePase(invoking);
		if (fabric) {
			this.context.sessions.closeFabric(fabric.index, invoking);
			this.context.resumption.removeFabric(fabric.index);
			if (invoking && indexOf(invoking) === fabric.index) invoking.closeAfterExchange();
			this.context.fabrics.rollBack(fabric);
		}
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onFailSafeExpired?.();
	}

	/**
	 * CommissioningComplete (11.10.7.6): what was done holds, the window and every PASE session end.
	 * @throws CommissioningError "commissioning" NO_FAIL_SAFE or INVALID_AUTHENTICATION; Error when storage refuses
	 */
	complete(context: CommissioningContext): void {
		const session = sessionOf(context);
		if (!this.isArmed)
			throw new CommissioningError(
				"commissioning",
				CommissioningStatus.NO_FAIL_SAFE,
				"the fail-safe is not armed",
			);
		const fabric = session.isPase ? undefined : session.fabric;
		if (fabric === undefined || fabric.index !== this.index)
			throw new CommissioningError(
				"commissioning",
				CommissioningStatus.INVALID_AUTHENTICATION,
				"not a CASE session of the fail-safe's fabric",
			);
		// The fabric last: if storage refuses before it, nothing has happened.
		this.context.fabrics.time.advance(this.pending.notBefore);
		this.context.fabrics.commit(fabric);
		this.end();
		this.context.window.close();
		this.closePase(undefined);
		this.context.log.notice(FACILITY, `commissioning complete: fabric ${fabric.index}`);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onCommissioningComplete?.(fabric);
	}

	/**
	 * CSRRequest (11.18.6.5): a new operational key pair, for the next AddNOC or UpdateNOC of this fail-safe.
	 * @param nonce CSRNonce, 32 bytes
	 * @returns the key pair; it stays the fail-safe's: sign the request with it, never close it
	 * @throws CommissioningError "status"
	 */
	csr(context: CommissioningContext, nonce: Uint8Array, forUpdate: boolean): KeyPair {
		if (nonce.length !== NONCE_LENGTH)
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, "CSRNonce is not 32 bytes");
		if (forUpdate && sessionOf(context).isPase)
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, "no UpdateNOC over PASE");
		this.require(context);
		this.requireNoNoc();
		return this.pending.requestKey(forUpdate);
	}

	/**
	 * AddTrustedRootCertificate (11.18.6.13).
	 * @param certificate Matter TLV
	 * @throws CommissioningError "status"
	 */
	addTrustedRoot(context: CommissioningContext, certificate: Uint8Array): void {
		this.require(context);
		if (this.pending.rootCertificate)
			throw new CommissioningError("status", RefusalStatus.CONSTRAINT_ERROR, "a root was added already");
		this.requireNoNoc();
		this.pending.addRoot(certificate, this.context.fabrics.time.seconds);
	}

	/**
	 * AddNOC (11.18.6.8): the node joins a fabric, until the fail-safe ends only in memory.
	 * @param ipk epoch key of the identity protection key, 16 bytes
	 * @throws CommissioningError "status" or "noc"
	 */
	addNoc(
		context: CommissioningContext,
		noc: Uint8Array,
		icac: Uint8Array | undefined,
		ipk: Uint8Array,
		caseAdminSubject: bigint,
		adminVendorId: number,
	): Fabric {
		const rootCertificate = this.checkAddNoc(context, ipk, adminVendorId);
		const identity = this.pending.verify(noc, icac, rootCertificate, this.context.fabrics.time.seconds);
		return this.join(sessionOf(context), identity, rootCertificate, ipk, caseAdminSubject, adminVendorId);
	}

	/** @returns the root that the fabric is to have */
	private checkAddNoc(context: CommissioningContext, ipk: Uint8Array, adminVendorId: number): Uint8Array {
		this.require(context);
		this.requireNoNoc();
		if (ipk.length !== IPK_LENGTH)
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, "IPKValue is not 16 bytes");
		if (adminVendorId === 0 || adminVendorId > HIGHEST_VENDOR_ID)
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, "AdminVendorId is reserved");
		const rootCertificate = this.pending.rootCertificate;
		const keyPair = this.pending.keyPair;
		const forUpdate = this.pending.forUpdate;
		if (keyPair && forUpdate)
			throw new CommissioningError("status", RefusalStatus.CONSTRAINT_ERROR, "the CSR was for UpdateNOC");
		if (!rootCertificate) throw nocError(NodeOperationalCertStatus.INVALID_NOC, "no root certificate was added");
		return rootCertificate;
	}

	private join(
		session: SecureSession,
		{ fabricId, credentials }: Identity,
		rootCertificate: Uint8Array,
		ipk: Uint8Array,
		caseAdminSubject: bigint,
		adminVendorId: number,
	): Fabric {
		const rootPublicKey = this.pending.rootPublicKey!;
		if (this.context.fabrics.findByRoot(rootPublicKey, fabricId))
			throw nocError(NodeOperationalCertStatus.FABRIC_CONFLICT, "the node belongs to this fabric already");
		if (this.context.fabrics.full) throw nocError(NodeOperationalCertStatus.TABLE_FULL, "the fabric table is full");
		if (!isOperationalNodeId(caseAdminSubject) && !isCaseAuthenticatedTagSubject(caseAdminSubject))
			throw nocError(
				NodeOperationalCertStatus.INVALID_ADMIN_SUBJECT,
				"CaseAdminSubject is neither node id nor CASE authenticated tag",
			);

		const fabric = new Fabric({
			index: this.context.fabrics.allocateIndex(),
			fabricId,
			rootPublicKey,
			rootCertificate,
			vendorId: adminVendorId,
			credentials,
			groupKeySets: [
				{
					groupKeySetId: IPK_KEY_SET,
					groupKeySecurityPolicy: 0,
					epochKeys: [{ key: ipk.slice(), startTime: 0n }],
				},
			],
			acl: [
				{
					privilege: AccessControlEntryPrivilege.ADMINISTER,
					authMode: AccessControlEntryAuthMode.CASE,
					subjects: [caseAdminSubject],
					targets: null,
				},
			],
		});
		fabric.pending = true;
		this.pending.release();
		this.nocDone = true;
		this.index = fabric.index;
		this.context.fabrics.add(fabric);
		// A PASE session gains the scope of the fabric that was joined over it.
		if (session.isPase) session.fabric = fabric;
		return fabric;
	}

	/**
	 * UpdateNOC (11.18.6.9): other credentials for the accessing fabric. Its other sessions end, this one after its answer.
	 * @throws CommissioningError "status" or "noc"
	 */
	updateNoc(context: CommissioningContext, noc: Uint8Array, icac: Uint8Array | undefined): Fabric {
		const session = sessionOf(context);
		this.require(context);
		this.requireNoNoc();
		const fabric = session.fabric;
		const rootCertificate = this.pending.rootCertificate;
		const keyPair = this.pending.keyPair;
		const forUpdate = this.pending.forUpdate;
		if (rootCertificate || session.isPase || !fabric)
			throw new CommissioningError(
				"status",
				RefusalStatus.CONSTRAINT_ERROR,
				"UpdateNOC does not fit what came before",
			);
		if (keyPair && !forUpdate)
			throw new CommissioningError("status", RefusalStatus.CONSTRAINT_ERROR, "the CSR was for AddNOC");
		const { fabricId, credentials } = this.pending.verify(
			noc,
			icac,
			fabric.rootCertificate,
			this.context.fabrics.time.seconds,
		);
		if (fabricId !== fabric.fabricId)
			throw nocError(NodeOperationalCertStatus.INVALID_NOC, "the NOC is for another fabric");

		this.pending.release();
		this.nocDone = true;
		this.context.resumption.removeFabric(fabric.index);
		this.context.sessions.closeFabric(fabric.index, session);
		session.closeAfterExchange();
		this.context.fabrics.replaceCredentials(fabric, credentials);
		return fabric;
	}

	/**
	 * RemoveFabric (11.18.6.12): the fabric goes with its sessions and records; the invoking session after its answer.
	 * @throws CommissioningError "noc" INVALID_FABRIC_INDEX
	 */
	removeFabric(context: CommissioningContext, index: number): void {
		if (!this.context.fabrics.find(index))
			throw nocError(NodeOperationalCertStatus.INVALID_FABRIC_INDEX, `no fabric ${index}`);
		const session = sessionOf(context);
		if (this.isArmed && index === this.index) {
			this.expire(session);
			if (!this.context.fabrics.find(index)) return; // it was pending
		}
		this.context.sessions.closeFabric(index, session);
		if (indexOf(session) === index) session.closeAfterExchange();
		this.context.resumption.removeFabric(index);
		this.context.fabrics.remove(index);
	}

	/**
	 * UpdateFabricLabel (11.18.6.11) for the accessing fabric.
	 * @throws CommissioningError "noc" LABEL_CONFLICT, "status" CONSTRAINT_ERROR
	 */
	updateFabricLabel(context: CommissioningContext, label: string): Fabric {
		const fabric = sessionOf(context).fabric;
		if (!fabric) throw nocError(NodeOperationalCertStatus.INVALID_FABRIC_INDEX, "the session has no fabric");
		if (encode(label).length > LABEL_LENGTH)
			throw new CommissioningError("status", RefusalStatus.CONSTRAINT_ERROR, "label longer than 32 bytes");
		if (label !== "") {
			const fabrics = this.context.fabrics.fabrics;
			for (let i = 0; i < fabrics.length; i++) {
				const other = fabrics[i]!;
				if (other !== fabric && other.label === label)
					throw nocError(NodeOperationalCertStatus.LABEL_CONFLICT, `fabric ${other.index} has this label`);
			}
		}
		fabric.label = label;
		this.context.fabrics.save(fabric);
		return fabric;
	}

	/** The session manager's listener: a commissioner that left before it joined anything will not come back. */
	onSessionClosed(session: SecureSession): void {
		if (session !== this.armedOver) return;
		this.armedOver = undefined;
		if (this.isArmed && session.isPase && !this.nocDone) this.expire();
	}

	private begin(session: SecureSession, seconds: number): void {
		this.isArmed = true;
		this.armedOver = session;
		this.index = indexOf(session);
		this.latest = this.context.scheduler.now() + MAX_CUMULATIVE_FAIL_SAFE * 1000;
		this.extend(seconds);
	}

	private extend(seconds: number): void {
		this.deadline ??= new Deadline(this.context.scheduler, this.expire, this);
		this.deadline.start(Math.min(seconds * 1000, this.latest - this.context.scheduler.now()));
	}

	/** Forgets the context; what the fabric took over is no longer here. */
	private end(): void {
		this.deadline?.stop();
		this.deadline = undefined;
		this.isArmed = false;
		this.index = 0;
		this.armedOver = undefined;
		this.credentials?.close();
		this.credentials = undefined;
		this.nocDone = false;
	}

	private closePase(invoking: SecureSession | undefined): void {
		const sessions = this.context.sessions.secure();
		for (let i = 0; i < sessions.length; i++) {
			const session = sessions[i]!;
			if (!session.isPase) continue;
			if (session === invoking) session.closeAfterExchange();
			else session.destroy();
		}
	}

	private require(context: CommissioningContext): void {
		if (!this.isArmed || indexOf(sessionOf(context)) !== this.index)
			throw new CommissioningError(
				"status",
				RefusalStatus.FAILSAFE_REQUIRED,
				"the fail-safe is not armed by this administrator",
			);
	}

	private requireNoNoc(): void {
		if (this.nocDone)
			throw new CommissioningError(
				"status",
				RefusalStatus.CONSTRAINT_ERROR,
				"a NOC came already in this fail-safe",
			);
	}
}

function sessionOf(context: CommissioningContext): SecureSession {
	if (!context.session)
		throw new CommissioningError("status", RefusalStatus.UNSUPPORTED_ACCESS, "not by a group message");
	return context.session;
}

function indexOf(session: SecureSession): number {
	return session.fabric?.index ?? 0;
}

function busy(message: string): CommissioningError {
	return new CommissioningError("commissioning", CommissioningStatus.BUSY_WITH_OTHER_ADMIN, message);
}

function nocError(code: number, message: string): CommissioningError {
	return new CommissioningError("noc", code, message);
}

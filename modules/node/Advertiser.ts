import { nodeIdBytes, toHex } from "../codec/Bytes";
import type { CommissioningWindow } from "../commissioning/CommissioningWindow";
import random from "../crypto/random";
import type { Responder } from "../discovery/Responder";
import type { SessionParameters } from "../session/SessionParameters";
import type { Fabric } from "../fabric/Fabric";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import { Deadline } from "../time/Deadline";
import type { Scheduler } from "../time/Scheduler";

/** Pairing hint bit 0: a power cycle opens the initial window again (Matter Core 5.4.2.5.7). */
const PAIRING_HINT = 1;

const OPERATIONAL = "_matter._tcp";
const COMMISSIONABLE = "_matterc._udp";

export interface AdvertiserContext {
	readonly responder: Responder;
	readonly fabrics: FabricTable;
	readonly window: CommissioningWindow;
	readonly scheduler: Scheduler;
	readonly port: number;
	readonly product: { readonly vendorId: number; readonly productId: number; readonly productName?: string };
	/** of the first application endpoint */
	readonly deviceType: number;
	/** the same that the node tells in its sessions */
	readonly parameters: SessionParameters;
}

/**
 * Keeps DNS-SD in step with the node (Matter Core 4.3): one commissionable service while a window is open, one
 * operational service for each fabric, pending ones included, as the commissioner looks for them. What changed is told in
 * the scheduler's next turn: whoever changes it is in the middle of a message.
 */
export class Advertiser implements FabricListener {
	private context: AdvertiserContext;
	/** while something has to be told */
	declare private deadline: Deadline | undefined;
	/** of the window that is announced: its discriminator, above it its mode; 0: none is */
	private announced = 0;

	constructor(context: AdvertiserContext) {
		this.context = context;
	}

	start(): void {
		this.context.fabrics.addListener(this);
		this.update();
	}

	/** The window opened, closed or was opened anew. */
	windowChanged(): void {
		// one that is closed and opened again in between goes, too
		if (this.context.window.commissioningMode === 0) this.announced = 0;
		this.tell();
	}

	onFabricAdded(): void {
		this.tell();
	}

	/** UpdateNOC may have given the node another id. */
	onFabricUpdated(): void {
		this.tell();
	}

	onFabricRemoved(): void {
		this.tell();
	}

	private tell(): void {
		this.deadline ??= new Deadline(this.context.scheduler, this.update, this);
		this.deadline.start(0);
	}

	private update(): void {
		this.deadline = undefined;
		const responder = this.context.responder;
		const fabrics = this.context.fabrics;
		const window = this.context.window;
		const wanted = fabrics.fabrics.map(instanceOf);
		const present = responder.instances(OPERATIONAL);
		for (let i = 0; i < present.length; i++) {
			const instance = present[i]!;
			if (!wanted.includes(instance)) responder.remove({ instance, type: OPERATIONAL });
		}
		for (let i = 0; i < wanted.length; i++) {
			const instance = wanted[i]!;
			if (!present.includes(instance)) this.addOperational(instance);
		}

		const commissioningMode = window.commissioningMode;
		const discriminator = window.discriminator;
		const now = commissioningMode === 0 ? 0 : (commissioningMode << 12) | discriminator;
		if (now !== 0 && now === this.announced) return;
		this.announced = now;
		const instances = responder.instances(COMMISSIONABLE);
		for (let i = 0; i < instances.length; i++) {
			const instance = instances[i]!;
			responder.remove({ instance, type: COMMISSIONABLE });
		}
		if (now !== 0) this.addCommissionable(commissioningMode, discriminator);
	}

	private addOperational(instance: string): void {
		this.context.responder.add({
			instance,
			type: OPERATIONAL,
			subtypes: [`_I${instance.slice(0, 16)}`],
			port: this.context.port,
			txt: this.sessionTexts(),
		});
	}

	private addCommissionable(mode: number, discriminator: number): void {
		const { responder, port, product, deviceType } = this.context;
		const vendorId = product.vendorId;
		const productId = product.productId;
		const productName = product.productName;
		const txt = [`D=${discriminator}`, `CM=${mode}`, `VP=${vendorId}+${productId}`, `DT=${deviceType}`];
		if (productName) txt.push(`DN=${productName}`);
		txt.push(...this.sessionTexts(), `PH=${PAIRING_HINT}`);
		responder.add({
			// a new name each time: who saw the node before can't tell that it is the same (4.3.1.1)
			instance: hex(random(8)),
			type: COMMISSIONABLE,
			subtypes: [`_L${discriminator}`, `_S${discriminator >> 8}`, `_V${vendorId}`, `_T${deviceType}`, "_CM"],
			port,
			txt,
		});
	}

	private sessionTexts(): string[] {
		const idleInterval = this.context.parameters.idleInterval;
		const activeInterval = this.context.parameters.activeInterval;
		const activeThreshold = this.context.parameters.activeThreshold;
		return [`SII=${idleInterval}`, `SAI=${activeInterval}`, `SAT=${activeThreshold}`, "T=0"];
	}
}

function instanceOf(fabric: Fabric): string {
	return `${hex(fabric.compressedId)}-${hex(nodeIdBytes(fabric.nodeId).reverse())}`;
}

function hex(bytes: Uint8Array): string {
	return toHex(bytes).toUpperCase();
}

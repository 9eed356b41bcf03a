import { nodeIdBytes, toHex } from "../codec/Bytes";
import type { CommissioningWindow } from "../commissioning/CommissioningWindow";
import random from "../crypto/random";
import type { Responder } from "../discovery/Responder";
import type { Service } from "../discovery/Service";
import type { SessionParameters } from "../session/SessionParameters";
import type { Fabric } from "../fabric/Fabric";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";

/** Pairing hint bit 0: a power cycle opens the initial window again (Matter Core 5.4.2.5.7). */
const PAIRING_HINT = 1;

export interface AdvertiserOptions {
	readonly responder: Responder;
	readonly fabrics: FabricTable;
	readonly window: CommissioningWindow;
	readonly port: number;
	readonly vendorId: number;
	readonly productId: number;
	/** of the first application endpoint */
	readonly deviceType: number;
	readonly deviceName: string;
	/** the same that the node tells in its sessions */
	readonly parameters: SessionParameters;
}

/**
 * Keeps DNS-SD in step with the node (Matter Core 4.3): one commissionable service while a window is open, one
 * operational service for each fabric, pending ones included, as the commissioner looks for them.
 */
export class Advertiser implements FabricListener {
	#options: AdvertiserOptions;
	#sessionTexts: readonly string[];
	#commissionable: Service | undefined;
	#operational: { index: number; service: Service }[] = [];

	constructor(options: AdvertiserOptions) {
		this.#options = options;
		const { idleInterval, activeInterval, activeThreshold } = options.parameters;
		this.#sessionTexts = [`SII=${idleInterval}`, `SAI=${activeInterval}`, `SAT=${activeThreshold}`, "T=0"];
	}

	start(): void {
		for (const fabric of this.#options.fabrics.fabrics) this.onFabricAdded(fabric);
		this.#options.fabrics.addListener(this);
		this.windowChanged();
	}

	/** The window opened, closed or was opened anew. */
	windowChanged(): void {
		const { responder, window, port, vendorId, productId, deviceType, deviceName } = this.#options;
		const { commissioningMode, discriminator } = window;
		if (commissioningMode === 0) {
			if (this.#commissionable) responder.remove(this.#commissionable);
			this.#commissionable = undefined;
			return;
		}
		if (this.#commissionable) return;
		const texts = [
			`D=${discriminator}`,
			`CM=${commissioningMode}`,
			`VP=${vendorId}+${productId}`,
			`DT=${deviceType}`,
		];
		if (deviceName) texts.push(`DN=${deviceName}`);
		texts.push(...this.#sessionTexts, `PH=${PAIRING_HINT}`);
		this.#commissionable = {
			// a new name each time: who saw the node before can't tell that it is the same (4.3.1.1)
			instance: hex(random(8)),
			type: "_matterc._udp",
			subtypes: [`_L${discriminator}`, `_S${discriminator >> 8}`, `_V${vendorId}`, `_T${deviceType}`, "_CM"],
			port,
			txt: texts,
		};
		responder.add(this.#commissionable);
	}

	onFabricAdded(fabric: Fabric): void {
		const compressed = hex(fabric.compressedId);
		const service: Service = {
			instance: `${compressed}-${hex(nodeIdBytes(fabric.nodeId).reverse())}`,
			type: "_matter._tcp",
			subtypes: [`_I${compressed}`],
			port: this.#options.port,
			txt: this.#sessionTexts,
		};
		this.#operational.push({ index: fabric.index, service });
		this.#options.responder.add(service);
	}

	/** UpdateNOC may have given the node another id. */
	onFabricUpdated(fabric: Fabric): void {
		const suffix = hex(nodeIdBytes(fabric.nodeId).reverse());
		if (this.#operational.some(({ index, service }) => index === fabric.index && service.instance.endsWith(suffix)))
			return;
		this.onFabricRemoved(fabric.index);
		this.onFabricAdded(fabric);
	}

	onFabricRemoved(index: number): void {
		const at = this.#operational.findIndex((entry) => entry.index === index);
		if (at < 0) return;
		const [entry] = this.#operational.splice(at, 1);
		this.#options.responder.remove(entry!.service);
	}
}

function hex(bytes: Uint8Array): string {
	return toHex(bytes).toUpperCase();
}

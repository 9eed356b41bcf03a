import { equalBytes, toHex } from "../codec/Bytes";
import equal from "../crypto/equal";
import type { Log } from "../diagnostics/Log";
import type { Storage } from "../storage/Storage";
import { certificateIn, decodeCredentials, encodeCredentials, type CertificateTag } from "./CredentialsRecord";
import type { Fabric, OperationalCredentials, StoredCertificates } from "./Fabric";
import { decodeFabric, encodeFabric } from "./FabricRecord";
import { LastKnownGoodTime } from "./LastKnownGoodTime";

/**
 * SupportedFabrics: the least a node may offer (Matter Core 2.11.1.1). A fabric takes about 3 KB of heap, and every pool of
 * session/Capacity grows with it.
 */
export const FABRIC_CAPACITY = 5;

const FACILITY = "fabric";
const RECORD = "fabric-";
const CREDENTIALS = "credentials-";
const LAST_INDEX = "fabric.last";
const HIGHEST_INDEX = 254;

export interface FabricListener {
	/** also for a pending one: it must be found on the network for CommissioningComplete to arrive */
	onFabricAdded?(fabric: Fabric): void;
	/** its credentials changed, perhaps its node id with them: handshakes and announcements begin anew */
	onFabricUpdated?(fabric: Fabric): void;
	onFabricRemoved?(index: number): void;
	/** its key sets, their map or its groups changed */
	onGroupsChanged?(fabric: Fabric): void;
}

export interface DestinationMatch {
	fabric: Fabric;
	/** the operational IPK that the initiator used, 16 bytes */
	ipk: Uint8Array;
}

/**
 * The node's fabrics, two records each in storage. What a fail-safe may take back (a pending fabric, updated credentials)
 * is only in memory until commit, so a restart undoes it too.
 */
export class FabricTable implements StoredCertificates {
	/** what certificates of members are verified with */
	readonly time: LastKnownGoodTime;

	private storage: Storage;
	private log: Log;
	private list: Fabric[] = [];
	private listeners: FabricListener[] = [];
	private lastIndex = 0;

	/** @param built epoch-s of the firmware: nothing that expired before is taken for valid */
	constructor(storage: Storage, log: Log, built = 0) {
		this.storage = storage;
		this.log = log;
		this.time = new LastKnownGoodTime(storage, built);
	}

	/** in the order of their indices */
	get fabrics(): readonly Fabric[] {
		return this.list;
	}

	get full(): boolean {
		return this.list.length >= FABRIC_CAPACITY;
	}

	/** Reads every stored fabric; tells no listener. */
	load(): void {
		this.time.load();
		this.lastIndex = this.storage.get(LAST_INDEX)?.[0] ?? 0;
		const names = this.storage.names(RECORD);
		for (let i = 0; i < names.length; i++) {
			const name = names[i]!;
			const bytes = this.storage.get(name);
			if (bytes === undefined) continue;
			try {
				const index = name.slice(RECORD.length);
				const credentials = this.storage.get(CREDENTIALS + index);
				if (!credentials) throw new RangeError("it has no credentials");
				const fabric = decodeFabric(bytes, decodeCredentials(credentials), this);
				credentials.fill(0);
				if (name !== RECORD + fabric.index || this.find(fabric.index))
					throw new RangeError("its index does not match its name");
				this.insert(fabric);
			} catch (error) {
				this.log.exception(FACILITY, `record ${name} is left out`, error);
			}
			bytes.fill(0);
		}
		const fabrics = this.list;
		for (let i = 0; i < fabrics.length; i++) {
			const index = fabrics[i]!.index;
			if (index > this.lastIndex) this.lastIndex = index;
		}
		// what was written first of a fabric that did not come to be, or was left last of one that went
		const credentials = this.storage.names(CREDENTIALS);
		for (let i = 0; i < credentials.length; i++) {
			const name = credentials[i]!;
			if (!this.storage.names(RECORD).includes(RECORD + name.slice(CREDENTIALS.length)))
				this.storage.remove(name);
		}
	}

	/** Of a fabric that is stored. @throws Error when its record is damaged or gone */
	certificate(index: number, tag: CertificateTag): Uint8Array | undefined {
		const bytes = this.storage.get(CREDENTIALS + index);
		if (!bytes) throw new Error(`the credentials of fabric ${index} are lost`);
		const certificate = certificateIn(bytes, tag);
		bytes.fill(0);
		return certificate;
	}

	addListener(listener: FabricListener): void {
		this.listeners.push(listener);
	}

	find(index: number): Fabric | undefined {
		const fabrics = this.list;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			if (fabric.index === index) return fabric;
		}
		return undefined;
	}

	/** A fabric is told by its root's public key and its id (Matter Core 2.3.1). */
	findByRoot(rootPublicKey: Uint8Array, fabricId: bigint): Fabric | undefined {
		const fabrics = this.list;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			if (fabric.fabricId === fabricId && equalBytes(fabric.rootPublicKey, rootPublicKey)) return fabric;
		}
		return undefined;
	}

	/**
	 * Whom an initiator wants to talk to: tries every IPK of every fabric (Matter Core 4.14.2.4.1).
	 * @param destinationId 32 bytes
	 * @param initiatorRandom 32 bytes
	 */
	findByDestination(destinationId: Uint8Array, initiatorRandom: Uint8Array): DestinationMatch | undefined {
		const fabrics = this.list;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const ipks = fabric.operationalIpks();
			for (let j = 0; j < ipks.length; j++) {
				const ipk = ipks[j]!;
				if (equal(fabric.destinationId(initiatorRandom, ipk), destinationId)) return { fabric, ipk };
			}
		}
		return undefined;
	}

	/**
	 * The index for a new fabric: 1..254, the next free one after the last given out, so that a removed fabric's index
	 * does not come back at once to a peer that still remembers it.
	 */
	allocateIndex(): number {
		let index = this.lastIndex;
		do {
			index = index >= HIGHEST_INDEX ? 1 : index + 1;
		} while (this.find(index));
		return (this.lastIndex = index);
	}

	/** Takes a fabric in. One that is `pending` is stored at commit. */
	add(fabric: Fabric): void {
		if (this.full) throw new RangeError("the fabric table is full");
		if (this.find(fabric.index)) throw new RangeError(`fabric index ${fabric.index} is taken`);
		if (!fabric.pending) this.storeNew(fabric);
		this.insert(fabric);
		this.log.info(
			FACILITY,
			`fabric ${fabric.index} (${toHex(fabric.compressedId)}) added${fabric.pending ? ", not yet for good" : ""}`,
		);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onFabricAdded?.(fabric);
	}

	/** UpdateNOC: other credentials, not stored before commit. */
	replaceCredentials(fabric: Fabric, credentials: OperationalCredentials): void {
		fabric.replaceCredentials(credentials);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onFabricUpdated?.(fabric);
	}

	/** What was pending holds for good. @throws Error when storage refuses; then everything is as before */
	commit(fabric: Fabric): void {
		if (!fabric.pending && !fabric.updating) return;
		if (fabric.pending) this.storeNew(fabric);
		else this.storeCredentials(fabric);
		fabric.pending = false;
	}

	/** Takes back what was pending: a new fabric goes, updated credentials become the old ones again. */
	rollBack(fabric: Fabric): void {
		if (fabric.pending) this.remove(fabric.index);
		else if (fabric.revertCredentials()) {
			const listeners = this.listeners;
			for (let i = 0; i < listeners.length; i++) listeners[i]!.onFabricUpdated?.(fabric);
		}
	}

	/** Stores what changed in a fabric; one that is pending waits for its commit. */
	save(fabric: Fabric): void {
		if (!fabric.pending) this.store(fabric);
	}

	/** The same for key sets, their map and groups, which group messages hang on. */
	saveGroups(fabric: Fabric): void {
		this.save(fabric);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onGroupsChanged?.(fabric);
	}

	/** Forgets a fabric and everything scoped to it. @returns whether there was one */
	remove(index: number): boolean {
		const fabric = this.find(index);
		if (fabric === undefined) return false;
		if (!fabric.pending) {
			this.storage.remove(RECORD + index);
			this.storage.remove(CREDENTIALS + index);
		}
		this.list.splice(this.list.indexOf(fabric), 1);
		this.log.info(FACILITY, `fabric ${index} removed`);
		const listeners = this.listeners;
		for (let i = 0; i < listeners.length; i++) listeners[i]!.onFabricRemoved?.(index);
		fabric.close();
		return true;
	}

	private insert(fabric: Fabric): void {
		let at = 0;
		while (at < this.list.length && this.list[at]!.index < fabric.index) at++;
		this.list.splice(at, 0, fabric);
	}

	/** The fabric itself last: what a cut leaves before only skips an index. */
	private storeNew(fabric: Fabric): void {
		if (this.storage.get(LAST_INDEX)?.[0] !== this.lastIndex)
			this.storage.set(LAST_INDEX, new Uint8Array([this.lastIndex]));
		this.write(CREDENTIALS + fabric.index, encodeCredentials(fabric));
		this.store(fabric);
		fabric.keepCredentials(this);
	}

	private storeCredentials(fabric: Fabric): void {
		this.write(CREDENTIALS + fabric.index, encodeCredentials(fabric));
		fabric.keepCredentials(this);
	}

	private store(fabric: Fabric): void {
		this.write(RECORD + fabric.index, encodeFabric(fabric));
	}

	private write(name: string, bytes: Uint8Array): void {
		try {
			this.storage.set(name, bytes);
		} finally {
			bytes.fill(0);
		}
	}
}

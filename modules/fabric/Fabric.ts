import { nodeIdBytes } from "../codec/Bytes";
import hkdf from "../crypto/hkdf";
import hmac from "../crypto/hmac";
import type KeyPair from "../crypto/p256";
import type { AccessControlEntry } from "./AccessControlEntry";
import { AccessControlList } from "./AccessControlList";
import { ICAC, NOC, ROOT_CERTIFICATE, type CertificateTag } from "./CredentialsRecord";
import { IPK_KEY_SET, type GroupKeyMapping, type GroupKeySet, type GroupMembership } from "./GroupKeySet";

/** What makes this node a member: replaced as one by UpdateNOC. Certificates in Matter TLV, up to 400 bytes each. */
export interface OperationalCredentials {
	readonly nodeId: bigint;
	/** the operational key pair, which the NOC certifies; owned by whoever holds the credentials */
	readonly keyPair: KeyPair;
	/** undefined: NOC and ICAC are stored */
	readonly noc?: Uint8Array | undefined;
	readonly icac?: Uint8Array | undefined;
}

/** Where the certificates of fabrics are that are not pending: they would take 700 bytes of memory for each. */
export interface StoredCertificates {
	/** @throws Error when storage lost it */
	certificate(fabricIndex: number, tag: CertificateTag): Uint8Array | undefined;
}

export interface FabricOptions {
	index: number;
	fabricId: bigint;
	/** 65 bytes */
	rootPublicKey: Uint8Array;
	/** undefined: stored */
	rootCertificate?: Uint8Array;
	vendorId: number;
	credentials: OperationalCredentials;
	/** where it is stored already */
	certificates?: StoredCertificates;
	groupKeySets: GroupKeySet[];
	label?: string;
	acl?: AccessControlEntry[];
	groupKeyMap?: GroupKeyMapping[];
	groups?: GroupMembership[];
}

const EMPTY = Object.freeze([]) as readonly Uint8Array[];

/**
 * One administrative domain this node belongs to, with everything scoped to it. Whoever changes `label`, `acl`, a key set
 * or a group calls FabricTable.save.
 */
export class Fabric {
	/** 1..254, local to this node */
	readonly index: number;
	readonly fabricId: bigint;
	/** 65 bytes, uncompressed */
	readonly rootPublicKey: Uint8Array;
	/** 8 bytes, as operational discovery prints it (Matter Core 4.3.2.2) */
	readonly compressedId: Uint8Array;
	/** of the administrator's manufacturer; SetVIDVerificationStatement may change it */
	vendorId: number;
	/** at most 32 bytes of UTF-8 */
	label: string;
	accessControl: AccessControlList;
	/** key set 0 (IPK) is always there */
	groupKeySets: GroupKeySet[];
	groupKeyMap: GroupKeyMapping[];
	groups: GroupMembership[];
	/** 85 bytes (Matter Core 6.4.10) */
	vidVerificationStatement: Uint8Array | undefined;
	/** Vendor Verification Signer Certificate, Matter TLV */
	vvsc: Uint8Array | undefined;
	/** it came with AddNOC and its fail-safe still runs: nothing of it is stored yet */
	pending = false;

	/** until it is stored */
	#rootCertificate: Uint8Array | undefined;
	#certificates: StoredCertificates | undefined;
	#credentials: OperationalCredentials;
	/** what a fail-safe goes back to after UpdateNOC */
	#previous: OperationalCredentials | undefined;
	#nodeIdBytes: Uint8Array;

	constructor(options: FabricOptions) {
		this.index = options.index;
		this.fabricId = options.fabricId;
		this.rootPublicKey = options.rootPublicKey;
		this.#rootCertificate = options.rootCertificate;
		this.#certificates = options.certificates;
		this.compressedId = compressedFabricId(options.rootPublicKey, options.fabricId);
		this.vendorId = options.vendorId;
		this.label = options.label ?? "";
		this.accessControl = new AccessControlList(options.acl);
		this.groupKeySets = options.groupKeySets;
		this.groupKeyMap = options.groupKeyMap ?? [];
		this.groups = options.groups ?? [];
		this.#credentials = options.credentials;
		this.#nodeIdBytes = nodeIdBytes(options.credentials.nodeId);
	}

	/** The access control list as objects, made for the caller. */
	get acl(): AccessControlEntry[] {
		return this.accessControl.entries();
	}

	/** @throws RangeError for more subjects or targets than an entry has room for */
	set acl(entries: readonly AccessControlEntry[]) {
		this.accessControl = new AccessControlList(entries);
	}

	/** this node's id in the fabric */
	get nodeId(): bigint {
		return this.#credentials.nodeId;
	}

	/** the same, 8 bytes little-endian; a new array after UpdateNOC, so a session may keep the one it began with */
	get nodeIdBytes(): Uint8Array {
		return this.#nodeIdBytes;
	}

	/** Matter TLV; read from storage each time */
	get rootCertificate(): Uint8Array {
		return this.#rootCertificate ?? this.#certificates!.certificate(this.index, ROOT_CERTIFICATE)!;
	}

	get noc(): Uint8Array {
		return this.#credentials.noc ?? this.#certificates!.certificate(this.index, NOC)!;
	}

	get icac(): Uint8Array | undefined {
		const noc = this.#credentials.noc;
		const icac = this.#credentials.icac;
		return noc ? icac : this.#certificates!.certificate(this.index, ICAC);
	}

	get keyPair(): KeyPair {
		return this.#credentials.keyPair;
	}

	get credentials(): OperationalCredentials {
		return this.#credentials;
	}

	/** UpdateNOC happened and its fail-safe still runs. */
	get updating(): boolean {
		return this.#previous !== undefined;
	}

	/** The newest epoch key of the IPK's set, 16 bytes. */
	get ipkEpochKey(): Uint8Array {
		const keys = this.ipkSet();
		return keys[keys.length - 1]!;
	}

	/**
	 * The operational IPK that this node uses when it begins a handshake, 16 bytes: of the second newest epoch key where
	 * there are several, so that peers that have not heard of the newest yet understand it (Matter Core 4.14.2.6.1).
	 */
	get ipk(): Uint8Array {
		const keys = this.ipkSet();
		return this.operationalKey(keys[Math.max(0, keys.length - 2)]!);
	}

	/** Operational key of an epoch key (Matter Core 4.17.2.1). @returns 16 bytes */
	operationalKey(epochKey: Uint8Array): Uint8Array {
		return hkdf(epochKey, this.compressedId, "GroupKey v1.0", 16);
	}

	/** Whether an endpoint belongs to a group. */
	isMember(groupId: number, endpoint: number): boolean {
		const groups = this.groups;
		for (let i = 0; i < groups.length; i++)
			if (groups[i]!.groupId === groupId) return groups[i]!.endpoints.includes(endpoint);
		return false;
	}

	/** The key set that messages to a group are encrypted with; -1 without one. */
	groupKeySetOf(groupId: number): number {
		const map = this.groupKeyMap;
		for (let i = 0; i < map.length; i++) if (map[i]!.groupId === groupId) return map[i]!.groupKeySetId;
		return -1;
	}

	/** Every operational IPK a peer may use, newest epoch key first. */
	operationalIpks(): Uint8Array[] {
		const keys = this.ipkSet();
		const ipks: Uint8Array[] = [];
		for (let i = keys.length; i > 0;) ipks.push(this.operationalKey(keys[--i]!));
		return ipks;
	}

	/**
	 * How an initiator names the fabric and this node without telling others (Matter Core 4.14.2.4.1).
	 * @param initiatorRandom 32 bytes
	 * @returns 32 bytes
	 */
	destinationId(
		initiatorRandom: Uint8Array,
		ipk: Uint8Array = this.ipk,
		nodeId: Uint8Array = this.#nodeIdBytes,
	): Uint8Array {
		const message = new Uint8Array(initiatorRandom.length + 65 + 16);
		message.set(initiatorRandom, 0);
		message.set(this.rootPublicKey, initiatorRandom.length);
		message.set(nodeIdBytes(this.fabricId), message.length - 16);
		message.set(nodeId, message.length - 8);
		return hmac(ipk, message);
	}

	/** Takes new credentials, keeping the old ones until keepCredentials or revertCredentials. */
	replaceCredentials(credentials: OperationalCredentials): void {
		if (this.#previous === undefined) this.#previous = this.#credentials;
		else this.#credentials.keyPair.close();
		this.use(credentials);
	}

	/** They are stored, certificates are asked for there from now on. */
	keepCredentials(certificates: StoredCertificates): void {
		this.#previous?.keyPair.close();
		this.#previous = undefined;
		const nodeId = this.#credentials.nodeId;
		const keyPair = this.#credentials.keyPair;
		this.#credentials = { nodeId, keyPair };
		this.#rootCertificate = undefined;
		this.#certificates = certificates;
	}

	/** @returns whether there was something to go back to */
	revertCredentials(): boolean {
		const previous = this.#previous;
		if (previous === undefined) return false;
		this.#credentials.keyPair.close();
		this.#previous = undefined;
		this.use(previous);
		return true;
	}

	/** Wipes the private keys. */
	close(): void {
		this.#credentials.keyPair.close();
		this.#previous?.keyPair.close();
		this.#previous = undefined;
	}

	private use(credentials: OperationalCredentials): void {
		this.#credentials = credentials;
		this.#nodeIdBytes = nodeIdBytes(credentials.nodeId);
	}

	/** Oldest first. */
	private ipkSet(): readonly Uint8Array[] {
		const groupKeySets = this.groupKeySets;
		for (let i = 0; i < groupKeySets.length; i++) {
			const set = groupKeySets[i]!;
			if (set.groupKeySetId === IPK_KEY_SET) return set.epochKeys.map((epoch) => epoch.key);
		}
		return EMPTY;
	}
}

/**
 * The fabric's short name on the network (Matter Core 4.3.2.2).
 * @param rootPublicKey 65 bytes
 * @returns 8 bytes
 */
export function compressedFabricId(rootPublicKey: Uint8Array, fabricId: bigint): Uint8Array {
	return hkdf(rootPublicKey.subarray(1), nodeIdBytes(fabricId).reverse(), "CompressedFabric", 8);
}

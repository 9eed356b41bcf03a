import { toHex } from "../codec/Bytes";
import { encode } from "../codec/Utf8";
import random from "../crypto/random";
import { ClusterServer } from "../datamodel/ClusterServer";
import { STRING } from "../datamodel/Types";
import { ConfigurationError } from "../diagnostics/ConfigurationError";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import {
	CASE_SESSIONS_PER_FABRIC,
	PATHS_PER_INVOKE,
	READ_PATHS,
	SUBSCRIPTIONS_PER_FABRIC,
	SUBSCRIPTION_PATHS,
} from "../session/Capacity";
import { DATA_MODEL_REVISION, SPECIFICATION_VERSION } from "../session/SessionParameters";
import { BasicInformation } from "./generated/BasicInformation";
import type { CapabilityMinimaStruct } from "./generated/BasicInformation";

/** What the manufacturer says about the product; lengths in bytes of UTF-8, as Matter Core 11.1.5 limits them. */
export interface ProductDescription {
	readonly vendorId: number;
	readonly productId: number;
	/** up to 32 */
	readonly vendorName?: string;
	/** up to 32 */
	readonly productName?: string;
	readonly hardwareVersion?: number;
	/** 1 to 64 */
	readonly hardwareVersionString?: string;
	/** must match the certification declaration's software, grows with every release */
	readonly softwareVersion?: number;
	/** 1 to 64 */
	readonly softwareVersionString?: string;
	/** up to 32 */
	readonly serialNumber?: string;
}

/** What every administrator can count on, however busy the others are (Matter Core 11.1.4.4). */
const CAPABILITY_MINIMA: CapabilityMinimaStruct = Object.freeze({
	caseSessionsPerFabric: CASE_SESSIONS_PER_FABRIC,
	subscriptionsPerFabric: SUBSCRIPTIONS_PER_FABRIC,
	simultaneousInvocationsSupported: 1,
	simultaneousWritesSupported: 1,
	readPathsSupported: READ_PATHS,
	subscribePathsSupported: SUBSCRIPTION_PATHS,
});

/** The record of UniqueID. */
const UNIQUE_ID = "unique-id";

/** What the node is (Matter Core 11.1). NodeLabel and Location are the administrator's and kept. */
export class BasicInformationServer extends ClusterServer implements MembersOf<typeof BasicInformationServer> {
	static override readonly implementation = implement(BasicInformation, {
		optional: ["serialNumber", "shutDown", "leave"],
	});

	nodeLabel = "";
	location = "XX";
	uniqueId = "";
	private product: ProductDescription;

	/** @throws ConfigurationError when a text is longer or shorter than its attribute allows */
	constructor(product: ProductDescription) {
		super();
		this.product = product;
		const attributes = this.implementation.attributes;
		for (let i = 0; i < attributes.length; i++) {
			const { name, type } = attributes[i]!;
			const text = (this as unknown as Readonly<Record<string, unknown>>)[name];
			if (type.kind !== STRING) continue;
			const { length } = encode(text as string);
			if (length < type.min || length > type.max)
				throw new ConfigurationError(`${name} must have ${type.min} to ${type.max} bytes, not ${length}`);
		}
	}

	get dataModelRevision(): number {
		return DATA_MODEL_REVISION;
	}

	get vendorId(): number {
		return this.product.vendorId;
	}

	get productId(): number {
		return this.product.productId;
	}

	get vendorName(): string {
		return this.product.vendorName ?? `vendor 0x${this.vendorId.toString(16)}`;
	}

	get productName(): string {
		return this.product.productName ?? `product 0x${this.productId.toString(16)}`;
	}

	get hardwareVersion(): number {
		return this.product.hardwareVersion ?? 0;
	}

	get hardwareVersionString(): string {
		return this.product.hardwareVersionString ?? String(this.hardwareVersion);
	}

	get softwareVersion(): number {
		return this.product.softwareVersion ?? 0;
	}

	get softwareVersionString(): string {
		return this.product.softwareVersionString ?? String(this.softwareVersion);
	}

	get serialNumber(): string {
		return this.product.serialNumber ?? "";
	}

	get capabilityMinima(): CapabilityMinimaStruct {
		return CAPABILITY_MINIMA;
	}

	get specificationVersion(): number {
		return SPECIFICATION_VERSION;
	}

	get maxPathsPerInvoke(): number {
		return PATHS_PER_INVOKE;
	}

	get configurationVersion(): number {
		return 1;
	}

	/** UniqueID is drawn once and lives until a factory reset (11.1.5.19). */
	override onStart(): void {
		const storage = this.endpoint.node.storage;
		let id = storage.get(UNIQUE_ID);
		if (id === undefined) {
			id = random(16);
			storage.set(UNIQUE_ID, id);
		}
		this.uniqueId = toHex(id);
		this.emit(BasicInformation.events.startUp, { softwareVersion: this.softwareVersion });
	}

	/** @param country ISO 3166-1 alpha-2, as SetRegulatoryConfig brings it (11.10.7.4) */
	setLocation(country: string): void {
		this.set("location", country);
	}

	/** An orderly end begins (11.1.6.2). */
	shutDown(): void {
		this.emit(BasicInformation.events.shutDown, {});
	}

	/** The node is about to leave a fabric (11.1.6.3). */
	leave(fabricIndex: number): void {
		this.emit(BasicInformation.events.leave, { fabricIndex });
	}
}

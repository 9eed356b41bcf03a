// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	CRITICAL,
	FIXED,
	INFO,
	MANAGE,
	NEVER,
	NON_VOLATILE,
	VIEW,
	attribute,
	cluster,
	event,
} from "../../datamodel/ClusterDefinition";
import { BOOLEAN, NO_FIELDS, UINT16, UINT32, field, nullable, string, struct, uint } from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export interface CapabilityMinimaStruct {
	caseSessionsPerFabric: number;
	subscriptionsPerFabric: number;
	simultaneousInvocationsSupported?: number | undefined;
	simultaneousWritesSupported?: number | undefined;
	readPathsSupported?: number | undefined;
	subscribePathsSupported?: number | undefined;
}

export interface ProductAppearanceStruct {
	finish: ProductFinishEnum;
	primaryColor: ColorEnum | null;
}

export const ProductFinishEnum = Object.freeze({
	Other: 0,
	Matte: 1,
	Satin: 2,
	Polished: 3,
	Rugged: 4,
	Fabric: 5,
} as const);
export type ProductFinishEnum = (typeof ProductFinishEnum)[keyof typeof ProductFinishEnum];

export const ColorEnum = Object.freeze({
	Black: 0,
	Navy: 1,
	Green: 2,
	Teal: 3,
	Maroon: 4,
	Purple: 5,
	Olive: 6,
	Gray: 7,
	Blue: 8,
	Lime: 9,
	Aqua: 10,
	Red: 11,
	Fuchsia: 12,
	Yellow: 13,
	White: 14,
	Nickel: 15,
	Chrome: 16,
	Brass: 17,
	Copper: 18,
	Silver: 19,
	Gold: 20,
} as const);
export type ColorEnum = (typeof ColorEnum)[keyof typeof ColorEnum];

export interface StartUpEvent {
	softwareVersion: number;
}

export interface LeaveEvent {
	fabricIndex: number;
}

export interface ReachableChangedEvent {
	reachableNewValue: boolean;
}

/** Attributes and commands as a server has them. */
export interface BasicInformationElements {
	readonly dataModelRevision: number;
	readonly vendorName: string;
	readonly vendorId: number;
	readonly productName: string;
	readonly productId: number;
	nodeLabel: string;
	location: string;
	readonly hardwareVersion: number;
	readonly hardwareVersionString: string;
	readonly softwareVersion: number;
	readonly softwareVersionString: string;
	readonly manufacturingDate: string;
	readonly partNumber: string;
	readonly productUrl: string;
	readonly productLabel: string;
	readonly serialNumber: string;
	localConfigDisabled: boolean;
	readonly reachable: boolean;
	readonly uniqueId: string;
	readonly capabilityMinima: CapabilityMinimaStruct;
	readonly productAppearance: ProductAppearanceStruct;
	readonly specificationVersion: number;
	readonly maxPathsPerInvoke: number;
	readonly configurationVersion: number;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type BasicInformationMembers<O> = Pick<
	BasicInformationElements,
	| "dataModelRevision"
	| "vendorName"
	| "vendorId"
	| "productName"
	| "productId"
	| "nodeLabel"
	| "location"
	| "hardwareVersion"
	| "hardwareVersionString"
	| "softwareVersion"
	| "softwareVersionString"
	| "uniqueId"
	| "capabilityMinima"
	| "specificationVersion"
	| "maxPathsPerInvoke"
	| "configurationVersion"
	| (O & keyof BasicInformationElements)
>;
export interface BasicInformationShape {
	readonly features: string;
	readonly optional: string;
	readonly members: BasicInformationMembers<this["optional"]>;
}

const STRING_0_32 = string(0, 32);
const STRING_1_64 = string(1, 64);
const UINT_3_10000 = uint(3, 10000);
const UINT_1_10000 = uint(1, 10000);
const CAPABILITY_MINIMA_STRUCT = struct([
	field(0, "caseSessionsPerFabric", UINT_3_10000),
	field(1, "subscriptionsPerFabric", UINT_3_10000),
	field(2, "simultaneousInvocationsSupported", UINT_1_10000, true),
	field(3, "simultaneousWritesSupported", UINT_1_10000, true),
	field(4, "readPathsSupported", uint(9, 10000), true),
	field(5, "subscribePathsSupported", UINT_3_10000, true),
]);
const PRODUCT_APPEARANCE_STRUCT = struct([
	field(0, "finish", uint(0, 5)),
	field(1, "primaryColor", nullable(uint(0, 20))),
]);
/** BasicInformation (Matter Core 11.1) */
export const BasicInformation = cluster<BasicInformationShape>()({
	id: 0x28,
	name: "BasicInformation",
	revision: 6,
	features: {},
	attributes: {
		dataModelRevision: attribute(0x00, "dataModelRevision", UINT16, VIEW, 0, FIXED),
		vendorName: attribute(0x01, "vendorName", STRING_0_32, VIEW, 0, FIXED),
		vendorId: attribute(0x02, "vendorId", UINT16, VIEW, 0, FIXED),
		productName: attribute(0x03, "productName", STRING_0_32, VIEW, 0, FIXED),
		productId: attribute(0x04, "productId", UINT16, VIEW, 0, FIXED),
		nodeLabel: attribute(0x05, "nodeLabel", STRING_0_32, VIEW, MANAGE, NON_VOLATILE),
		location: attribute(0x06, "location", string(2, 2), VIEW, ADMINISTER, NON_VOLATILE),
		hardwareVersion: attribute(0x07, "hardwareVersion", UINT16, VIEW, 0, FIXED),
		hardwareVersionString: attribute(0x08, "hardwareVersionString", STRING_1_64, VIEW, 0, FIXED),
		softwareVersion: attribute(0x09, "softwareVersion", UINT32, VIEW, 0, FIXED),
		softwareVersionString: attribute(0x0a, "softwareVersionString", STRING_1_64, VIEW, 0, FIXED),
		manufacturingDate: attribute(0x0b, "manufacturingDate", string(8, 16), VIEW, 0, FIXED, NEVER),
		partNumber: attribute(0x0c, "partNumber", STRING_0_32, VIEW, 0, FIXED, NEVER),
		productUrl: attribute(0x0d, "productUrl", string(0, 256), VIEW, 0, FIXED, NEVER),
		productLabel: attribute(0x0e, "productLabel", string(0, 64), VIEW, 0, FIXED, NEVER),
		serialNumber: attribute(0x0f, "serialNumber", STRING_0_32, VIEW, 0, FIXED, NEVER),
		localConfigDisabled: attribute(0x10, "localConfigDisabled", BOOLEAN, VIEW, MANAGE, NON_VOLATILE, NEVER),
		reachable: attribute(0x11, "reachable", BOOLEAN, VIEW, 0, 0, NEVER),
		uniqueId: attribute(0x12, "uniqueId", STRING_0_32, VIEW, 0, FIXED),
		capabilityMinima: attribute(0x13, "capabilityMinima", CAPABILITY_MINIMA_STRUCT, VIEW, 0, FIXED),
		productAppearance: attribute(0x14, "productAppearance", PRODUCT_APPEARANCE_STRUCT, VIEW, 0, FIXED, NEVER),
		specificationVersion: attribute(0x15, "specificationVersion", UINT32, VIEW, 0, FIXED),
		maxPathsPerInvoke: attribute(0x16, "maxPathsPerInvoke", uint(1, 65535), VIEW, 0, FIXED),
		configurationVersion: attribute(0x18, "configurationVersion", uint(1, 4294967295), VIEW, 0, NON_VOLATILE),
	},
	commands: {},
	events: {
		startUp: event<StartUpEvent>(0x00, struct([field(0, "softwareVersion", UINT32)]), CRITICAL, VIEW),
		shutDown: event<NoFields>(0x01, NO_FIELDS, CRITICAL, VIEW, 0, NEVER),
		leave: event<LeaveEvent>(0x02, struct([field(0, "fabricIndex", uint(1, 254))]), INFO, VIEW, 0, NEVER),
		reachableChanged: event<ReachableChangedEvent>(
			0x03,
			struct([field(0, "reachableNewValue", BOOLEAN)]),
			INFO,
			VIEW,
			0,
			NEVER,
		),
	},
} as const);

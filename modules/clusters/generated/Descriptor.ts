// Written by `npm run codegen` from the standard data model. Not to be edited.
import { FIXED, NEVER, VIEW, attribute, cluster } from "../../datamodel/ClusterDefinition";
import { UINT16, UINT32, field, list, string, struct, uint } from "../../datamodel/Types";
import { SEMTAG } from "./Globals";
import type { Semtag } from "./Globals";

export interface DeviceTypeStruct {
	deviceType: number;
	revision: number;
}

/** Attributes and commands as a server has them. */
export interface DescriptorElements {
	readonly deviceTypeList: readonly DeviceTypeStruct[];
	readonly serverList: readonly number[];
	readonly clientList: readonly number[];
	readonly partsList: readonly number[];
	readonly tagList: readonly Semtag[];
	readonly endpointUniqueId: string;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type DescriptorMembers<F, O> = Pick<
	DescriptorElements,
	"deviceTypeList" | "serverList" | "clientList" | "partsList" | (O & keyof DescriptorElements)
> &
	("tagList" extends F ? Pick<DescriptorElements, "tagList"> : unknown);
export interface DescriptorShape {
	readonly features: string;
	readonly optional: string;
	readonly members: DescriptorMembers<this["features"], this["optional"]>;
}

const DEVICE_TYPE_STRUCT = struct([field(0, "deviceType", UINT32), field(1, "revision", uint(1, 65535))]);
const LIST_UINT32 = list(UINT32);
/** Descriptor (Matter Core 9.5) */
export const Descriptor = cluster<DescriptorShape>()({
	id: 0x1d,
	name: "Descriptor",
	revision: 3,
	features: {
		tagList: 0x1,
	},
	attributes: {
		deviceTypeList: attribute(0x00, "deviceTypeList", list(DEVICE_TYPE_STRUCT, 1), VIEW, 0, FIXED),
		serverList: attribute(0x01, "serverList", LIST_UINT32, VIEW, 0, FIXED),
		clientList: attribute(0x02, "clientList", LIST_UINT32, VIEW, 0, FIXED),
		partsList: attribute(0x03, "partsList", list(UINT16), VIEW),
		tagList: attribute(0x04, "tagList", list(SEMTAG, 1, 6), VIEW, 0, FIXED, [1, 0]),
		endpointUniqueId: attribute(0x05, "endpointUniqueId", string(0, 32), VIEW, 0, FIXED, NEVER),
	},
	commands: {},
	events: {},
} as const);

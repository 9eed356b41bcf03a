// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
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

export type DescriptorDefinition = DefinitionOf<
	"tagList",
	"deviceTypeList" | "serverList" | "clientList" | "partsList" | "tagList" | "endpointUniqueId",
	never,
	Record<never, never>,
	DescriptorShape
>;

/** Descriptor (Matter Core 9.5) */
export const Descriptor = defined<DescriptorDefinition>(`1d Descriptor 3 tagList=1
#
0 deviceType u32
1 revision u1:65535
#
0 mfgCode u0:65534?
1 namespaceId u8
2 tag u8
3 label? s0:64?
@0 deviceTypeList [#0]1: V- 2
@1 serverList [u32] V- 2
@2 clientList [u32] V- 2
@3 partsList [u16] V-
@4 tagList [#1]1:6 V- 2 1/0
@5 endpointUniqueId s0:32 V- 2 -`);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf, EventDefinition } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
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

/** 0 Other, 1 Matte, 2 Satin, 3 Polished, 4 Rugged, 5 Fabric */
export type ProductFinishEnum = 0 | 1 | 2 | 3 | 4 | 5;

/** 0 Black, 1 Navy, 2 Green, 3 Teal, 4 Maroon, 5 Purple, 6 Olive, 7 Gray, 8 Blue, 9 Lime, 10 Aqua, 11 Red, 12 Fuchsia, 13 Yellow, 14 White, 15 Nickel, 16 Chrome, 17 Brass, 18 Copper, 19 Silver, 20 Gold */
export type ColorEnum = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20;

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

export type BasicInformationDefinition = DefinitionOf<
	never,
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
	| "manufacturingDate"
	| "partNumber"
	| "productUrl"
	| "productLabel"
	| "serialNumber"
	| "localConfigDisabled"
	| "reachable"
	| "uniqueId"
	| "capabilityMinima"
	| "productAppearance"
	| "specificationVersion"
	| "maxPathsPerInvoke"
	| "configurationVersion",
	never,
	{
		startUp: EventDefinition<StartUpEvent>;
		shutDown: EventDefinition<NoFields>;
		leave: EventDefinition<LeaveEvent>;
		reachableChanged: EventDefinition<ReachableChangedEvent>;
	},
	BasicInformationShape
>;

/** BasicInformation (Matter Core 11.1) */
export const BasicInformation = defined<BasicInformationDefinition>(`28 BasicInformation 6
#
0 caseSessionsPerFabric u3:10000
1 subscriptionsPerFabric u3:10000
2 simultaneousInvocationsSupported? u1:10000
3 simultaneousWritesSupported? u1:10000
4 readPathsSupported? u9:10000
5 subscribePathsSupported? u3:10000
#
0 finish u0:5
1 primaryColor u0:20?
@0 dataModelRevision u16 V- 2
@1 vendorName s0:32 V- 2
@2 vendorId u16 V- 2
@3 productName s0:32 V- 2
@4 productId u16 V- 2
@5 nodeLabel s0:32 VM 1
@6 location s2:2 VA 1
@7 hardwareVersion u16 V- 2
@8 hardwareVersionString s1:64 V- 2
@9 softwareVersion u32 V- 2
@a softwareVersionString s1:64 V- 2
@b manufacturingDate s8:16 V- 2 -
@c partNumber s0:32 V- 2 -
@d productUrl s0:256 V- 2 -
@e productLabel s0:64 V- 2 -
@f serialNumber s0:32 V- 2 -
@10 localConfigDisabled b VM 1 -
@11 reachable b V- 0 -
@12 uniqueId s0:32 V- 2
@13 capabilityMinima #0 V- 2
@14 productAppearance #1 V- 2 -
@15 specificationVersion u32 V- 2
@16 maxPathsPerInvoke u1:65535 V- 2
@18 configurationVersion u1:4294967295 V- 1
!0 startUp V 2
0 softwareVersion u32
!1 shutDown V 2 0 -
!2 leave V 1 0 -
0 fabricIndex u1:254
!3 reachableChanged V 1 0 -
0 reachableNewValue b`);

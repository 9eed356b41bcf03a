// Written by `npm run codegen` from the standard data model. Not to be edited.
import { UINT8, choice, field, nullable, string, struct, uint } from "../../datamodel/Types";

export interface Semtag {
	mfgCode: number | null;
	namespaceId: Namespace;
	tag: number;
	label?: string | null | undefined;
}

export const Namespace = Object.freeze({
	CommonClosure: 1,
	CommonCompassDirection: 2,
	CommonCompassLocation: 3,
	CommonDirection: 4,
	CommonLevel: 5,
	CommonLocation: 6,
	CommonNumber: 7,
	CommonPosition: 8,
	ElectricalMeasurement: 10,
	CommodityTariffChronology: 11,
	CommodityTariffCommodity: 13,
	Laundry: 14,
	PowerSource: 15,
	CommonAreaNamespace: 16,
	CommonLandmarkNamespace: 17,
	CommonRelativePosition: 18,
	CommodityTariffFlow: 19,
	Refrigerator: 65,
	RoomAirConditioner: 66,
	Switches: 67,
	Closure: 68,
	ClosurePanel: 69,
	ClosureCovering: 70,
	ClosureWindow: 71,
	ClosureCabinet: 72,
	IdentifiedObject: 73,
	IdentifiedSound: 74,
	IdentifiedHumanActivity: 75,
} as const);
export type Namespace = (typeof Namespace)[keyof typeof Namespace];

export const SEMTAG = struct([
	field(0, "mfgCode", nullable(uint(0, 65534))),
	field(
		1,
		"namespaceId",
		choice([
			1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16, 17, 18, 19, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75,
		]),
	),
	field(2, "tag", UINT8),
	field(3, "label", nullable(string(0, 64)), true),
]);

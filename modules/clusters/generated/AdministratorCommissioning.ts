// Written by `npm run codegen` from the standard data model. Not to be edited.
import { ADMINISTER, TIMED, VIEW, attribute, cluster, command } from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import { NO_FIELDS, UINT16, field, nullable, octets, struct, uint } from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export const CommissioningWindowStatusEnum = Object.freeze({
	WindowNotOpen: 0,
	EnhancedWindowOpen: 1,
	BasicWindowOpen: 2,
} as const);
export type CommissioningWindowStatusEnum =
	(typeof CommissioningWindowStatusEnum)[keyof typeof CommissioningWindowStatusEnum];

export interface OpenCommissioningWindowRequest {
	commissioningTimeout: number;
	pakePasscodeVerifier: Uint8Array;
	discriminator: number;
	iterations: number;
	salt: Uint8Array;
}

export interface OpenBasicCommissioningWindowRequest {
	commissioningTimeout: number;
}

export const StatusCodeEnum = Object.freeze({
	Busy: 2,
	PakeParameterError: 3,
	WindowNotOpen: 4,
} as const);
export type StatusCodeEnum = (typeof StatusCodeEnum)[keyof typeof StatusCodeEnum];

/** Attributes and commands as a server has them. */
export interface AdministratorCommissioningElements {
	readonly windowStatus: CommissioningWindowStatusEnum;
	readonly adminFabricIndex: number | null;
	readonly adminVendorId: number | null;
	openCommissioningWindow(fields: OpenCommissioningWindowRequest, context: InteractionContext): void;
	openBasicCommissioningWindow(fields: OpenBasicCommissioningWindowRequest, context: InteractionContext): void;
	revokeCommissioning(fields: NoFields, context: InteractionContext): void;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type AdministratorCommissioningMembers<F, O> = Pick<
	AdministratorCommissioningElements,
	| "windowStatus"
	| "adminFabricIndex"
	| "adminVendorId"
	| "openCommissioningWindow"
	| "revokeCommissioning"
	| (O & keyof AdministratorCommissioningElements)
> &
	("basic" extends F ? Pick<AdministratorCommissioningElements, "openBasicCommissioningWindow"> : unknown);
export interface AdministratorCommissioningShape {
	readonly features: string;
	readonly optional: string;
	readonly members: AdministratorCommissioningMembers<this["features"], this["optional"]>;
}

const COMMISSIONING_TIMEOUT_0 = field(0, "commissioningTimeout", UINT16);
/** AdministratorCommissioning (Matter Core 11.19) */
export const AdministratorCommissioning = cluster<AdministratorCommissioningShape>()({
	id: 0x3c,
	name: "AdministratorCommissioning",
	revision: 1,
	features: {
		basic: 0x1,
	},
	attributes: {
		windowStatus: attribute(0x00, "windowStatus", uint(0, 2), VIEW),
		adminFabricIndex: attribute(0x01, "adminFabricIndex", nullable(uint(0, 254)), VIEW),
		adminVendorId: attribute(0x02, "adminVendorId", nullable(uint(0, 65534)), VIEW),
	},
	commands: {
		openCommissioningWindow: command(
			0x00,
			"openCommissioningWindow",
			struct([
				COMMISSIONING_TIMEOUT_0,
				field(1, "pakePasscodeVerifier", octets(97, 97)),
				field(2, "discriminator", uint(0, 4095)),
				field(3, "iterations", uint(1000, 100000)),
				field(4, "salt", octets(16, 32)),
			]),
			undefined,
			ADMINISTER,
			TIMED,
		),
		openBasicCommissioningWindow: command(
			0x01,
			"openBasicCommissioningWindow",
			struct([COMMISSIONING_TIMEOUT_0]),
			undefined,
			ADMINISTER,
			TIMED,
			[1, 0],
		),
		revokeCommissioning: command(0x02, "revokeCommissioning", NO_FIELDS, undefined, ADMINISTER, TIMED),
	},
	events: {},
} as const);

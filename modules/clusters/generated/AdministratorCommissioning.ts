// Written by `npm run codegen` from the standard data model. Not to be edited.
import type { DefinitionOf } from "../../datamodel/ClusterDefinition";
import { defined } from "../../datamodel/DefinitionText";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import type { NoFields } from "../../datamodel/Types";

/** 0 WindowNotOpen, 1 EnhancedWindowOpen, 2 BasicWindowOpen */
export type CommissioningWindowStatusEnum = 0 | 1 | 2;

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

/** 2 Busy, 3 PakeParameterError, 4 WindowNotOpen */
export type StatusCodeEnum = 2 | 3 | 4;

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

export type AdministratorCommissioningDefinition = DefinitionOf<
	"basic",
	"windowStatus" | "adminFabricIndex" | "adminVendorId",
	"openCommissioningWindow" | "openBasicCommissioningWindow" | "revokeCommissioning",
	Record<never, never>,
	AdministratorCommissioningShape
>;

/** AdministratorCommissioning (Matter Core 11.19) */
export const AdministratorCommissioning =
	defined<AdministratorCommissioningDefinition>(`3c AdministratorCommissioning 1 basic=1
@0 windowStatus u0:2 V-
@1 adminFabricIndex u0:254? V-
@2 adminVendorId u0:65534? V-
>0 openCommissioningWindow A 40
0 commissioningTimeout u16
1 pakePasscodeVerifier o97:97
2 discriminator u0:4095
3 iterations u1000:100000
4 salt o16:32
>1 openBasicCommissioningWindow A 40 1/0
0 commissioningTimeout u16
>2 revokeCommissioning A 40`);

// Written by `npm run codegen` from the standard data model. Not to be edited.
import {
	ADMINISTER,
	FABRIC_SCOPED,
	FIXED,
	MANAGE,
	NEVER,
	NON_VOLATILE,
	VIEW,
	attribute,
	cluster,
	command,
	response,
} from "../../datamodel/ClusterDefinition";
import type { InteractionContext } from "../../datamodel/InteractionContext";
import {
	BOOLEAN,
	NO_FIELDS,
	UINT16,
	UINT64,
	field,
	nullable,
	octets,
	string,
	struct,
	uint,
} from "../../datamodel/Types";
import type { NoFields } from "../../datamodel/Types";

export interface BasicCommissioningInfo {
	failSafeExpiryLengthSeconds: number;
	maxCumulativeFailsafeSeconds: number;
}

export const RegulatoryLocationTypeEnum = Object.freeze({
	Indoor: 0,
	Outdoor: 1,
	IndoorOutdoor: 2,
} as const);
export type RegulatoryLocationTypeEnum = (typeof RegulatoryLocationTypeEnum)[keyof typeof RegulatoryLocationTypeEnum];

export const NetworkRecoveryReasonEnum = Object.freeze({
	Unspecified: 0,
	Auth: 1,
	Visibility: 2,
} as const);
export type NetworkRecoveryReasonEnum = (typeof NetworkRecoveryReasonEnum)[keyof typeof NetworkRecoveryReasonEnum];

export interface ArmFailSafeRequest {
	expiryLengthSeconds: number;
	breadcrumb: bigint;
}

export const CommissioningErrorEnum = Object.freeze({
	Ok: 0,
	ValueOutsideRange: 1,
	InvalidAuthentication: 2,
	NoFailSafe: 3,
	BusyWithOtherAdmin: 4,
	RequiredTcNotAccepted: 5,
	TcAcknowledgementsNotReceived: 6,
	TcMinVersionNotMet: 7,
} as const);
export type CommissioningErrorEnum = (typeof CommissioningErrorEnum)[keyof typeof CommissioningErrorEnum];

export interface ArmFailSafeResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface SetRegulatoryConfigRequest {
	newRegulatoryConfig: RegulatoryLocationTypeEnum;
	countryCode: string;
	breadcrumb: bigint;
}

export interface SetRegulatoryConfigResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface CommissioningCompleteResponse {
	errorCode: CommissioningErrorEnum;
	debugText: string;
}

export interface SetTcAcknowledgementsRequest {
	tcVersion: number;
	tcUserResponse: number;
}

export interface SetTcAcknowledgementsResponse {
	errorCode: CommissioningErrorEnum;
}

/** Attributes and commands as a server has them. */
export interface GeneralCommissioningElements {
	breadcrumb: bigint;
	readonly basicCommissioningInfo: BasicCommissioningInfo;
	readonly regulatoryConfig: RegulatoryLocationTypeEnum;
	readonly locationCapability: RegulatoryLocationTypeEnum;
	readonly supportsConcurrentConnection: boolean;
	readonly tcAcceptedVersion: number;
	readonly tcMinRequiredVersion: number;
	readonly tcAcknowledgements: number;
	readonly tcAcknowledgementsRequired: boolean;
	readonly tcUpdateDeadline: number | null;
	readonly recoveryIdentifier: Uint8Array;
	readonly networkRecoveryReason: NetworkRecoveryReasonEnum | null;
	readonly isCommissioningWithoutPower: boolean;
	armFailSafe(fields: ArmFailSafeRequest, context: InteractionContext): ArmFailSafeResponse;
	setRegulatoryConfig(fields: SetRegulatoryConfigRequest, context: InteractionContext): SetRegulatoryConfigResponse;
	commissioningComplete(fields: NoFields, context: InteractionContext): CommissioningCompleteResponse;
	setTcAcknowledgements(
		fields: SetTcAcknowledgementsRequest,
		context: InteractionContext,
	): SetTcAcknowledgementsResponse;
}

/** What a server must have, given its features F and the optional elements O it names. */
export type GeneralCommissioningMembers<F, O> = Pick<
	GeneralCommissioningElements,
	| "breadcrumb"
	| "basicCommissioningInfo"
	| "regulatoryConfig"
	| "locationCapability"
	| "supportsConcurrentConnection"
	| "armFailSafe"
	| "setRegulatoryConfig"
	| "commissioningComplete"
	| (O & keyof GeneralCommissioningElements)
> &
	("termsAndConditions" extends F
		? Pick<
				GeneralCommissioningElements,
				| "tcAcceptedVersion"
				| "tcMinRequiredVersion"
				| "tcAcknowledgements"
				| "tcAcknowledgementsRequired"
				| "tcUpdateDeadline"
				| "setTcAcknowledgements"
			>
		: unknown) &
	("networkRecovery" extends F
		? Pick<GeneralCommissioningElements, "recoveryIdentifier" | "networkRecoveryReason">
		: unknown);
export interface GeneralCommissioningShape {
	readonly features: string;
	readonly optional: string;
	readonly members: GeneralCommissioningMembers<this["features"], this["optional"]>;
}

const UINT_0_2 = uint(0, 2);
const ERROR_CODE_0 = field(0, "errorCode", uint(0, 7));
const FIELDS_ERROR_CODE_DEBUG_TEXT = struct([ERROR_CODE_0, field(1, "debugText", string(0, Infinity))]);
const BASIC_COMMISSIONING_INFO = struct([
	field(0, "failSafeExpiryLengthSeconds", UINT16),
	field(1, "maxCumulativeFailsafeSeconds", UINT16),
]);
/** GeneralCommissioning (Matter Core 11.10) */
export const GeneralCommissioning = cluster<GeneralCommissioningShape>()({
	id: 0x30,
	name: "GeneralCommissioning",
	revision: 2,
	features: {
		termsAndConditions: 0x1,
		networkRecovery: 0x2,
	},
	attributes: {
		breadcrumb: attribute(0x00, "breadcrumb", UINT64, VIEW, ADMINISTER),
		basicCommissioningInfo: attribute(0x01, "basicCommissioningInfo", BASIC_COMMISSIONING_INFO, VIEW, 0, FIXED),
		regulatoryConfig: attribute(0x02, "regulatoryConfig", UINT_0_2, VIEW),
		locationCapability: attribute(0x03, "locationCapability", UINT_0_2, VIEW, 0, FIXED),
		supportsConcurrentConnection: attribute(0x04, "supportsConcurrentConnection", BOOLEAN, VIEW, 0, FIXED),
		tcAcceptedVersion: attribute(0x05, "tcAcceptedVersion", UINT16, ADMINISTER, 0, NON_VOLATILE, [1, 0]),
		tcMinRequiredVersion: attribute(0x06, "tcMinRequiredVersion", UINT16, ADMINISTER, 0, NON_VOLATILE, [1, 0]),
		tcAcknowledgements: attribute(0x07, "tcAcknowledgements", UINT16, ADMINISTER, 0, NON_VOLATILE, [1, 0]),
		tcAcknowledgementsRequired: attribute(
			0x08,
			"tcAcknowledgementsRequired",
			BOOLEAN,
			ADMINISTER,
			0,
			NON_VOLATILE,
			[1, 0],
		),
		tcUpdateDeadline: attribute(
			0x09,
			"tcUpdateDeadline",
			nullable(uint(0, 4294967294)),
			ADMINISTER,
			0,
			NON_VOLATILE,
			[1, 0],
		),
		recoveryIdentifier: attribute(0x0a, "recoveryIdentifier", octets(8, 8), MANAGE, 0, NON_VOLATILE, [2, 0]),
		networkRecoveryReason: attribute(0x0b, "networkRecoveryReason", nullable(UINT_0_2), MANAGE, 0, 0, [2, 0]),
		isCommissioningWithoutPower: attribute(0x0c, "isCommissioningWithoutPower", BOOLEAN, VIEW, 0, 0, NEVER),
	},
	commands: {
		armFailSafe: command(
			0x00,
			"armFailSafe",
			struct([field(0, "expiryLengthSeconds", UINT16), field(1, "breadcrumb", UINT64)]),
			response(0x01, struct([ERROR_CODE_0, field(1, "debugText", string(0, 128))])),
			ADMINISTER,
		),
		setRegulatoryConfig: command(
			0x02,
			"setRegulatoryConfig",
			struct([
				field(0, "newRegulatoryConfig", UINT_0_2),
				field(1, "countryCode", string(2, 2)),
				field(2, "breadcrumb", UINT64),
			]),
			response(0x03, FIELDS_ERROR_CODE_DEBUG_TEXT),
			ADMINISTER,
		),
		commissioningComplete: command(
			0x04,
			"commissioningComplete",
			NO_FIELDS,
			response(0x05, FIELDS_ERROR_CODE_DEBUG_TEXT),
			ADMINISTER,
			FABRIC_SCOPED,
		),
		setTcAcknowledgements: command(
			0x06,
			"setTcAcknowledgements",
			struct([field(0, "tcVersion", UINT16), field(1, "tcUserResponse", UINT16)]),
			response(0x07, struct([ERROR_CODE_0])),
			ADMINISTER,
			0,
			[1, 0],
		),
	},
	events: {},
} as const);

/** What of the standard model is written into modules/clusters/generated. */

export const CLUSTERS = [
	"AccessControl",
	"AdministratorCommissioning",
	"BasicInformation",
	"Descriptor",
	"GeneralCommissioning",
	"GeneralDiagnostics",
	"GroupKeyManagement",
	"Groups",
	"Identify",
	"NetworkCommissioning",
	"OnOff",
	"OperationalCredentials",
	"ScenesManagement",
];

/** Features that no server here has, by their short names: they, and what needs them, are not written. */
export const WITHOUT = {
	AccessControl: ["MNGD", "AUX"],
	GeneralCommissioning: ["TC", "NR"],
	GroupKeyManagement: ["GCAST"],
};

/** Enumerations and bitmaps that programs name values of. Others are types alone, which take no memory. */
export const CONSTANTS = {
	AccessControl: ["AccessControlEntryAuthModeEnum", "AccessControlEntryPrivilegeEnum", "ChangeTypeEnum"],
	GeneralCommissioning: ["CommissioningErrorEnum", "RegulatoryLocationTypeEnum"],
	GeneralDiagnostics: ["BootReasonEnum"],
	GroupKeyManagement: ["GroupKeySecurityPolicyEnum"],
	Groups: ["NameSupportBitmap"],
	Identify: ["EffectIdentifierEnum", "IdentifyTypeEnum"],
	NetworkCommissioning: ["NetworkCommissioningStatusEnum"],
	OnOff: ["OnOffControlBitmap", "StartUpOnOffEnum"],
	OperationalCredentials: ["CertificateChainTypeEnum"],
	ScenesManagement: ["CopyModeBitmap"],
};

export const DEVICE_TYPES = ["RootNode", "OnOffLight"];

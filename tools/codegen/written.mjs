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

export const DEVICE_TYPES = ["RootNode", "OnOffLight"];

// Written by `npm run codegen` from the standard data model. Not to be edited.
import { deviceType, requires } from "../../datamodel/DeviceTypeDefinition";
import type { DeviceTypeDefinition } from "../../datamodel/DeviceTypeDefinition";

/** RootNode (Matter Device Library 2.1) */
export const RootNodeDeviceType: DeviceTypeDefinition = deviceType("RootNode", 0x0016, 4, [
	requires(0x1f, "AccessControl"),
	requires(0x28, "BasicInformation"),
	requires(0x30, "GeneralCommissioning"),
	requires(0x31, "NetworkCommissioning"),
	requires(0x33, "GeneralDiagnostics"),
	requires(0x3c, "AdministratorCommissioning"),
	requires(0x3e, "OperationalCredentials"),
	requires(0x3f, "GroupKeyManagement"),
]);

/** OnOffLight (Matter Device Library 4.1) */
export const OnOffLightDeviceType: DeviceTypeDefinition = deviceType("OnOffLight", 0x0100, 3, [
	requires(0x03, "Identify", 0x0, [], [0x40]),
	requires(0x04, "Groups"),
	requires(0x06, "OnOff", 0x1),
	requires(0x62, "ScenesManagement", 0x0, [], [0x40]),
]);

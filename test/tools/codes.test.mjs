/** Each table of codes that goes over the wire says what matter.js and its model of the specification say. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Matter } from "@matter/main/model";
import { MessageType } from "@matter/main/protocol";
import { GeneralStatusCode, SecureChannelStatusCode, SecureMessageType, Status } from "@matter/main/types";
import typescript from "typescript";

const modules = join(dirname(fileURLToPath(import.meta.url)), "../../modules");

/** The numbers of `export const name = Object.freeze({ … } as const)` in a module, by name. */
function table(module, name) {
	const file = join(modules, `${module}.ts`);
	const source = typescript.createSourceFile(file, readFileSync(file, "utf8"), typescript.ScriptTarget.ESNext);
	const declaration = source.statements
		.flatMap((statement) => statement.declarationList?.declarations ?? [])
		.find((one) => one.name.text === name);
	const { properties } = declaration.initializer.arguments[0].expression;
	return Object.fromEntries(properties.map((one) => [one.name.text, Number(one.initializer.text)]));
}

/** The numbers of an enumeration in the model of the specification, by name. */
function enumeration(cluster, name) {
	const { children } = Matter.clusters.find((one) => one.name === cluster).datatypes.find((one) => one.name === name);
	return Object.fromEntries(children.map((child) => [child.name, child.id]));
}

/** The same name in the various ways to write it. */
const plain = (name) =>
	name
		.replaceAll("_", "")
		.toLowerCase()
		.replace(/^(case|icd|sessionestablishment)|(message|eter|uest|response|rsp)$/g, "");

const tables = [
	["securechannel/Opcode", "Opcode", SecureMessageType],
	["securechannel/StatusReport", "GeneralCode", GeneralStatusCode],
	["securechannel/StatusReport", "SecureChannelStatus", SecureChannelStatusCode],
	["interaction/Opcode", "Opcode", MessageType],
	["datamodel/Status", "Status", Status],
	["commissioning/CommissioningError", "RefusalStatus", Status],
	[
		"commissioning/CommissioningError",
		"NodeOperationalCertStatus",
		enumeration("OperationalCredentials", "NodeOperationalCertStatusEnum"),
	],
	[
		"commissioning/CommissioningError",
		"CommissioningStatus",
		enumeration("GeneralCommissioning", "CommissioningErrorEnum"),
	],
	["commissioning/CommissioningError", "WindowStatus", enumeration("AdministratorCommissioning", "StatusCodeEnum")],
	[
		"commissioning/CommissioningWindow",
		"CommissioningWindowStatus",
		enumeration("AdministratorCommissioning", "CommissioningWindowStatusEnum"),
	],
	[
		"fabric/AccessControlEntry",
		"AccessControlEntryPrivilege",
		enumeration("AccessControl", "AccessControlEntryPrivilegeEnum"),
	],
	[
		"fabric/AccessControlEntry",
		"AccessControlEntryAuthMode",
		enumeration("AccessControl", "AccessControlEntryAuthModeEnum"),
	],
];

const cases = tables.flatMap(([module, name, theirs]) => {
	const byName = new Map(Object.entries(theirs).map(([key, code]) => [plain(key), code]));
	return Object.entries(table(module, name)).map(([key, code]) => [
		`${module}: ${name}.${key}`,
		code,
		byName.get(plain(key)),
	]);
});

it.each(cases)("%s is %i", (_, ours, theirs) => {
	expect(theirs).toBe(ours);
});

/** The file of one cluster. */
import { reduce } from "./conformance.mjs";
import { File } from "./file.mjs";
import { typeScript } from "./types.mjs";
import { WITHOUT } from "./written.mjs";

const DEFINITION = "../../datamodel/ClusterDefinition";
/** as datamodel/ClusterDefinition has them */
const PRIORITIES = ["debug", "info", "critical"];
const NON_VOLATILE = 0x01;
const FIXED = 0x02;
const CHANGES_OMITTED = 0x04;
const QUIETER = 0x08;
const FABRIC_SCOPED = 0x10;
const FABRIC_SENSITIVE = 0x20;
const TIMED = 0x40;
const SCENE = 0x80;
const LARGE = 0x100;
const ATOMIC = 0x200;
const GLOBAL_ATTRIBUTES = new Set([0xfff8, 0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd]);

/** Members of ClusterServer: an attribute or command of that name gets one more letter's worth of distinction. */
const RESERVED = new Set([
	"attach",
	"attribute",
	"attributeValue",
	"changed",
	"clusterId",
	"command",
	"constructor",
	"dataVersion",
	"emit",
	"endpoint",
	"event",
	"implementation",
	"invokeCommand",
	"onFabricRemoved",
	"onStart",
	"onStop",
	"onWrite",
	"readAttribute",
	"restore",
	"set",
	"writeAttribute",
]);

/** @returns {{definition: string, constants: string | undefined}} the texts of the cluster's files */
export function writeCluster(cluster, globals) {
	const own = new Map(
		[...cluster.children].filter(({ tag }) => tag === "datatype").map((datatype) => [datatype.name, datatype]),
	);
	const { name } = cluster;
	const file = new File(globals, own, name);
	file.claim(name);
	const bits = new Map();
	const features = [];
	const absent = WITHOUT[name] ?? [];
	for (const feature of cluster.features) {
		if (absent.includes(feature.name)) continue;
		const bit = 2 ** feature.effectiveConstraint.value;
		bits.set(feature.name, bit);
		features.push([camel(feature.title ?? feature.name), bit]);
	}
	/** what each server class has, by condition: ["", members], … */
	const members = new Map();
	const declarations = [];
	const member = (property, declaration, mandatory) => {
		declarations.push(declaration);
		const on = mandatory.length === 0 ? undefined : JSON.stringify(mandatory);
		if (on !== undefined) members.set(on, [...(members.get(on) ?? []), property]);
	};
	const reduced = (element) => reduce(element.effectiveConformance, bits, cluster.revision, undefined, absent);

	const attributes = byId(cluster.attributes).filter(
		(attribute) => !GLOBAL_ATTRIBUTES.has(attribute.id) && present(attribute) && reduced(attribute).possible,
	);
	const attributeLines = attributes.map((attribute) => {
		const { effectiveAccess: access, effectiveQuality: quality } = attribute;
		const { mandatory } = reduced(attribute);
		const property = propertyName(attribute);
		member(
			property,
			`\t${access.writable ? "" : "readonly "}${property}: ${typeScript(attribute, file.datatype)};`,
			mandatory,
		);
		const read = access.readable ? (access.readPriv ?? "V") : "-";
		const write = access.writable ? (access.writePriv ?? "O") : "-";
		const flags =
			(quality.nonvolatile && NON_VOLATILE) |
			(quality.fixed && FIXED) |
			(quality.changesOmitted && CHANGES_OMITTED) |
			(quality.quieter && QUIETER) |
			(quality.scene && SCENE) |
			(quality.atomic && ATOMIC) |
			(access.fabricScoped && FABRIC_SCOPED) |
			(access.timed && TIMED);
		return line(
			[`@${attribute.id.toString(16)}`, property, file.descriptor(attribute), read + write],
			flags,
			mandatory,
		);
	});

	const commands = byId(cluster.commands).filter(
		(command) => command.isRequest && present(command) && reduced(command).possible,
	);
	const commandLines = commands.map((command) => {
		const { effectiveAccess: access, effectiveQuality: quality } = command;
		const { mandatory } = reduced(command);
		const property = propertyName(command);
		const request = interfaceOf(
			file,
			command,
			command.name.endsWith("Request") ? command.name : `${command.name}Request`,
		);
		const { responseModel } = command;
		const result = responseModel && responseModel.effectiveDirection === "response" ? responseModel : undefined;
		const noFields = () => file.use("type NoFields", "../../datamodel/Types");
		const returns = result ? (interfaceOf(file, result, result.name) ?? noFields()) : "void";
		const context = file.use("type InteractionContext", "../../datamodel/InteractionContext");
		member(
			property,
			`\t${property}(fields: ${request ?? noFields()}, context: ${context}): ${returns};`,
			mandatory,
		);
		const flags =
			(access.fabricScoped && FABRIC_SCOPED) | (access.timed && TIMED) | (quality.largeMessage && LARGE);
		return [
			headed(">", command, file, [property, access.writePriv ?? "O"], flags, mandatory),
			...(result ? [headed("<", result, file, [], 0, [0, 0])] : []),
		].join("\n");
	});

	const events = byId(cluster.events).filter((event) => present(event) && reduced(event).possible);
	const eventTypes = [];
	const eventLines = events.map((event) => {
		const { effectiveAccess: access } = event;
		const fields =
			interfaceOf(file, event, `${event.name}Event`) ?? file.use("type NoFields", "../../datamodel/Types");
		eventTypes.push(`${event.propertyName}: ${file.use("type EventDefinition", DEFINITION)}<${fields}>;`);
		const priority = PRIORITIES.indexOf((event.effectivePriority ?? event.priority).toLowerCase());
		return headed(
			"!",
			event,
			file,
			[event.propertyName, access.readPriv ?? "V", priority],
			access.fabricSensitive && FABRIC_SENSITIVE,
			reduced(event).mandatory,
		);
	});

	for (const datatype of cluster.datatypes)
		if (datatype.effectiveMetatype === "enum" || datatype.effectiveMetatype === "bitmap")
			if ([...datatype.members].length > 0) file.datatype(datatype);

	file.declare(
		`/** Attributes and commands as a server has them. */\nexport interface ${file.claim(`${name}Elements`)} {\n${declarations.join("\n")}\n}\n`,
	);
	file.declare(shape(file, name, members, new Map(features)));

	const union = (names) => names.map((text) => JSON.stringify(text)).join(" | ") || "never";
	const first = [
		cluster.id.toString(16),
		name,
		cluster.revision.toString(16),
		...features.map(([feature, bit]) => `${feature}=${bit.toString(16)}`),
	].join(" ");
	const body =
		`export type ${file.claim(`${name}Definition`)} = ${file.use("type DefinitionOf", DEFINITION)}<\n` +
		`${union(features.map(([feature]) => feature))},\n${union(attributes.map(propertyName))},\n` +
		`${union(commands.map(propertyName))},\n${eventTypes.length > 0 ? `{ ${eventTypes.join(" ")} }` : "Record<never, never>"},\n${name}Shape\n>;\n\n` +
		`${documentation(cluster, name)}export const ${name} = ` +
		`${file.use("defined", "../../datamodel/DefinitionText")}<${name}Definition>(\`${[
			first,
			...file.structures,
			...attributeLines,
			...commandLines,
			...eventLines,
		].join("\n")}\`);\n`;
	return { definition: file.print(body), constants: file.printConstants() };
}

/** Words, flags and condition; those at the end that say nothing are left out. */
function line(words, flags, mandatory) {
	const always = mandatory.length === 2 && mandatory[0] === 0 && mandatory[1] === 0;
	const condition = mandatory.map((mask) => mask.toString(16)).join("/") || "-";
	const rest = always ? (flags ? [flags.toString(16)] : []) : [Number(flags).toString(16), condition];
	return [...words, ...rest].join(" ");
}

/** The line of an element with fields, and their lines. */
function headed(kind, model, file, words, flags, mandatory) {
	const { mark, lines } = file.fields(model);
	return line([`${kind}${model.id.toString(16)}${mark}`, ...words], flags, mandatory) + lines;
}

/** Where the specification has it. */
export function documentation(model, name) {
	const { document, section } = model.effectiveXref ?? {};
	const title = { core: "Matter Core", cluster: "Matter Application Clusters", device: "Matter Device Library" }[
		document
	];
	return title ? `/** ${name} (${title} ${section}) */\n` : "";
}

/** `implement` gets from features and optional names to members through this (see ServerShape). */
function shape(file, name, members, bits) {
	const elements = `${name}Elements`;
	const pick = (properties) => properties.map((property) => JSON.stringify(property)).join(" | ");
	const byBit = new Map([...bits].map(([feature, bit]) => [bit, feature]));
	const always = members.get("[0,0]") ?? [];
	const parts = [
		`Pick<${elements}, ${[...(always.length > 0 ? [pick(always)] : []), `(O & keyof ${elements})`].join(" | ")}>`,
	];
	for (const [on, properties] of members) {
		if (on === "[0,0]") continue;
		const pairs = JSON.parse(on);
		let type = "unknown";
		for (let i = pairs.length - 2; i >= 0; i -= 2) {
			let held = `Pick<${elements}, ${pick(properties)}>`;
			for (const feature of names(pairs[i + 1], byBit)) held = `"${feature}" extends F ? ${type} : ${held}`;
			for (const feature of names(pairs[i], byBit)) held = `"${feature}" extends F ? ${held} : ${type}`;
			type = held;
		}
		parts.push(`(${type})`);
	}
	const parameters = bits.size > 0 && parts.length > 1 ? "F, O" : "O";
	const passed = parameters === "O" ? `this["optional"]` : `this["features"], this["optional"]`;
	return (
		`/** What a server must have, given its features F and the optional elements O it names. */\n` +
		`export type ${file.claim(`${name}Members`)}<${parameters}> = ${parts.join(" & ")};\n` +
		`export interface ${file.claim(`${name}Shape`)} {\n\treadonly features: string;\n\treadonly optional: string;\n\treadonly members: ${name}Members<${passed}>;\n}\n`
	);
}

function names(mask, byBit) {
	return [...byBit].filter(([bit]) => mask & bit).map(([, feature]) => feature);
}

function interfaceOf(file, model, name) {
	const properties = file.properties(model);
	if (properties === "") return undefined;
	if (!file.declaredInterfaces?.has(name)) {
		(file.declaredInterfaces ??= new Set()).add(name);
		file.claim(name);
		file.declare(`export interface ${name} {\n${properties}\n}\n`);
	}
	return name;
}

function byId(elements) {
	return [...elements].sort((a, b) => a.id - b.id);
}

/** Neither disallowed nor a placeholder without type, nor gone from the specification. */
function present(element) {
	return !element.isDisallowed && !element.isDeprecated && element.effectiveMetatype !== undefined;
}

function propertyName(element) {
	return RESERVED.has(element.propertyName)
		? `${element.propertyName}${element.tag === "command" ? "Command" : "Attribute"}`
		: element.propertyName;
}

function camel(title) {
	return title[0].toLowerCase() + title.slice(1);
}

/** The file of one cluster. */
import { reduce } from "./conformance.mjs";
import { File } from "./file.mjs";
import { typeScript } from "./types.mjs";

const DEFINITION = "../../datamodel/ClusterDefinition";
const PRIVILEGES = { V: "VIEW", O: "OPERATE", M: "MANAGE", A: "ADMINISTER" };
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

export function writeCluster(cluster, globals) {
	const own = new Map(
		[...cluster.children].filter(({ tag }) => tag === "datatype").map((datatype) => [datatype.name, datatype]),
	);
	const file = new File(globals, own);
	const { name } = cluster;
	file.claim(name);
	const bits = new Map();
	const features = [];
	for (const feature of cluster.features) {
		const bit = 2 ** feature.effectiveConstraint.value;
		bits.set(feature.name, bit);
		features.push([camel(feature.title ?? feature.name), bit]);
	}
	const definition = (constant) => file.use(constant, DEFINITION);
	const privilege = (letter, otherwise) => definition(PRIVILEGES[letter ?? otherwise]);
	const condition = (mandatory) => {
		if (mandatory.length === 0) return definition("NEVER");
		if (mandatory.length === 2 && mandatory[0] === 0 && mandatory[1] === 0) return undefined;
		return `[${mandatory.join(", ")}]`;
	};
	/** what each server class has, by condition: ["", members], … */
	const members = new Map();
	const elements = [];
	const member = (property, declaration, mandatory) => {
		elements.push(declaration);
		const on = mandatory.length === 0 ? undefined : JSON.stringify(mandatory);
		if (on !== undefined) members.set(on, [...(members.get(on) ?? []), property]);
	};
	const reduced = (element) => reduce(element.effectiveConformance, bits, cluster.revision);

	const attributes = byId(cluster.attributes)
		.filter(
			(attribute) => !GLOBAL_ATTRIBUTES.has(attribute.id) && present(attribute) && reduced(attribute).possible,
		)
		.map((attribute) => {
			const { effectiveAccess: access, effectiveQuality: quality } = attribute;
			const { mandatory } = reduced(attribute);
			const property = propertyName(attribute);
			member(
				property,
				`\t${access.writable ? "" : "readonly "}${property}: ${typeScript(attribute, file.datatype)};`,
				mandatory,
			);
			const flags = [
				quality.nonvolatile && "NON_VOLATILE",
				quality.fixed && "FIXED",
				quality.changesOmitted && "CHANGES_OMITTED",
				quality.quieter && "QUIETER",
				quality.scene && "SCENE",
				quality.atomic && "ATOMIC",
				access.fabricScoped && "FABRIC_SCOPED",
				access.timed && "TIMED",
			];
			return entry(property, "attribute", [
				hex(attribute.id),
				JSON.stringify(property),
				file.descriptor(attribute),
				access.readable ? privilege(access.readPriv, "V") : "0",
				access.writable ? privilege(access.writePriv, "O") : "0",
				flagsOf(flags, definition),
				condition(mandatory) ?? "ALWAYS",
			]);
		});

	const commands = byId(cluster.commands)
		.filter((command) => command.isRequest && present(command) && reduced(command).possible)
		.map((command) => {
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
			const returns = result ? (interfaceOf(file, result, result.name) ?? file.use("type NoFields")) : "void";
			const fields = request ?? file.use("type NoFields");
			const context = file.use("type InteractionContext", "../../datamodel/InteractionContext");
			member(property, `\t${property}(fields: ${fields}, context: ${context}): ${returns};`, mandatory);
			const flags = [
				access.fabricScoped && "FABRIC_SCOPED",
				access.timed && "TIMED",
				quality.largeMessage && "LARGE",
			];
			return entry(property, "command", [
				hex(command.id),
				JSON.stringify(property),
				file.fields(command),
				result ? `${definition("response")}(${hex(result.id)}, ${file.fields(result)})` : "undefined",
				privilege(access.writePriv, "O"),
				flagsOf(flags, definition),
				condition(mandatory) ?? "ALWAYS",
			]);
		});

	const events = byId(cluster.events)
		.filter((event) => present(event) && reduced(event).possible)
		.map((event) => {
			const { effectiveAccess: access } = event;
			const { mandatory } = reduced(event);
			const fields = interfaceOf(file, event, `${event.name}Event`) ?? file.use("type NoFields");
			return entry(event.propertyName, `event<${fields}>`, [
				hex(event.id),
				file.fields(event),
				definition(event.effectivePriority?.toUpperCase() ?? event.priority.toUpperCase()),
				privilege(access.readPriv, "V"),
				flagsOf([access.fabricSensitive && "FABRIC_SENSITIVE"], definition),
				condition(mandatory) ?? "ALWAYS",
			]);
		});

	for (const datatype of cluster.datatypes)
		if (datatype.effectiveMetatype === "enum" || datatype.effectiveMetatype === "bitmap")
			if ([...datatype.members].length > 0) file.datatype(datatype);

	file.declare(
		`/** Attributes and commands as a server has them. */\nexport interface ${file.claim(`${name}Elements`)} {\n${elements.join("\n")}\n}\n`,
	);
	file.declare(shape(file, name, members, new Map(features)));

	const block = (title, entries) => `\t${title}: {${entries.length > 0 ? `\n${entries.join("\n")}\n\t` : ""}},\n`;
	for (const kind of ["attribute", "command", "event"]) {
		const entries = { attribute: attributes, command: commands, event: events }[kind];
		if (entries.length > 0) definition(kind);
		for (let i = 0; i < entries.length; i++) entries[i] = trimmed(entries[i]);
		if (entries.some((text) => text.includes("ALWAYS"))) definition("ALWAYS");
	}
	const body =
		`${documentation(cluster, name)}export const ${name} = ${definition("cluster")}<${name}Shape>()({\n` +
		`\tid: ${hex(cluster.id)},\n\tname: "${name}",\n\trevision: ${cluster.revision},\n` +
		block(
			"features",
			features.map(([feature, bit]) => `\t\t${feature}: 0x${bit.toString(16)},`),
		) +
		block("attributes", attributes) +
		block("commands", commands) +
		block("events", events) +
		"} as const);\n";
	return file.print(body);
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

function entry(property, maker, parameters) {
	return { property, maker, parameters };
}

/** Leaves out trailing parameters that are the default. */
function trimmed({ property, maker, parameters }) {
	const defaults = { attribute: [, , , , "0", "0", "ALWAYS"], command: [, , , , , "0", "ALWAYS"] }[maker] ?? [
		,
		,
		,
		,
		"0",
		"ALWAYS",
	];
	const kept = [...parameters];
	while (defaults[kept.length - 1] !== undefined && kept[kept.length - 1] === defaults[kept.length - 1]) kept.pop();
	return `\t\t${property}: ${maker}(${kept.join(", ")}),`;
}

function flagsOf(flags, definition) {
	const set = flags.filter(Boolean).map(definition);
	return set.length === 0 ? "0" : set.join(" | ");
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

function hex(id) {
	return `0x${id.toString(16).padStart(2, "0")}`;
}

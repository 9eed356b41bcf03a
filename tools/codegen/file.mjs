/** One generated file: collects imports, datatypes and shared descriptors, and prints them in order. */
import { bitmapMasks, descriptor, enumValues, isGlobal, typeScript } from "./types.mjs";

const HEADER = "// Written by `npm run codegen` from the standard data model. Not to be edited.\n";

export class File {
	/** module specifier → names; a name beginning with "type " is imported as a type only */
	#imports = new Map();
	/** datatypes of this file → exported TypeScript, in the order of first use */
	#declared = new Map();
	/** expression of a call → {name, count} */
	#calls = new Map();
	#structures = new Map();
	#globals;
	#names = new Set();

	#own;

	/**
	 * @param {File | undefined} globals the file of datatypes that belong to no cluster; undefined for itself
	 * @param {Map<string, object>} own datatypes that the cluster has in place of those of the same name elsewhere
	 */
	constructor(globals, own = new Map()) {
		this.#globals = globals;
		this.#own = own;
	}

	#resolve = (datatype) => this.#own.get(datatype.name) ?? datatype;

	use(name, specifier = "../../datamodel/Types") {
		if (!this.#imports.has(specifier)) this.#imports.set(specifier, new Set());
		this.#imports.get(specifier).add(name);
		return name.replace(/^type /, "");
	}

	/** Takes a name for an export. */
	claim(name) {
		if (this.#names.has(name)) throw new Error(`two things are called ${name}`);
		this.#names.add(name);
		return name;
	}

	/** Declares a datatype and returns its name. */
	datatype = (used) => {
		const datatype = this.#resolve(used);
		if (isGlobal(datatype) && this.#globals) {
			this.#globals.datatype(datatype);
			return this.use(`type ${exportName(datatype)}`, "./Globals");
		}
		if (!this.#declared.has(datatype)) {
			this.#declared.set(datatype, "");
			this.claim(exportName(datatype));
			this.#declared.set(datatype, this.#declare(datatype));
		}
		return exportName(datatype);
	};

	/** Properties of a structure in TypeScript. */
	properties(model) {
		const lines = fieldsOf(model).map((field) => {
			const optional = isOptional(field);
			return `\t${key(field.propertyName)}${optional ? "?" : ""}: ${typeScript(field, this.datatype)}${optional ? " | undefined" : ""};`;
		});
		if (isFabricScoped(model)) lines.push("\tfabricIndex: number;");
		return lines.join("\n");
	}

	/** The descriptor of a value. */
	descriptor(model) {
		return descriptor(model, {
			call: this.call,
			use: (name) => this.use(name),
			structure: this.structure,
			resolve: this.#resolve,
		});
	}

	/** The descriptor of fields that have no name as a datatype: of a command, response or event. */
	fields(model) {
		const fields = fieldsOf(model).map((field) => {
			const flags = [isOptional(field), Boolean(isFabricScoped(model) && field.effectiveAccess.fabricSensitive)];
			while (flags.length > 0 && !flags[flags.length - 1]) flags.pop();
			return this.call("field", field.id, JSON.stringify(field.propertyName), this.descriptor(field), ...flags);
		});
		const scoped = isFabricScoped(model);
		if (fields.length === 0 && !scoped) return this.use("NO_FIELDS");
		return this.call("struct", `[${fields.join(", ")}]`, ...(scoped ? [true] : []));
	}

	/** The descriptor of a named structure, a constant of its own. */
	structure = (used) => {
		const datatype = this.#resolve(used);
		if (isGlobal(datatype) && this.#globals) {
			const name = this.#globals.structure(datatype);
			return this.use(name, "./Globals");
		}
		if (!this.#structures.has(datatype)) {
			const name = upper(exportName(datatype));
			this.#structures.set(datatype, { name, expression: this.fields(datatype) });
		}
		return this.#structures.get(datatype).name;
	};

	/** A call of a function of datamodel/Types; the same call twice becomes a constant. */
	call = (name, ...parameters) => {
		this.use(name);
		const expression = `${name}(${parameters.join(", ")})`;
		const known = this.#calls.get(expression);
		if (known) known.count++;
		else this.#calls.set(expression, { count: 1, id: this.#calls.size });
		// a placeholder, replaced when it is known how often the expression occurs
		return `«${this.#calls.get(expression).id}»`;
	};

	get isEmpty() {
		return this.#declared.size === 0 && this.#structures.size === 0;
	}

	declare(text) {
		this.#declared.set({}, text);
	}

	/** @returns the file's text, `body` last */
	print(body) {
		const byId = [...this.#calls.entries()].map(([expression, { count }]) => ({ expression, count }));
		// a shared expression's own parts occur once, however often it is used: counts come from the text itself
		const structures = [...this.#structures.values()];
		const counts = byId.map(() => 0);
		for (const text of [
			body,
			...structures.map(({ expression }) => expression),
			...byId.map(({ expression }) => expression),
		])
			for (const [, id] of text.matchAll(/«(\d+)»/g)) counts[id]++;
		const constants = new Map();
		const taken = new Set(structures.map(({ name }) => name));
		const expand = (text) =>
			text.replace(/«(\d+)»/g, (_, id) => {
				if (counts[id] < 2) return expand(byId[id].expression);
				return constants.get(Number(id)).name;
			});
		const definitions = [];
		const emit = (text) => {
			for (const [, id] of text.matchAll(/«(\d+)»/g)) visit(Number(id));
			for (const structure of structures)
				if (!structure.done && new RegExp(`\\b${structure.name}\\b`).test(text)) {
					structure.done = true;
					emit(structure.expression);
					definitions.push(
						`${this.#globals ? "" : "export "}const ${structure.name} = ${expand(structure.expression)};`,
					);
				}
		};
		const visit = (id) => {
			const { expression } = byId[id];
			emit(expression);
			if (counts[id] < 2 || constants.has(id)) return;
			const name = unique(constantName(expand(expression)), taken);
			constants.set(id, { name });
			definitions.push(`const ${name} = ${expand(expression)};`);
		};
		if (!this.#globals) for (const { name } of structures) emit(name);
		emit(body);
		const text = expand(body);
		const imports = [...this.#imports]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([specifier, names]) => importOf(specifier, [...names].sort()))
			.join("");
		return [HEADER + imports, ...this.#declared.values(), definitions.join("\n"), text]
			.filter((part) => part !== "")
			.join("\n");
	}

	#declare(datatype) {
		const name = exportName(datatype);
		switch (datatype.effectiveMetatype) {
			case "enum":
				return constants(
					name,
					enumValues(datatype).map((member) => [member.name, String(member.id)]),
					true,
				);
			case "bitmap":
				return constants(
					name,
					bitmapMasks(datatype).map(([bit, mask]) => [bit, `0x${mask.toString(16).padStart(2, "0")}`]),
					false,
				);
			default:
				return `export interface ${name} {\n${this.properties(datatype)}\n}\n`;
		}
	}
}

function constants(name, entries, union) {
	const lines = entries.map(([entry, value]) => `\t${key(entry)}: ${value},`).join("\n");
	const type = union ? `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n` : "";
	return `export const ${name} = Object.freeze({\n${lines}\n} as const);\n${type}`;
}

function importOf(specifier, names) {
	const types = names.filter((name) => name.startsWith("type ")).map((name) => name.slice(5));
	const values = names.filter((name) => !name.startsWith("type "));
	return (
		(values.length > 0 ? `import { ${values.join(", ")} } from "${specifier}";\n` : "") +
		(types.length > 0 ? `import type { ${types.join(", ")} } from "${specifier}";\n` : "")
	);
}

/** Fields that go over the wire one by one: not the fabric index, which comes with being fabric-scoped. */
export function fieldsOf(model) {
	return [...model.members]
		.filter(
			(field) =>
				field.id !== undefined &&
				field.id !== 254 &&
				!field.isDisallowed &&
				field.effectiveMetatype !== undefined,
		)
		.sort((a, b) => a.id - b.id);
}

export function isFabricScoped(model) {
	return [...model.members].some((field) => field.id === 254);
}

function isOptional(field) {
	return !field.effectiveConformance.isMandatory;
}

function exportName(datatype) {
	if (datatype.name === "entry") return `${datatype.parent.name}Entry`;
	return datatype.name[0].toUpperCase() + datatype.name.slice(1);
}

function key(name) {
	return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** OnOffControlBitmap → ON_OFF_CONTROL_BITMAP */
function upper(name) {
	return name
		.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
		.replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
		.toUpperCase();
}

/** A name that tells the content: uint(1, 254) → UINT_1_254; field(0, "groupId", …) → GROUP_ID_0 */
function constantName(expression) {
	const fieldParts = /^field\((\d+), "(\w+)"/.exec(expression);
	if (fieldParts) return `${upper(fieldParts[2])}_${fieldParts[1]}`;
	if (expression.startsWith("struct("))
		return `FIELDS_${[...expression.matchAll(/"(\w+)"|\b([A-Z][A-Z_0-9]*)_\d+\b/g)].map(([, name, constant]) => constant ?? upper(name)).join("_")}`;
	return upper(
		expression
			.replace(/-/g, "minus ")
			.replace(/[^\w]+/g, "_")
			.replace(/_+$/, ""),
	).replace(/_+/g, "_");
}

function unique(name, taken) {
	let candidate = name;
	for (let i = 2; taken.has(candidate); i++) candidate = `${name}_${i}`;
	taken.add(candidate);
	return candidate;
}

/** What is generated of one cluster: its file, and one of its enumerations and bitmaps. */
import { CONSTANTS } from "./written.mjs";
import { bitmapMasks, descriptor, enumValues, isGlobal, typeScript } from "./types.mjs";

const HEADER = "// Written by `npm run codegen` from the standard data model. Not to be edited.\n";

export class File {
	/** module specifier → names; a name beginning with "type " is imported as a type only */
	#imports = new Map();
	/** datatypes of this file → exported TypeScript, in the order of first use */
	#declared = new Map();
	/** the same of enumerations and bitmaps */
	#constants = new Map();
	/** datatypes → their number among #lines */
	#structures = new Map();
	/** structures as datamodel/DefinitionText has them */
	#lines = [];
	#globals;
	#names = new Set();
	#own;
	#name;

	/**
	 * @param {File | undefined} globals the file of datatypes that belong to no cluster; undefined for itself
	 * @param {Map<string, object>} own datatypes that the cluster has in place of those of the same name elsewhere
	 * @param {string} name of the cluster
	 */
	constructor(globals, own = new Map(), name = "") {
		this.#globals = globals;
		this.#own = own;
		this.#name = name;
	}

	#resolve = (datatype) => this.#own.get(datatype.name) ?? datatype;

	use(name, specifier) {
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
		const name = exportName(datatype);
		if (isGlobal(datatype) && this.#globals) {
			this.#globals.datatype(datatype);
			return this.use(`type ${name}`, "./Globals");
		}
		const constant = CONSTANTS[this.#name]?.includes(name);
		const declared = constant ? this.#constants : this.#declared;
		if (!declared.has(datatype)) {
			declared.set(datatype, "");
			this.claim(name);
			declared.set(datatype, this.#declare(datatype));
		}
		return constant ? this.use(`type ${name}`, `./${this.#name}Constants`) : name;
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

	/** The word for a value's type. */
	descriptor(model) {
		return descriptor(model, { structure: this.structure, resolve: this.#resolve });
	}

	/** What follows a head's id, and the lines of the fields after it. */
	fields(model) {
		const scoped = isFabricScoped(model);
		const lines = fieldsOf(model).map((field) => {
			const marks = (isOptional(field) ? "?" : "") + (scoped && field.effectiveAccess.fabricSensitive ? "*" : "");
			return `\n${field.id} ${field.propertyName}${marks} ${this.descriptor(field)}`;
		});
		return { mark: scoped ? "*" : "", lines: lines.join("") };
	}

	/** @returns the number of a structure that has a name, whose lines stand before those of the elements */
	structure = (used) => {
		const datatype = this.#resolve(used);
		if (!this.#structures.has(datatype)) {
			const { mark, lines } = this.fields(datatype);
			this.#structures.set(datatype, this.#lines.length);
			this.#lines.push(`#${mark}${lines}`);
		}
		return this.#structures.get(datatype);
	};

	/** Lines of all structures that descriptors named. */
	get structures() {
		return this.#lines;
	}

	get isEmpty() {
		return this.#declared.size === 0;
	}

	declare(text) {
		this.#declared.set({}, text);
	}

	/** @returns the file's text, `body` last */
	print(body) {
		const imports = [...this.#imports]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([specifier, names]) => importOf(specifier, [...names].sort()))
			.join("");
		return [HEADER + imports, ...this.#declared.values(), body].filter((part) => part !== "").join("\n");
	}

	/** @returns the text of the file of enumerations and bitmaps: linked only where one of them is used; or undefined */
	printConstants() {
		return this.#constants.size > 0 ? [HEADER, ...this.#constants.values()].join("\n") : undefined;
	}

	#declare(datatype) {
		const name = exportName(datatype);
		const isConstant = CONSTANTS[this.#name]?.includes(name);
		switch (datatype.effectiveMetatype) {
			case "enum":
				if (!isConstant) return enumeration(name, enumValues(datatype));
				return constants(
					name,
					enumValues(datatype).map((member) => [member.name, String(member.id)]),
					true,
				);
			case "bitmap":
				if (!isConstant) return "";
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

function enumeration(name, members) {
	const names = members.map((member) => `${member.id} ${member.name}`).join(", ");
	const type = members.map((member) => member.id).join(" | ") || "number";
	return `/** ${names} */\nexport type ${name} = ${type};\n`;
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

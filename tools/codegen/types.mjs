/** Value types of the model as TypeScript types, and as words of datamodel/DefinitionText. */
import { ClusterModel, Metatype } from "@matter/model";

const BASIC = {
	enum8: ["UINT", 8],
	uint8: ["UINT", 8],
	uint16: ["UINT", 16],
	uint24: ["UINT", 24],
	uint32: ["UINT", 32],
	uint40: ["UINT", 40],
	uint48: ["UINT", 48],
	uint56: ["UINT_WIDE", 56],
	uint64: ["UINT_WIDE", 64],
	int8: ["INT", 8],
	int16: ["INT", 16],
	int24: ["INT", 24],
	int32: ["INT", 32],
	int40: ["INT", 40],
	int48: ["INT", 48],
	int56: ["INT_WIDE", 56],
	int64: ["INT_WIDE", 64],
};

const NUMERIC = new Set([Metatype.integer, Metatype.enum, Metatype.bitmap, Metatype.date, Metatype.duration]);

/** Enumerations that other documents go on filling: plain numbers here. */
const OPEN = new Set(["status", "namespace"]);

/** @returns the enumeration, bitmap or structure that a value is of: a datatype, or undefined */
export function named(model) {
	const metatype = model.effectiveMetatype;
	if (metatype !== Metatype.enum && metatype !== Metatype.bitmap && metatype !== Metatype.object) return undefined;
	const defining = model.definingModel;
	if (!defining || OPEN.has(defining.name)) return undefined;
	// a structure may be defined where it is used; numbers with names of their own there stay numbers
	return defining.tag === "datatype" || metatype === Metatype.object ? defining : undefined;
}

/** The TypeScript type of a value. `use` is told the datatypes it names. */
export function typeScript(model, use) {
	const plain = plainTypeScript(model, use);
	return model.effectiveQuality.nullable ? `${plain} | null` : plain;
}

function plainTypeScript(model, use) {
	const metatype = model.effectiveMetatype;
	const datatype = named(model);
	switch (metatype) {
		case Metatype.boolean:
			return "boolean";
		case Metatype.float:
			return "number";
		case Metatype.string:
			return "string";
		case Metatype.bytes:
			return "Uint8Array";
		case Metatype.array: {
			const entry = typeScript(model.listEntry, use);
			return entry.includes(" ") ? `readonly (${entry})[]` : `readonly ${entry}[]`;
		}
		case Metatype.object:
			if (!datatype) throw new Error(`${model.path}: structure without a name`);
			return use(datatype);
		case Metatype.enum:
			if (datatype) return use(datatype);
			return "number";
		default:
			if (NUMERIC.has(metatype)) return basic(model)[0].endsWith("WIDE") ? "bigint" : "number";
			throw new Error(`${model.path}: no type for ${metatype}`);
	}
}

function basic(model) {
	const found = BASIC[model.primitiveBase?.name];
	if (!found) throw new Error(`${model.path}: no number type ${model.primitiveBase?.name}`);
	return found;
}

/** The values of an enumeration, ascending; all of them, whatever features they need. */
export function enumValues(datatype) {
	return [...datatype.members]
		.filter((member) => member.id !== undefined && !member.isDisallowed)
		.sort((a, b) => a.id - b.id);
}

/** The bits of a bitmap as [name, mask]. */
export function bitmapMasks(datatype) {
	return [...datatype.members]
		.filter((member) => !member.isDisallowed)
		.map((member) => {
			const { value, min, max } = member.effectiveConstraint;
			if (typeof value === "number") return [member.name, 2 ** value];
			if (typeof min === "number" && typeof max === "number") return [member.name, 2 ** (max + 1) - 2 ** min];
			throw new Error(`${member.path}: which bits?`);
		});
}

/** Numbers of a constraint; whatever refers to other attributes is the server's to check. */
function bounds(constraint) {
	if (constraint?.parts) {
		const parts = constraint.parts.map(bounds);
		const min = parts.map((part) => part.min);
		const max = parts.map((part) => part.max);
		return {
			min: min.includes(undefined) ? undefined : Math.min(...min),
			max: max.includes(undefined) ? undefined : Math.max(...max),
		};
	}
	const number = (bound) => (typeof bound === "number" ? bound : undefined);
	const value = number(constraint?.value);
	return value === undefined
		? { min: number(constraint?.min), max: number(constraint?.max) }
		: { min: value, max: value };
}

/**
 * A value's type as a word of datamodel/DefinitionText.
 * @param tools structure: (datatype) => the number of its lines; resolve: (datatype) => the cluster's own of that name
 * @param constraint in place of the model's own
 */
export function descriptor(model, tools, constraint = model.effectiveConstraint) {
	return plainDescriptor(model, tools, constraint) + (model.effectiveQuality.nullable ? "?" : "");
}

function plainDescriptor(model, tools, constraint) {
	const metatype = model.effectiveMetatype;
	const { min, max } = bounds(constraint);
	switch (metatype) {
		case Metatype.boolean:
			return "b";
		case Metatype.float:
			return model.primitiveBase.name === "single" ? "f4" : "f8";
		case Metatype.string:
			return `s${limits(min ?? 0, max)}`;
		case Metatype.bytes:
			return `o${limits(min ?? 0, max)}`;
		case Metatype.array: {
			const entry = model.listEntry;
			const own = entry.effectiveConstraint;
			const word = descriptor(entry, tools, own.isEmpty !== false && constraint?.entry ? constraint.entry : own);
			return `[${word}]${min || max !== undefined ? limits(min ?? 0, max) : ""}`;
		}
		case Metatype.object:
			return `#${tools.structure(named(model)).toString(16)}`;
		default:
			if (NUMERIC.has(metatype)) return integer(model, min, max, tools);
			throw new Error(`${model.path}: no descriptor for ${metatype}`);
	}
}

/** A limit that is undefined, or infinite, is left out. */
function limits(min, max) {
	const limit = (value) => (Number.isFinite(value) ? value : "");
	return `${limit(min)}:${limit(max)}`;
}

function integer(model, min, max, { resolve }) {
	const [kind, bits] = basic(model);
	const datatype = model.effectiveMetatype === Metatype.enum ? named(model) : undefined;
	if (datatype && min === undefined && max === undefined) {
		const values = enumValues(resolve(datatype)).map((member) => member.id);
		if (values.length > 0) {
			const last = values[values.length - 1];
			return last - values[0] === values.length - 1 ? `u${limits(values[0], last)}` : `u${values.join(",")}`;
		}
	}
	const wide = kind.endsWith("WIDE");
	const unsigned = kind.startsWith("UINT");
	if (wide) {
		const letter = unsigned ? "U" : "I";
		if (min === undefined && max === undefined && bits === 64) return letter + bits;
		const lowest = unsigned ? 0 : bits === 64 ? -Infinity : -(2 ** (bits - 1));
		const highest = bits === 64 ? Infinity : 2 ** (unsigned ? bits : bits - 1) - 1;
		return letter + limits(min ?? lowest, max ?? highest);
	}
	// One value of a nullable type stands for null where there is no TLV (Matter Core 7.19.1)
	const nullable = model.effectiveQuality.nullable && model.effectiveMetatype === Metatype.integer;
	const lowest = unsigned ? 0 : -(2 ** (bits - 1)) + (nullable ? 1 : 0);
	const highest = (unsigned ? 2 ** bits - 1 : 2 ** (bits - 1) - 1) - (nullable && unsigned ? 1 : 0);
	const from = Math.max(min ?? lowest, lowest);
	const to = Math.min(max ?? highest, highest);
	const letter = unsigned ? "u" : "i";
	return from === lowest && to === highest && !nullable ? letter + bits : letter + limits(from, to);
}

/** @returns whether a datatype belongs to no cluster */
export function isGlobal(datatype) {
	return datatype.owner(ClusterModel) === undefined;
}

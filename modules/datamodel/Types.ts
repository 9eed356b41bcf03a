import { ANONYMOUS, TlvError, TlvOverflow, TlvType } from "../codec/Tlv";
import type { Tag } from "../codec/Tlv";
import type { TlvReader } from "../codec/TlvReader";
import { TlvWriter } from "../codec/TlvWriter";
import { Status, StatusError } from "./Status";

/**
 * Descriptors of the data model's value types (Matter Core 7.19) and the two functions that carry values to and from
 * TLV by them. Descriptors are frozen data; generated definitions share them.
 *
 * In JavaScript a value is a boolean; a number (integers up to 48 bits, enumerations, bitmaps, floats); a bigint
 * (integers of 56 and 64 bits, whatever their value); a string; a Uint8Array; an array; an object with the
 * specification's field names in lower camel case, where an absent optional field is undefined; or null.
 */

export const BOOL = 0;
/** unsigned integers, enumerations and bitmaps that fit a number */
export const UINT = 1;
export const INT = 2;
export const UINT_WIDE = 3;
export const INT_WIDE = 4;
export const SINGLE = 5;
export const DOUBLE = 6;
export const STRING = 7;
export const OCTETS = 8;
export const LIST = 9;
export const STRUCT = 10;

export interface ScalarType {
	readonly kind: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
	readonly nullable: boolean;
	/** smallest value; fewest bytes of a string or octet string */
	readonly min: number;
	/** largest value; most bytes of a string or octet string */
	readonly max: number;
	/** what an enumeration with gaps defines */
	readonly values?: readonly number[] | undefined;
}

export interface ListType {
	readonly kind: 9;
	readonly nullable: boolean;
	/** fewest entries */
	readonly min: number;
	/** most entries; Infinity where an attribute of the server rules */
	readonly max: number;
	readonly entry: Type;
}

export interface StructType {
	readonly kind: 10;
	readonly nullable: boolean;
	/** by id */
	readonly fields: readonly Field[];
	/** carries `fabricIndex`, field 254, which the server writes (Matter Core 7.13.5) */
	readonly fabricScoped: boolean;
}

export type Type = ScalarType | ListType | StructType;

export interface Field {
	readonly id: number;
	/** property name */
	readonly name: string;
	readonly type: Type;
	/** may be absent; also where only the server can tell whether it must be there */
	readonly optional: boolean;
	/** hidden from other fabrics (Matter Core 7.13.7) */
	readonly sensitive: boolean;
}

/** Whom a value is for. InteractionContext is one; without a scope all entries and fields are written, as for storage. */
export interface FabricScope {
	/** accessing fabric, 0 for none */
	readonly fabricIndex: number;
	/** leave out what belongs to other fabrics */
	readonly fabricFiltered: boolean;
}

const FABRIC_INDEX = 254;
/** bytes tried first and last by encoded() */
const SMALLEST = 64;
const LARGEST = 0x10000;

function scalar(kind: ScalarType["kind"], min: number, max: number, values?: readonly number[]): ScalarType {
	const type = { kind, nullable: false, min, max };
	return Object.freeze(values ? { ...type, values: Object.freeze(values) } : type);
}

export const BOOLEAN = scalar(BOOL, 0, 1);
export const UINT8 = scalar(UINT, 0, 0xff);
export const UINT16 = scalar(UINT, 0, 0xffff);
export const UINT32 = scalar(UINT, 0, 0xffffffff);
export const UINT64 = scalar(UINT_WIDE, 0, Infinity);
export const INT8 = scalar(INT, -0x80, 0x7f);
export const INT16 = scalar(INT, -0x8000, 0x7fff);
export const INT32 = scalar(INT, -0x80000000, 0x7fffffff);
export const INT64 = scalar(INT_WIDE, -Infinity, Infinity);
export const FLOAT32 = scalar(SINGLE, -Infinity, Infinity);
export const FLOAT64 = scalar(DOUBLE, -Infinity, Infinity);

export function uint(min: number, max: number): ScalarType {
	return scalar(UINT, min, max);
}

export function int(min: number, max: number): ScalarType {
	return scalar(INT, min, max);
}

export function uintWide(min: number, max: number): ScalarType {
	return scalar(UINT_WIDE, min, max);
}

export function intWide(min: number, max: number): ScalarType {
	return scalar(INT_WIDE, min, max);
}

/** An enumeration whose values are not all those from the first to the last; `values` ascend. */
export function choice(values: readonly number[]): ScalarType {
	return scalar(UINT, values[0] ?? 0, values[values.length - 1] ?? 0, values);
}

/** Lengths in bytes of UTF-8. */
export function string(min: number, max: number): ScalarType {
	return scalar(STRING, min, max);
}

export function octets(min: number, max: number): ScalarType {
	return scalar(OCTETS, min, max);
}

export function list(entry: Type, min = 0, max = Infinity): ListType {
	return Object.freeze({ kind: LIST, nullable: false, min, max, entry });
}

export function struct(fields: readonly Field[], fabricScoped = false): StructType {
	return Object.freeze({ kind: STRUCT, nullable: false, fields: Object.freeze(fields), fabricScoped });
}

export function nullable<T extends Type>(type: T): T {
	const copy: Type = { ...type, nullable: true };
	return Object.freeze(copy) as T;
}

export function field(id: number, name: string, type: Type, optional = false, sensitive = false): Field {
	return Object.freeze({ id, name, type, optional, sensitive });
}

/** What a command or response without fields carries. */
export type NoFields = Readonly<Record<string, never>>;
export const NO_FIELDS = struct([]);

/**
 * Whether an entry of a list is part of what `scope` may see: entries of other fabrics are left out when it filters
 * (Matter Core 7.13.3).
 */
export function isVisible(type: ListType, entry: unknown, scope: FabricScope | undefined): boolean {
	const { entry: entryType } = type;
	return (
		scope === undefined ||
		!scope.fabricFiltered ||
		entryType.kind !== STRUCT ||
		!entryType.fabricScoped ||
		(entry as { fabricIndex: number }).fabricIndex === scope.fabricIndex
	);
}

/**
 * Writes a value. Fabric-sensitive fields of other fabrics than the scope's are left out.
 * @throws TypeError when the value is not of the type: a mistake of the server, not of a peer
 * @throws TlvOverflow when the writer is full
 */
export function encodeValue(writer: TlvWriter, tag: Tag, type: Type, value: unknown, scope?: FabricScope): void {
	if (value === null) {
		if (!type.nullable) throw new TypeError("null for a type that is not nullable");
		writer.null(tag);
		return;
	}
	switch (type.kind) {
		case BOOL:
			writer.boolean(tag, value as boolean);
			break;
		case UINT:
		case UINT_WIDE:
			writer.unsigned(tag, value as number | bigint);
			break;
		case INT:
		case INT_WIDE:
			writer.signed(tag, value as number | bigint);
			break;
		case SINGLE:
			writer.float(tag, value as number);
			break;
		case DOUBLE:
			writer.double(tag, value as number);
			break;
		case STRING:
			writer.string(tag, value as string);
			break;
		case OCTETS:
			writer.octets(tag, value as Uint8Array);
			break;
		case LIST: {
			const entries = value as readonly unknown[];
			writer.array(tag);
			for (let i = 0; i < entries.length; i++)
				if (isVisible(type, entries[i], scope)) encodeValue(writer, ANONYMOUS, type.entry, entries[i], scope);
			writer.end();
			break;
		}
		case STRUCT:
			writer.structure(tag);
			encodeFields(writer, type, value as Readonly<Record<string, unknown>>, scope);
			writer.end();
			break;
	}
}

function encodeFields(
	writer: TlvWriter,
	type: StructType,
	value: Readonly<Record<string, unknown>>,
	scope?: FabricScope,
): void {
	const { fields, fabricScoped } = type;
	const foreign = fabricScoped && scope !== undefined && value["fabricIndex"] !== scope.fabricIndex;
	for (let i = 0; i < fields.length; i++) {
		const field = fields[i] as Field;
		const content = value[field.name];
		if (content === undefined) {
			if (field.optional) continue;
			throw new TypeError(`field ${field.name} is missing`);
		}
		if (foreign && field.sensitive) continue;
		encodeValue(writer, field.id, field.type, content, scope);
	}
	if (fabricScoped) writer.unsigned(FABRIC_INDEX, value["fabricIndex"] as number);
}

/** Encodes into a buffer of its own, as an anonymous element, everything included. @throws TypeError as encodeValue */
export function encodeAlone(type: Type, value: unknown): Uint8Array {
	return encoded((writer) => encodeValue(writer, ANONYMOUS, type, value));
}

/** Runs `encode` with writers of growing size until all fits. */
export function encoded(encode: (writer: TlvWriter) => void): Uint8Array {
	for (let size = SMALLEST; ; size *= 2) {
		const writer = new TlvWriter(new Uint8Array(size));
		try {
			encode(writer);
			return writer.finish();
		} catch (error) {
			if (!(error instanceof TlvOverflow) || size >= LARGEST) throw error;
		}
	}
}

/**
 * Reads the element that `reader` just came to (after `next()`).
 * @param fabricIndex what fabric-scoped structs get, whatever the data says (Matter Core 7.13.6); undefined for data of
 * our own that carries it
 * @throws TlvError when it is not of the type, or a mandatory field is missing
 * @throws StatusError ConstraintError when it is of the type, but outside of what the definition allows
 */
export function decodeValue(reader: TlvReader, type: Type, fabricIndex?: number): unknown {
	if (reader.isNull) {
		if (type.nullable) return null;
		throw new StatusError(Status.ConstraintError);
	}
	switch (type.kind) {
		case BOOL:
			return reader.boolean();
		case UINT:
			return inRange(type, reader.unsigned());
		case UINT_WIDE:
			return inRange(type, reader.unsigned64());
		case INT:
			return inRange(type, reader.signed());
		case INT_WIDE:
			return inRange(type, reader.signed64());
		case SINGLE:
		case DOUBLE:
			return inRange(type, reader.float());
		case STRING: {
			const text = reader.string();
			inRange(type, reader.octetsLength);
			return text;
		}
		case OCTETS: {
			if (reader.type !== TlvType.OCTETS) throw new TlvError("an octet string was expected");
			inRange(type, reader.octetsLength);
			return reader.octets();
		}
		case LIST: {
			if (reader.type !== TlvType.ARRAY) throw new TlvError("an array was expected");
			const entries: unknown[] = [];
			reader.enter();
			while (reader.next()) {
				if (entries.length >= type.max) throw new StatusError(Status.ConstraintError);
				entries.push(decodeValue(reader, type.entry, fabricIndex));
			}
			if (entries.length < type.min) throw new StatusError(Status.ConstraintError);
			return entries;
		}
		case STRUCT:
			if (reader.type !== TlvType.STRUCTURE) throw new TlvError("a structure was expected");
			return decodeFields(reader, type, fabricIndex);
	}
}

function decodeFields(reader: TlvReader, type: StructType, fabricIndex: number | undefined): Record<string, unknown> {
	const { fields } = type;
	const value: Record<string, unknown> = {};
	reader.enter();
	while (reader.next()) {
		const { tag } = reader;
		if (type.fabricScoped && tag === FABRIC_INDEX && fabricIndex === undefined) {
			value["fabricIndex"] = reader.unsigned(FABRIC_INDEX);
			continue;
		}
		for (let i = 0; i < fields.length; i++) {
			const field = fields[i] as Field;
			if (field.id !== tag) continue;
			if (value[field.name] !== undefined) throw new TlvError(`field ${field.name} comes twice`);
			value[field.name] = decodeValue(reader, field.type, fabricIndex);
			break;
		}
	}
	for (let i = 0; i < fields.length; i++) {
		const field = fields[i] as Field;
		if (!field.optional && value[field.name] === undefined) throw new TlvError(`field ${field.name} is missing`);
	}
	if (type.fabricScoped && fabricIndex !== undefined) value["fabricIndex"] = fabricIndex;
	return value;
}

function inRange<T extends number | bigint>(type: ScalarType, value: T): T {
	if (value < type.min || value > type.max || type.values?.includes(value as number) === false)
		throw new StatusError(Status.ConstraintError);
	return value;
}

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
const SMALLEST = 256;
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
	const entryType = type.entry;
	return (
		scope === undefined ||
		!scope.fabricFiltered ||
		entryType.kind !== STRUCT ||
		!entryType.fabricScoped ||
		(entry as { fabricIndex: number }).fabricIndex === scope.fabricIndex
	);
}

/**
 * Writes a value. Fabric-sensitive fields of other fabrics than the scope's are left out. Values nest: each level takes
 * one call, and what has no levels is a matter of its own, for a small stack.
 * @throws TypeError when the value is not of the type: a mistake of the server, not of a peer
 * @throws TlvOverflow when the writer is full
 */
export function encodeValue(writer: TlvWriter, tag: Tag, type: Type, value: unknown, scope?: FabricScope): void {
	if (value === null || type.kind < LIST) return encodeScalar(writer, tag, type as ScalarType, value);
	let i = 0;
	let content: unknown;
	if (type.kind === LIST) {
		writer.array(tag);
		for (; i < (value as readonly unknown[]).length; i++) {
			content = (value as readonly unknown[])[i];
			if (isVisible(type, content, scope)) encodeValue(writer, ANONYMOUS, type.entry, content, scope);
		}
	} else {
		writer.structure(tag);
		for (; i < (type as StructType).fields.length; i++) {
			content = fieldOf(type as StructType, i, value as Fields, scope);
			if (content === undefined) continue;
			encodeValue(
				writer,
				(type as StructType).fields[i]!.id,
				(type as StructType).fields[i]!.type,
				content,
				scope,
			);
		}
		if ((type as StructType).fabricScoped)
			writer.unsigned(FABRIC_INDEX, (value as Fields)["fabricIndex"] as number);
	}
	writer.end();
}

type Fields = Readonly<Record<string, unknown>>;

/** The content of a field, where there is any to be written. */
function fieldOf(type: StructType, index: number, value: Fields, scope: FabricScope | undefined): unknown {
	const { name, optional, sensitive } = type.fields[index]!;
	const content = value[name];
	if (content === undefined && !optional) throw new TypeError(`field ${name} is missing`);
	if (!sensitive || !type.fabricScoped || scope === undefined) return content;
	return value["fabricIndex"] === scope.fabricIndex ? content : undefined;
}

function encodeScalar(writer: TlvWriter, tag: Tag, { kind, nullable }: ScalarType, value: unknown): void {
	if (value === null) {
		if (!nullable) throw new TypeError("null for a type that is not nullable");
		return writer.null(tag);
	}
	switch (kind) {
		case BOOL:
			return writer.boolean(tag, value as boolean);
		case UINT:
		case UINT_WIDE:
			return writer.unsigned(tag, value as number | bigint);
		case INT:
		case INT_WIDE:
			return writer.signed(tag, value as number | bigint);
		case SINGLE:
			return writer.float(tag, value as number);
		case DOUBLE:
			return writer.double(tag, value as number);
		case STRING:
			return writer.string(tag, value as string);
		case OCTETS:
			return writer.octets(tag, value as Uint8Array);
	}
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
	if (reader.isNull || type.kind < LIST) return decodeScalar(reader, type as ScalarType);
	if (type.kind === LIST) {
		const entries: unknown[] = [];
		enterList(reader);
		while (reader.next())
			if (entries.push(decodeValue(reader, type.entry, fabricIndex)) > type.max) throw outside();
		if (entries.length < type.min) throw outside();
		return entries;
	}
	const value: Record<string, unknown> = {};
	enterStruct(reader);
	while (reader.next()) {
		const field = fieldAt(reader, type as StructType, value, fabricIndex);
		if (field) value[field.name] = decodeValue(reader, field.type, fabricIndex);
	}
	return complete(type as StructType, value, fabricIndex);
}

function enterList(reader: TlvReader): void {
	if (reader.type !== TlvType.ARRAY) throw new TlvError("an array was expected");
	reader.enter();
}

function enterStruct(reader: TlvReader): void {
	if (reader.type !== TlvType.STRUCTURE) throw new TlvError("a structure was expected");
	reader.enter();
}

/** The field that is at hand, where it is one to decode. */
function fieldAt(
	reader: TlvReader,
	{ fields, fabricScoped }: StructType,
	value: Record<string, unknown>,
	fabricIndex: number | undefined,
): Field | undefined {
	const tag = reader.tag;
	if (fabricScoped && tag === FABRIC_INDEX && fabricIndex === undefined)
		value["fabricIndex"] = reader.unsigned(FABRIC_INDEX);
	else {
		// ids mostly follow one another
		let field: Field | undefined = fields[tag - (fields[0]?.id ?? 0)];
		if (field?.id !== tag) field = fields.find((one) => one.id === tag);
		if (field && value[field.name] !== undefined) throw new TlvError(`field ${field.name} comes twice`);
		return field;
	}
	return undefined;
}

/** A struct whose fields are all read. */
function complete(
	{ fields, fabricScoped }: StructType,
	value: Record<string, unknown>,
	fabricIndex: number | undefined,
): Record<string, unknown> {
	for (let i = 0; i < fields.length; i++) {
		const field = fields[i] as Field;
		if (!field.optional && value[field.name] === undefined) throw new TlvError(`field ${field.name} is missing`);
	}
	if (fabricScoped && fabricIndex !== undefined) value["fabricIndex"] = fabricIndex;
	return value;
}

function decodeScalar(reader: TlvReader, type: ScalarType): unknown {
	if (reader.isNull) {
		if (type.nullable) return null;
		throw outside();
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
		case OCTETS:
			if (reader.type !== TlvType.OCTETS) throw new TlvError("an octet string was expected");
			inRange(type, reader.octetsLength);
			return reader.octets();
	}
}

function outside(): StatusError {
	return new StatusError(Status.ConstraintError);
}

function inRange<T extends number | bigint>(type: ScalarType, value: T): T {
	if (value < type.min || value > type.max || type.values?.includes(value as number) === false) throw outside();
	return value;
}

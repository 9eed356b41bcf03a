const WIDTH = 80;
const DEPTH = 8;

function bytes(value: Uint8Array, indent: string): string {
	const rows: string[] = [];
	for (let start = 0; start < value.length; start += 16) {
		let row = "";
		const end = Math.min(start + 16, value.length);
		for (let i = start; i < end; i++) row += (i > start ? " " : "") + value[i]!.toString(16).padStart(2, "0");
		rows.push(row);
	}
	if (rows.length < 2) return `[${rows.join("")}]`;
	return `[\n${rows.map((row) => `${indent}  ${row}\n`).join("")}${indent}]`;
}

function wrap(open: string, items: string[], close: string, indent: string): string {
	if (items.length === 0) return open + close;
	const line = items.join(", ");
	if (line.length + indent.length <= WIDTH && !line.includes("\n")) {
		return open.endsWith("[") ? open + line + close : `${open} ${line} ${close}`;
	}
	return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}${close}`;
}

function className(value: object): string {
	const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
	return prototype?.constructor?.name ?? "";
}

/**
 * Text of any value for a failure message: what fits on one line stays on one, bytes are written in
 * hexadecimal by rows of 16, so that a line difference of two texts shows where the values differ.
 */
export function format(value: unknown, indent = "", parents: readonly object[] = []): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (typeof value === "bigint") return `${value}n`;
	if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
	if (typeof value === "function") return `[Function ${value.name === "" ? "anonymous" : value.name}]`;
	if (typeof value !== "object" || value === null) return String(value);
	if (parents.includes(value)) return "[Circular]";
	if ("asymmetricMatch" in value && "toString" in value) return (value as { toString(): string }).toString();
	if (value instanceof Error) return `[${value.name}: ${value.message}]`;
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Date(invalid)" : value.toISOString();
	if (value instanceof RegExp) return String(value);
	if (value instanceof ArrayBuffer) {
		return `ArrayBuffer(${value.byteLength}) ${bytes(new Uint8Array(value), indent)}`;
	}
	if (value instanceof DataView) {
		const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
		return `DataView(${value.byteLength}) ${bytes(view, indent)}`;
	}
	if (value instanceof Uint8Array) return `${className(value)}(${value.length}) ${bytes(value, indent)}`;
	const name = className(value);
	if (parents.length >= DEPTH) return `[${name}]`;
	const inner = `${indent}  `;
	const path = [...parents, value];
	const text = (item: unknown): string => format(item, inner, path);
	if (ArrayBuffer.isView(value)) {
		const numbers = Array.from(value as unknown as ArrayLike<number | bigint>);
		return wrap(`${name}(${numbers.length}) [`, numbers.map(text), "]", indent);
	}
	if (Array.isArray(value)) {
		const items: string[] = [];
		for (let i = 0; i < value.length; i++) items.push(i in value ? text(value[i]) : "<empty>");
		return wrap(name === "Array" ? "[" : `${name} [`, items, "]", indent);
	}
	if (value instanceof Map) {
		const items: string[] = [];
		for (const [key, item] of value) items.push(`${text(key)} => ${text(item)}`);
		return wrap("Map {", items, "}", indent);
	}
	if (value instanceof Set) return wrap("Set {", [...(value as Set<unknown>)].map(text), "}", indent);
	const items: string[] = [];
	for (const key of Reflect.ownKeys(value)) {
		if (!Object.prototype.propertyIsEnumerable.call(value, key)) continue;
		const shown = typeof key === "symbol" ? `[${String(key)}]` : /^[\w$]+$/.test(key) ? key : JSON.stringify(key);
		items.push(`${shown}: ${text((value as Record<string | symbol, unknown>)[key])}`);
	}
	return wrap(name === "Object" || name === "" ? "{" : `${name} {`, items, "}", indent);
}

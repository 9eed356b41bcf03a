import { format } from "./format";

function plain(value: unknown): string {
	return typeof value === "string" ? value : format(value);
}

function placeholder(kind: string, value: unknown): string {
	if (kind === "d" || kind === "f") return String(Number(value));
	if (kind === "i") return String(Math.trunc(Number(value)));
	if (kind === "j") return JSON.stringify(value);
	if (kind === "s") return plain(value);
	return format(value);
}

function named(title: string, row: object): string {
	return title.replace(/\$([\w.]+)/g, (whole, path: string) => {
		let value: unknown = row;
		for (const key of path.split(".")) {
			if (typeof value !== "object" || value === null || !(key in value)) return whole;
			value = (value as Record<string, unknown>)[key];
		}
		return format(value);
	});
}

function titled(title: string, row: unknown[], index: number): string {
	let next = 0;
	return title.replace(/%([sdifjopO#$%])/g, (whole, kind: string) => {
		if (kind === "%") return "%";
		if (kind === "#") return String(index);
		if (kind === "$") return String(index + 1);
		return next < row.length ? placeholder(kind, row[next++]) : whole;
	});
}

/** One case of a table: its title, and what the test is called with. */
export interface Case {
	title: string;
	parameters: unknown[];
}

/**
 * Cases of `it.each`: rows are arrays (`%s %d %i %f %j %o %p %# %%` in the title take their items), single
 * values, or objects (`$name` in the title). A template table gives objects named by its first line.
 */
export function cases(table: readonly unknown[], values: readonly unknown[], title: string): Case[] {
	let rows = table;
	if (values.length > 0 || "raw" in table) {
		const names = String(table[0])
			.split("|")
			.map((name) => name.trim());
		rows = [];
		for (let i = 0; i < values.length; i += names.length) {
			(rows as unknown[]).push(Object.fromEntries(names.map((name, j) => [name, values[i + j]])));
		}
	}
	return rows.map((row, index) => {
		const parameters: unknown[] = Array.isArray(row) ? row : [row];
		const first = parameters[0];
		const base = typeof first === "object" && first !== null && title.includes("$") ? named(title, first) : title;
		return { title: titled(base, parameters, index), parameters };
	});
}

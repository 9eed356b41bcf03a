import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { diff } from "jest-diff";
import { EXPECTED_COLOR, RECEIVED_COLOR, DIM_COLOR } from "jest-matcher-utils";
import { root } from "./paths.mjs";

const FRAME = /^\s*at (?:(.*?) )?\(?([^()\s]+?):(\d+)(?::\d+)?,?\)?$/;

const lines = new Map();

function lineOf(file, number) {
	if (!lines.has(file)) lines.set(file, readFileSync(file, "utf8").split("\n"));
	return lines.get(file)[number - 1] ?? "";
}

/** The engine counts no columns: point to the expectation of the line, or to its first character. */
function columnOf(file, number) {
	const text = lineOf(file, number);
	const at = text.indexOf("expect(");
	return (at >= 0 ? at : text.search(/\S|$/)) + 1;
}

/** The engine's frame (` at name (path:line)`, paths relative to the project) as V8 writes it; undefined for others. */
function translateFrame(line) {
	const [, name, path, number] = FRAME.exec(line) ?? [];
	if (path === undefined || path.startsWith("test/runner/xs/")) return undefined;
	const file = resolve(root, path);
	if (!existsSync(file)) return undefined;
	const at = `${file}:${number}:${columnOf(file, Number(number))}`;
	return name === undefined || name === "" ? `    at ${at}` : `    at ${name} (${at})`;
}

/** Text with the engine's stack in it → the same with frames of TypeScript; the harness' own frames go. */
export function translateStack(text) {
	const lines = text.split("\n").map((line) => (/^\s*at /.test(line) ? translateFrame(line) : line));
	return lines.filter((line) => line !== undefined).join("\n");
}

function labelled([label, text], colour) {
	if (text === "") return label;
	const [first, ...rest] = text.split("\n");
	const head = `${label}${/[:><=]$/.test(label) ? "" : ":"} ${colour(first)}`;
	return [head, ...rest.map((line) => colour(line))].join("\n");
}

function difference({ diff: wanted, expected, received }) {
	if (!wanted || !(expected[1].includes("\n") || received[1].includes("\n"))) return undefined;
	const text = diff(expected[1], received[1], { expand: false });
	return text === null || /no visual difference/.test(text) ? undefined : text;
}

function message(failure) {
	const { matcher, promise, isNot, argument, expected, received, note } = failure;
	const chain = [promise, isNot ? "not" : "", matcher].filter((part) => part !== "").map((part) => `.${part}`);
	const hint = `${DIM_COLOR("expect(")}${RECEIVED_COLOR("received")}${DIM_COLOR(")")}${chain.join("")}`;
	const parts = [`${hint}${DIM_COLOR("(")}${EXPECTED_COLOR(argument)}${DIM_COLOR(")")}`, ""];
	const compared = expected !== undefined && received !== undefined ? difference(failure) : undefined;
	if (compared !== undefined) parts.push(compared);
	else {
		if (expected !== undefined) parts.push(labelled(expected, EXPECTED_COLOR));
		if (received !== undefined) parts.push(labelled(received, RECEIVED_COLOR));
	}
	if (note !== undefined) {
		const [sentence, ...stack] = note.split("\n");
		parts.push("", sentence, ...stack.slice(1));
	}
	return parts.join("\n");
}

/** Where the engine's parser stopped, as a frame. */
function syntaxFrame({ name, message: text }) {
	const [, path, number] = (name === "SyntaxError" && /([^\s:]+\.(?:ts|js)):(\d+): /.exec(text)) || [];
	return path === undefined ? [] : [` at (${path}:${number})`];
}

/** Error as a test on the engine reported it → message and stack as Jest prints them. */
export function failureText(error) {
	const text = error.failure === undefined ? `${error.name}: ${error.message}` : message(error.failure);
	const frames = [...syntaxFrame(error), ...error.stack.split("\n").filter((line) => /^\s*at /.test(line))];
	return translateStack([text, ...frames].join("\n"));
}

/**
 * Reduces the model's conformance expressions (Matter Core 7.3) to what a server can know when its code is written: is
 * an element mandatory for a set of features, may it be there, or is it not allowed.
 */
import { Conformance } from "@matter/model";

const { Special, Flag, Operator } = Conformance;

const MANDATORY = "M";
const OPTIONAL = "O";
const DISALLOWED = "X";

/**
 * @param conformance of the model
 * @param {Map<string, number>} features short names and their bits
 * @param {number} revision of the cluster
 * @param {boolean | undefined} unknown what names stand for that are no features
 * @param {string[]} absent names of features that are never there
 * @returns {{mandatory: number[], possible: boolean}} mandatory: pairs of bits that must be set and must be clear (see
 * Condition in datamodel/ClusterDefinition); possible: false when nothing allows the element
 */
export function reduce(conformance, features, revision, unknown = undefined, absent = []) {
	const used = [...new Set(namesIn(conformance.ast))].filter((name) => features.has(name));
	const minterms = [];
	let possible = false;
	for (let combination = 0; combination < 1 << used.length; combination++) {
		const truth = new Map([...features.keys()].map((name) => [name, false]));
		used.forEach((name, i) => truth.set(name, Boolean(combination & (1 << i))));
		if (unknown !== undefined)
			for (const name of namesIn(conformance.ast)) if (!truth.has(name)) truth.set(name, unknown);
		for (const name of absent) truth.set(name, false);
		const outcome = evaluate(conformance.ast, truth, revision);
		if (outcome === MANDATORY) minterms.push(combination);
		if (outcome !== DISALLOWED) possible = true;
	}
	const toBits = (mask) => used.reduce((bits, name, i) => bits | (mask & (1 << i) ? features.get(name) : 0), 0);
	return {
		mandatory: implicants(minterms, used.length).flatMap(({ on, off }) => [toBits(on), toBits(off)]),
		possible,
	};
}

function namesIn(ast) {
	switch (ast.type) {
		case Special.Name:
			return [ast.param];
		case Special.Otherwise:
			return ast.param.flatMap(namesIn);
		case Special.Choice:
			return namesIn(ast.param.expr);
		case Special.OptionalIf:
		case Operator.NOT:
			return namesIn(ast.param);
		default:
			return ast.param?.lhs ? [...namesIn(ast.param.lhs), ...namesIn(ast.param.rhs)] : [];
	}
}

/** @returns M, O, X, or undefined where the next of several alternatives decides */
function outcomeOf(ast, truth, revision) {
	switch (ast.type) {
		case Special.Empty:
		case Special.Desc:
		case Flag.Optional:
		case Flag.Deprecated:
			return OPTIONAL;
		case Flag.Mandatory:
			return MANDATORY;
		case Flag.Disallowed:
			return DISALLOWED;
		case Flag.Provisional:
			return undefined;
		case Special.Revision:
			return revision >= ast.param ? MANDATORY : undefined;
		case Special.Choice: {
			// which of the alternatives is there is the server's choice
			const outcome = outcomeOf(ast.param.expr, truth, revision);
			return outcome === MANDATORY ? OPTIONAL : outcome;
		}
		case Special.OptionalIf:
			return value(ast.param, truth) === false ? undefined : OPTIONAL;
		case Special.Otherwise:
			for (const alternative of ast.param) {
				const outcome = outcomeOf(alternative, truth, revision);
				if (outcome !== undefined) return outcome;
			}
			return undefined;
		default: {
			const holds = value(ast, truth);
			return holds === undefined ? OPTIONAL : holds ? MANDATORY : undefined;
		}
	}
}

function evaluate(ast, truth, revision) {
	const outcome = outcomeOf(ast, truth, revision);
	if (outcome !== undefined) return outcome;
	return onlyProvisional(ast) ? OPTIONAL : DISALLOWED;
}

function onlyProvisional(ast) {
	return ast.type === Flag.Provisional || (ast.type === Special.Otherwise && ast.param.every(onlyProvisional));
}

/** @returns true, false, or undefined where more than features decides */
function value(ast, truth) {
	switch (ast.type) {
		case Special.Name:
			return truth.get(ast.param);
		case Operator.NOT: {
			const operand = value(ast.param, truth);
			return operand === undefined ? undefined : !operand;
		}
		case Operator.AND:
		case Operator.OR: {
			const decisive = ast.type === Operator.OR;
			const operands = [value(ast.param.lhs, truth), value(ast.param.rhs, truth)];
			if (operands.includes(decisive)) return decisive;
			return operands.includes(undefined) ? undefined : !decisive;
		}
		case Operator.XOR: {
			const operands = [value(ast.param.lhs, truth), value(ast.param.rhs, truth)];
			return operands.includes(undefined) ? undefined : operands[0] !== operands[1];
		}
		default:
			return undefined;
	}
}

/** The fewest products that cover exactly these minterms, as far as greedy choice finds them. */
function implicants(minterms, width) {
	const wanted = new Set(minterms);
	const all = [];
	for (let on = 0; on < 1 << width; on++)
		for (let off = 0; off < 1 << width; off++) {
			if (on & off) continue;
			const covered = [];
			for (let term = 0; term < 1 << width; term++) if ((term & on) === on && !(term & off)) covered.push(term);
			if (covered.every((term) => wanted.has(term))) all.push({ on, off, covered });
		}
	const chosen = [];
	const open = new Set(minterms);
	while (open.size > 0) {
		const gain = ({ covered }) => covered.filter((term) => open.has(term)).length;
		const best = all.reduce((best, candidate) => (gain(candidate) > gain(best) ? candidate : best));
		chosen.push(best);
		for (const term of best.covered) open.delete(term);
	}
	return chosen;
}

import { Conformance } from "@matter/model";
import { reduce } from "../../tools/codegen/conformance.mjs";

const FEATURES = new Map([
	["A", 1],
	["B", 2],
	["C", 4],
]);

function reduced(text, revision = 3) {
	return reduce(new Conformance(text), FEATURES, revision);
}

describe("conformance (Matter Core 7.3), reduced to features", () => {
	test.each([
		["M", [0, 0]],
		["O", []],
		["", []],
		["desc", []],
		["P", []],
		["D", []],
		["A", [1, 0]],
		["!A", [0, 1]],
		["[A]", []],
		["A, O", [1, 0]],
		["A & B", [3, 0]],
		["A | B", [1, 0, 2, 0]],
		["A & !B", [1, 2]],
		["!(A | B)", [0, 3]],
		["A ^ B", [1, 2, 2, 1]],
		["[A], B", [2, 1]],
		["P, M", [0, 0]],
		["P, A", [1, 0]],
		["O.a+", []],
		["A.a", []],
		["A | !A", [0, 0]],
		["Rev >= v3", [0, 0]],
		["Rev >= v4", []],
		["OtherAttribute", []],
		["A & OtherAttribute", []],
		["A | OtherAttribute", [1, 0]],
		["Status == Success, O", []],
	])("%s", (text, mandatory) => {
		expect(reduced(text).mandatory).toEqual(mandatory);
	});

	test.each([
		["X", false],
		["M", true],
		["D", true],
		["P", true],
		["A", true],
		["[A & B]", true],
		["A & !A", false],
		["Rev >= v4", false],
	])("%s may be there: %p", (text, possible) => {
		expect(reduced(text).possible).toBe(possible);
	});

	test("names that are no features can be settled", () => {
		expect(reduce(new Conformance("!Custom"), FEATURES, 1, false).mandatory).toEqual([0, 0]);
		expect(reduce(new Conformance("Custom"), FEATURES, 1, false).mandatory).toEqual([]);
	});
});

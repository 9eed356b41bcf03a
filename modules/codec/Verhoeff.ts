/** Permutations of the digits by position, of which every eighth is the same. */
const PERMUTATION = Object.freeze([
	"0123456789",
	"1576283094",
	"5803796142",
	"8916043527",
	"9453126870",
	"4286573901",
	"2793806415",
	"7046913258",
]);
const INVERSE = "0432156789";

/** The digit that guards `digits` against mistyping (Verhoeff's scheme, Matter Core 5.1.4.1.2). */
export function checkDigit(digits: string): string {
	let check = 0;
	for (let i = 0; i < digits.length; i++) {
		const digit = Number(digits[digits.length - 1 - i]);
		check = multiply(check, Number(PERMUTATION[(i + 1) % 8]![digit]));
	}
	return INVERSE[check]!;
}

/** In the symmetry group of the pentagon: 0..4 are rotations, 5..9 reflections. */
function multiply(a: number, b: number): number {
	const turn = a < 5 ? a + b : a - b;
	return (((turn % 5) + 5) % 5) + (a < 5 === b < 5 ? 0 : 5);
}

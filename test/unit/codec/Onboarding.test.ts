import { encodeBase38 } from "../../../modules/codec/Base38";
import { fromHex } from "../../../modules/codec/Bytes";
import { checkDigit } from "../../../modules/codec/Verhoeff";

describe("Base-38 (Matter Core 5.1.3.1)", () => {
	it.each([
		["", ""],
		["00", "00"],
		["25", ".0"],
		["26", "01"],
		["ff", "R6"],
		["0a00", "A000"],
		["ffff", "NE71"],
		["0a0000", "A0000"],
		["ffffff", "PLS18"],
		["0a", "A0"],
		["0a0000 0a", "A0000A0"],
		["0a0000 ffff", "A0000NE71"],
	])("%s", (hex, text) => {
		expect(encodeBase38(fromHex(hex))).toBe(text);
	});
});

describe("Verhoeff's check digit (Matter Core 5.1.4.1.2)", () => {
	it.each([
		["236", "3"],
		["12345", "1"],
		["142857", "0"],
		["3497011233", "2"],
		["", "0"],
	])("%s", (digits, check) => {
		expect(checkDigit(digits)).toBe(check);
	});

	it("notices every wrong digit and every swap of neighbours", () => {
		const digits = "3497011233";
		const check = checkDigit(digits);
		for (let i = 0; i < digits.length; i++) {
			for (const digit of "0123456789")
				if (digit !== digits[i])
					expect(checkDigit(digits.slice(0, i) + digit + digits.slice(i + 1))).not.toBe(check);
			if (i + 1 < digits.length && digits[i] !== digits[i + 1])
				expect(checkDigit(digits.slice(0, i) + digits[i + 1]! + digits[i]! + digits.slice(i + 2))).not.toBe(
					check,
				);
		}
	});
});

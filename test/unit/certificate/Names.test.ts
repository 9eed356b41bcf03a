import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { CertificateError } from "../../../modules/certificate/CertificateError";
import { X509Reader, nameToTlv } from "../../support/X509Reader";

const NODE_ID = "060a2b0601040182a27c0101";
const TAG = "060a2b0601040182a27c0106";
const COMMON_NAME = "0603550403";
const ASCII_1 = "30".repeat(15) + "31";

function der(tag: string, contents: string): string {
	return tag + (contents.length / 2).toString(16).padStart(2, "0") + contents;
}

/** A Name of one part: type and value are whole elements. */
function convert(type: string, value: string, part = "30"): string {
	const writer = new TlvWriter(new Uint8Array(100));
	nameToTlv(new X509Reader(fromHex(der("30", der("31", der(part, type + value))))), writer, 6);
	return toHex(writer.finish());
}

it.each([
	["a node id", NODE_ID, der("0c", ASCII_1), "3706" + "241101" + "18"],
	["a tag", TAG, der("0c", "3030303130303032"), "3706" + "261602000100" + "18"],
	["a common name", COMMON_NAME, der("0c", "c384"), "3706" + "2c0102c384" + "18"],
	["a printable common name", COMMON_NAME, der("13", "41"), "3706" + "2c810141" + "18"],
	["a domain component", "060a0992268993f22c640119", der("16", "41"), "3706" + "2c100141" + "18"],
])("converts %s", (_, type, value, tlv) => {
	expect(convert(type, value)).toBe(tlv);
});

it.each([
	["an identifier of 15 digits", NODE_ID, der("0c", ASCII_1.slice(2))],
	["an identifier of 17 digits", NODE_ID, der("0c", ASCII_1 + "30")],
	["an identifier in small letters", NODE_ID, der("0c", "61".repeat(16))],
	["an identifier that is no hexadecimal", NODE_ID, der("0c", "47".repeat(16))],
	["a PrintableString for an identifier", NODE_ID, der("13", ASCII_1)],
	["a tag of 16 digits", TAG, der("0c", ASCII_1)],
	["a Matter attribute 0", "060a2b0601040182a27c0100", der("0c", ASCII_1)],
	["a Matter attribute 8", "060a2b0601040182a27c0108", der("0c", ASCII_1)],
	["an unknown standard attribute", "0603550409", der("0c", "41")],
	["an unknown object identifier", "06032a0304", der("0c", "41")],
	["an attribute of attestation", "060a2b0601040182a27c0201", der("0c", "46464631")],
	["a domain component as UTF8String", "060a0992268993f22c640119", der("0c", "41")],
	["a common name as IA5String", COMMON_NAME, der("16", "41")],
	["a common name that is not UTF-8", COMMON_NAME, der("0c", "c3")],
	["a part without value", COMMON_NAME, ""],
	["a part with two values", COMMON_NAME, der("0c", "41") + der("0c", "42")],
	["a part without type", "", der("0c", "41")],
])("refuses %s", (_, type, value) => {
	expect(() => convert(type, value)).toThrow(CertificateError);
});

it("refuses parts that are no sequences, and names without sets", () => {
	expect(() => convert(COMMON_NAME, der("0c", "41"), "31")).toThrow(CertificateError);
	const writer = new TlvWriter(new Uint8Array(100));
	const withoutSet = der("30", der("30", der("30", COMMON_NAME + der("0c", "41"))));
	expect(() => nameToTlv(new X509Reader(fromHex(withoutSet)), writer, 6)).toThrow(CertificateError);
});

import { toHex } from "../../../modules/codec/Bytes";
import { encode } from "../../../modules/codec/Utf8";
import { CertificateError } from "../../../modules/certificate/CertificateError";
import { GENERALIZED_TIME, UTC_TIME } from "../../../modules/certificate/Der";
import { X509Reader, timeFromDer } from "../../support/X509Reader";
import { DerWriter } from "../../../modules/certificate/DerWriter";
import { timeToDer } from "../../../modules/certificate/Validity";

function read(text: string, tag = text.length === 15 ? GENERALIZED_TIME : UTC_TIME): number {
	const writer = new DerWriter(40);
	writer.primitive(tag, encode(text));
	const reader = new X509Reader(writer.finish());
	reader.next();
	return timeFromDer(reader);
}

// Matter Core 6.5.7: seconds since 2000-01-01; RFC 5280, 4.1.2.5: UTCTime through 2049
it.each([
	[1, "000101000001Z"],
	[5097600, "000229000000Z"],
	[656087023, "201015142343Z"],
	[1577923199, "491231235959Z"],
	[1577923200, "20500101000000Z"],
	[3160857599, "21000228235959Z"],
	[3160857600, "21000301000000Z"],
	[4294967295, "21360207062815Z"],
	[0, "99991231235959Z"],
])("%d is %s", (seconds, text) => {
	const writer = new DerWriter(40);
	timeToDer(seconds, writer);
	expect(toHex(writer.finish()).slice(4)).toBe(toHex(encode(text)));
	expect(read(text)).toBe(seconds);
});

it.each([
	["the moment that Matter writes as no end", "20000101000000Z"],
	["what lies before", "991231235959Z"],
	["what lies behind", "21360207062816Z"],
	["the 30th of February", "240230000000Z"],
	["the 29th of February 2023", "230229000000Z"],
	["month 0", "240001000000Z"],
	["month 13", "241301000000Z"],
	["day 0", "240100000000Z"],
	["hour 24", "240101240000Z"],
	["minute 60", "240101006000Z"],
	["second 60", "240101000060Z"],
	["a time zone", "240101000000+0100"],
	["no time zone", "2401010000000"],
	["no seconds", "2401010000Z"],
	["fractions", "20500101000000.5Z"],
	["letters", "24010100000xZ"],
	["a sign", "2401010000-1Z"],
])("refuses %s", (_, text) => {
	expect(() => read(text)).toThrow(CertificateError);
});

it("refuses another kind of element", () => {
	expect(() => read("240101000000Z", 0x0c)).toThrow(CertificateError);
});

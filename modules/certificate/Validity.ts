import { CertificateError } from "./CertificateError";
import { GENERALIZED_TIME, UTC_TIME } from "./Der";
import type { DerReader } from "./DerReader";
import type { DerWriter } from "./DerWriter";

/** 2000-01-01T00:00:00Z, where Matter's seconds begin, in milliseconds since 1970 */
const EPOCH = 946684800000;
/** X.509's time for "without an end"; Matter writes 0 (Matter Core 6.5.7) */
const NEVER: readonly number[] = Object.freeze([
	0x39, 0x39, 0x39, 0x39, 0x31, 0x32, 0x33, 0x31, 0x32, 0x33, 0x35, 0x39, 0x35, 0x39, 0x5a,
]);
const Z: readonly number[] = Object.freeze([0x5a]);

/** Writes epoch-s as an X.509 time: UTCTime before 2050, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function timeToDer(seconds: number, writer: DerWriter): void {
	if (seconds === 0) return writer.primitive(GENERALIZED_TIME, NEVER);
	const date = new Date(EPOCH + seconds * 1000);
	const year = date.getUTCFullYear();
	writer.begin(year < 2050 ? UTC_TIME : GENERALIZED_TIME);
	if (year < 2050) writer.decimal(year, 2);
	else writer.decimal(year, 4);
	writer.decimal(date.getUTCMonth() + 1, 2);
	writer.decimal(date.getUTCDate(), 2);
	writer.decimal(date.getUTCHours(), 2);
	writer.decimal(date.getUTCMinutes(), 2);
	writer.decimal(date.getUTCSeconds(), 2);
	writer.raw(Z);
	writer.end();
}

/** Reads the X.509 time just found as epoch-s. */
export function timeFromDer(reader: DerReader): number {
	const { tag, bytes, contents, end } = reader;
	const digits = tag === UTC_TIME ? 2 : 4;
	if ((tag !== UTC_TIME && tag !== GENERALIZED_TIME) || end - contents !== digits + 11 || bytes[end - 1] !== 0x5a)
		throw new CertificateError("encoding", "a time of another form");
	if (reader.is(NEVER)) return 0;
	const number = (at: number, length: number): number => {
		let value = 0;
		for (let i = contents + at; i < contents + at + length; i++) {
			if (bytes[i]! < 0x30 || bytes[i]! > 0x39)
				throw new CertificateError("encoding", "a time that is no digits");
			value = value * 10 + bytes[i]! - 0x30;
		}
		return value;
	};
	let year = number(0, digits);
	if (tag === UTC_TIME) year += year < 50 ? 2000 : 1900;
	const month = number(digits, 2);
	const day = number(digits + 2, 2);
	const hour = number(digits + 4, 2);
	const minute = number(digits + 6, 2);
	const second = number(digits + 8, 2);
	const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
	const seconds = (date.getTime() - EPOCH) / 1000;
	// Date carries over what is out of range: the 30th of February would become the 2nd of March.
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
		throw new CertificateError("encoding", "a time that does not exist");
	if (seconds <= 0 || seconds > 0xffffffff) throw new CertificateError("encoding", "a time outside Matter's epoch");
	return seconds;
}

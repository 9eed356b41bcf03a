import { GENERALIZED_TIME, UTC_TIME } from "./Der";
import type { DerWriter } from "./DerWriter";

/** 2000-01-01T00:00:00Z, where Matter's seconds begin, in milliseconds since 1970 */
export const EPOCH = 946684800000;
/** X.509's time for "without an end"; Matter writes 0 (Matter Core 6.5.7) */
export const NEVER = "99991231235959Z";

/** Writes epoch-s as an X.509 time: UTCTime before 2050, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function timeToDer(seconds: number, writer: DerWriter): void {
	if (seconds === 0) {
		writer.begin(GENERALIZED_TIME);
		writer.characters(NEVER);
		return writer.end();
	}
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
	writer.characters("Z");
	writer.end();
}

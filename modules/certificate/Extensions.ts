/** What the extensions of a Matter operational certificate say (Matter Core 6.5.11). */
export class Extensions {
	isCa: boolean | undefined;
	pathLength: number | undefined;
	/** KeyUsage flags, 0 when absent */
	keyUsage = 0;
	/** key purposes in their order, 1 server … 6 OCSP signing; undefined when absent */
	extendedKeyUsage: number[] | undefined;
	/** 20 bytes */
	subjectKeyId: Uint8Array | undefined;
	/** 20 bytes */
	authorityKeyId: Uint8Array | undefined;
}

export const DIGITAL_SIGNATURE = 0x0001;
export const KEY_CERT_SIGN = 0x0020;
export const CRL_SIGN = 0x0040;

export const SERVER_AUTHENTICATION = 1;
export const CLIENT_AUTHENTICATION = 2;

/** The tags of the extensions, and their number under id-ce. */
export const BASIC_CONSTRAINTS = 1;
export const KEY_USAGE = 2;
export const EXTENDED_KEY_USAGE = 3;
export const SUBJECT_KEY_ID = 4;
export const AUTHORITY_KEY_ID = 5;
export const FUTURE_EXTENSION = 6;
export const EXTENSION_NUMBERS: readonly number[] = Object.freeze([0, 19, 15, 37, 14, 35]);
/** The last number of a key purpose's object identifier, by its Matter code. */
export const PURPOSE_NUMBERS: readonly number[] = Object.freeze([0, 1, 2, 3, 4, 8, 9]);
export const KEY_ID_SIZE = 20;

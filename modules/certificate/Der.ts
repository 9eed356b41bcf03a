/** Tags of the DER elements in use (X.690). */
export const BOOLEAN: number = 0x01;
export const INTEGER: number = 0x02;
export const BIT_STRING: number = 0x03;
export const OCTET_STRING: number = 0x04;
export const OBJECT_IDENTIFIER: number = 0x06;
export const UTF8_STRING: number = 0x0c;
export const PRINTABLE_STRING: number = 0x13;
export const IA5_STRING: number = 0x16;
export const UTC_TIME: number = 0x17;
export const GENERALIZED_TIME: number = 0x18;
export const SEQUENCE: number = 0x30;
export const SET: number = 0x31;
/** context-specific, primitive: [0] of an authority key identifier */
export const CONTEXT_0: number = 0x80;
/** context-specific, constructed */
export const CONTEXT_0_CONSTRUCTED: number = 0xa0;
export const CONTEXT_3_CONSTRUCTED: number = 0xa3;

// Object identifiers, as the content bytes of their element.

/** ecdsa-with-SHA256: 1.2.840.10045.4.3.2 */
export const ECDSA_WITH_SHA256: readonly number[] = Object.freeze([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
/** id-ecPublicKey: 1.2.840.10045.2.1 */
export const EC_PUBLIC_KEY: readonly number[] = Object.freeze([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
/** prime256v1: 1.2.840.10045.3.1.7 */
export const PRIME256V1: readonly number[] = Object.freeze([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
/** id-at: 2.5.4, one more number follows */
export const ATTRIBUTE: readonly number[] = Object.freeze([0x55, 0x04]);
/** id-ce: 2.5.29, one more number follows */
export const EXTENSION: readonly number[] = Object.freeze([0x55, 0x1d]);
/** id-kp: 1.3.6.1.5.5.7.3, one more number follows */
export const KEY_PURPOSE: readonly number[] = Object.freeze([0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03]);
/** domainComponent: 0.9.2342.19200300.100.1.25 */
export const DOMAIN_COMPONENT: readonly number[] = Object.freeze([
	0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19,
]);
/** Matter's attributes of operational certificates: 1.3.6.1.4.1.37244.1, one more number follows */
export const MATTER: readonly number[] = Object.freeze([0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xa2, 0x7c, 0x01]);

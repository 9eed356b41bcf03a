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

// Object identifiers: the content bytes of their element, as characters, which take a quarter of the flash.

/** ecdsa-with-SHA256: 1.2.840.10045.4.3.2 */
export const ECDSA_WITH_SHA256 = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
/** id-ecPublicKey: 1.2.840.10045.2.1 */
export const EC_PUBLIC_KEY = "\x2a\x86\x48\xce\x3d\x02\x01";
/** prime256v1: 1.2.840.10045.3.1.7 */
export const PRIME256V1 = "\x2a\x86\x48\xce\x3d\x03\x01\x07";
/** id-at: 2.5.4, one more number follows */
export const ATTRIBUTE = "\x55\x04";
/** id-ce: 2.5.29, one more number follows */
export const EXTENSION = "\x55\x1d";
/** id-kp: 1.3.6.1.5.5.7.3, one more number follows */
export const KEY_PURPOSE = "\x2b\x06\x01\x05\x05\x07\x03";
/** domainComponent: 0.9.2342.19200300.100.1.25 */
export const DOMAIN_COMPONENT = "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19";
/** Matter's attributes of operational certificates: 1.3.6.1.4.1.37244.1, one more number follows */
export const MATTER = "\x2b\x06\x01\x04\x01\x82\xa2\x7c\x01";

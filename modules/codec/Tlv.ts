/** What TlvReader and TlvWriter share (Matter Core, appendix A). */

/** Element types with the length bits removed: what TlvReader.type holds. */
export const TlvType = Object.freeze({
	SIGNED: 0x00,
	UNSIGNED: 0x04,
	BOOLEAN: 0x08,
	FLOAT: 0x0a,
	DOUBLE: 0x0b,
	STRING: 0x0c,
	OCTETS: 0x10,
	NULL: 0x14,
	STRUCTURE: 0x15,
	ARRAY: 0x16,
	LIST: 0x17,
	/** an end of container; also what a reader holds before its first element */
	END: 0x18,
} as const);
export type TlvType = (typeof TlvType)[keyof typeof TlvType];

/** The tag of an element without one. */
export const ANONYMOUS = -1;
/** TlvReader.tag for the common-profile, implicit and fully-qualified forms; TlvReader.qualified holds the tag. */
export const QUALIFIED = -2;

/** A profile-specific tag (Matter Core A.2). Without `profile` it takes the implicit form, with profile and vendor 0 the common-profile form. */
export interface QualifiedTag {
	readonly vendorId?: number;
	readonly profile?: number;
	/** 0..2^32-1 */
	readonly tag: number;
}

/** 0..255 for a context-specific tag, ANONYMOUS, or a QualifiedTag. */
export type Tag = number | QualifiedTag;

/** Containers within containers that a reader follows and a writer writes; the interaction model needs 7, a certificate 4. */
export const MAX_DEPTH = 16;

/** The bytes are not the TLV that was expected. */
export class TlvError extends Error {
	override readonly name = "TlvError";
}

/** What is being written does not fit; the writer's position is where it was before the call. */
export class TlvOverflow extends RangeError {
	override readonly name = "TlvOverflow";
}

/**
 * What Matter says in a subject or issuer (Matter Core 6.1.1, 6.5.6). Standard attributes only matter for the signature
 * and for comparing names, so they stay in `der`.
 */
export class DistinguishedName {
	// Declared only: most of them are not there, and then take no memory.
	declare nodeId: bigint | undefined;
	declare firmwareSigningId: bigint | undefined;
	/** of the intermediate certificate authority */
	declare icacId: bigint | undefined;
	/** of the root certificate authority */
	declare rcacId: bigint | undefined;
	declare fabricId: bigint | undefined;
	/** of a vendor id verification signer */
	declare vvsId: bigint | undefined;
	/** matter-noc-cat, identifier in the upper 16 bits, version in the lower */
	caseAuthenticatedTags = NO_TAGS;
	/** the whole X.509 Name: two names are the same when these bytes are */
	der: Uint8Array = EMPTY;
	/** where that begins and ends in what is being written */
	start = 0;
	end = 0;
}

const EMPTY = new Uint8Array(0);
const NO_TAGS: readonly number[] = Object.freeze([]);

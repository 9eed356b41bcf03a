import type { NetworkInterface } from "host/network";
import { concatBytes, equalBytes } from "../codec/Bytes";

const ADDRESS = 16;
/** Addresses of one interface that are told: their records are bits of a number. */
export const ADDRESSES = 24;

/** What of an interface in use multicast DNS needs: as the host's objects it would take three times as much. */
export class Link {
	readonly index: number;
	/** 16 bytes each, IPv4 as ::ffff:a.b.c.d */
	private readonly addresses: Uint8Array;

	constructor({ index, addresses }: NetworkInterface) {
		this.index = index;
		this.addresses = concatBytes(...addresses.slice(0, ADDRESSES));
	}

	/** Number of addresses. */
	get length(): number {
		return this.addresses.length / ADDRESS;
	}

	/** 16 bytes; not to be kept. */
	address(i: number): Uint8Array {
		return this.addresses.subarray(ADDRESS * i, ADDRESS * (i + 1));
	}

	equals(other: Link): boolean {
		return this.index === other.index && equalBytes(this.addresses, other.addresses);
	}
}

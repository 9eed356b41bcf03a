import type { DnsReader, DnsWriter } from "./Dns";
import type { Link } from "./Link";

export const PROBES = 3; // RFC 6762 8.1
export const ANNOUNCEMENTS = 2; // RFC 6762 8.3

/** Lives of records, seconds (RFC 6762 10): of those that tell of the host, and of the others. */
export const HOST_TTL = 120;
export const SERVICE_TTL = 4500;

/**
 * A name that this device owns, with its way into use (probes, announcements, then answering) and its records. Those are
 * bits of a number; which is which only the name itself knows.
 */
export abstract class OwnedName {
	/** in wire form */
	name: Uint8Array;
	probes = PROBES;
	announcements = ANNOUNCEMENTS;
	/** scheduler ms: the next probe or announcement, or where none is left a second after the last one */
	due: number;
	/** the records that the message in hand is to hold */
	wanted = 0;

	constructor(name: Uint8Array, due: number) {
		this.name = name;
		this.due = due;
	}

	/** The records that an announcement or a goodbye over this interface holds. */
	abstract all(link: Link): number;

	/** Those that others may have too under the same name. */
	abstract get shared(): number;

	/** The records that the question read last asks for. */
	abstract asked(reader: DnsReader, link: Link): number;

	/** Whether the message in hand tells these records by `other` already. */
	isTold(_records: number, _other: OwnedName): boolean {
		return false;
	}

	/** The records of this name that whoever was told these asks for next (RFC 6763 12). */
	next(_records: number): number {
		return 0;
	}

	/** Whether these records name the host. */
	leadsToHost(_records: number): boolean {
		return false;
	}

	/** The records that the record read last tells: with at least half its life left, it need not be told again (RFC 6762 7.1). */
	abstract known(reader: DnsReader, link: Link): number;

	/** Whether the record read last gives this name other data than any of ours. */
	abstract isForeign(reader: DnsReader, links: readonly Link[]): boolean;

	/** Of two that probe at once: whether the other, of whom a record that is foreign was read last, keeps the name (RFC 6762 8.2). */
	abstract yields(reader: DnsReader): boolean;

	/** Writes records into a section. @returns those that found no room */
	abstract write(writer: DnsWriter, section: 1 | 2 | 3, records: number, link: Link): number;

	get established(): boolean {
		return this.probes === 0;
	}

	/** Probe and announce (anew). */
	restart(due: number): void {
		this.probes = PROBES;
		this.announcements = ANNOUNCEMENTS;
		this.due = due;
	}

	/** Announce again without probing, as after a change of address. */
	refresh(due: number): void {
		if (!this.established) return;
		this.announcements = ANNOUNCEMENTS;
		this.due = due;
	}
}

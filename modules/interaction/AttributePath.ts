import { TlvType, type TlvReader } from "../codec/TlvReader";
import { Status, StatusError } from "../datamodel/Status";
import { enter } from "./enter";

/** An id that a path leaves out: every endpoint, cluster, attribute or event. */
export const ANY = -1;

/** WildcardPathFlags (Matter Core 8.9.2.5). */
export const SKIP_ROOT_NODE = 0x001;
export const SKIP_GLOBAL_ATTRIBUTES = 0x002;
export const SKIP_ATTRIBUTE_LIST = 0x004;
export const SKIP_COMMAND_LISTS = 0x010;
export const SKIP_CUSTOM_ELEMENTS = 0x020;
export const SKIP_FIXED_ATTRIBUTES = 0x040;
export const SKIP_CHANGES_OMITTED_ATTRIBUTES = 0x080;
/** Not from the wire: the path names another node than this one. */
export const OTHER_NODE = 0x10000;

const FLAGS = 0xffff;
const CURRENT_CONFIGURATION = 0xffffffff;

/** Attributes that every cluster has: the only ones a path without cluster may name (Matter Core 7.13). */
export function isGlobalAttribute(id: number): boolean {
	return id >= 0xfff8 && id <= 0xfffd;
}

/** One AttributePathIB (Matter Core 10.6.2), read again and again into the same object. */
export class AttributePath {
	endpoint = ANY;
	cluster = ANY;
	attribute = ANY;
	/** WildcardPathFlags, and OTHER_NODE */
	flags = 0;
	/** undefined: the whole attribute; null: behind the list's last entry */
	listIndex: number | null | undefined = undefined;

	/** Every id is given. */
	get concrete(): boolean {
		return this.endpoint !== ANY && this.cluster !== ANY && this.attribute !== ANY;
	}

	/**
	 * Reads the element that `reader` stands on. `nodeId` is this node's id for the accessing fabric, undefined without one.
	 * @throws TlvError, or StatusError InvalidAction, when it is no path that a request may hold
	 */
	read(reader: TlvReader, nodeId: bigint | undefined): void {
		this.endpoint = ANY;
		this.cluster = ANY;
		this.attribute = ANY;
		this.flags = 0;
		this.listIndex = undefined;
		let current = true;
		enter(reader, TlvType.LIST, "an attribute path");
		while (reader.next())
			switch (reader.tag) {
				case 0:
					// Compression is for reports only; what it leaves out is no wildcard.
					if (reader.boolean()) throw new StatusError(Status.InvalidAction);
					break;
				case 1:
					if (reader.unsigned64() !== nodeId) this.flags |= OTHER_NODE;
					break;
				case 2:
					this.endpoint = reader.unsigned(0xffff);
					break;
				case 3:
					this.cluster = reader.unsigned(0xffffffff);
					break;
				case 4:
					this.attribute = reader.unsigned(0xffffffff);
					break;
				case 5:
					this.listIndex = reader.isNull ? null : reader.unsigned(0xffff);
					break;
				case 6:
					this.flags |= reader.unsigned(0xffffffff) & FLAGS;
					break;
				case 7:
					current = reader.unsigned(0xffffffff) === CURRENT_CONFIGURATION;
					break;
			}
		// Which configuration the reader knows cannot be compared here, so nothing is left out for it: a superset is always right.
		if (!current) this.flags &= ~FLAGS;
		if (this.cluster === ANY && this.attribute !== ANY && !isGlobalAttribute(this.attribute))
			throw new StatusError(Status.InvalidAction);
	}
}

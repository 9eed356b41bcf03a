import { TlvError, TlvType, type TlvReader } from "../codec/TlvReader";
import { DATA_VERSION_FILTERS } from "../session/Capacity";
import { enter } from "./enter";

const STRIDE = 3;

/** What the reader knows already: the data versions of clusters (DataVersionFilterIB, Matter Core 10.6.3). */
export class DataVersionFilters {
	readonly #elements: number[] = [];

	/**
	 * Reads the array that `reader` stands on. Filters for another node are left out, and those beyond the limit: their
	 * clusters are just reported.
	 * @throws TlvError when it is malformed
	 */
	read(reader: TlvReader, nodeId: bigint | undefined): void {
		const elements = this.#elements;
		enter(reader, TlvType.ARRAY, "data version filters");
		while (reader.next()) {
			let endpoint = -1;
			let cluster = -1;
			let version = -1;
			let other = false;
			enter(reader, TlvType.STRUCTURE, "a data version filter");
			while (reader.next()) {
				if (reader.tag === 1) version = reader.unsigned(0xffffffff);
				else if (reader.tag === 0) {
					enter(reader, TlvType.LIST, "a cluster path");
					while (reader.next()) {
						if (reader.tag === 0) other = reader.unsigned64() !== nodeId;
						else if (reader.tag === 1) endpoint = reader.unsigned(0xffff);
						else if (reader.tag === 2) cluster = reader.unsigned(0xffffffff);
					}
				}
			}
			if (endpoint < 0 || cluster < 0 || version < 0) throw new TlvError("a data version filter lacks a field");
			if (!other && elements.length < DATA_VERSION_FILTERS * STRIDE) elements.push(endpoint, cluster, version);
		}
	}

	/** Whether the reader has this version of the cluster. */
	has(endpoint: number, cluster: number, version: number): boolean {
		const elements = this.#elements;
		for (let i = 0; i < elements.length; i += STRIDE)
			if (elements[i] === endpoint && elements[i + 1] === cluster) return elements[i + 2] === version;
		return false;
	}
}

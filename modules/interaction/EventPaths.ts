import { TlvType, type TlvReader } from "../codec/TlvReader";
import { Status, StatusError } from "../datamodel/Status";
import { ANY, OTHER_NODE } from "./AttributePath";
import { enter } from "./enter";
import { RequestPaths, STRIDE } from "./RequestPaths";

const URGENT = 1;

/** The event paths of a request (EventPathIB, Matter Core 10.6.8). */
export class EventPaths extends RequestPaths {
	/**
	 * Reads the array that `reader` stands on. `nodeId` is this node's id for the accessing fabric.
	 * @throws TlvError when it is malformed, StatusError InvalidAction for an event without its cluster, PathsExhausted beyond `limit` paths
	 */
	read(reader: TlvReader, nodeId: bigint | undefined, limit: number): void {
		const elements = this.elements;
		enter(reader, TlvType.ARRAY, "event paths");
		while (reader.next()) {
			let endpoint = ANY;
			let cluster = ANY;
			let event = ANY;
			let flags = 0;
			enter(reader, TlvType.LIST, "an event path");
			while (reader.next())
				switch (reader.tag) {
					case 0:
						if (reader.unsigned64() !== nodeId) flags |= OTHER_NODE;
						break;
					case 1:
						endpoint = reader.unsigned(0xffff);
						break;
					case 2:
						cluster = reader.unsigned(0xffffffff);
						break;
					case 3:
						event = reader.unsigned(0xffffffff);
						break;
					case 4:
						if (reader.boolean()) flags |= URGENT;
						break;
				}
			if (cluster === ANY && event !== ANY) throw new StatusError(Status.InvalidAction);
			if (elements.length >= limit * STRIDE) throw new StatusError(Status.PathsExhausted);
			elements.push(endpoint, cluster, event, flags);
		}
	}

	/** Whether an event is asked for by any path, or with `urgent` by one that wants it at once. */
	match(endpoint: number, cluster: number, event: number, urgent: boolean): boolean {
		const elements = this.elements;
		for (let i = 0; i < elements.length; i += STRIDE) {
			const flags = elements[i + 3]!;
			if (flags & OTHER_NODE || (urgent && !(flags & URGENT))) continue;
			if (
				(elements[i] === ANY || elements[i] === endpoint) &&
				(elements[i + 1] === ANY || elements[i + 1] === cluster) &&
				(elements[i + 2] === ANY || elements[i + 2] === event)
			)
				return true;
		}
		return false;
	}
}

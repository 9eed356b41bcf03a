import { TlvError, TlvType, type TlvReader } from "../codec/TlvReader";
import type { AttributePath } from "./AttributePath";
import { AttributePaths } from "./AttributePaths";
import { DataVersionFilters } from "./DataVersionFilters";
import { EventPaths } from "./EventPaths";
import type { Requested } from "./Reporter";
import { enter } from "./enter";

/** What a ReadRequest or SubscribeRequest asks for. */
export class ReportRequest implements Requested {
	readonly attributes = new AttributePaths();
	events: EventPaths | undefined;
	filters: DataVersionFilters | undefined;
	/** the first event number wanted */
	eventMin = 0;
	fabricFiltered = false;

	/** Attribute and event paths together: what the limits count. */
	get paths(): number {
		return this.attributes.length + (this.events === undefined ? 0 : this.events.length);
	}

	// Each reads the array that `reader` stands on. `nodeId` is this node's id for the accessing fabric; `limit` is for attribute
	// and event paths together.

	/** @throws TlvError, or StatusError InvalidAction or PathsExhausted */
	readAttributes(reader: TlvReader, path: AttributePath, nodeId: bigint | undefined, limit: number): void {
		this.attributes.read(reader, path, nodeId, limit - this.paths);
	}

	/** @throws TlvError, or StatusError InvalidAction or PathsExhausted */
	readEvents(reader: TlvReader, nodeId: bigint | undefined, limit: number): void {
		const room = limit - this.paths;
		(this.events ??= new EventPaths()).read(reader, nodeId, room);
	}

	/** Data version filters. @throws TlvError */
	readFilters(reader: TlvReader, nodeId: bigint | undefined): void {
		(this.filters ??= new DataVersionFilters()).read(reader, nodeId);
	}

	/** EventFilterIBs (Matter Core 10.6.6): those for another node do not count. @throws TlvError */
	readEventFilters(reader: TlvReader, nodeId: bigint | undefined): void {
		enter(reader, TlvType.ARRAY, "event filters");
		while (reader.next()) {
			let other = false;
			let minimum = -1;
			enter(reader, TlvType.STRUCTURE, "an event filter");
			while (reader.next()) {
				if (reader.tag === 0) other = reader.unsigned64() !== nodeId;
				// Numbers beyond 2^53 are never reached, so that they all mean: no event yet.
				else if (reader.tag === 1) minimum = Number(reader.unsigned64());
			}
			if (minimum < 0) throw new TlvError("an event filter lacks its number");
			if (!other) this.eventMin = minimum;
		}
	}
}

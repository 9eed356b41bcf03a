import { TlvType, type TlvReader } from "../codec/TlvReader";
import { Status, StatusError } from "../datamodel/Status";
import { ANY, OTHER_NODE, type AttributePath } from "./AttributePath";
import { enter } from "./enter";

/** One AttributeDataIB of a write (Matter Core 10.6.4), read again and again into the same object. */
export class AttributeWrite {
	/** ANY: every endpoint */
	endpoint = ANY;
	cluster = ANY;
	attribute = ANY;
	/** the path names another node */
	elsewhere = false;
	/** one more entry of a list */
	append = false;
	/** the data version that the writer knows, -1 without one */
	version = -1;
	/** offsets of the data, its tag included */
	data = -1;
	dataEnd = -1;

	/**
	 * Reads the element that `reader` stands on, the path through `path`. `nodeId` is this node's id for the accessing fabric.
	 * `dataEnd`: of an element that was read before and found right, else -1.
	 * @throws TlvError, or StatusError InvalidAction, when it is no write that a request may hold
	 */
	read(reader: TlvReader, path: AttributePath, nodeId: bigint | undefined, dataEnd = -1): void {
		let found = false;
		this.version = -1;
		this.data = -1;
		enter(reader, TlvType.STRUCTURE, "a write");
		while (reader.next())
			switch (reader.tag) {
				case 0:
					this.version = reader.unsigned(0xffffffff);
					break;
				case 1:
					path.read(reader, nodeId);
					found = true;
					break;
				case 2:
					this.data = reader.start;
					if (dataEnd < 0) reader.skip();
					else reader.skipTo(dataEnd);
					this.dataEnd = reader.position;
					break;
			}
		const { endpoint, cluster, attribute, flags, listIndex } = path;
		// Only the endpoint may be left open; entries can be added to a list, not replaced; the flags are for reading (Matter Core 8.9.2.4).
		if (
			!found ||
			this.data < 0 ||
			cluster === ANY ||
			attribute === ANY ||
			typeof listIndex === "number" ||
			flags & ~OTHER_NODE
		)
			throw new StatusError(Status.InvalidAction);
		this.endpoint = endpoint;
		this.cluster = cluster;
		this.attribute = attribute;
		this.elsewhere = flags !== 0;
		this.append = listIndex === null;
	}

	/** Whether this adds an entry to the attribute that `first` writes. */
	addsTo(first: AttributeWrite): boolean {
		return (
			this.append &&
			this.endpoint === first.endpoint &&
			this.cluster === first.cluster &&
			this.attribute === first.attribute
		);
	}
}

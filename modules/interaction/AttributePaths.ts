import { TlvType, type TlvReader } from "../codec/TlvReader";
import type { ClusterServer } from "../datamodel/ClusterServer";
import {
	ACCEPTED_COMMAND_LIST,
	ATTRIBUTE_LIST,
	CHANGES_OMITTED,
	FIXED,
	GENERATED_COMMAND_LIST,
	type AttributeDefinition,
} from "../datamodel/ClusterDefinition";
import { Status, StatusError } from "../datamodel/Status";
import {
	ANY,
	OTHER_NODE,
	SKIP_ATTRIBUTE_LIST,
	SKIP_CHANGES_OMITTED_ATTRIBUTES,
	SKIP_COMMAND_LISTS,
	SKIP_CUSTOM_ELEMENTS,
	SKIP_FIXED_ATTRIBUTES,
	SKIP_GLOBAL_ATTRIBUTES,
	SKIP_ROOT_NODE,
	type AttributePath,
} from "./AttributePath";
import { enter } from "./enter";
import { RequestPaths, STRIDE } from "./RequestPaths";

/** The attribute paths of a request. */
export class AttributePaths extends RequestPaths {
	/**
	 * Reads the array that `reader` stands on, each path through `path`. `nodeId` is this node's id for the accessing fabric.
	 * @throws TlvError when it is malformed, StatusError InvalidAction for a path that cannot be read, PathsExhausted beyond `limit` paths
	 */
	read(reader: TlvReader, path: AttributePath, nodeId: bigint | undefined, limit: number): void {
		const elements = this.elements;
		enter(reader, TlvType.ARRAY, "attribute paths");
		while (reader.next()) {
			path.read(reader, nodeId);
			// A list's entries are reported with their list only; an entry of every attribute says nothing at all.
			if (path.listIndex !== undefined && (path.listIndex === null || path.attribute === ANY))
				throw new StatusError(Status.InvalidAction);
			if (elements.length >= limit * STRIDE) throw new StatusError(Status.PathsExhausted);
			elements.push(path.endpoint, path.cluster, path.attribute, path.flags);
		}
	}

	/** Every id is given: what cannot be read is answered with a status. */
	concrete(index: number): boolean {
		const at = index * STRIDE;
		const elements = this.elements;
		return elements[at] !== ANY && elements[at + 1] !== ANY && elements[at + 2] !== ANY;
	}

	/** Whether a wildcard path's flags leave out the endpoint. */
	skipsEndpoint(index: number, endpoint: number): boolean {
		return endpoint === 0 && (this.elements[index * STRIDE + 3]! & SKIP_ROOT_NODE) !== 0;
	}

	/** Whether a wildcard path's flags leave out the cluster. Which clusters have the Diagnostics quality is not known here, so they stay. */
	skipsCluster(index: number, server: ClusterServer): boolean {
		const flags = this.elements[index * STRIDE + 3]!;
		return (flags & SKIP_CUSTOM_ELEMENTS) !== 0 && isCustom(server.clusterId);
	}

	/** Whether a wildcard path's flags leave out the attribute. */
	skipsAttribute(index: number, attribute: AttributeDefinition): boolean {
		const flags = this.elements[index * STRIDE + 3]!;
		if (flags === 0) return false;
		const id = attribute.id;
		if (flags & SKIP_GLOBAL_ATTRIBUTES && id >= GENERATED_COMMAND_LIST && id <= ATTRIBUTE_LIST) return true;
		if (flags & SKIP_ATTRIBUTE_LIST && id === ATTRIBUTE_LIST) return true;
		if (flags & SKIP_COMMAND_LISTS && (id === GENERATED_COMMAND_LIST || id === ACCEPTED_COMMAND_LIST)) return true;
		if (flags & SKIP_CUSTOM_ELEMENTS && isCustom(id)) return true;
		if (flags & SKIP_FIXED_ATTRIBUTES && attribute.flags & FIXED) return true;
		return (flags & SKIP_CHANGES_OMITTED_ATTRIBUTES) !== 0 && (attribute.flags & CHANGES_OMITTED) !== 0;
	}

	/** Whether some path asks for the attribute. */
	match(server: ClusterServer, attribute: AttributeDefinition): boolean {
		const elements = this.elements;
		const endpoint = server.endpoint.id;
		const cluster = server.clusterId;
		const id = attribute.id;
		for (let i = 0, index = 0; i < elements.length; i += STRIDE, index++) {
			if (elements[i] !== ANY && elements[i] !== endpoint) continue;
			if (elements[i + 1] !== ANY && elements[i + 1] !== cluster) continue;
			if (elements[i + 2] !== ANY && elements[i + 2] !== id) continue;
			const flags = elements[i + 3]!;
			if (flags === 0) return true;
			if (flags & OTHER_NODE) continue;
			if (this.concrete(index)) return true;
			if (
				!this.skipsEndpoint(index, endpoint) &&
				!this.skipsCluster(index, server) &&
				!this.skipsAttribute(index, attribute)
			)
				return true;
		}
		return false;
	}
}

/** Ids with a manufacturer's prefix (Matter Core 7.19). */
function isCustom(id: number): boolean {
	const vendor = id >>> 16;
	return vendor > 0 && vendor <= 0xfff4;
}

import { TlvType } from "../codec/Tlv";
import { ANONYMOUS, TlvOverflow, type TlvWriter } from "../codec/TlvWriter";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";
import type { EventRecord } from "../datamodel/EventLog";
import type { InteractionContext } from "../datamodel/InteractionContext";
import type { Status } from "../datamodel/Status";
import { encodeValue, type ListType } from "../datamodel/Types";
import type { Exchange } from "../exchange/Exchange";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";

const ATTRIBUTE_REPORTS = 1;
const EVENT_REPORTS = 2;
/** End of the reports' array, MoreChunkedMessages, SuppressResponse, the revision and the end of the message. */
const TAIL = 1 + 2 + 2 + 3 + 1;
/** Two structures, data version, list, endpoint, cluster, attribute, list index, end. */
const LONGEST_HEAD = 1 + 2 + 6 + 2 + 4 + 6 + 6 + 2 + 1;

/** Control bytes (Matter Core A.7): a context-specific tag, unsigned integers of 1, 2 and 4 bytes. */
const CONTEXT = 0x20;
const UNSIGNED_8 = 0x04;
const UNSIGNED_16 = 0x05;
const UNSIGNED_32 = 0x06;

/** An unsigned 32-bit number under a context-specific tag at `at`. @returns the offset behind it */
function putUnsigned(bytes: Uint8Array, at: number, tag: number, value: number): number {
	bytes[at + 1] = tag;
	bytes[at + 2] = value;
	if (value < 0x100) {
		bytes[at] = CONTEXT | UNSIGNED_8;
		return at + 3;
	}
	bytes[at + 3] = value >> 8;
	if (value < 0x10000) {
		bytes[at] = CONTEXT | UNSIGNED_16;
		return at + 4;
	}
	bytes[at] = CONTEXT | UNSIGNED_32;
	bytes[at + 4] = value >> 16;
	bytes[at + 5] = value >> 24;
	return at + 6;
}

/**
 * Writes one ReportData message (Matter Core 10.7.3) straight into the transmit buffer. What does not fit is taken back
 * whole: the methods then return false and the message ends before it. One object serves every exchange, since a
 * message is begun, filled and sent within one call.
 */
export class ReportWriter {
	/** Nothing has been reported in this message yet: what does not fit now will never fit. */
	empty = true;
	#exchange!: Exchange;
	#writer!: TlvWriter;
	#open = 0;

	/** @param subscriptionId undefined for a read */
	begin(exchange: Exchange, subscriptionId: number | undefined): void {
		const writer = exchange.begin();
		this.#exchange = exchange;
		this.#writer = writer;
		this.#open = 0;
		this.empty = true;
		writer.limit -= TAIL;
		writer.structure(ANONYMOUS);
		if (subscriptionId !== undefined) writer.unsigned(0, subscriptionId);
	}

	/** Ends the message and sends it reliably. `more`: further messages follow. `suppress`: no answer is wanted. */
	send(more: boolean, suppress: boolean): void {
		const writer = this.#writer;
		writer.limit += TAIL;
		if (this.#open !== 0) writer.end();
		if (more) writer.boolean(3, true);
		if (suppress) writer.boolean(4, true);
		writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
		writer.end();
		this.#exchange.send(INTERACTION_MODEL, Opcode.REPORT_DATA);
	}

	/**
	 * Reports an attribute's value, or with `append` one more entry of its list.
	 * @returns false when it does not fit
	 * @throws whatever encoding the value throws
	 */
	attribute(
		server: ClusterServer,
		{ id, type }: AttributeDefinition,
		append: boolean,
		value: unknown,
		context: InteractionContext,
	): boolean {
		const writer = this.#writer;
		const mark = writer.position;
		const open = this.#open;
		try {
			this.attributeHead(server, id, append);
			encodeValue(writer, 2, append ? (type as ListType).entry : type, value, context);
			writer.end();
			writer.end();
		} catch (error) {
			return this.undo(mark, open, error);
		}
		this.empty = false;
		return true;
	}

	/**
	 * AttributeReportIB up to the data, byte by byte: everything that is read has it, and on a slow chip the writer's
	 * methods would be half of a report's time.
	 */
	private attributeHead(server: ClusterServer, attribute: number, append: boolean): void {
		const writer = this.#writer;
		const bytes = writer.bytes;
		const dataVersion = server.dataVersion;
		this.array(ATTRIBUTE_REPORTS);
		let at = writer.position;
		if (at + LONGEST_HEAD > writer.limit) throw new TlvOverflow("no room for a path");
		bytes[at] = TlvType.STRUCTURE;
		bytes[at + 1] = CONTEXT | TlvType.STRUCTURE;
		bytes[at + 2] = 1;
		bytes[at + 3] = CONTEXT | UNSIGNED_32;
		bytes[at + 4] = 0;
		bytes[at + 5] = dataVersion;
		bytes[at + 6] = dataVersion >> 8;
		bytes[at + 7] = dataVersion >> 16;
		bytes[at + 8] = dataVersion >> 24;
		bytes[at + 9] = CONTEXT | TlvType.LIST;
		bytes[at + 10] = 1;
		at = putUnsigned(bytes, at + 11, 2, server.endpoint.id);
		at = putUnsigned(bytes, at, 3, server.clusterId);
		at = putUnsigned(bytes, at, 4, attribute);
		if (append) {
			bytes[at] = CONTEXT | TlvType.NULL;
			bytes[at + 1] = 5;
			at += 2;
		}
		bytes[at] = TlvType.END;
		writer.position = at + 1;
	}

	/** Reports that an attribute cannot be read. @returns false when it does not fit */
	attributeStatus(endpoint: number, cluster: number, attribute: number, status: Status): boolean {
		return this.refusal(ATTRIBUTE_REPORTS, 2, endpoint, cluster, attribute, status);
	}

	/** Reports an event (EventDataIB, Matter Core 10.6.9). @returns false when it does not fit */
	event(record: EventRecord): boolean {
		const writer = this.#writer;
		const mark = writer.position;
		const open = this.#open;
		try {
			this.array(EVENT_REPORTS);
			writer.structure(ANONYMOUS);
			writer.structure(1);
			writer.list(0);
			writer.unsigned(1, record.endpoint);
			writer.unsigned(2, record.cluster);
			writer.unsigned(3, record.definition.id);
			writer.end();
			writer.unsigned(1, record.number);
			writer.unsigned(2, record.definition.priority);
			writer.unsigned(4, record.timestamp);
			// The same structure under another tag: everything after its control byte, the end included.
			writer.structure(7);
			writer.raw(record.data, 1);
			writer.end();
			writer.end();
		} catch (error) {
			return this.undo(mark, open, error);
		}
		this.empty = false;
		return true;
	}

	/** Reports that an event cannot be read. @returns false when it does not fit */
	eventStatus(endpoint: number, cluster: number, event: number, status: Status): boolean {
		return this.refusal(EVENT_REPORTS, 1, endpoint, cluster, event, status);
	}

	/** @param tag of the endpoint in the path; those of cluster and id follow */
	private refusal(
		reports: number,
		tag: number,
		endpoint: number,
		cluster: number,
		id: number,
		status: Status,
	): boolean {
		const writer = this.#writer;
		const mark = writer.position;
		const open = this.#open;
		try {
			this.array(reports);
			writer.structure(ANONYMOUS);
			writer.structure(0);
			writer.list(0);
			writer.unsigned(tag, endpoint);
			writer.unsigned(tag + 1, cluster);
			writer.unsigned(tag + 2, id);
			writer.end();
			writer.structure(1);
			writer.unsigned(0, status);
			writer.end();
			writer.end();
			writer.end();
		} catch (error) {
			return this.undo(mark, open, error);
		}
		this.empty = false;
		return true;
	}

	private array(tag: number): void {
		if (this.#open === tag) return;
		if (this.#open !== 0) this.#writer.end();
		this.#writer.array(tag);
		this.#open = tag;
	}

	private undo(mark: number, open: number, error: unknown): false {
		this.#writer.position = mark;
		this.#open = open;
		if (error instanceof TlvOverflow) return false;
		throw error;
	}
}

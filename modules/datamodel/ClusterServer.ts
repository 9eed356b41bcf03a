import random from "../crypto/random";
import { ANONYMOUS, TlvError, TlvType } from "../codec/Tlv";
import { TlvReader } from "../codec/TlvReader";
import { readUint32LE } from "../codec/Bytes";
import { allows } from "./AccessControl";
import type { Grant } from "./AccessControl";
import {
	ACCEPTED_COMMAND_LIST,
	ATTRIBUTE_LIST,
	CHANGES_OMITTED,
	CLUSTER_REVISION,
	FABRIC_SCOPED,
	FEATURE_MAP,
	GENERATED_COMMAND_LIST,
	GLOBAL_ATTRIBUTES,
	NON_VOLATILE,
	TIMED,
} from "./ClusterDefinition";
import type { AttributeDefinition, CommandDefinition, EventDefinition } from "./ClusterDefinition";
import type { Endpoint } from "./Endpoint";
import type { Implementation } from "./Implementation";
import type { InteractionContext } from "./InteractionContext";
import { Status, StatusError } from "./Status";
import { LIST, decodeValue, encodeValue, encoded } from "./Types";

const FACILITY = "datamodel";

/**
 * The server side of a cluster on an endpoint (Matter Core 7.10). A subclass names what it implements:
 *
 *     class SwitchServer extends ClusterServer implements MembersOf<typeof SwitchServer> {
 *         static override readonly implementation = implement(OnOff, { optional: [] });
 *         onOff = false;                             // an attribute that is held: a property
 *         get onTime(): number { … }                 // one that is computed: a getter (and a setter when it is writable)
 *         toggle(): void { this.set("onOff", !this.onOff); }                       // a command: a method (fields, context)
 *     }
 *
 * Properties are changed with set(), which counts the data version, tells the node and stores non-volatile ones.
 * Values of attributes are treated as immutable: a list is replaced, not changed in place.
 */
export abstract class ClusterServer {
	static readonly implementation: Implementation;

	/** Changes with every attribute; 32 bits, starts at random (Matter Core 7.10.3). */
	dataVersion = 0;
	// Not #: in a class that has such names every object takes a slot more.
	private attachedTo: Endpoint | undefined;

	get implementation(): Implementation {
		return (this.constructor as typeof ClusterServer).implementation;
	}

	get clusterId(): number {
		return this.implementation.definition.id;
	}

	/** @throws TypeError before the server belongs to an endpoint */
	get endpoint(): Endpoint {
		if (!this.attachedTo)
			throw new TypeError(`${this.implementation.definition.name} is not part of an endpoint yet`);
		return this.attachedTo;
	}

	/** Stored values are restored, nothing is served yet. */
	onStart(): void {
		// nothing to start
	}

	/** The node stops: end what runs. */
	onStop(): void {
		// nothing to stop
	}

	/** A fabric left: its entries of the fabric-scoped lists that this server holds go with it. */
	onFabricRemoved(fabricIndex: number): void {
		const attributes = this.implementation.attributes;
		for (let i = 0; i < attributes.length; i++) {
			const attribute = attributes[i]!;
			if (attribute.flags & FABRIC_SCOPED && attribute.type.kind === LIST && this.holdsAttribute(attribute)) {
				const entries = this.heldValue(attribute) as readonly Scoped[];
				const kept = entries.filter((entry) => entry.fabricIndex !== fabricIndex);
				if (kept.length === entries.length) continue;
				(this as Record<string, unknown>)[attribute.name] = kept;
				this.changed(attribute.name as keyof this & string);
			}
		}
	}

	/** Gives an attribute a value; one that is the same as before is no change. */
	protected set<K extends keyof this & string>(name: K, value: this[K]): void {
		if (this[name] === value) return;
		this[name] = value;
		this.changed(name);
	}

	/**
	 * An attribute has another value than before: held ones are stored, subscribers are told. The device goes on when
	 * storage fails (which storage reports): what it does now counts for more than what it will know after a restart.
	 */
	protected changed(name: keyof this & string): void {
		if (!this.attachedTo?.attached) return;
		const attribute = this.attributeNamed(name);
		try {
			this.storeAttributes(attribute);
		} catch {
			// reported by storage
		}
		this.tellChange(attribute);
	}

	/** Records an event for those who may see it (Matter Core 7.14). @throws TypeError when it is not implemented */
	protected emit<Fields>(event: EventDefinition<Fields>, fields: Fields): void {
		if (!this.implementation.events.includes(event as EventDefinition))
			throw new TypeError(`event ${event.id} of ${this.implementation.definition.name} is not implemented`);
		const node = this.endpoint.node;
		const id = this.endpoint.id;
		node.eventEmitted(node.events.add(id, this.clusterId, event, fields));
	}

	/** What a reader gets. For values that depend on who reads; `context` is undefined when the node itself asks. */
	protected attributeValue(attribute: AttributeDefinition, context: InteractionContext | undefined): unknown {
		void context;
		return this.heldValue(attribute);
	}

	/**
	 * Takes over what a peer wrote; everything that the definition says has been checked. Of a fabric-scoped list
	 * `value` has the accessing fabric's entries only, the others stay.
	 * @throws StatusError to refuse
	 */
	protected onWrite(attribute: AttributeDefinition, value: unknown, context: InteractionContext): void {
		if (!this.holdsAttribute(attribute)) {
			(this as Record<string, unknown>)[attribute.name] = value;
			return;
		}
		let next = value;
		if (attribute.flags & FABRIC_SCOPED && attribute.type.kind === LIST) {
			const others = (this.heldValue(attribute) as readonly Scoped[]).filter(
				(entry) => entry.fabricIndex !== context.fabricIndex,
			);
			next = [...others, ...(value as readonly Scoped[])];
		}
		this.assignValue(attribute, next);
	}

	/** How many entries a list may have that a peer writes: one that has more is refused before anything is made of it. */
	protected limitOf(_attribute: AttributeDefinition): number {
		return Infinity;
	}

	attribute(id: number): AttributeDefinition | undefined {
		const attributes = this.implementation.attributes;
		for (let i = 0; i < attributes.length; i++) if (attributes[i]?.id === id) return attributes[i];
		return undefined;
	}

	command(id: number): CommandDefinition | undefined {
		const commands = this.implementation.commands;
		for (let i = 0; i < commands.length; i++) if (commands[i]?.id === id) return commands[i];
		return undefined;
	}

	event(id: number): EventDefinition | undefined {
		const events = this.implementation.events;
		for (let i = 0; i < events.length; i++) if (events[i]?.id === id) return events[i];
		return undefined;
	}

	/**
	 * Reads for a peer (Matter Core 8.4.3.2).
	 * @param attribute one of this server's
	 * @returns the value, for encodeValue with attribute.type and the context
	 * @throws StatusError UnsupportedRead, UnsupportedAccess
	 */
	readAttribute(grant: Grant, attribute: AttributeDefinition, context: InteractionContext): unknown {
		if (attribute.read === 0) throw new StatusError(Status.UnsupportedRead);
		if (!allows(grant, attribute.read)) throw new StatusError(Status.UnsupportedAccess);
		switch (attribute.id) {
			case CLUSTER_REVISION:
				return this.implementation.definition.revision;
			case FEATURE_MAP:
				return this.implementation.featureMap;
			case ATTRIBUTE_LIST:
				return this.implementation.attributeList;
			case ACCEPTED_COMMAND_LIST:
				return this.implementation.acceptedCommandList;
			case GENERATED_COMMAND_LIST:
				return this.implementation.generatedCommandList;
			default:
				return this.attributeValue(attribute, context);
		}
	}

	/**
	 * Writes for a peer (Matter Core 8.6.3.2).
	 * @param attribute one of this server's
	 * @param data at the element to write; where it stands after an error is undefined
	 * @param append the element is one entry to add to a list (Matter Core 10.6.4.3.1)
	 * @throws StatusError UnsupportedWrite, UnsupportedAccess, NeedsTimedInteraction, InvalidDataType, ConstraintError,
	 * or what the cluster refuses with
	 */
	writeAttribute(
		grant: Grant,
		attribute: AttributeDefinition,
		data: TlvReader,
		context: InteractionContext,
		append = false,
	): void {
		const type = attribute.type;
		const flags = attribute.flags;
		if (attribute.write === 0) throw new StatusError(Status.UnsupportedWrite);
		if (!allows(grant, attribute.write)) throw new StatusError(Status.UnsupportedAccess);
		if (flags & FABRIC_SCOPED && context.fabricIndex === 0) throw new StatusError(Status.UnsupportedAccess);
		if (flags & TIMED && !context.timed) throw new StatusError(Status.NeedsTimedInteraction);
		if (append && type.kind !== LIST) throw new StatusError(Status.InvalidDataType);
		// what the cluster does goes deep: this call leaves the stack before it
		return this.onWrite(attribute, this.decodedValue(attribute, data, context, append), context);
	}

	/** What a peer wants an attribute to be. */
	private decodedValue(
		attribute: AttributeDefinition,
		data: TlvReader,
		context: InteractionContext,
		append: boolean,
	): unknown {
		const type = attribute.type;
		const flags = attribute.flags;
		const limit = append ? Infinity : this.limitOf(attribute);
		let value: unknown;
		try {
			if (limit < Infinity && entriesIn(data) > limit) throw new StatusError(Status.ResourceExhausted);
			value = decodeValue(data, append && type.kind === LIST ? type.entry : type, context.fabricIndex);
		} catch (error) {
			throw error instanceof TlvError ? new StatusError(Status.InvalidDataType) : error;
		}
		if (!append || type.kind !== LIST) return value;
		let entries = this.attributeValue(attribute, context) as readonly unknown[] | null;
		if (entries && flags & FABRIC_SCOPED)
			entries = (entries as readonly Scoped[]).filter((entry) => entry.fabricIndex === context.fabricIndex);
		const all = entries ? [...entries, value] : [value];
		if (all.length > type.max) throw new StatusError(Status.ConstraintError);
		return all;
	}

	/**
	 * Executes a command for a peer (Matter Core 8.8.3.2).
	 * @param command one of this server's
	 * @param fields at the structure of the fields, undefined when there was none; where it stands after an error is undefined
	 * @returns the response's fields, for encodeValue with command.response.fields; undefined when there is none
	 * @throws StatusError UnsupportedAccess, NeedsTimedInteraction, InvalidCommand, ConstraintError, or what the cluster
	 * refuses with
	 */
	invokeCommand(
		grant: Grant,
		command: CommandDefinition,
		fields: TlvReader | undefined,
		context: InteractionContext,
	): unknown {
		if (!allows(grant, command.invoke)) throw new StatusError(Status.UnsupportedAccess);
		if (command.flags & FABRIC_SCOPED && context.fabricIndex === 0) throw new StatusError(Status.UnsupportedAccess);
		if (command.flags & TIMED && !context.timed) throw new StatusError(Status.NeedsTimedInteraction);
		return (this as unknown as Readonly<Record<string, Method>>)[command.name]!(
			this.decodedFields(command, fields, context),
			context,
		);
	}

	/** What comes with a command. */
	private decodedFields(
		command: CommandDefinition,
		fields: TlvReader | undefined,
		context: InteractionContext,
	): unknown {
		if (!fields) {
			if (command.fields.fields.some((field) => !field.optional)) throw new StatusError(Status.InvalidCommand);
			return NO_FIELDS;
		}
		try {
			return decodeValue(fields, command.fields, context.fabricIndex);
		} catch (error) {
			throw error instanceof TlvError ? new StatusError(Status.InvalidCommand) : error;
		}
	}

	/** For Endpoint. @throws TypeError when the server belongs to one already, or lacks an attribute or command */
	attach(endpoint: Endpoint): void {
		const definition = this.implementation.definition;
		const attributes = this.implementation.attributes;
		const commands = this.implementation.commands;
		if (this.attachedTo) throw new TypeError(`${definition.name} belongs to an endpoint already`);
		for (let i = 0; i < attributes.length; i++) {
			const attribute = attributes[i]!;
			if (!GLOBAL_ATTRIBUTES.includes(attribute) && !(attribute.name in this))
				throw new TypeError(`${definition.name} has no attribute ${attribute.name}`);
		}
		for (let i = 0; i < commands.length; i++) {
			const name = commands[i]!.name;
			if (typeof (this as Record<string, unknown>)[name] !== "function")
				throw new TypeError(`${definition.name} has no command ${name}`);
		}
		this.attachedTo = endpoint;
		this.dataVersion = readUint32LE(random(4), 0);
	}

	/** For Node: takes over stored values. What the definition doesn't allow is reported and left out. */
	restore(): void {
		const log = this.endpoint.node.log;
		const storage = this.endpoint.node.storage;
		const stored = storage.get(this.recordName);
		if (!stored) return;
		const reader = new TlvReader(stored);
		try {
			reader.next();
			reader.enter();
			while (reader.next()) {
				const id = reader.unsigned();
				if (!reader.next()) break;
				const attribute = this.attribute(id);
				if (attribute && attribute.flags & NON_VOLATILE && this.holdsAttribute(attribute)) {
					try {
						const element = new TlvReader(reader.element());
						element.next();
						(this as Record<string, unknown>)[attribute.name] = decodeValue(element, attribute.type);
					} catch (error) {
						log.warn(FACILITY, `stored value of ${this.labelOf(attribute)} is ignored: ${String(error)}`);
					}
				} else log.warn(FACILITY, `stored value of unknown attribute ${id} in ${this.recordName} is ignored`);
			}
		} catch (error) {
			log.warn(FACILITY, `record ${this.recordName} ends early: ${String(error)}`);
		}
	}

	private get recordName(): string {
		return `attributes.${this.endpoint.id}.${this.clusterId.toString(16)}`;
	}

	private labelOf(attribute: AttributeDefinition): string {
		return `${this.endpoint.id}/${this.implementation.definition.name}/${attribute.name}`;
	}

	private heldValue(attribute: AttributeDefinition): unknown {
		return (this as unknown as Readonly<Record<string, unknown>>)[attribute.name];
	}

	/** @throws Error when it can't be stored, and then leaves everything as it was: a peer must not think that it is kept */
	private assignValue(attribute: AttributeDefinition, value: unknown): void {
		const before = this.heldValue(attribute);
		if (before === value) return;
		(this as Record<string, unknown>)[attribute.name] = value;
		try {
			this.storeAttributes(attribute);
		} catch (error) {
			(this as Record<string, unknown>)[attribute.name] = before;
			throw error;
		}
		this.tellChange(attribute);
	}

	private attributeNamed(name: string): AttributeDefinition {
		const attributes = this.implementation.attributes;
		const definition = this.implementation.definition;
		for (let i = 0; i < attributes.length; i++)
			if (attributes[i]?.name === name) return attributes[i] as AttributeDefinition;
		throw new TypeError(`${definition.name} has no attribute ${name}`);
	}

	/** Whether the value is a property of this instance, and so ours to keep; computed ones are kept by whom they come from. */
	private holdsAttribute(attribute: AttributeDefinition): boolean {
		return Object.hasOwn(this, attribute.name);
	}

	private tellChange(attribute: AttributeDefinition): void {
		if (attribute.flags & CHANGES_OMITTED) return;
		this.dataVersion = (this.dataVersion + 1) >>> 0;
		this.endpoint.node.attributeChanged(this, attribute);
	}

	/** One record for a server: an array of attribute ids, each followed by its value. */
	private storeAttributes(changed: AttributeDefinition): void {
		if (!(changed.flags & NON_VOLATILE) || !this.holdsAttribute(changed)) return;
		const attributes = this.implementation.attributes;
		const record = encoded((writer) => {
			writer.array(ANONYMOUS);
			for (let i = 0; i < attributes.length; i++) {
				const attribute = attributes[i]!;
				if (attribute.flags & NON_VOLATILE && this.holdsAttribute(attribute)) {
					writer.unsigned(ANONYMOUS, attribute.id);
					encodeValue(writer, ANONYMOUS, attribute.type, this.heldValue(attribute));
				}
			}
			writer.end();
		});
		this.endpoint.node.storage.set(this.recordName, record, false);
	}
}

/** Entries of the array at hand, which can still be decoded; 0 where it is none. */
function entriesIn(data: TlvReader): number {
	if (data.type !== TlvType.ARRAY) return 0;
	const reader = data.fork();
	let count = 0;
	reader.enter();
	while (reader.next()) count++;
	return count;
}

interface Scoped {
	readonly fabricIndex: number;
}

type Method = (fields: unknown, context: InteractionContext) => unknown;

const NO_FIELDS = Object.freeze({});

import { ANONYMOUS } from "../../../modules/codec/Tlv";
import { TlvReader } from "../../../modules/codec/TlvReader";
import type { Grant } from "../../../modules/datamodel/AccessControl";
import {
	ADMINISTER,
	CHANGES_OMITTED,
	FABRIC_SCOPED,
	FABRIC_SENSITIVE,
	INFO,
	MANAGE,
	NON_VOLATILE,
	OPERATE,
	TIMED,
	VIEW,
	attribute,
	cluster,
	command,
	event,
	response,
} from "../../../modules/datamodel/ClusterDefinition";
import type { AttributeDefinition, CommandDefinition } from "../../../modules/datamodel/ClusterDefinition";
import { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { implement } from "../../../modules/datamodel/Implementation";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import type { Node } from "../../../modules/datamodel/Node";
import { Status, StatusError } from "../../../modules/datamodel/Status";
import {
	NO_FIELDS,
	UINT16,
	UINT8,
	encodeAlone,
	encoded,
	field,
	list,
	nullable,
	string,
	struct,
	uint,
} from "../../../modules/datamodel/Types";
import type { Type } from "../../../modules/datamodel/Types";
import { administer, clearStorage, testContext, testNode } from "../../support/dataModel";

interface Entry {
	label: string;
	fabricIndex: number;
}

const ENTRY = struct([field(1, "label", string(0, 8))], true);

/** A cluster of a manufacturer, written by hand. */
const Sample = cluster()({
	id: 0xfff1fc01,
	name: "Sample",
	revision: 7,
	features: { extra: 0x2, more: 0x8 },
	attributes: {
		level: attribute(0x00, "level", uint(1, 200), VIEW, OPERATE),
		label: attribute(0x01, "label", string(0, 8), VIEW, MANAGE, NON_VOLATILE),
		limit: attribute(0x4003, "limit", nullable(uint(0, 254)), VIEW, ADMINISTER, NON_VOLATILE),
		sealed: attribute(0x02, "sealed", UINT8, VIEW, OPERATE, TIMED),
		fixed: attribute(0x03, "fixed", UINT16, MANAGE),
		hidden: attribute(0x04, "hidden", UINT8, 0, OPERATE),
		entries: attribute(0x05, "entries", list(ENTRY, 0, 3), VIEW, OPERATE, FABRIC_SCOPED | NON_VOLATILE),
		numbers: attribute(0x06, "numbers", list(UINT8, 0, 3), VIEW, OPERATE),
		uptime: attribute(0x07, "uptime", UINT16, VIEW, 0, CHANGES_OMITTED),
		computed: attribute(0x08, "computed", UINT8, VIEW, OPERATE, NON_VOLATILE),
		extra: attribute(0x09, "extra", UINT8, VIEW, 0, 0, [2, 0]),
		plain: attribute(0x0a, "plain", UINT8, VIEW, 0, 0, [0, 2]),
		maybe: attribute(0x0b, "maybe", UINT8, VIEW, 0, 0, []),
	},
	commands: {
		add: command(
			0x10,
			"add",
			struct([field(0, "by", uint(1, 9)), field(1, "note", string(0, 4), true)]),
			response(0x11, struct([field(0, "level", UINT8)])),
			OPERATE,
		),
		clear: command(0x02, "clear", NO_FIELDS, undefined, MANAGE, FABRIC_SCOPED),
		open: command(0x03, "open", NO_FIELDS, undefined, OPERATE, TIMED),
		refuse: command(0x04, "refuse", NO_FIELDS, undefined, OPERATE),
	},
	events: {
		happened: event<{ what: number }>(0x01, struct([field(0, "what", UINT8)]), INFO, VIEW),
		secret: event<{ what: number; fabricIndex: number }>(
			0x02,
			struct([field(0, "what", UINT8)], true),
			INFO,
			VIEW,
			FABRIC_SENSITIVE,
		),
		never: event<{ what: number }>(0x03, struct([field(0, "what", UINT8)]), INFO, VIEW, 0, []),
	},
} as const);

class SampleServer extends ClusterServer {
	static override readonly implementation = implement(Sample, { features: ["extra"] });

	level = 1;
	label = "";
	limit: number | null = null;
	sealed = 0;
	readonly fixed = 500;
	hidden = 0;
	entries: readonly Entry[] = [];
	numbers: readonly number[] = [];
	readonly uptime = 0;
	extra = 0;
	calls: unknown[] = [];
	#computed = 3;

	get computed(): number {
		return this.#computed;
	}

	set computed(value: number) {
		this.#computed = value + 1;
		this.changed("computed");
	}

	add(fields: { by: number; note?: string }): { level: number } {
		this.calls.push(fields);
		this.set("level", this.level + fields.by);
		return { level: this.level };
	}

	clear(fields: unknown, context: InteractionContext): void {
		this.calls.push(fields, context.fabricIndex);
	}

	open(): void {
		this.calls.push("open");
	}

	refuse(): void {
		throw new StatusError(Status.Failure, 9);
	}

	tick(): void {
		this.changed("uptime");
	}

	tell(what: number): void {
		this.emit(Sample.events.happened, { what });
	}

	tellSecret(what: number, fabricIndex: number): void {
		this.emit(Sample.events.secret, { what, fabricIndex });
	}

	tellNever(): void {
		this.emit(Sample.events.never, { what: 1 });
	}

	rename(label: string): void {
		this.set("label", label);
	}
}

let node: Node;
let server: SampleServer;
let lines: string[];
let changes: string[];

function restart(): void {
	lines = [];
	changes = [];
	node = testNode(lines);
	server = new SampleServer();
	node.add(new Endpoint(1, [], [server]));
	node.addListener({
		onAttributeChanged: (changed, { name }) =>
			changes.push(`${changed.clusterId === Sample.id ? "" : "other "}${name}`),
	});
	node.start();
}

function reader(bytes: Uint8Array): TlvReader {
	const reader = new TlvReader(bytes);
	reader.next();
	return reader;
}

function write(
	attribute: AttributeDefinition,
	value: unknown,
	changes: Partial<InteractionContext> = {},
	type: Type = attribute.type,
	append = false,
): void {
	server.writeAttribute(administer(), attribute, reader(encodeAlone(type, value)), testContext(changes), append);
}

function invoke(
	command: CommandDefinition,
	fields?: Uint8Array,
	changes: Partial<InteractionContext> = {},
	grant = administer(),
): unknown {
	return server.invokeCommand(grant, command, fields && reader(fields), testContext(changes));
}

function statusOf(action: () => unknown): number | undefined {
	try {
		action();
	} catch (error) {
		if (error instanceof StatusError) return error.status;
		throw error;
	}
	return undefined;
}

const { attributes, commands } = Sample;
const NOTHING = 0 as Grant;

beforeEach(() => {
	clearStorage();
	restart();
});

describe("what is implemented", () => {
	it("follows the features and the optional elements", () => {
		expect(server.implementation.attributeList).toEqual([
			0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x4003, 0xfff8, 0xfff9, 0xfffb, 0xfffc, 0xfffd,
		]);
		expect(server.attribute(0x0a)).toBeUndefined();
		expect(server.attribute(0x0b)).toBeUndefined();
		expect(server.event(3)).toBeUndefined();
		expect(implement(Sample, { optional: ["maybe", "never"] }).attributeList).toContain(0x0b);
		expect(implement(Sample, { optional: ["maybe", "never"] }).attributeList).toContain(0x0a);
		expect(implement(Sample, { optional: ["never"] }).events).toHaveLength(3);
	});

	it("is in the global attributes (Matter Core 7.13)", () => {
		const read = (id: number) =>
			server.readAttribute(administer(), server.attribute(id) as AttributeDefinition, testContext());
		expect(read(0xfffd)).toBe(7);
		expect(read(0xfffc)).toBe(2);
		expect(read(0xfffb)).toEqual(server.implementation.attributeList);
		expect(read(0xfff9)).toEqual([2, 3, 4, 0x10]);
		expect(read(0xfff8)).toEqual([0x11]);
		expect(server.attribute(0xfffa)).toBeUndefined();
	});

	it("must be there: an endpoint doesn't take a server without it", () => {
		class Forgetful extends ClusterServer {
			static override readonly implementation = implement(Sample);
		}
		expect(() => new Endpoint(2, [], [new Forgetful()])).toThrow("Sample has no attribute level");
	});

	it("names exist in the definition", () => {
		expect(() => implement(Sample, { features: ["typo" as "extra"] })).toThrow("Sample has no feature typo");
		expect(() => implement(Sample, { optional: ["typo" as "maybe"] })).toThrow("Sample has no element typo");
	});
});

describe("reading", () => {
	it("needs the attribute's privilege", () => {
		expect(server.readAttribute(administer(), attributes.level, testContext())).toBe(1);
		expect(statusOf(() => server.readAttribute(NOTHING, attributes.level, testContext()))).toBe(
			Status.UnsupportedAccess,
		);
		const view = (1 << VIEW) as Grant;
		expect(server.readAttribute(view, attributes.level, testContext())).toBe(1);
		expect(statusOf(() => server.readAttribute(view, attributes.fixed, testContext()))).toBe(
			Status.UnsupportedAccess,
		);
	});

	it("is refused where nothing can be read", () => {
		expect(statusOf(() => server.readAttribute(administer(), attributes.hidden, testContext()))).toBe(
			Status.UnsupportedRead,
		);
	});
});

describe("writing", () => {
	it("changes the value, the data version and who listens", () => {
		const version = server.dataVersion;
		write(attributes.level, 20);
		expect(server.level).toBe(20);
		expect(server.dataVersion).toBe((version + 1) >>> 0);
		expect(changes).toEqual(["level"]);
	});

	it("changes nothing when it is the value already", () => {
		const version = server.dataVersion;
		write(attributes.level, 1);
		expect(server.dataVersion).toBe(version);
		expect(changes).toEqual([]);
	});

	it("goes through the setter of a computed attribute", () => {
		write(attributes.computed, 5);
		expect(server.computed).toBe(6);
		expect(changes).toEqual(["computed"]);
	});

	it.each([
		["a read-only attribute", attributes.fixed, 1, UINT16, Status.UnsupportedWrite],
		["a value out of range", attributes.level, 201, UINT8, Status.ConstraintError],
		["a value of another type", attributes.level, "x", string(0, 4), Status.InvalidDataType],
		["null", attributes.level, null, nullable(UINT8), Status.ConstraintError],
		["outside of a timed interaction", attributes.sealed, 1, UINT8, Status.NeedsTimedInteraction],
		["scoped data without a fabric", attributes.entries, [], list(ENTRY), Status.UnsupportedAccess],
	])("is refused: %s", (_, attribute, value, type, status) => {
		expect(statusOf(() => write(attribute as AttributeDefinition, value, {}, type as Type))).toBe(status);
		expect(changes).toEqual([]);
	});

	it("needs the attribute's privilege", () => {
		const data = encodeAlone(UINT8, 5);
		const view = (1 << VIEW) as Grant;
		expect(statusOf(() => server.writeAttribute(view, attributes.level, reader(data), testContext()))).toBe(
			Status.UnsupportedAccess,
		);
		expect(server.level).toBe(1);
	});

	it("works within a timed interaction where one is asked for", () => {
		write(attributes.sealed, 1, { timed: true });
		expect(server.sealed).toBe(1);
	});

	it("appends to a list, up to its length", () => {
		write(attributes.numbers, [1]);
		write(attributes.numbers, 2, {}, UINT8, true);
		write(attributes.numbers, 3, {}, UINT8, true);
		expect(server.numbers).toEqual([1, 2, 3]);
		expect(statusOf(() => write(attributes.numbers, 4, {}, UINT8, true))).toBe(Status.ConstraintError);
		expect(statusOf(() => write(attributes.level, 4, {}, UINT8, true))).toBe(Status.InvalidDataType);
	});

	it("replaces the accessing fabric's entries only", () => {
		write(attributes.entries, [{ label: "a", fabricIndex: 9 }], { fabricIndex: 1 });
		write(attributes.entries, [{ label: "b", fabricIndex: 9 }], { fabricIndex: 2 });
		write(attributes.entries, { label: "c", fabricIndex: 9 }, { fabricIndex: 2 }, ENTRY, true);
		expect(server.entries).toEqual([
			{ label: "a", fabricIndex: 1 },
			{ label: "b", fabricIndex: 2 },
			{ label: "c", fabricIndex: 2 },
		]);
		write(attributes.entries, [], { fabricIndex: 1 });
		expect(server.entries).toEqual([
			{ label: "b", fabricIndex: 2 },
			{ label: "c", fabricIndex: 2 },
		]);
	});
});

describe("commands", () => {
	it("get their fields and return the response's", () => {
		expect(invoke(commands.add, encodeAlone(commands.add.fields, { by: 4, note: "x" }))).toEqual({ level: 5 });
		expect(server.calls).toEqual([{ by: 4, note: "x" }]);
		expect(changes).toEqual(["level"]);
	});

	it("without fields need none", () => {
		invoke(commands.clear, undefined, { fabricIndex: 3 });
		invoke(commands.clear, encodeAlone(NO_FIELDS, {}), { fabricIndex: 3 });
		expect(server.calls).toEqual([{}, 3, {}, 3]);
	});

	it.each([
		["a mandatory field is missing", commands.add, encodeAlone(NO_FIELDS, {}), Status.InvalidCommand],
		["there are no fields at all", commands.add, undefined, Status.InvalidCommand],
		[
			"a field has another type",
			commands.add,
			encodeAlone(struct([field(0, "by", string(0, 4))]), { by: "x" }),
			Status.InvalidCommand,
		],
		[
			"a field is out of range",
			commands.add,
			encodeAlone(struct([field(0, "by", UINT8)]), { by: 10 }),
			Status.ConstraintError,
		],
		["the interaction isn't timed", commands.open, undefined, Status.NeedsTimedInteraction],
		["there is no fabric to scope it to", commands.clear, undefined, Status.UnsupportedAccess],
	])("are refused when %s", (_, command, fields, status) => {
		expect(statusOf(() => invoke(command as CommandDefinition, fields))).toBe(status);
		expect(server.calls).toEqual([]);
	});

	it("need their privilege", () => {
		expect(
			statusOf(() =>
				invoke(commands.clear, undefined, { fabricIndex: 1 }, ((1 << VIEW) | (1 << OPERATE)) as Grant),
			),
		).toBe(Status.UnsupportedAccess);
		expect(statusOf(() => invoke(commands.open, undefined, { timed: true }, NOTHING))).toBe(
			Status.UnsupportedAccess,
		);
		expect(server.calls).toEqual([]);
	});

	it("refuse with a status of their cluster", () => {
		try {
			invoke(commands.refuse);
		} catch (error) {
			expect(error instanceof StatusError && [error.status, error.clusterStatus]).toEqual([Status.Failure, 9]);
			return;
		}
		throw new Error("not refused");
	});
});

describe("changes", () => {
	it("of quality C are not told (Matter Core 7.7.7)", () => {
		const version = server.dataVersion;
		server.tick();
		expect(server.dataVersion).toBe(version);
		expect(changes).toEqual([]);
	});

	it("wrap the data version", () => {
		server.dataVersion = 0xffffffff;
		write(attributes.level, 3);
		expect(server.dataVersion).toBe(0);
	});

	it("start from a random data version", () => {
		const versions = new Set<number>();
		for (let i = 0; i < 4; i++) {
			restart();
			versions.add(server.dataVersion);
		}
		expect(versions.size).toBeGreaterThan(1);
	});
});

describe("non-volatile attributes", () => {
	it("outlive a restart", () => {
		write(attributes.label, "lamp");
		write(attributes.limit, 7);
		write(attributes.entries, [{ label: "a", fabricIndex: 0 }], { fabricIndex: 4 });
		write(attributes.level, 9);
		restart();
		expect([server.label, server.limit, server.level]).toEqual(["lamp", 7, 1]);
		expect(server.entries).toEqual([{ label: "a", fabricIndex: 4 }]);
		expect(changes).toEqual([]);
		expect(lines).toEqual([]);
		write(attributes.limit, null);
		restart();
		expect(server.limit).toBe(null);
	});

	it("are stored when the device itself changes them", () => {
		server.rename("lamp");
		restart();
		expect(server.label).toBe("lamp");
	});

	it("are not changed by a peer when storage fails, but by the device itself", () => {
		const broken = () => {
			throw new Error("full");
		};
		Object.defineProperty(node.storage, "set", { value: broken });
		expect(() => write(attributes.label, "lamp")).toThrow("full");
		expect(server.label).toBe("");
		expect(changes).toEqual([]);
		server.rename("lamp");
		expect(server.label).toBe("lamp");
		expect(changes).toEqual(["label"]);
	});

	it("are left alone where the server computes them", () => {
		write(attributes.computed, 5);
		expect(node.storage.names("attributes.")).toEqual([]);
	});

	it.each([
		["out of range", 1, string(0, 20), "far too long", "stored value of 1/Sample/label is ignored"],
		["of another type", 1, UINT8, 3, "stored value of 1/Sample/label is ignored"],
		["of an unknown attribute", 0x77, UINT8, 3, "stored value of unknown attribute 119"],
		["of a volatile attribute", 0x00, UINT8, 3, "stored value of unknown attribute 0"],
	])("that are stored, but %s, are ignored and reported", (_, id, type, value, message) => {
		write(attributes.label, "lamp");
		const name = node.storage.names("attributes.")[0] as string;
		node.storage.set(
			name,
			encoded((writer) => {
				writer.array(ANONYMOUS);
				writer.unsigned(ANONYMOUS, id);
				writer.raw(encodeAlone(type as Type, value));
				writer.unsigned(ANONYMOUS, attributes.limit.id);
				writer.unsigned(ANONYMOUS, 8);
				writer.end();
			}),
		);
		restart();
		expect([server.label, server.limit, server.level]).toEqual(["", 8, 1]);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(message);
	});

	it("end where the record does", () => {
		write(attributes.label, "lamp");
		const name = node.storage.names("attributes.")[0] as string;
		node.storage.set(name, (node.storage.get(name) as Uint8Array).slice(0, 6));
		restart();
		expect(server.label).toBe("");
		expect(lines[0]).toContain("ends early");
	});
});

describe("a fabric that leaves", () => {
	it("takes its entries and events along", () => {
		write(attributes.entries, [{ label: "a", fabricIndex: 0 }], { fabricIndex: 1 });
		write(attributes.entries, [{ label: "b", fabricIndex: 0 }], { fabricIndex: 2 });
		server.tellSecret(5, 1);
		server.tellSecret(6, 2);
		node.removeFabric(1);
		expect(server.entries).toEqual([{ label: "b", fabricIndex: 2 }]);
		expect(node.events.from(0)?.fabricIndex).toBe(2);
		restart();
		expect(server.entries).toEqual([{ label: "b", fabricIndex: 2 }]);
	});
});

describe("events", () => {
	it("reach the node's log and who listens", () => {
		const seen: number[] = [];
		node.addListener({ onEvent: (event) => seen.push(event.number) });
		server.tell(5);
		const record = node.events.from(0);
		expect(record?.endpoint).toBe(1);
		expect(record?.cluster).toBe(Sample.id);
		expect(record?.definition).toBe(Sample.events.happened);
		expect(record?.data).toEqual(encodeAlone(Sample.events.happened.fields, { what: 5 }));
		expect(seen).toEqual([record?.number]);
	});

	it("that are not implemented can't be told", () => {
		expect(() => server.tellNever()).toThrow("event 3 of Sample is not implemented");
	});
});

import {
	ADMINISTER,
	attribute,
	CHANGES_OMITTED,
	command,
	event,
	FABRIC_SCOPED,
	FABRIC_SENSITIVE,
	FIXED,
	INFO,
	LARGE,
	MANAGE,
	OPERATE,
	response,
	TIMED,
	VIEW,
	type ClusterDefinition,
} from "../../../modules/datamodel/ClusterDefinition";
import { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { implement } from "../../../modules/datamodel/Implementation";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import { Status, StatusError } from "../../../modules/datamodel/Status";
import {
	BOOLEAN,
	field,
	list,
	nullable,
	octets,
	string,
	struct,
	UINT16,
	UINT8,
} from "../../../modules/datamodel/Types";

const NONE = struct([]);
const SCOPED = struct([field(1, "label", string(0, 32)), field(2, "hidden", UINT8, true, true)], true);

/** A standard cluster's id, so that it has no manufacturer's prefix. */
export const GADGET = 0x0405;
export const Gadget = Object.freeze({
	id: GADGET,
	name: "Gadget",
	revision: 3,
	features: { lighting: 1 },
	attributes: {
		flag: attribute(0, "flag", BOOLEAN, VIEW, OPERATE),
		level: attribute(1, "level", UINT8, VIEW),
		secret: attribute(2, "secret", UINT8, ADMINISTER, ADMINISTER),
		writeOnly: attribute(3, "writeOnly", UINT8, 0, OPERATE),
		timedOnly: attribute(4, "timedOnly", UINT8, VIEW, OPERATE, TIMED),
		items: attribute(5, "items", list(octets(0, 2000), 0, 200), VIEW, MANAGE),
		scoped: attribute(6, "scoped", list(SCOPED), VIEW, MANAGE, FABRIC_SCOPED),
		text: attribute(7, "text", string(0, 4000), VIEW, MANAGE),
		fixed: attribute(8, "fixed", UINT8, VIEW, 0, FIXED),
		broken: attribute(9, "broken", UINT8, VIEW),
		refused: attribute(10, "refused", UINT8, VIEW, OPERATE),
		quiet: attribute(11, "quiet", UINT8, VIEW, 0, CHANGES_OMITTED),
		choices: attribute(12, "choices", nullable(list(octets(0, 100))), VIEW),
		vendor: attribute(0xfff10001, "vendor", UINT8, VIEW),
	},
	commands: {
		toggle: command(0, "toggle", NONE, undefined, OPERATE),
		add: command(
			1,
			"add",
			struct([field(0, "a", UINT8), field(1, "b", UINT8)]),
			response(0x81, struct([field(0, "sum", UINT16)])),
			OPERATE,
		),
		reset: command(2, "reset", NONE, undefined, ADMINISTER),
		unlock: command(3, "unlock", NONE, undefined, OPERATE, TIMED),
		fail: command(4, "fail", NONE, undefined, OPERATE),
		crash: command(5, "crash", NONE, undefined, OPERATE),
		fill: command(
			6,
			"fill",
			struct([field(0, "size", UINT16)]),
			response(0x86, struct([field(0, "bytes", octets(0, 4000))])),
			OPERATE,
		),
		slow: command(7, "slow", NONE, undefined, OPERATE),
		bulk: command(9, "bulk", NONE, undefined, MANAGE, LARGE),
		maybe: command(10, "maybe", struct([field(0, "a", UINT8, true)]), undefined, OPERATE),
		own: command(8, "own", NONE, undefined, OPERATE, FABRIC_SCOPED),
	},
	events: {
		happened: event<{ value: number }>(0, struct([field(0, "value", UINT8)]), INFO, VIEW),
		confidential: event<{ value: number }>(1, struct([field(0, "value", UINT8)]), INFO, ADMINISTER),
		personal: event<{ value: number; fabricIndex: number }>(
			2,
			struct([field(0, "value", UINT8)], true),
			INFO,
			VIEW,
			FABRIC_SENSITIVE,
		),
	},
} satisfies ClusterDefinition);

export class GadgetServer extends ClusterServer {
	static override readonly implementation = implement(Gadget);
	flag = false;
	level = 7;
	secret = 42;
	writeOnly = 0;
	timedOnly = 1;
	items: Uint8Array[] = [];
	scoped: { label: string; hidden?: number; fabricIndex: number }[] = [];
	text = "hello";
	fixed = 9;
	quiet = 0;
	choices: Uint8Array[] | null = null;
	vendor = 6;
	toggles = 0;
	/** done during the command slow, and during every write */
	meanwhile: (() => void) | undefined;
	/** what the latest command saw */
	seen: { fields: unknown; timed: boolean; fabricIndex: number } | undefined;

	get broken(): number {
		throw new Error("a mistake in the server");
	}

	get refused(): number {
		throw new StatusError(Status.Busy);
	}

	change<K extends keyof this & string>(name: K, value: this[K]): void {
		this.set(name, value);
	}

	happen(value: number): void {
		this.emit(Gadget.events.happened, { value });
	}

	confide(value: number): void {
		this.emit(Gadget.events.confidential, { value });
	}

	tell(value: number, fabricIndex: number): void {
		this.emit(Gadget.events.personal, { value, fabricIndex });
	}

	protected override onWrite(
		definition: (typeof Gadget.attributes)["flag"],
		value: unknown,
		context: InteractionContext,
	): void {
		if (definition.id === Gadget.attributes.refused.id) throw new StatusError(Status.ConstraintError, 17);
		super.onWrite(definition, value, context);
		this.meanwhile?.();
	}

	toggle(fields: unknown, context: InteractionContext): void {
		this.#see(fields, context);
		this.toggles++;
		this.set("flag", !this.flag);
	}

	add(fields: { a: number; b: number }, context: InteractionContext): { sum: number } {
		this.#see(fields, context);
		return { sum: fields.a + fields.b };
	}

	maybe(fields: unknown, context: InteractionContext): void {
		this.#see(fields, context);
	}

	bulk(): void {
		this.toggles++;
	}

	reset(): void {
		this.toggles = 0;
	}

	unlock(fields: unknown, context: InteractionContext): void {
		this.#see(fields, context);
	}

	fail(): void {
		throw new StatusError(Status.ConstraintError, 5);
	}

	crash(): void {
		throw new Error("a mistake in the server");
	}

	fill({ size }: { size: number }): { bytes: Uint8Array } {
		return { bytes: new Uint8Array(size).fill(0xaa) };
	}

	slow(_fields: unknown, context: InteractionContext): void {
		context.acknowledge();
		this.meanwhile?.();
	}

	own(fields: unknown, context: InteractionContext): void {
		this.#see(fields, context);
	}

	#see(fields: unknown, { timed, fabricIndex }: InteractionContext): void {
		this.seen = { fields, timed, fabricIndex };
	}
}

/** A manufacturer's cluster. */
export const CUSTOM = 0xfff1fc01;
export const Custom = Object.freeze({
	id: CUSTOM,
	name: "Custom",
	revision: 1,
	features: {},
	attributes: { value: attribute(0, "value", UINT8, VIEW) },
	commands: { toggle: command(0, "toggle", NONE, undefined, OPERATE) },
	events: { happened: event<{ value: number }>(0, struct([field(0, "value", UINT8)]), INFO, VIEW) },
} satisfies ClusterDefinition);

export class CustomServer extends ClusterServer {
	static override readonly implementation = implement(Custom);
	value = 3;
	toggles = 0;
	toggle(): void {
		this.toggles++;
	}

	happen(value: number): void {
		this.emit(Custom.events.happened, { value });
	}
}

export function endpoints(): {
	gadget: GadgetServer;
	second: GadgetServer;
	custom: CustomServer;
	root: CustomServer;
	all: Endpoint[];
} {
	const gadget = new GadgetServer();
	const second = new GadgetServer();
	const custom = new CustomServer();
	const root = new CustomServer();
	return {
		gadget,
		second,
		custom,
		root,
		all: [
			new Endpoint(0, [], [root]),
			new Endpoint(1, [{ deviceType: 0x100, revision: 1 }], [gadget, custom]),
			new Endpoint(2, [], [second]),
		],
	};
}

import { GLOBAL_ATTRIBUTES, holds } from "./ClusterDefinition";
import type {
	AttributeDefinition,
	ClusterDefinition,
	CommandDefinition,
	EventDefinition,
	ServerShape,
} from "./ClusterDefinition";

/** What of a cluster a server class offers: the same for all its instances, made once when the module loads, frozen. */
export interface Implementation<Members = unknown> {
	readonly definition: ClusterDefinition;
	readonly featureMap: number;
	/** by id, global attributes included */
	readonly attributes: readonly AttributeDefinition[];
	/** by id */
	readonly commands: readonly CommandDefinition[];
	/** by id */
	readonly events: readonly EventDefinition[];
	readonly attributeList: readonly number[];
	readonly acceptedCommandList: readonly number[];
	readonly generatedCommandList: readonly number[];
	/** for the type checker; never there */
	readonly members?: Members;
}

/**
 * The members a server class owes to what it says it implements:
 *
 *     class OnOffServer extends ClusterServer implements MembersOf<typeof OnOffServer> {
 *         static override readonly implementation = implement(OnOff, { features: ["lighting"] });
 *
 * A mandatory attribute or command that is missing, or has the wrong type, is an error of the compiler.
 */
export type MembersOf<Server> = Server extends { implementation: Implementation<infer Members> } ? Members : never;

type Shape<C extends ClusterDefinition> = NonNullable<C["server"]>;
type OptionalName<C extends ClusterDefinition> = (keyof C["attributes"] | keyof C["commands"] | keyof C["events"]) &
	string;
type ShapeMembers<S extends ServerShape> = S["members"];

/**
 * Chooses what of a cluster is offered: what is mandatory for the features, and the optional elements named.
 * @throws TypeError when a name is unknown to the definition
 */
export function implement<
	C extends ClusterDefinition,
	const F extends keyof C["features"] & string = never,
	const O extends OptionalName<C> = never,
>(
	definition: C,
	options: { readonly features?: readonly F[]; readonly optional?: readonly O[] } = {},
): Implementation<ShapeMembers<Shape<C> & { readonly features: F; readonly optional: O }>> {
	const { features = [], optional = [] } = options;
	let featureMap = 0;
	for (let i = 0; i < features.length; i++) {
		const name = features[i]!;
		const bit = definition.features[name];
		if (bit === undefined) throw new TypeError(`${definition.name} has no feature ${name}`);
		featureMap |= bit;
	}
	for (let i = 0; i < optional.length; i++) {
		const name = optional[i]!;
		if (!definition.attributes[name] && !definition.commands[name] && !definition.events[name])
			throw new TypeError(`${definition.name} has no element ${name}`);
	}
	const attributes = Object.freeze(
		[...chosen(definition.attributes, featureMap, optional), ...GLOBAL_ATTRIBUTES].sort(byId),
	);
	const commands = Object.freeze(chosen(definition.commands, featureMap, optional));
	const events = Object.freeze(chosen(definition.events, featureMap, optional));
	const generated: number[] = [];
	for (let i = 0; i < commands.length; i++) {
		const response = commands[i]!.response;
		if (response && !generated.includes(response.id)) generated.push(response.id);
	}
	return Object.freeze({
		definition,
		featureMap: featureMap >>> 0,
		attributes,
		commands,
		events,
		attributeList: Object.freeze(attributes.map(idOf)),
		acceptedCommandList: Object.freeze(commands.map(idOf)),
		generatedCommandList: Object.freeze(generated.sort((a, b) => a - b)),
	});
}

type Element = AttributeDefinition | CommandDefinition | EventDefinition;

function idOf(element: Element): number {
	return element.id;
}

function byId(a: Element, b: Element): number {
	return a.id - b.id;
}

function chosen<E extends Element>(
	all: Readonly<Record<string, E>>,
	featureMap: number,
	optional: readonly string[],
): E[] {
	const result: E[] = [];
	const keys = Object.keys(all);
	for (let i = 0; i < keys.length; i++) {
		const name = keys[i]!;
		const element = all[name] as E;
		if (holds(element.mandatory, featureMap) || optional.includes(name)) result.push(element);
	}
	return result.sort(byId);
}

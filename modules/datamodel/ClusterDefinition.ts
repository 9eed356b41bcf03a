import { UINT16, UINT32, list } from "./Types";
import type { StructType, Type } from "./Types";

/**
 * What a cluster specification says, as frozen data. The files in clusters/generated are written by `npm run codegen`;
 * a manufacturer's own cluster uses the same functions by hand.
 */

/** Privileges (Matter Core 6.6.2), the values of AccessControlEntryPrivilegeEnum. */
export const VIEW = 1;
export const PROXY_VIEW = 2;
export const OPERATE = 3;
export const MANAGE = 4;
export const ADMINISTER = 5;
export type Privilege = 1 | 2 | 3 | 4 | 5;

/** Qualities and access flags of attributes, commands and events (Matter Core 7.6, 7.7). */
export const NON_VOLATILE = 0x01;
export const FIXED = 0x02;
export const CHANGES_OMITTED = 0x04;
export const QUIETER = 0x08;
export const FABRIC_SCOPED = 0x10;
/** hidden from other fabrics altogether; events only */
export const FABRIC_SENSITIVE = 0x20;
export const TIMED = 0x40;
export const SCENE = 0x80;
/** a command or response that needs a transport for large messages */
export const LARGE = 0x100;
export const ATOMIC = 0x200;

export const DEBUG = 0;
export const INFO = 1;
export const CRITICAL = 2;
/** Event priority (Matter Core 7.14.1.2), as encoded in EventDataIB. */
export type EventPriority = 0 | 1 | 2;

/**
 * When an element is there, as far as features decide: pairs of feature bits that must be set and that must be clear;
 * one pair that holds is enough. No pair: never.
 */
export type Condition = readonly number[];
export const ALWAYS: Condition = Object.freeze([0, 0]);
export const NEVER: Condition = Object.freeze([]);

/** @returns whether `condition` holds for a cluster with this feature map */
export function holds(condition: Condition, featureMap: number): boolean {
	for (let i = 0; i < condition.length; i += 2)
		if (
			(featureMap & (condition[i] as number)) === condition[i] &&
			(featureMap & (condition[i + 1] as number)) === 0
		)
			return true;
	return false;
}

export interface AttributeDefinition {
	readonly id: number;
	/** property of the cluster server that holds it */
	readonly name: string;
	readonly type: Type;
	readonly flags: number;
	/** privilege to read, 0 when it can't be read */
	readonly read: Privilege | 0;
	/** privilege to write, 0 when it can't be written */
	readonly write: Privilege | 0;
	readonly mandatory: Condition;
}

export interface ResponseDefinition {
	readonly id: number;
	readonly fields: StructType;
}

export interface CommandDefinition {
	readonly id: number;
	/** method of the cluster server that executes it */
	readonly name: string;
	readonly fields: StructType;
	/** undefined: answered by a status */
	readonly response: ResponseDefinition | undefined;
	readonly invoke: Privilege;
	readonly flags: number;
	readonly mandatory: Condition;
}

export interface EventDefinition<Fields = unknown> {
	readonly id: number;
	readonly priority: EventPriority;
	readonly fields: StructType;
	readonly read: Privilege;
	readonly flags: number;
	readonly mandatory: Condition;
	/** for the type checker; never there */
	readonly of?: Fields;
}

export interface ClusterDefinition {
	readonly id: number;
	readonly name: string;
	readonly revision: number;
	/** bits of FeatureMap */
	readonly features: Readonly<Record<string, number>>;
	readonly attributes: Readonly<Record<string, AttributeDefinition>>;
	readonly commands: Readonly<Record<string, CommandDefinition>>;
	readonly events: Readonly<Record<string, EventDefinition>>;
	/** for the type checker; never there: what a server of the cluster has, by feature and optional element */
	readonly server?: ServerShape;
}

/** A definition whose names the type checker knows: unions of strings, and events by name. */
export interface DefinitionOf<
	Features extends string,
	Attributes extends string,
	Commands extends string,
	Events extends Readonly<Record<string, EventDefinition>>,
	Server extends ServerShape,
> extends ClusterDefinition {
	readonly features: Readonly<Record<Features, number>>;
	readonly attributes: Readonly<Record<Attributes, AttributeDefinition>>;
	readonly commands: Readonly<Record<Commands, CommandDefinition>>;
	readonly events: Readonly<Events>;
	readonly server?: Server;
}

/** From feature and element names (unions of strings) to the members a server class must have. */
export interface ServerShape {
	readonly features: string;
	readonly optional: string;
	readonly members: unknown;
}

/**
 * Makes a definition: `cluster<Shape>()({ id, name, … } as const)`. In two calls, as a type argument that is given keeps
 * the others from being inferred.
 */
export function cluster<Server extends ServerShape>(): <const C extends Omit<ClusterDefinition, "server">>(
	definition: C,
) => C & { readonly server?: Server } {
	return frozenCluster as never;
}

function frozenCluster(definition: ClusterDefinition): ClusterDefinition {
	Object.freeze(definition.features);
	Object.freeze(definition.attributes);
	Object.freeze(definition.commands);
	Object.freeze(definition.events);
	return Object.freeze(definition);
}

export function attribute(
	id: number,
	name: string,
	type: Type,
	read: Privilege | 0,
	write: Privilege | 0 = 0,
	flags = 0,
	mandatory: Condition = ALWAYS,
): AttributeDefinition {
	return Object.freeze({ id, name, type, flags, read, write, mandatory: Object.freeze(mandatory) });
}

export function response(id: number, fields: StructType): ResponseDefinition {
	return Object.freeze({ id, fields });
}

export function command(
	id: number,
	name: string,
	fields: StructType,
	response: ResponseDefinition | undefined,
	invoke: Privilege,
	flags = 0,
	mandatory: Condition = ALWAYS,
): CommandDefinition {
	return Object.freeze({ id, name, fields, response, invoke, flags, mandatory: Object.freeze(mandatory) });
}

export function event<Fields>(
	id: number,
	fields: StructType,
	priority: EventPriority,
	read: Privilege,
	flags = 0,
	mandatory: Condition = ALWAYS,
): EventDefinition<Fields> {
	return Object.freeze({ id, priority, fields, read, flags, mandatory: Object.freeze(mandatory) });
}

/** Global attributes (Matter Core 7.13): every cluster has them, ClusterServer answers them. EventList is no longer one. */
export const CLUSTER_REVISION = 0xfffd;
export const FEATURE_MAP = 0xfffc;
export const ATTRIBUTE_LIST = 0xfffb;
export const ACCEPTED_COMMAND_LIST = 0xfff9;
export const GENERATED_COMMAND_LIST = 0xfff8;

const IDS = list(UINT32);
export const GLOBAL_ATTRIBUTES: readonly AttributeDefinition[] = Object.freeze([
	attribute(GENERATED_COMMAND_LIST, "generatedCommandList", IDS, VIEW, 0, FIXED),
	attribute(ACCEPTED_COMMAND_LIST, "acceptedCommandList", IDS, VIEW, 0, FIXED),
	attribute(ATTRIBUTE_LIST, "attributeList", IDS, VIEW, 0, FIXED),
	attribute(FEATURE_MAP, "featureMap", UINT32, VIEW, 0, FIXED),
	attribute(CLUSTER_REVISION, "clusterRevision", UINT16, VIEW, 0, FIXED),
]);

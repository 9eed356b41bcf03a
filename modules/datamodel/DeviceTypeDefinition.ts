/** An entry of Descriptor's DeviceTypeList (Matter Core 9.5.5.1). */
export interface DeviceTypeRevision {
	readonly deviceType: number;
	readonly revision: number;
}

/** What a device type asks of its endpoint (Matter Device Library); generated into clusters/generated/DeviceTypes. */
export interface DeviceTypeDefinition extends DeviceTypeRevision {
	readonly name: string;
	/** by cluster id; Descriptor, which every endpoint has, is not named */
	readonly servers: readonly ServerRequirement[];
}

/** A cluster server with at least these features, attributes and commands. */
export interface ServerRequirement {
	readonly cluster: number;
	readonly name: string;
	readonly featureMap: number;
	readonly attributes: readonly number[];
	readonly commands: readonly number[];
}

const NONE: readonly number[] = Object.freeze([]);

export function requires(
	cluster: number,
	name: string,
	featureMap = 0,
	attributes: readonly number[] = NONE,
	commands: readonly number[] = NONE,
): ServerRequirement {
	return Object.freeze({
		cluster,
		name,
		featureMap,
		attributes: Object.freeze(attributes),
		commands: Object.freeze(commands),
	});
}

export function deviceType(
	name: string,
	deviceType: number,
	revision: number,
	servers: readonly ServerRequirement[],
): DeviceTypeDefinition {
	return Object.freeze({ name, deviceType, revision, servers: Object.freeze(servers) });
}

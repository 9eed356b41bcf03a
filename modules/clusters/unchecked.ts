import type { ClusterDefinition, CommandDefinition } from "../datamodel/ClusterDefinition";
import { OCTETS, STRING, UINT, UINT16, UINT32, UINT8, octets, string, struct } from "../datamodel/Types";
import type { Field } from "../datamodel/Types";

/**
 * A definition whose named commands take any value of their fields' types: for clusters that answer values out of range
 * in the response, by their own effects on receipt, instead of refusing the interaction.
 */
export function unchecked<C extends ClusterDefinition>(
	definition: C,
	commands: readonly (keyof C["commands"] & string)[],
): C {
	const widened: Record<string, CommandDefinition> = { ...definition.commands };
	for (let i = 0; i < commands.length; i++) {
		const name = commands[i]!;
		const command = definition.commands[name] as CommandDefinition;
		widened[name] = Object.freeze({
			...command,
			fields: struct(command.fields.fields.map(widen), command.fields.fabricScoped),
		});
	}
	return Object.freeze({ ...definition, commands: Object.freeze(widened) });
}

function widen(field: Field): Field {
	let type = field.type;
	const nullable = type.nullable;
	if (type.kind === STRING) type = string(0, Infinity);
	else if (type.kind === OCTETS) type = octets(0, Infinity);
	else if (type.kind === UINT) type = type.max <= UINT8.max ? UINT8 : type.max <= UINT16.max ? UINT16 : UINT32;
	return Object.freeze({ ...field, type: Object.freeze({ ...type, nullable }) });
}

import { relative, resolve, dirname, sep } from "node:path";

/** The rooms of modules/, floor by floor: a room imports from itself, its own floor's rooms and those below. */
export const floors = [
	["crypto"],
	["codec", "storage", "discovery", "transport", "diagnostics", "time"],
	["message", "certificate"],
	["session", "fabric"],
	["exchange"],
	["securechannel", "commissioning"],
	["interaction", "datamodel"],
	["devices", "clusters"],
	["node"],
];

const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));

function roomOf(path, modules) {
	const [room, ...rest] = relative(modules, path).split(sep);
	return room === ".." || rest.length === 0 ? undefined : room;
}

/** ESLint rule: reports an import from a room of a higher floor, and imports that leave modules/. */
export const floorsRule = {
	meta: {
		type: "problem",
		schema: [{ type: "object", properties: { modules: { type: "string" } }, additionalProperties: false }],
		messages: {
			upward: "{{from}}/ (floor {{low}}) imports {{to}}/ (floor {{high}}): a room imports only from rooms below it.",
			unknown: "{{room}}/ is on no floor: give it one in tools/eslint/floors.mjs.",
			outside: "A module imports other modules and host/ specifiers only, not {{specifier}}.",
		},
	},
	create(context) {
		const [{ modules }] = context.options;
		const room = roomOf(context.filename, modules);
		if (room === undefined) return {};
		const check = (node) => {
			const specifier = node.source?.value;
			if (typeof specifier !== "string" || !specifier.startsWith(".")) return;
			const other = roomOf(resolve(dirname(context.filename), specifier), modules);
			if (other === undefined) {
				context.report({ node, messageId: "outside", data: { specifier } });
				return;
			}
			const low = floorOf.get(room);
			const high = floorOf.get(other);
			if (low === undefined || high === undefined) {
				context.report({ node, messageId: "unknown", data: { room: low === undefined ? room : other } });
			} else if (high > low) {
				context.report({ node, messageId: "upward", data: { from: room, to: other, low, high } });
			}
		};
		return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
	},
};

import { ALWAYS, NEVER, attribute, cluster, command, event, response } from "./ClusterDefinition";
import type {
	AttributeDefinition,
	ClusterDefinition,
	CommandDefinition,
	Condition,
	EventDefinition,
	EventPriority,
	Privilege,
	ResponseDefinition,
} from "./ClusterDefinition";
import {
	BOOLEAN,
	FLOAT32,
	FLOAT64,
	NO_FIELDS,
	choice,
	field,
	int,
	intWide,
	list,
	nullable,
	octets,
	string,
	struct,
	uint,
	uintWide,
} from "./Types";
import type { Field, StructType, Type } from "./Types";

/**
 * Cluster definitions as text, which takes a quarter of the flash that the calls which make them would take. It is read
 * when its module is loaded, which is when the device's image is linked.
 *
 * A line is an element, its words are separated by one space. Numbers are hexadecimal, but for fields' ids and types.
 *
 *     6 OnOff 6 lighting=1 offOnly=4       first: cluster id, name, revision, the bits of its features
 *     #                                    a structure; its fields follow. The first is #0, the second #1…
 *     0 ssid o1:32                         a field: id, name, type. A name ends in ? when it may be absent, in * when
 *                                          other fabrics do not see it
 *     @4001 onTime u16 VO 1 1/0            attribute: id, name, type, who reads and who writes, flags, condition
 *     >40 offWithEffect O 0 1/0            command: id, name, who invokes, flags, condition; its fields follow
 *     <1                                   response of the command before; its fields follow
 *     !0 startUp V 2                       event: id, name, who reads, priority, flags, condition; its fields follow
 *
 * After its id the head of what has fields may have a *: it is fabric-scoped. Who: V, P, O, M, A for a privilege, or -.
 * A condition has masks of features that must be there and that must not, and more such pairs; - is never. What is left
 * out at the end of a line is 0, or always.
 *
 * Types: b boolean; u and i integers, U and I those that are a bigint, with their bits (u8), their limits (u0:254) or
 * their values (u0,2,5); f4 and f8; s string and o octets with limits of their length in bytes; [entry] list, with
 * limits; #0 a structure. A limit that is left out is none; a ? at the end: or null.
 */

const PRIVILEGES = "-VPOMA";

/** @returns the frozen definition that `text` is of, whose type the caller knows */
export function defined<D extends ClusterDefinition>(text: string): D {
	return new DefinitionText(text).cluster() as D;
}

class DefinitionText {
	private readonly lines: readonly string[];
	private at = 0;
	private readonly structs: StructType[] = [];
	/** the same type is the same object */
	private readonly types: Record<string, Type> = {};

	constructor(text: string) {
		this.lines = text.split("\n");
	}

	cluster(): ClusterDefinition {
		const first = this.words();
		const features: Record<string, number> = {};
		const attributes: Record<string, AttributeDefinition> = {};
		const commands: Record<string, CommandDefinition> = {};
		const events: Record<string, EventDefinition> = {};
		for (let i = 3; i < first.length; i++) {
			const bit = first[i]!.split("=");
			features[bit[0]!] = hex(bit[1]);
		}
		while (this.at < this.lines.length) {
			const words = this.words();
			const name = words[1]!;
			switch (words[0]![0]) {
				case "#":
					this.structs.push(this.fields(words));
					break;
				case "@":
					attributes[name] = this.attribute(words);
					break;
				case ">":
					commands[name] = this.command(words);
					break;
				default:
					events[name] = this.event(words);
			}
		}
		return cluster()({
			id: hex(first[0]),
			name: first[1]!,
			revision: hex(first[2]),
			features,
			attributes,
			commands,
			events,
		});
	}

	/** The next line's. */
	private words(): readonly string[] {
		return this.lines[this.at++]!.split(" ");
	}

	private attribute(words: readonly string[]): AttributeDefinition {
		const who = words[3]!;
		return attribute(
			idOf(words),
			words[1]!,
			this.type(words[2]!),
			privilege(who[0]),
			privilege(who[1]),
			hex(words[4]),
			conditionOf(words[5]),
		);
	}

	private command(words: readonly string[]): CommandDefinition {
		return command(
			idOf(words),
			words[1]!,
			this.fields(words),
			this.response(),
			privilege(words[2]) as Privilege,
			hex(words[3]),
			conditionOf(words[4]),
		);
	}

	/** The one in the line that comes next, where there is one. */
	private response(): ResponseDefinition | undefined {
		if (this.lines[this.at]?.[0] !== "<") return undefined;
		const words = this.words();
		return response(idOf(words), this.fields(words));
	}

	private event(words: readonly string[]): EventDefinition {
		return event(
			idOf(words),
			this.fields(words),
			hex(words[3]) as EventPriority,
			privilege(words[2]) as Privilege,
			hex(words[4]),
			conditionOf(words[5]),
		);
	}

	/** What the lines after a head tell, as far as they begin with a digit. */
	private fields(head: readonly string[]): StructType {
		const fields: Field[] = [];
		while (this.lines[this.at]! > "0" && this.lines[this.at]! < ":") {
			const words = this.words();
			const name = words[1]!;
			fields.push(
				field(
					Number(words[0]),
					name.split("?")[0]!.split("*")[0]!,
					this.type(words[2]!),
					name.includes("?"),
					name.includes("*"),
				),
			);
		}
		const scoped = head[0]!.endsWith("*");
		return fields.length === 0 && !scoped ? NO_FIELDS : struct(fields, scoped);
	}

	private type(word: string): Type {
		return (this.types[word] ??= word.endsWith("?")
			? nullable(this.type(word.slice(0, -1)))
			: this.plainType(word[0] as string, word.slice(1)));
	}

	private plainType(kind: string, rest: string): Type {
		const limits = rest.slice(rest.lastIndexOf("]") + 1).split(":");
		const min = Number(limits[0]);
		const max = Number(limits[1] || Infinity);
		switch (kind) {
			case "b":
				return BOOLEAN;
			case "f":
				return min === 4 ? FLOAT32 : FLOAT64;
			case "s":
				return string(min, max);
			case "o":
				return octets(min, max);
			case "[":
				return list(this.type(rest.slice(0, rest.lastIndexOf("]"))), min, max);
			case "#":
				return this.structs[hex(rest)] as StructType;
		}
		if (rest.includes(",")) return choice(rest.split(",").map(Number));
		const unsigned = kind === "u" || kind === "U";
		const wide = kind < "a";
		const number = unsigned ? (wide ? uintWide : uint) : wide ? intWide : int;
		if (limits.length > 1) return number(limits[0] ? min : -Infinity, max);
		// so many bits; 64 have no limits that a number could tell
		if (wide) return number(unsigned ? 0 : -Infinity, Infinity);
		return unsigned ? number(0, 2 ** min - 1) : number(-(2 ** (min - 1)), 2 ** (min - 1) - 1);
	}
}

/** What is not there is 0. */
function hex(text = "0"): number {
	return parseInt(text, 16);
}

/** @4001, >40, <1*: what stands between the first character and the mark */
function idOf(words: readonly string[]): number {
	return parseInt(words[0]!.slice(1), 16);
}

function privilege(letter: string | undefined): Privilege | 0 {
	return PRIVILEGES.indexOf(letter as string) as Privilege | 0;
}

function conditionOf(word: string | undefined): Condition {
	if (word === undefined) return ALWAYS;
	return word === "-" ? NEVER : word.split("/").map((mask) => hex(mask));
}

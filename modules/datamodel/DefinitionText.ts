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
		const [id, name, revision, ...bits] = this.next();
		const features: Record<string, number> = {};
		for (const bit of bits) {
			const [feature, mask] = bit.split("=") as [string, string];
			features[feature] = hex(mask);
		}
		const attributes: Record<string, AttributeDefinition> = {};
		const commands: Record<string, CommandDefinition> = {};
		const events: Record<string, EventDefinition> = {};
		while (this.at < this.lines.length) {
			const [head, element = "", ...rest] = this.next();
			switch (head[0]) {
				case "#":
					this.structs.push(this.fields(head));
					break;
				case "@":
					attributes[element] = this.attribute(head, element, rest);
					break;
				case ">":
					commands[element] = this.command(head, element, rest);
					break;
				default:
					events[element] = this.event(head, rest);
			}
		}
		return cluster()({
			id: hex(id),
			name: name as string,
			revision: hex(revision),
			features,
			attributes,
			commands,
			events,
		});
	}

	private next(): [string, ...string[]] {
		return this.lines[this.at++]!.split(" ") as [string, ...string[]];
	}

	private attribute(head: string, name: string, [type, who, flags, condition]: string[]): AttributeDefinition {
		return attribute(
			idOf(head),
			name,
			this.type(type as string),
			privilege(who![0]),
			privilege(who![1]),
			hex(flags),
			conditionOf(condition),
		);
	}

	private command(head: string, name: string, [who, flags, condition]: string[]): CommandDefinition {
		const fields = this.fields(head);
		let answer: ResponseDefinition | undefined;
		if (this.lines[this.at]?.[0] === "<") {
			const [answerHead] = this.next();
			answer = response(idOf(answerHead), this.fields(answerHead));
		}
		return command(
			idOf(head),
			name,
			fields,
			answer,
			privilege(who) as Privilege,
			hex(flags),
			conditionOf(condition),
		);
	}

	private event(head: string, [who, priority, flags, condition]: string[]): EventDefinition {
		return event(
			idOf(head),
			this.fields(head),
			hex(priority) as EventPriority,
			privilege(who) as Privilege,
			hex(flags),
			conditionOf(condition),
		);
	}

	/** The fields in the lines that come next: those that begin with a digit. */
	private fields(head: string): StructType {
		const fields: Field[] = [];
		while (this.at < this.lines.length && this.lines[this.at]! > "0" && this.lines[this.at]! < ":") {
			const [id, marked, type] = this.next() as [string, string, string];
			const name = marked.split("?")[0]!.split("*")[0]!;
			fields.push(field(Number(id), name, this.type(type), marked.includes("?"), marked.includes("*")));
		}
		const scoped = head.endsWith("*");
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
function hex(text: string | undefined): number {
	return Number(`0x${text || 0}`);
}

/** @4001, >40, <1*: what stands between the first character and the mark */
function idOf(head: string): number {
	return hex(head.slice(1).split("*")[0]);
}

function privilege(letter: string | undefined): Privilege | 0 {
	return PRIVILEGES.indexOf(letter as string) as Privilege | 0;
}

function conditionOf(word: string | undefined): Condition {
	if (word === undefined) return ALWAYS;
	return word === "-" ? NEVER : word.split("/").map(hex);
}

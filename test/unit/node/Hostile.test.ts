import { ANONYMOUS } from "../../../modules/codec/Tlv";
import { TlvReader } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { readUint32LE } from "../../../modules/codec/Bytes";
import type { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { AccessControl } from "../../../modules/datamodel/AccessControl";
import { PASE } from "../../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import { StatusError } from "../../../modules/datamodel/Status";
import {
	BOOL,
	INT,
	INT_WIDE,
	LIST,
	OCTETS,
	STRING,
	STRUCT,
	UINT,
	UINT_WIDE,
	encodeValue,
} from "../../../modules/datamodel/Types";
import type { Type } from "../../../modules/datamodel/Types";
import { OnOffLight } from "../../../modules/devices/OnOffLight";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { Authority } from "../../support/Authority";
import { seededRandom } from "../../support/SeededRandom";
import { contextOf } from "../clusters/TestNode";
import { CommissionableNode } from "./CommissionableNode";

const ROUNDS = 3000;
const SIZE = 4096;
const NODE = 0x1234n;

/** Fields and values that a peer might send: mostly of the right type, often out of range, sometimes anything. */
class Mischief {
	#random: (bytes: Uint8Array) => void;
	#bytes = new Uint8Array(4);

	constructor(seed: number) {
		this.#random = seededRandom(seed);
	}

	/** 0..below-1 */
	number(below: number): number {
		this.#random(this.#bytes);
		return readUint32LE(this.#bytes, 0) % below;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.number(list.length)]!;
	}

	write(writer: TlvWriter, tag: number, type: Type, depth = 0): void {
		if (this.number(40) === 0) this.#anything(writer, tag);
		else if (this.number(12) === 0) writer.null(tag);
		else
			switch (type.kind) {
				case BOOL:
					writer.boolean(tag, this.number(2) === 1);
					break;
				case UINT:
					writer.unsigned(
						tag,
						this.pick([
							0,
							1,
							2,
							3,
							5,
							6,
							254,
							255,
							type.min,
							Math.min(type.max, 0xffffffff),
							this.number(0x10000),
						]),
					);
					break;
				case UINT_WIDE:
					writer.unsigned(tag, this.pick([0n, 1n, 2n, 0xdadan, 0xfffffffd_00010001n, 0xffffffff_ffffffffn]));
					break;
				case INT:
				case INT_WIDE:
					writer.signed(tag, this.number(0x10000) - 0x8000);
					break;
				case STRING:
					writer.string(tag, "ä".repeat(this.number(12)));
					break;
				case OCTETS:
					writer.octets(
						tag,
						new Uint8Array(this.pick([0, 1, 15, 16, 32, 64, 85, 97, 200])).fill(this.number(256)),
					);
					break;
				case LIST:
					writer.array(tag);
					for (let i = this.number(6); i > 0 && depth < 4; i--)
						this.write(writer, ANONYMOUS, type.entry, depth + 1);
					writer.end();
					break;
				case STRUCT:
					writer.structure(tag);
					for (const field of type.fields)
						if (this.number(15) > 0) this.write(writer, field.id, field.type, depth + 1);
					if (this.number(20) === 0) writer.unsigned(200, 1);
					writer.end();
					break;
				default:
					writer.float(tag, 1);
			}
	}

	#anything(writer: TlvWriter, tag: number): void {
		if (this.number(2) === 0) writer.string(tag, "?");
		else {
			writer.list(tag);
			writer.end();
		}
	}
}

describe("whatever a peer sends", () => {
	it.each([1, 2, 3])("servers refuse by a status, and can always be read (seed %i)", (seed) => {
		const mischief = new Mischief(seed);
		const light = new OnOffLight({ onOff: () => undefined });
		const test = new CommissionableNode([light]);
		const { link, node } = test;
		const servers = node.endpoints.flatMap((endpoint) => [...endpoint.servers]);
		const writer = new TlvWriter(new Uint8Array(SIZE));
		let session = pase();

		function pase(): SecureSession {
			return test.session();
		}

		/** Now the commissioner, now an administrator whose fabric may just have gone. */
		function peer(): SecureSession {
			// one PASE session at a time; what waits for the end of an exchange waits in vain here
			for (const other of link.device.sessions.secure()) if (other.isClosing || other.isPase) other.destroy();
			if (link.fabrics.fabrics.length < 2) {
				const authority = new Authority(BigInt(mischief.number(1000) + 1));
				link.fabrics.add(authority.fabric(link.fabrics.allocateIndex(), NODE));
			}
			const fabric = mischief.pick([undefined, ...link.fabrics.fabrics]);
			return fabric ? test.session(fabric) : pase();
		}

		function strike(server: ClusterServer, context: InteractionContext): void {
			const grant = new AccessControl().authorize(
				contextOf(undefined, { authMode: PASE }),
				server.endpoint,
				server.clusterId,
			);
			const { commands, attributes } = server.implementation;
			writer.reset(writer.bytes, 0, SIZE);
			const command = commands.length && mischief.number(3) ? mischief.pick(commands) : undefined;
			const attribute = mischief.pick(attributes);
			const append = !command && attribute.type.kind === LIST && mischief.number(2) === 1;
			mischief.write(
				writer,
				ANONYMOUS,
				command?.fields ?? (append && attribute.type.kind === LIST ? attribute.type.entry : attribute.type),
			);
			const reader = new TlvReader(writer.bytes, 0, writer.position);
			reader.next();
			try {
				if (command) {
					const answer = server.invokeCommand(
						grant,
						command,
						mischief.number(20) ? reader : undefined,
						context,
					);
					writer.reset(writer.bytes, 0, SIZE);
					if (command.response) encodeValue(writer, ANONYMOUS, command.response.fields, answer, context);
				} else server.writeAttribute(grant, attribute, reader, context, append);
			} catch (error) {
				if (!(error instanceof StatusError)) throw error;
			}
		}

		for (let round = 0; round < ROUNDS; round++) {
			if (round % 7 === 0 || link.device.sessions.find(session.id) !== session) session = peer();
			strike(mischief.pick(servers), test.context(session));
			link.clock.advance(mischief.number(5000));
			if (round % 50 === 0) readAll(servers, contextOf(link.fabrics.fabrics[0]));
		}
		readAll(servers, contextOf(undefined));
		expect(link.lines.filter((line) => line.startsWith("error"))).toEqual([]);
	});
});

/** Encodes every attribute as for a report. */
function readAll(servers: readonly ClusterServer[], context: InteractionContext): void {
	const writer = new TlvWriter(new Uint8Array(16_384));
	for (const server of servers) {
		const grant = new AccessControl().authorize(
			contextOf(undefined, { authMode: PASE }),
			server.endpoint,
			server.clusterId,
		);
		for (const attribute of server.implementation.attributes) {
			writer.reset(writer.bytes, 0, 16_384);
			encodeValue(writer, ANONYMOUS, attribute.type, server.readAttribute(grant, attribute, context), context);
		}
	}
}

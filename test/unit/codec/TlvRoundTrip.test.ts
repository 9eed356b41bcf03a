import { ANONYMOUS, TlvReader, TlvType } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { toHex } from "../../../modules/codec/Bytes";
import { seededRandom } from "../../support/SeededRandom";

const TREES = 400;
const TEXT = "aé€𝄞 ";

/** What was written, as text; what is read must come out the same. */
describe.each([1, 2, 3])("TLV at random (seed %d)", (seed) => {
	const random = seededRandom(seed);
	const bytes = new Uint8Array(8);
	const number = (): bigint => {
		random(bytes);
		return new DataView(bytes.buffer).getBigUint64(0);
	};
	const below = (limit: number): number => Number(number() % BigInt(limit));

	function write(writer: TlvWriter, tag: number, depth: number): string {
		const name = tag === ANONYMOUS ? "" : `${tag}:`;
		switch (below(depth > 0 ? 9 : 6)) {
			case 0: {
				const value = number() >> BigInt(below(64));
				writer.unsigned(tag, value);
				return `${name}u${value}`;
			}
			case 1: {
				const value = (number() >> BigInt(1 + below(63))) * (below(2) ? 1n : -1n);
				writer.signed(tag, value);
				return `${name}s${value}`;
			}
			case 2: {
				const value = below(2) === 1;
				writer.boolean(tag, value);
				return `${name}${value}`;
			}
			case 3: {
				const value = TEXT.repeat(below(40))
					.slice(0, below(100))
					.replace(/[\ud800-\udfff]/g, "");
				writer.string(tag, value);
				return `${name}"${value}"`;
			}
			case 4: {
				const value = new Uint8Array(below(300));
				random(value);
				writer.octets(tag, value);
				return `${name}#${toHex(value)}`;
			}
			case 5:
				writer.null(tag);
				return `${name}null`;
			default: {
				const kind = below(3);
				if (kind === 0) writer.structure(tag);
				else if (kind === 1) writer.array(tag);
				else writer.list(tag);
				const members = Array.from({ length: below(5) }, (_, i) =>
					write(writer, kind === 1 ? ANONYMOUS : i * 7, depth - 1),
				);
				writer.end();
				return `${name}${"{[("[kind]}${members.join()}${"}])"[kind]}`;
			}
		}
	}

	function read(reader: TlvReader): string {
		const name = reader.tag === ANONYMOUS ? "" : `${reader.tag}:`;
		switch (reader.type) {
			case TlvType.UNSIGNED:
				return `${name}u${reader.unsigned64()}`;
			case TlvType.SIGNED:
				return `${name}s${reader.signed64()}`;
			case TlvType.BOOLEAN:
				return `${name}${reader.boolean()}`;
			case TlvType.STRING:
				return `${name}"${reader.string()}"`;
			case TlvType.OCTETS:
				return `${name}#${toHex(reader.octets())}`;
			case TlvType.NULL:
				return `${name}null`;
			default: {
				const kind = [TlvType.STRUCTURE, TlvType.ARRAY, TlvType.LIST].indexOf(reader.type as never);
				const members: string[] = [];
				reader.enter();
				while (reader.next()) members.push(read(reader));
				return `${name}${"{[("[kind]}${members.join()}${"}])"[kind]}`;
			}
		}
	}

	it("is read as it was written", () => {
		for (let i = 0; i < TREES; i++) {
			const writer = new TlvWriter(new Uint8Array(60_000));
			const written = write(writer, ANONYMOUS, 4);
			const reader = new TlvReader(writer.finish());
			expect(reader.next()).toBe(true);
			expect(read(reader)).toBe(written);
			expect(reader.next()).toBe(false);
		}
	});
});

import { random } from "../interop/LossyLink.mjs";
import { Mutator, removesFabric, tlvElements } from "../fuzz/Mutator.mjs";
import { parsePayload, writePayload } from "../fuzz/SessionClient.mjs";

/** { 0: 5, 1: { 2: "abc" }, 3: null } */
const TLV = Buffer.from("152400053501" + "2c0203616263" + "18" + "340318", "hex");

describe("what the fuzzer says", () => {
	const made = (seed) => {
		const mutator = new Mutator(random(seed));
		return Array.from({ length: 300 }, (_, i) => {
			const kinds = [
				() => mutator.tlv(TLV),
				() => mutator.bytes(TLV),
				() => mutator.dns(Buffer.alloc(40, i)),
				() => mutator.packetHeader(TLV, [1, 2]),
				() => mutator.payloadHeader(TLV),
			];
			return kinds[i % kinds.length]().toString("hex");
		});
	};

	test("depends on the seed alone", () => {
		expect(made(7)).toEqual(made(7));
		expect(made(7)).not.toEqual(made(8));
	});

	test("differs from what was recorded, and fits a datagram", () => {
		const texts = made(3);
		expect(new Set(texts).size).toBeGreaterThan(200);
		for (const text of texts) expect(text.length).toBeLessThanOrEqual(2 * 1400);
	});

	test("knows TLV's elements", () => {
		expect(tlvElements(TLV).map(({ at, end, depth }) => [at, end, depth])).toEqual([
			[0, 1, 0],
			[1, 4, 1],
			[4, 6, 1],
			[6, 12, 2],
			[12, 13, 2],
			[13, 15, 1],
			[15, 16, 1],
		]);
		// a length that leads beyond the end
		expect(tlvElements(Buffer.from("15300005aabb18", "hex"))).toHaveLength(1);
	});

	test("knows who removes a fabric", () => {
		const remove = "1528002801360215370024000024013e24020a18350124000118181824ff0b18";
		expect(removesFabric(Buffer.from(remove, "hex"), 1)).toBe(true);
		expect(removesFabric(Buffer.from(remove, "hex"), 2)).toBe(false);
		expect(removesFabric(Buffer.from(remove.replace("24000118", "2600010000" + "0018"), "hex"), 1)).toBe(true);
		expect(removesFabric(Buffer.from(remove.replace("24020a", "240209"), "hex"), 1)).toBe(false);
		expect(removesFabric(TLV, 5)).toBe(false);
	});

	test("knows protocol headers", () => {
		const plain = writePayload(5, 8, 0x1234, 1, TLV, 77);
		expect(parsePayload(plain)).toMatchObject({ opcode: 8, exchange: 0x1234, protocol: 1, acknowledged: 77 });
		expect(parsePayload(plain).payload).toEqual(TLV);
		expect(parsePayload(plain.subarray(0, 5))).toBeUndefined();
	});
});

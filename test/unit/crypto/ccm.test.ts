import { fromHex, toHex } from "../../../modules/codec/Bytes";
import Ccm from "../../../modules/crypto/ccm";
import { ccm as wycheproof } from "./Wycheproof";

const KEY = fromHex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
const NONCE = fromHex("00000003020100a0a1a2a3a4a5");

function bytes(length: number, seed = 1): Uint8Array {
	const result = new Uint8Array(length);
	for (let i = 0; i < length; i++) {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		result[i] = seed >>> 16;
	}
	return result;
}

describe("published vectors", () => {
	// NIST CAVP, CCM, VADT128, VNT128 and DVPT128: Nlen = 13, Tlen = 16
	it.each([
		[
			"d24a3d3dde8c84830280cb87abad0bb3",
			"f1100035bb24a8d26004e0e24b",
			"",
			"7c86135ed9c2a515aaae0e9a208133897269220f30870006",
			"1faeb0ee2ca2cd52f0aa3966578344f24e69b742c4ab37ab1123301219c70599b7c373ad4b3ad67b",
		],
		[
			"d24a3d3dde8c84830280cb87abad0bb3",
			"f1100035bb24a8d26004e0e24b",
			"",
			"48df73208cdc63d716752df7794807b1b2a80794a2433455",
			"2bf7d09079bc0b904c711a0b0e4a70ca8ea892d9566f03f8b77a140819f39ef045103e785e1df8c2",
		],
		[
			"d24a3d3dde8c84830280cb87abad0bb3",
			"f1100035bb24a8d26004e0e24b",
			"",
			"b99de8168e8c13ea4aef66bdb93133dff5d57e9837ff6ccb",
			"dab54ba67bec7bad10eb5141ce3344a4c9d5ebd5c3d35b664b01098842a618390619b86e00850b2e",
		],
		[
			"5a33980e71e7d67fd6cf171454dc96e5",
			"33ae68ebb8010c6b3da6b9cb29",
			"eca622a37570df619e10ebb18bebadb2f2b49c4d2b2ff715873bb672e30fc0ff",
			"a34dfa24847c365291ce1b54bcf8d9a75d861e5133cc3a74",
			"7a60fa7ee8859e283cce378fb6b95522ab8b70efcdb0265f7c4b4fa597666b86dd1353e400f28864",
		],
		["19ebfde2d5468ba0a3031bde629b11fd", "5a8aa485c316e9403aff859fbb", "", "", "fb04dc5a44c6bb000f2440f5154364b4"],
	])("NIST %s %s", (key, nonce, aad, plaintext, ciphertext) => {
		const ccm = new Ccm(fromHex(key));
		expect(toHex(ccm.seal(fromHex(nonce), fromHex(plaintext), fromHex(aad)))).toBe(ciphertext);
		expect(toHex(ccm.open(fromHex(nonce), fromHex(ciphertext), fromHex(aad))!)).toBe(plaintext);
	});

	it.each([
		["fb04dc5a44c6bb000f2440f5154364b5", "5a8aa485c316e9403aff859fbb"],
		["5447075bf42a59b91f08064738b015ab", "a16a2e741f1cd9717285b6d882"],
		["fdc992847f0815fac67aa935b35208ed", "368f3b8180fd4b851b7b272cb1"],
	])("NIST refuses %s", (ciphertext, nonce) => {
		expect(
			new Ccm(fromHex("19ebfde2d5468ba0a3031bde629b11fd")).open(fromHex(nonce), fromHex(ciphertext)),
		).toBeUndefined();
	});

	// RFC 3610, packet vectors 1 to 3: its 8-byte tag is not ours, the ciphertext before it does not depend on the tag's length
	it.each([
		[
			NONCE,
			"0001020304050607",
			"08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
			"588c979a61c663d2f066d0c2c0f989806d5f6b61dac384",
		],
		[
			fromHex("00000004030201a0a1a2a3a4a5"),
			"0001020304050607",
			"08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
			"72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3b",
		],
		[
			fromHex("00000005040302a0a1a2a3a4a5"),
			"0001020304050607",
			"08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
			"51b1e5f44a197d1da46b0f8e2d282ae871e838bb64da859657",
		],
	])("RFC 3610", (nonce, aad, plaintext, ciphertext) => {
		const sealed = toHex(new Ccm(KEY).seal(nonce, fromHex(plaintext), fromHex(aad)));
		expect(sealed.slice(0, ciphertext.length)).toBe(ciphertext);
	});

	it.each(wycheproof)("Wycheproof %s", (key, nonce, aad, plaintext, ciphertext, valid) => {
		const ccm = new Ccm(fromHex(key));
		const opened = ccm.open(fromHex(nonce), fromHex(ciphertext), fromHex(aad));
		if (valid) {
			expect(toHex(opened!)).toBe(plaintext);
			expect(toHex(ccm.seal(fromHex(nonce), fromHex(plaintext), fromHex(aad)))).toBe(ciphertext);
		} else {
			expect(opened).toBeUndefined();
		}
	});
});

describe("seal and open", () => {
	it("refuses every flipped bit of ciphertext, tag, associated data and nonce", () => {
		const ccm = new Ccm(KEY);
		const aad = bytes(8);
		const sealed = ccm.seal(NONCE, bytes(5), aad);
		for (const [target, length] of [
			[sealed, 21],
			[aad, 8],
			[NONCE, 13],
		] as const) {
			for (let bit = 0; bit < length * 8; bit++) {
				target[bit >> 3]! ^= 1 << (bit & 7);
				expect(ccm.open(NONCE, sealed, aad)).toBeUndefined();
				target[bit >> 3]! ^= 1 << (bit & 7);
			}
		}
		expect(toHex(ccm.open(NONCE, sealed, aad)!)).toBe(toHex(bytes(5)));
	});

	it("refuses what is shorter than a tag", () => {
		const ccm = new Ccm(KEY);
		for (let length = 0; length < 16; length++) {
			expect(ccm.open(NONCE, bytes(length))).toBeUndefined();
		}
	});

	it.each([0, 1, 15, 17, 32])("throws on a key of %d bytes", (length) => {
		expect(() => new Ccm(bytes(length))).toThrow(RangeError);
	});

	it("throws on misuse", () => {
		const ccm = new Ccm(KEY);
		expect(() => ccm.seal(bytes(12), bytes(1))).toThrow(RangeError);
		expect(() => ccm.seal(NONCE, bytes(65536))).toThrow(RangeError);
		expect(() => ccm.seal(NONCE, bytes(1), bytes(0xff00))).toThrow(RangeError);
		expect(() => (ccm as unknown as { seal(nonce: Uint8Array): void }).seal(NONCE)).toThrow(TypeError);
		expect(() => ccm.seal(NONCE, "text" as never)).toThrow(TypeError);
		expect(() => new (Ccm as unknown as new () => Ccm)()).toThrow(TypeError);
		expect(() => new Ccm(new Uint16Array(8) as never)).toThrow(TypeError);
		expect(() => Ccm.prototype.seal.call({} as never, NONCE, bytes(1))).toThrow(Error);
	});

	it("is not used when the making of its result closed it", () => {
		const own = globalThis.Uint8Array;
		for (const method of ["seal", "open"] as const) {
			const ccm = new Ccm(KEY);
			const sealed = ccm.seal(NONCE, bytes(16));
			globalThis.Uint8Array = function (buffer: ArrayBuffer) {
				ccm.close();
				return new own(buffer);
			} as never;
			try {
				expect(() => ccm[method](NONCE, sealed)).toThrow("closed");
			} finally {
				globalThis.Uint8Array = own;
			}
		}
	});

	it("is constructed with new alone", () => {
		const ccm = new Ccm(KEY);
		const construct = Ccm as unknown as (this: unknown, key: Uint8Array) => void;
		expect(() => construct.call(ccm, KEY)).toThrow(TypeError);
		expect(() => construct.call(undefined, KEY)).toThrow(Error);
		expect(() => construct.call({}, KEY)).toThrow(Error);
	});

	it("throws after close", () => {
		const ccm = new Ccm(KEY);
		ccm.close();
		ccm.close();
		expect(() => ccm.seal(NONCE, bytes(1))).toThrow("closed");
		expect(() => ccm.sealPacket(bytes(64), 0, 8, 8, bytes(8))).toThrow("closed");
		expect(() => ccm.openPacket(bytes(64), 0, 8, 40, bytes(8))).toThrow("closed");
	});

	it("holds more keys at once than a small key store has slots", () => {
		const keys: Ccm[] = [];
		for (let i = 0; i < 80; i++) keys.push(new Ccm(bytes(16, i)));
		for (let i = 0; i < 80; i++) {
			expect(toHex(keys[i]!.open(NONCE, new Ccm(bytes(16, i)).seal(NONCE, bytes(3)))!)).toBe(toHex(bytes(3)));
		}
	});

	it("works on views into larger buffers", () => {
		const ccm = new Ccm(KEY);
		const all = bytes(100);
		const whole = ccm.seal(NONCE, all.slice(10, 40), all.slice(50, 60));
		expect(toHex(ccm.seal(NONCE, all.subarray(10, 40), all.subarray(50, 60)))).toBe(toHex(whole));
	});
});

describe("sealPacket and openPacket", () => {
	const nodeId = fromHex("8877665544332211");

	/** A packet with an 8-byte header at `start`, and its content to `end`. */
	function packet(start: number, length: number, room = 16): Uint8Array {
		const result = bytes(start + 8 + length + room);
		result.set(fromHex("0034120078563412"), start);
		return result;
	}

	it("is seal with the header as associated data and flags, counter and node id as nonce", () => {
		const ccm = new Ccm(KEY);
		for (const [start, length] of [
			[0, 0],
			[0, 1],
			[0, 15],
			[0, 16],
			[0, 17],
			[5, 100],
			[33, 1200],
		] as const) {
			const bytes = packet(start, length);
			const header = bytes.slice(start, start + 8);
			const nonce = new Uint8Array(13);
			nonce.set(header.subarray(3));
			nonce.set(nodeId, 5);
			const plain = bytes.slice(start + 8, start + 8 + length);
			const end = ccm.sealPacket(bytes, start, start + 8, start + 8 + length, nodeId);
			expect(end).toBe(start + 8 + length + 16);
			expect(toHex(bytes.slice(start, start + 8))).toBe(toHex(header));
			expect(toHex(bytes.slice(start + 8, end))).toBe(toHex(ccm.seal(nonce, plain, header)));
			expect(ccm.openPacket(bytes, start, start + 8, end, nodeId)).toBe(end - 16);
			expect(toHex(bytes.slice(start + 8, end - 16))).toBe(toHex(plain));
		}
	});

	it("takes a longer header into the associated data", () => {
		const ccm = new Ccm(KEY);
		const sealed = packet(0, 40);
		const end = ccm.sealPacket(sealed, 0, 24, 48, nodeId);
		sealed[20]! ^= 1;
		expect(ccm.openPacket(sealed, 0, 24, end, nodeId)).toBe(-1);
	});

	it("refuses every flipped bit and another node", () => {
		const ccm = new Ccm(KEY);
		const sealed = packet(0, 3);
		const end = ccm.sealPacket(sealed, 0, 8, 11, nodeId);
		for (let bit = 0; bit < end * 8; bit++) {
			const copy = sealed.slice();
			copy[bit >> 3]! ^= 1 << (bit & 7);
			expect(ccm.openPacket(copy, 0, 8, end, nodeId)).toBe(-1);
		}
		expect(ccm.openPacket(sealed.slice(), 0, 8, end, bytes(8))).toBe(-1);
		expect(ccm.openPacket(sealed.slice(), 0, 8, end, nodeId)).toBe(11);
	});

	it("says -1 to what is shorter than a tag", () => {
		const ccm = new Ccm(KEY);
		for (let end = 0; end < 24; end++) {
			expect(ccm.openPacket(packet(0, 40), 0, 8, end, nodeId)).toBe(-1);
		}
	});

	it.each([
		[-1, 8, 16],
		[0, 7, 16],
		[0, 8, 7],
		[0, 8, -1],
		[0, 8, 41],
		[0, 57, 57],
		[0, 2147483647, 16],
		[-2147483648, 2147483647, 16],
		[50, 57, 57],
	])("sealPacket throws on start %d, payload %d, end %d of 56", (start, plain, end) => {
		expect(() => new Ccm(KEY).sealPacket(bytes(56), start, plain, end, nodeId)).toThrow(RangeError);
	});

	it.each([
		[-1, 8, 40],
		[0, 7, 40],
		[0, 8, -1],
		[0, 8, 57],
		[0, 57, 56],
		[-2147483648, 2147483647, 40],
	])("openPacket throws on start %d, payload %d, end %d of 56", (start, cipher, end) => {
		expect(() => new Ccm(KEY).openPacket(bytes(56), start, cipher, end, nodeId)).toThrow(RangeError);
	});

	it("throws on a node id that is not 8 bytes", () => {
		expect(() => new Ccm(KEY).sealPacket(bytes(56), 0, 8, 16, bytes(7))).toThrow(RangeError);
		expect(() => new Ccm(KEY).sealPacket(bytes(56), 0, 8, 16, undefined as never)).toThrow(TypeError);
	});

	it("survives a number that closes the key while it is read", () => {
		const ccm = new Ccm(KEY);
		const end = { valueOf: () => (ccm.close(), 16) };
		expect(() => ccm.sealPacket(bytes(56), 0, 8, end as never, nodeId)).toThrow("closed");
	});
});

it("opens what it sealed, for 300 random shapes", () => {
	let seed = 20240607;
	const next = (limit: number) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8) % limit;
	for (let i = 0; i < 300; i++) {
		const ccm = new Ccm(bytes(16, seed));
		const nonce = bytes(13, next(1 << 20));
		const plain = bytes(next(1300), next(1 << 20));
		const aad = bytes(next(40), next(1 << 20));
		const sealed = ccm.seal(nonce, plain, aad);
		expect(sealed).toHaveLength(plain.length + 16);
		expect(toHex(ccm.open(nonce, sealed, aad)!)).toBe(toHex(plain));
		sealed[next(sealed.length)]! ^= 1 << next(8);
		expect(ccm.open(nonce, sealed, aad)).toBeUndefined();
		ccm.close();
	}
});

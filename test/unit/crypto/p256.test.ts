import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { encode } from "../../../modules/codec/Utf8";
import KeyPair, { verify } from "../../../modules/crypto/p256";
import { ecdh, ecdsa } from "./Wycheproof";

const ORDER = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const G =
	"046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

describe("ECDH", () => {
	// NIST CAVP, KAS_ECC_CDH_PrimitiveTest, P-256, counts 0 to 2
	it.each([
		[
			"04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
			"7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
			"04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b23028af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
			"46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b",
		],
		[
			"04809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7aeb29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
			"38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
			"04119f2f047902782ab0c9e27a54aff5eb9b964829ca99c06b02ddba95b0a3f6d08f52b726664cac366fc98ac7a012b2682cbd962e5acb544671d41b9445704d1d",
			"057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67",
		],
		[
			"04a2339c12d4a03c33546de533268b4ad667debf458b464d77443636440ee7fec3ef48a3ab26e20220bcda2c1851076839dae88eae962869a497bf73cb66faf536",
			"1accfaf1b97712b85a6f54b148985a1bdc4c9bec0bd258cad4b3d603f49f32c8",
			"04d9f2b79c172845bfdb560bbb01447ca5ecc0470a09513b6126902c6b4f8d1051f815ef5ec32128d3487834764678702e64e164ff7315185e23aff5facd96d7bc",
			"2d457b78b4614132477618a5b077965ec90730a8c81a1c75d6d4ec68005d67ec",
		],
	])("NIST %s", (peer, privateKey, publicKey, secret) => {
		const pair = new KeyPair(fromHex(privateKey));
		expect(toHex(pair.publicKey)).toBe(publicKey);
		expect(toHex(pair.privateKey)).toBe(privateKey);
		expect(toHex(pair.ecdh(fromHex(peer)))).toBe(secret);
	});

	it.each(ecdh)("Wycheproof %s %s", (privateKey, publicKey, secret) => {
		const pair = new KeyPair(fromHex(privateKey));
		const bytes = fromHex(publicKey);
		if (secret === "" || bytes.length !== 65) {
			expect(() => pair.ecdh(bytes)).toThrow(RangeError);
		} else {
			expect(toHex(pair.ecdh(bytes))).toBe(secret);
		}
	});

	// SEC 1 2.3.3: no point, compressed ones, hybrid ones, no form at all
	it.each([0x00, 0x02, 0x03, 0x06, 0x07, 0x84])("refuses a key that begins with %i", (form) => {
		const key = fromHex(G);
		key[0] = form;
		expect(() => new KeyPair().ecdh(key)).toThrow(RangeError);
	});

	it("agrees both ways", () => {
		const a = new KeyPair();
		const b = new KeyPair();
		expect(toHex(a.ecdh(b.publicKey))).toBe(toHex(b.ecdh(a.publicKey)));
		expect(toHex(a.privateKey) === toHex(b.privateKey)).toBe(false);
	});
});

describe("ECDSA", () => {
	// NIST CAVP 186-4, SigVer and SigGen, P-256 with SHA-256
	it.each([
		[
			"04e424dc61d4bb3cb7ef4344a7f8957a0c5134e16f7a67c074f82e6e12f49abf3c970eed7aa2bc48651545949de1dddaf0127e5965ac85d1243d6f60e7dfaee927",
			"e1130af6a38ccb412a9c8d13e15dbfc9e69a16385af3c3f1e5da954fd5e7c45fd75e2b8c36699228e92840c0562fbf3772f07e17f1add56588dd45f7450e1217ad239922dd9c32695dc71ff2424ca0dec1321aa47064a044b7fe3c2b97d03ce470a592304c5ef21eed9f93da56bb232d1eeb0035f9bf0dfafdcc4606272b20a3",
			"bf96b99aa49c705c910be33142017c642ff540c76349b9dab72f981fd9347f4f17c55095819089c2e03b9cd415abdf12444e323075d98f31920b9e0f57ec871c",
		],
		[
			"041ccbe91c075fc7f4f033bfa248db8fccd3565de94bbfb12f3c59ff46c271bf83ce4014c68811f9a21a1fdb2c0e6113e06db7ca93b7404e78dc7ccd5ca89a4ca9",
			"5905238877c77421f73e43ee3da6f2d9e2ccad5fc942dcec0cbd25482935faaf416983fe165b1a045ee2bcd2e6dca3bdf46c4310a7461f9a37960ca672d3feb5473e253605fb1ddfd28065b53cb5858a8ad28175bf9bd386a5e471ea7a65c17cc934a9d791e91491eb3754d03799790fe2d308d16146d5c9b0d0debd97d79ce8",
			"f3ac8061b514795b8843e3d6629527ed2afd6b1f6a555a7acabb5e6f79c8c2ac8bf77819ca05a6b2786c76262bf7371cef97b218e96f175a3ccdda2acc058903",
		],
	])("NIST %s", (publicKey, message, signature) => {
		expect(verify(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(true);
	});

	// RFC 6979, A.2.5
	it.each([
		[
			"sample",
			"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
		],
		[
			"test",
			"f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
		],
	])("RFC 6979 %s", (message, signature) => {
		const pair = new KeyPair(fromHex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
		expect(toHex(pair.publicKey)).toBe(
			"0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
		);
		expect(verify(pair.publicKey, encode(message), fromHex(signature))).toBe(true);
		expect(verify(pair.publicKey, encode(message), pair.sign(encode(message)))).toBe(true);
	});

	it.each(ecdsa)("Wycheproof %s %s %s", (publicKey, message, signature, valid) => {
		expect(verify(fromHex(publicKey), fromHex(message), fromHex(signature))).toBe(valid);
	});

	it("refuses every flipped bit", () => {
		const pair = new KeyPair();
		const message = encode("message");
		const signature = pair.sign(message);
		const { publicKey } = pair;
		expect(signature).toHaveLength(64);
		expect(verify(publicKey, message, signature)).toBe(true);
		for (const [target, step] of [
			[message, 1],
			[signature, 7],
			[publicKey, 17],
		] as const) {
			for (let bit = 0; bit < target.length * 8; bit += step) {
				target[bit >> 3]! ^= 1 << (bit & 7);
				expect(verify(publicKey, message, signature)).toBe(false);
				target[bit >> 3]! ^= 1 << (bit & 7);
			}
		}
		expect(verify(publicKey, message, signature)).toBe(true);
	});

	it("is false, not an error, for malformed keys and signatures", () => {
		const pair = new KeyPair();
		const message = encode("message");
		const signature = pair.sign(message);
		for (const length of [0, 1, 63, 65]) {
			expect(verify(pair.publicKey, message, new Uint8Array(length))).toBe(false);
		}
		expect(verify(pair.publicKey, message, new Uint8Array(64))).toBe(false);
		for (const length of [0, 33, 64, 65, 66]) {
			expect(verify(new Uint8Array(length), message, signature)).toBe(false);
		}
	});
});

describe("KeyPair", () => {
	it("derives the generator from 1 and its negative from n - 1", () => {
		expect(toHex(new KeyPair(fromHex("00".repeat(31) + "01")).publicKey)).toBe(G);
		expect(toHex(new KeyPair(fromHex(ORDER.slice(0, 62) + "50")).publicKey).slice(0, 66)).toBe(G.slice(0, 66));
	});

	it.each(["00".repeat(32), ORDER, "ff".repeat(32)])("refuses the private key %s", (privateKey) => {
		expect(() => new KeyPair(fromHex(privateKey))).toThrow(RangeError);
	});

	it.each([0, 31, 33, 65])("refuses a private key of %d bytes", (length) => {
		expect(() => new KeyPair(new Uint8Array(length).fill(1))).toThrow(RangeError);
	});

	it("generates different keys", () => {
		const seen = new Set<string>();
		for (let i = 0; i < 20; i++) {
			const pair = new KeyPair();
			expect(toHex(new KeyPair(pair.privateKey).publicKey)).toBe(toHex(pair.publicKey));
			seen.add(toHex(pair.publicKey));
			pair.close();
		}
		expect(seen.size).toBe(20);
	});

	it("throws after close", () => {
		const pair = new KeyPair();
		pair.close();
		pair.close();
		expect(() => pair.publicKey).toThrow("closed");
		expect(() => pair.privateKey).toThrow("closed");
		expect(() => pair.sign(new Uint8Array(1))).toThrow("closed");
		expect(() => pair.ecdh(fromHex(G))).toThrow("closed");
	});

	it("holds more pairs at once than the library has key slots", () => {
		const pairs = [];
		for (let i = 0; i < 50; i++) {
			pairs.push(new KeyPair());
		}
		for (const pair of pairs) {
			expect(verify(pair.publicKey, new Uint8Array(3), pair.sign(new Uint8Array(3)))).toBe(true);
		}
	});
});

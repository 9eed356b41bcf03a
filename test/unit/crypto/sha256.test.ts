import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { encode } from "../../../modules/codec/Utf8";
import Sha256, { sha256 } from "../../../modules/crypto/sha256";

// FIPS 180-4 examples; NIST CAVP SHA256ShortMsg
const VECTORS: [string, string][] = [
	["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
	[toHex(encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
	[
		toHex(encode("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	],
	["d3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"],
	["11af", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"],
	["74ba2521", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"],
];

it.each(VECTORS)("hashes %s", (message, digest) => {
	expect(toHex(sha256(fromHex(message)))).toBe(digest);
	const hash = new Sha256();
	for (const byte of fromHex(message)) {
		hash.update(new Uint8Array([byte]));
	}
	expect(toHex(hash.digest())).toBe(digest);
});

it("hashes a million times 'a' (FIPS 180-4)", () => {
	const block = new Uint8Array(10000).fill(0x61);
	const hash = new Sha256();
	for (let i = 0; i < 100; i++) {
		hash.update(block);
	}
	expect(toHex(hash.digest())).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

it("goes on after a digest", () => {
	const hash = new Sha256().update(encode("a"));
	expect(toHex(hash.digest())).toBe(toHex(sha256(encode("a"))));
	expect(toHex(hash.update(encode("bc")).digest())).toBe(toHex(sha256(encode("abc"))));
	expect(toHex(hash.digest())).toBe(toHex(sha256(encode("abc"))));
});

it("throws on misuse", () => {
	const hash = new Sha256();
	expect(() => hash.update("abc" as never)).toThrow(TypeError);
	expect(() => (hash as unknown as { update(): void }).update()).toThrow(TypeError);
	expect(() => (sha256 as unknown as () => void)()).toThrow(TypeError);
	hash.close();
	hash.close();
	expect(() => hash.digest()).toThrow("closed");
	expect(() => hash.update(new Uint8Array(1))).toThrow("closed");
});

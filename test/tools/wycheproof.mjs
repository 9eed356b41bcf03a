/**
 * Writes test/unit/crypto/Wycheproof.ts: the cases of C2SP's Wycheproof that fit the primitives of modules/crypto.
 * Usage: node test/tools/wycheproof.mjs <folder testvectors_v1 of a Wycheproof checkout>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (folder === undefined) {
	console.error("usage: node test/tools/wycheproof.mjs <testvectors_v1>");
	process.exit(2);
}

function groups(name) {
	return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")).testGroups;
}

function rows(name, keep, row) {
	return groups(name)
		.filter(keep)
		.flatMap((group) => group.tests.map((test) => row(test, group)))
		.filter((values) => values !== undefined);
}

const all = () => true;
/** Of the many random valid cases a few suffice; each special case stays. */
const thin = (test, n) => test.result !== "valid" || test.tcId % n === 0;

const tables = {
	/** key, nonce, associated data, plaintext, ciphertext with tag, valid */
	ccm: rows(
		"aes_ccm_test",
		(group) => group.keySize === 128 && group.ivSize === 104 && group.tagSize === 128,
		(test) => [test.key, test.iv, test.aad, test.msg, test.ct + test.tag, test.result === "valid"],
	),
	/** private key, public key, shared secret; "" where the public key must be refused */
	ecdh: rows("ecdh_secp256r1_ecpoint_test", all, (test) =>
		thin(test, 4)
			? [test.private.padStart(64, "0").slice(-64), test.public, test.result === "valid" ? test.shared : ""]
			: undefined,
	),
	/** public key, message, signature, valid */
	ecdsa: rows("ecdsa_secp256r1_sha256_p1363_test", all, (test, group) =>
		thin(test, 3) ? [group.publicKey.uncompressed, test.msg, test.sig, test.result === "valid"] : undefined,
	),
	/** secret, salt, info, length, output; "" where the length must be refused */
	hkdf: rows("hkdf_sha256_test", all, (test) =>
		test.result !== "valid" || test.size <= 256
			? [test.ikm, test.salt, test.info, test.size, test.result === "valid" ? test.okm : ""]
			: undefined,
	),
	/** key, message, tag, valid */
	hmac: rows(
		"hmac_sha256_test",
		(group) => group.tagSize === 256,
		(test) => [test.key, test.msg, test.tag, test.result === "valid"],
	),
	/** password, salt, iterations, output */
	pbkdf2: rows("pbkdf2_hmacsha256_test", all, (test) =>
		test.result === "valid" && test.iterationCount <= 10000 && test.dkLen <= 1024
			? [test.password, test.salt, test.iterationCount, test.dk]
			: undefined,
	),
};

const types = {
	ccm: "[string, string, string, string, string, boolean]",
	ecdh: "[string, string, string]",
	ecdsa: "[string, string, string, boolean]",
	hkdf: "[string, string, string, number, string]",
	hmac: "[string, string, string, boolean]",
	pbkdf2: "[string, string, number, string]",
};

let text = `// Made by test/tools/wycheproof.mjs from Wycheproof (github.com/C2SP/wycheproof, Apache-2.0). Bytes are hexadecimal.\n`;
for (const [name, table] of Object.entries(tables)) {
	text += `// prettier-ignore\nexport const ${name}: readonly ${types[name]}[] = [\n${table.map((row) => `\t${JSON.stringify(row)},\n`).join("")}];\n`;
	console.log(name, table.length);
}
writeFileSync(new URL("../unit/crypto/Wycheproof.ts", import.meta.url), text);

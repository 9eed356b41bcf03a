/** What the development attestation is worth to a commissioner: matter.js's validator, with the public test roots. */
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import * as nodeCrypto from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Bytes, NodeJsStyleCrypto } from "@matter/general";
import {
	CertificationDeclaration,
	DeviceAttestationValidator,
	TestCert_PAA_NoVID_Cert,
	TestCert_PAA_NoVID_SKID,
	TlvAttestation,
} from "@matter/protocol";

const root = new URL("../../", import.meta.url);
const crypto = new NodeJsStyleCrypto(nodeCrypto);
const challenge = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
const nonce = Bytes.fromHex("11".repeat(32));

/** The constants of a module that tools/attestation.mjs wrote. */
function read(path) {
	const text = readFileSync(path, "utf8");
	const constant = (name) => {
		const [, body] = new RegExp(`const ${name} =([^;]*);`).exec(text);
		return Buffer.from(body.replace(/[^0-9a-f]/g, ""), "hex");
	};
	return { dac: constant("DAC"), pai: constant("PAI"), cd: constant("CD"), key: constant("KEY") };
}

function validate({ dac, pai, cd, key }, { vendorId = 0xfff1, productId = 0x8001, cdSigner = true } = {}) {
	const elements = TlvAttestation.encode({ declaration: cd, attestationNonce: nonce, timestamp: 0 });
	const { x, y } = new X509Certificate(dac).publicKey.export({ format: "jwk" });
	const d = key.toString("base64url");
	const signer = createPrivateKey({ key: { kty: "EC", crv: "P-256", x, y, d }, format: "jwk" });
	const attestationSignature = sign("sha256", Buffer.concat([elements, challenge]), {
		key: signer,
		dsaEncoding: "ieee-p1363",
	});
	// What the Distributed Compliance Ledger would answer, with its network left out.
	const dclCertificateService = {
		acceptsTestCertificates: true,
		getCertificate: (keyId) =>
			Bytes.areEqual(keyId, TestCert_PAA_NoVID_SKID) ? { isProduction: false } : undefined,
		getCertificateAsDer: () => TestCert_PAA_NoVID_Cert,
		isRevoked: () => false,
		getOrFetchCdSigner: (keyId) => {
			const { subjectKeyId, publicKey } = CertificationDeclaration.testSignerInfo();
			return cdSigner && Bytes.areEqual(keyId, subjectKeyId) ? { publicKey } : undefined;
		},
	};
	return DeviceAttestationValidator.validate(
		{ crypto, attestationChallenge: challenge, dclCertificateService },
		{
			dac,
			pai,
			attestationElements: elements,
			attestationSignature,
			attestationNonce: nonce,
			vendorId,
			productId,
		},
	);
}

const development = read(new URL("modules/commissioning/DevelopmentAttestation.ts", root));

it("accepts the development attestation, as one for tests", async () => {
	const { findings } = await validate(development);
	expect(findings.map(({ type }) => type)).toEqual(["CertificationTypeTest"]);
});

it("keeps the limits of length (Matter Core 6.2.2, 6.1.3)", () => {
	expect(development.dac.length).toBeLessThanOrEqual(600);
	expect(development.pai.length).toBeLessThanOrEqual(600);
});

it("refuses it for another product, and with any part exchanged", async () => {
	await expect(validate(development, { productId: 0x8002 })).rejects.toThrow("product_id");
	const folder = mkdtempSync(join(tmpdir(), "attestation-"));
	try {
		const module = join(folder, "Other.ts");
		execFileSync(process.execPath, [
			fileURLToPath(new URL("tools/attestation.mjs", root)),
			"--product",
			"0x8002",
			"--module",
			module,
		]);
		const other = read(module);
		expect((await validate(other, { productId: 0x8002 })).findings).toHaveLength(1);
		await expect(validate({ ...development, dac: other.dac, key: other.key })).rejects.toThrow("DAC signature");
		await expect(validate({ ...development, pai: other.pai })).rejects.toThrow("DAC signature");
		await expect(validate({ ...development, cd: other.cd })).rejects.toThrow("product_id");
		const cd = Buffer.from(development.cd);
		cd[cd.length - 1] ^= 1;
		await expect(validate({ ...development, cd })).rejects.toThrow("Certification Declaration signature");
	} finally {
		rmSync(folder, { recursive: true });
	}
});

it("packs a manufacturer's own files, and only such that belong together", async () => {
	const folder = mkdtempSync(join(tmpdir(), "attestation-"));
	const run = (...options) =>
		execFileSync(process.execPath, [fileURLToPath(new URL("tools/attestation.mjs", root)), ...options], {
			stdio: "pipe",
		});
	try {
		const at = (name) => join(folder, name);
		run("--folder", folder, "--module", at("Made.ts"));
		const own = (dac = "dac.der", key = "dac-key.pem") => [
			...["--dac", at(dac), "--dac-key", at(key)],
			...["--pai", at("pai.der"), "--cd", at("cd.der"), "--module", at("Own.ts")],
		];
		run(...own());
		expect(read(at("Own.ts"))).toEqual(read(at("Made.ts")));
		await validate(read(at("Own.ts")));
		expect(() => run(...own("pai.der"))).toThrow("is not the key of");
		expect(() => run(...own("pai.der", "pai-key.pem"))).toThrow("did not issue");
	} finally {
		rmSync(folder, { recursive: true });
	}
});

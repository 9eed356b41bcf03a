/**
 * Makes the attestation of a device in development, or packs a manufacturer's own into a module. See docs/ATTESTATION.md.
 */
import { createECDH, createHash, createPrivateKey, randomBytes, sign, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const DEVELOPMENT = fileURLToPath(new URL("../modules/commissioning/DevelopmentAttestation.ts", import.meta.url));

const USAGE = `usage: node tools/attestation.mjs [options]
Makes a product's intermediate certificate (PAI) under the Matter SDK's test authority, a device's certificate (DAC)
under that, and a certification declaration signed with the specification's test key.
  --vendor ID       vendor id, default 0xFFF1, one of the four for tests
  --product ID      product id, default 0x8001; again for more products in the declaration, the DAC is for the first
  --device-type ID  primary device type, default 0x0100
  --folder DIR      also writes pai.der, pai-key.pem, dac.der, dac-key.pem and cd.der into DIR
  --module FILE     writes a module with a class of the file's name, default modules/commissioning/DevelopmentAttestation.ts
Packs what already exists (all four are needed):
  --dac FILE --dac-key FILE --pai FILE --cd FILE    certificates in DER or PEM, key in PEM, declaration in DER
`;

/**
 * Public test material: the Matter SDK's Product Attestation Authority for any vendor, and the key for test
 * certification declarations from the specification (Matter Core, appendix on the certification declaration's example).
 * Every commissioner that accepts devices in development knows them; nothing that they sign is trusted by others.
 */
const TEST_PAA = {
	privateKey: "e1f073c934853baffb38bf7e8bdad7a0a674107c7769892a0ff2e06c1a2ef7a7",
	keyId: "785ce705b86b8f4e6fc793aa60cb43ea696882d5",
	/** its subject: CN=Matter Test PAA */
	subject: "301a3118301606035504030c0f4d6174746572205465737420504141",
};
const TEST_CD = {
	privateKey: "aef3484116e9481ec57be0472df41bf499064e5024ad869eca5e889802d48075",
	keyId: "62fa823359acfaa9963e1cfa140addf504f37160",
};

// DER, as far as certificates and CMS need it

function der(tag, ...contents) {
	const body = Buffer.concat(
		contents.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : Buffer.from(part))),
	);
	const { length } = body;
	const head =
		length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from(head), body]);
}
const sequence = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...parts);
const octets = (...parts) => der(0x04, ...parts);
const bits = (...parts) => der(0x03, "00", ...parts);
const integer = (hex) => der(0x02, hex);
const oid = (hex) => der(0x06, hex);
const text = (value) => der(0x0c, Buffer.from(value, "utf8"));
const time = (value) => der(value < "2050" ? 0x17 : 0x18, Buffer.from(`${value < "2050" ? value.slice(2) : value}Z`));

const COMMON_NAME = oid("550403");
const VENDOR_ID = oid("2b0601040182a27c0201");
const PRODUCT_ID = oid("2b0601040182a27c0202");
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const SHA256 = sequence(oid("608648016503040201"));

const name = (...parts) => sequence(...parts.map(([type, value]) => set(sequence(type, text(value)))));
const hex4 = (id) => id.toString(16).toUpperCase().padStart(4, "0");

/** Keys are { scalar, point } in bytes; Node signs with a KeyObject made from them. */
function keyFrom(scalar) {
	const ecdh = createECDH("prime256v1");
	ecdh.setPrivateKey(scalar);
	const point = ecdh.getPublicKey();
	const encoded = sequence(integer("01"), octets(scalar), der(0xa0, oid("2a8648ce3d030107")), der(0xa1, bits(point)));
	return { scalar, point, object: createPrivateKey({ key: encoded, format: "der", type: "sec1" }) };
}
function newKey() {
	const ecdh = createECDH("prime256v1");
	ecdh.generateKeys();
	return keyFrom(Buffer.from(ecdh.getPrivateKey("hex").padStart(64, "0"), "hex"));
}
const keyIdOf = (key) => createHash("sha1").update(key.point).digest();
const pem = (key) => key.object.export({ format: "pem", type: "sec1" });

function certificate({ issuer, subject, key, authorityKeyId, authorityKey, isCa }) {
	const serial = randomBytes(8);
	// positive, and no zero at the front
	serial[0] = (serial[0] & 0x7f) | 0x40;
	const extension = (number, critical, value) =>
		sequence(oid(`551d${number}`), ...(critical ? [der(0x01, "ff")] : []), octets(value));
	const tbs = sequence(
		der(0xa0, integer("02")),
		integer(serial.toString("hex")),
		ECDSA_WITH_SHA256,
		issuer,
		sequence(time("20240101000000"), time("99991231235959")),
		subject,
		sequence(sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")), bits(key.point)),
		der(
			0xa3,
			sequence(
				extension("13", true, isCa ? sequence(der(0x01, "ff"), integer("00")) : sequence()),
				extension("0f", true, der(0x03, isCa ? "0106" : "0780")),
				extension("0e", false, octets(keyIdOf(key))),
				extension("23", false, sequence(der(0x80, authorityKeyId))),
			),
		),
	);
	return sequence(tbs, ECDSA_WITH_SHA256, bits(sign("sha256", tbs, authorityKey.object)));
}

/** Certification elements (Matter Core 6.3.1) */
function certificationElements(vendor, products, deviceType) {
	const u16 = (value) => [value & 0xff, value >> 8];
	const u32 = (value) => [...u16(value & 0xffff), ...u16(value >>> 16)];
	const id = Buffer.from("CSA00000SWC00000-00");
	return Buffer.from([
		...[0x15, 0x24, 0, 1], // format version
		...[0x25, 1, ...u16(vendor)],
		...[0x36, 2, ...products.flatMap((product) => [0x05, ...u16(product)]), 0x18],
		...[0x26, 3, ...u32(deviceType)],
		...[0x2c, 4, id.length, ...id],
		...[0x24, 5, 0], // security level
		...[0x24, 6, 0], // security information
		...[0x24, 7, 1], // version number
		...[0x24, 8, 0], // certification type: development and test
		0x18,
	]);
}

function certificationDeclaration(vendor, products, deviceType) {
	const elements = certificationElements(vendor, products, deviceType);
	const signature = sign("sha256", elements, keyFrom(Buffer.from(TEST_CD.privateKey, "hex")).object);
	const signer = sequence(integer("03"), der(0x80, TEST_CD.keyId), SHA256, ECDSA_WITH_SHA256, octets(signature));
	const content = sequence(oid("2a864886f70d010701"), der(0xa0, octets(elements)));
	return sequence(oid("2a864886f70d010702"), der(0xa0, sequence(integer("03"), set(SHA256), content, set(signer))));
}

function development(vendor, products, deviceType) {
	const pai = { key: newKey(), subject: name([COMMON_NAME, "xs-matter Development PAI"], [VENDOR_ID, hex4(vendor)]) };
	const dac = {
		key: newKey(),
		subject: name(
			[COMMON_NAME, "xs-matter Development DAC"],
			[VENDOR_ID, hex4(vendor)],
			[PRODUCT_ID, hex4(products[0])],
		),
	};
	return {
		pai: certificate({
			...pai,
			isCa: true,
			issuer: TEST_PAA.subject,
			authorityKeyId: TEST_PAA.keyId,
			authorityKey: keyFrom(Buffer.from(TEST_PAA.privateKey, "hex")),
		}),
		paiKey: pai.key,
		dac: certificate({
			...dac,
			isCa: false,
			issuer: pai.subject,
			authorityKeyId: keyIdOf(pai.key),
			authorityKey: pai.key,
		}),
		dacKey: dac.key,
		cd: certificationDeclaration(vendor, products, deviceType),
	};
}

/** Reads a manufacturer's files, and refuses those that do not belong together: a device with such ones never joins. */
function given({ dac, pai, cd, "dac-key": dacKey }) {
	const certificates = { dac: new X509Certificate(readFileSync(dac)), pai: new X509Certificate(readFileSync(pai)) };
	const { d } = createPrivateKey(readFileSync(dacKey)).export({ format: "jwk" });
	const key = keyFrom(Buffer.from(d, "base64url"));
	if (!certificates.dac.checkPrivateKey(key.object)) throw new Error(`${dacKey} is not the key of ${dac}`);
	if (!certificates.dac.verify(certificates.pai.publicKey)) throw new Error(`${pai} did not issue ${dac}`);
	return { dac: certificates.dac.raw, pai: certificates.pai.raw, dacKey: key, cd: readFileSync(cd) };
}

/** @param rooms where the module finds the others: relative within this project's modules, by specifier elsewhere */
function moduleText(className, rooms, { dac, pai, cd, dacKey }, made) {
	const constant = (id, bytes) =>
		`const ${id} =\n${bytes
			.toString("hex")
			.match(/.{1,100}/g)
			.map((line) => `\t"${line}"`)
			.join(" +\n")};\n`;
	return `// Made by tools/attestation.mjs; docs/ATTESTATION.md says what it is and how to replace it.
import { fromHex } from "${rooms.codec}/Bytes";
import KeyPair from "${rooms.crypto}/p256";
import type { AttestationCredentials } from "${rooms.commissioning}/Attestation";

// prettier-ignore
${constant("DAC", dac)}// prettier-ignore
${constant("PAI", pai)}// prettier-ignore
${constant("CD", cd)}const KEY = "${dacKey.scalar.toString("hex")}";

/** ${made} */
export class ${className} implements AttestationCredentials {
	get dac(): Uint8Array {
		return fromHex(DAC);
	}

	get pai(): Uint8Array {
		return fromHex(PAI);
	}

	get certificationDeclaration(): Uint8Array {
		return fromHex(CD);
	}

	sign(message: Uint8Array): Uint8Array {
		const key = new KeyPair(fromHex(KEY));
		try {
			return key.sign(message);
		} finally {
			key.close();
		}
	}
}
`;
}

function number(value, option, max) {
	const result = Number(value);
	if (!Number.isInteger(result) || result < 0 || result > max) throw new Error(`--${option}: ${value} is no id`);
	return result;
}

function main() {
	const { values } = parseArgs({
		options: {
			vendor: { type: "string", default: "0xFFF1" },
			product: { type: "string", multiple: true, default: ["0x8001"] },
			"device-type": { type: "string", default: "0x0100" },
			folder: { type: "string" },
			module: {
				type: "string",
				default: DEVELOPMENT,
			},
			dac: { type: "string" },
			"dac-key": { type: "string" },
			pai: { type: "string" },
			cd: { type: "string" },
			help: { type: "boolean" },
		},
	});
	if (values.help) return process.stdout.write(USAGE);
	const files = ["dac", "dac-key", "pai", "cd"].filter((option) => values[option] !== undefined);
	if (files.length !== 0 && files.length !== 4) throw new Error("--dac, --dac-key, --pai and --cd belong together");
	const vendor = number(values.vendor, "vendor", 0xffff);
	const products = values.product.map((value) => number(value, "product", 0xffff));
	const deviceType = number(values["device-type"], "device-type", 0xffffffff);
	const attestation = files.length === 4 ? given(values) : development(vendor, products, deviceType);
	if (values.folder !== undefined) {
		mkdirSync(values.folder, { recursive: true });
		const write = (file, data) => writeFileSync(join(values.folder, file), data, { mode: 0o600 });
		write("dac.der", attestation.dac);
		write("dac-key.pem", pem(attestation.dacKey));
		write("pai.der", attestation.pai);
		if (attestation.paiKey) write("pai-key.pem", pem(attestation.paiKey));
		write("cd.der", attestation.cd);
	}
	const made =
		files.length === 4
			? "The attestation of this device."
			: `For development: vendor 0x${hex4(vendor)}, product ${products.map((product) => `0x${hex4(product)}`).join(", ")}, under public test keys.`;
	const own = dirname(resolve(values.module)) === dirname(DEVELOPMENT);
	const rooms = own
		? { codec: "../codec", crypto: "../crypto", commissioning: "." }
		: { codec: "matter/codec", crypto: "matter/crypto", commissioning: "matter/commissioning" };
	writeFileSync(values.module, moduleText(basename(values.module, ".ts"), rooms, attestation, made));
	process.stdout.write(`wrote ${values.module}\n`);
}

try {
	main();
} catch (error) {
	process.stderr.write(`attestation: ${error.message}\n`);
	process.exitCode = 2;
}

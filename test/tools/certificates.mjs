/**
 * Writes test/unit/certificate/Certificates.ts: chains that matter.js makes, each certificate as TLV and as X.509.
 * Usage: node test/tools/certificates.mjs
 */
import { writeFileSync } from "node:fs";
import { Bytes, NodeJsStyleCrypto } from "@matter/general";
import { Icac, Noc, Rcac } from "@matter/protocol";
import * as nodeCrypto from "node:crypto";

const crypto = new NodeJsStyleCrypto(nodeCrypto);
const algorithms = { signatureAlgorithm: 1, publicKeyAlgorithm: 1, ellipticCurveIdentifier: 1 };
const authority = { basicConstraints: { isCa: true }, keyUsage: { keyCertSign: true, cRLSign: true } };
const leaf = { basicConstraints: { isCa: false }, keyUsage: { digitalSignature: true }, extendedKeyUsage: [2, 1] };

async function keyOf() {
	const key = await crypto.createKeyPair();
	return { key, id: Bytes.of(await crypto.computeHash(key.publicKey, "SHA-1")) };
}

function certificate(Kind, { key, id }, issuerId, fields, extensions, more = {}) {
	return new Kind({
		serialNumber: Bytes.fromHex("0a"),
		...algorithms,
		notBefore: 700000000,
		notAfter: 1000000000,
		...fields,
		ellipticCurvePublicKey: key.publicKey,
		extensions: { ...extensions, subjectKeyIdentifier: id, authorityKeyIdentifier: issuerId, ...more },
	});
}

async function chain({ root: rootFields, icac: icacFields, noc: nocFields, extensions = {} }) {
	const rootKey = await keyOf();
	const root = certificate(
		Rcac,
		rootKey,
		rootKey.id,
		{ issuer: rootFields.subject, ...rootFields },
		extensions.root ?? authority,
	);
	await root.sign(crypto, rootKey.key);
	let signer = rootKey;
	let issuer = rootFields.subject;
	let icac;
	if (icacFields) {
		const icacKey = await keyOf();
		icac = certificate(Icac, icacKey, rootKey.id, { issuer, ...icacFields }, extensions.icac ?? authority);
		await icac.sign(crypto, rootKey.key);
		signer = icacKey;
		issuer = icacFields.subject;
	}
	const nocKey = await keyOf();
	const noc = certificate(Noc, nocKey, signer.id, { issuer, ...nocFields }, leaf, extensions.noc);
	await noc.sign(crypto, signer.key);
	await root.verify(crypto);
	await icac?.verify(crypto, root);
	await noc.verify(crypto, root, icac);
	const both = (made) => made && { tlv: Bytes.toHex(made.asSignedTlv()), x509: Bytes.toHex(made.asSignedDer()) };
	return { root: both(root), icac: both(icac), noc: both(noc) };
}

const chains = {
	"two certificates": {
		root: { subject: { rcacId: 1n } },
		noc: { subject: { nodeId: 0x1122334455667788n, fabricId: 0xfab1n } },
	},
	"three certificates, fabric ids in all, three tags": {
		root: {
			subject: { rcacId: 0xcacacacadeadbeefn, fabricId: 0xfab000000000001dn },
			serialNumber: Bytes.fromHex("00ff00ff00ff00ff00"),
		},
		icac: { subject: { icacId: 3n, fabricId: 0xfab000000000001dn } },
		noc: {
			subject: {
				nodeId: 0xdedededeededed01n,
				fabricId: 0xfab000000000001dn,
				caseAuthenticatedTags: [0xabcd0001, 0x00010002, 0xfffe0003],
			},
		},
	},
	"path lengths, key usage with signatures, standard attributes": {
		root: {
			subject: { commonName: "Root Ä", orgName: "Example", countryNamePs: "DE", rcacId: 0xffffffffffffffffn },
		},
		icac: {
			subject: {
				commonNamePs: "Intermediate",
				localityName: "L",
				icacId: 0x8000000000000000n,
				pseudonym: "P",
			},
		},
		noc: { subject: { nodeId: 1n, dnQualifierPs: "Q", fabricId: 1n } },
		extensions: {
			root: {
				basicConstraints: { isCa: true, pathLen: 1 },
				keyUsage: { keyCertSign: true, cRLSign: true, digitalSignature: true },
			},
			icac: { basicConstraints: { isCa: true, pathLen: 0 }, keyUsage: { keyCertSign: true, cRLSign: true } },
		},
	},
	"no end, an end after 2050, a future extension": {
		root: { subject: { rcacId: 2n }, notBefore: 1, notAfter: 0 },
		icac: { subject: { icacId: 5n }, notBefore: 1577923199, notAfter: 1577923200 },
		noc: {
			subject: { nodeId: 0xffffffefffffffffn, fabricId: 0xffffffffffffffffn },
			notBefore: 951782400,
			notAfter: 4294967295,
		},
		extensions: {
			noc: {
				futureExtension: [
					Bytes.fromHex(
						"301b0603551d1104143012811074657374406578616d706c652e6f7267",
					) /* subjectAltName, an rfc822Name */,
				],
			},
		},
	},
};
let text = "// Made by test/tools/certificates.mjs with matter.js. Bytes are hexadecimal.\n";
text +=
	"interface Pair {\n\ttlv: string;\n\tx509: string;\n}\n\n// prettier-ignore\nexport const chains: readonly { name: string; root: Pair; icac?: Pair; noc: Pair }[] = [\n";
for (const [name, description] of Object.entries(chains)) {
	const made = await chain(description);
	text += `\t{\n\t\tname: ${JSON.stringify(name)},\n`;
	for (const [kind, pair] of Object.entries(made)) if (pair) text += `\t\t${kind}: ${JSON.stringify(pair)},\n`;
	text += "\t},\n";
}
writeFileSync(new URL("../unit/certificate/Certificates.ts", import.meta.url), `${text}];\n`);

import { equalBytes, fromHex, toHex } from "../../../modules/codec/Bytes";
import type { TlvWriter } from "../../../modules/codec/TlvWriter";
import { CONTEXT_3_CONSTRUCTED, SEQUENCE } from "../../../modules/certificate/Der";
import { X509Reader } from "../../support/X509Reader";
import { DerWriter } from "../../../modules/certificate/DerWriter";
import { CertificateError } from "../../../modules/certificate/CertificateError";
import { verifyChain, verifyRoot } from "../../../modules/certificate/CertificateChain";
import { MatterCertificate } from "../../../modules/certificate/MatterCertificate";
import { tlvToX509, x509ToTlv } from "../../support/X509";
import { CertificateBuilder, type CertificateFields, type NamePart } from "./CertificateBuilder";
import { chains } from "./Certificates";

const pairs = chains.flatMap(({ name, root, icac, noc }) =>
	[
		["root", root],
		["intermediate", icac],
		["node", noc],
	]
		.filter(([, pair]) => pair !== undefined)
		.map(([kind, pair]) => [name, kind, pair] as const),
) as [string, string, { tlv: string; x509: string }][];

describe("certificates of matter.js", () => {
	it.each(pairs)("%s, %s: TLV to X.509", (_, kind, { tlv, x509 }) => {
		const certificate = MatterCertificate.parse(fromHex(tlv));
		expect(certificate.kind).toBe(kind);
		expect(toHex(tlvToX509(certificate))).toBe(x509);
	});

	it.each(pairs)("%s, %s: X.509 to TLV", (_, __, { tlv, x509 }) => {
		expect(toHex(x509ToTlv(fromHex(x509)))).toBe(tlv);
	});

	it.each(chains.map((chain) => [chain.name, chain] as const))("%s: verify", (_, chain) => {
		const root = fromHex(chain.root.tlv);
		const icac = chain.icac && fromHex(chain.icac.tlv);
		const noc = fromHex(chain.noc.tlv);
		verifyRoot(root);
		verifyChain(noc, icac, root);
		verifyChain(noc, icac, root, 700000000);
		if (icac !== undefined) expect(() => verifyChain(noc, undefined, root)).toThrow(CertificateError);
	});

	it("have the fields", () => {
		const { root, icac, noc } = chains[1]!;
		const certificate = MatterCertificate.parse(fromHex(noc.tlv));
		expect(certificate.nodeId).toBe(0xdedededeededed01n);
		expect(certificate.fabricId).toBe(0xfab000000000001dn);
		expect(certificate.caseAuthenticatedTags).toEqual([0xabcd0001, 0x00010002, 0xfffe0003]);
		expect(certificate.issuer.icacId).toBe(3n);
		expect(certificate.issuer.fabricId).toBe(0xfab000000000001dn);
		expect(certificate.notBefore).toBe(700000000);
		expect(certificate.notAfter).toBe(1000000000);
		expect(certificate.publicKey).toHaveLength(65);
		expect(certificate.signature).toHaveLength(64);
		expect(certificate.extensions.extendedKeyUsage).toEqual([2, 1]);
		expect(MatterCertificate.parse(fromHex(icac!.tlv)).subject.icacId).toBe(3n);
		expect(MatterCertificate.parse(fromHex(root.tlv)).subject.rcacId).toBe(0xcacacacadeadbeefn);
	});
});

describe("certificates of the Matter SDK", () => {
	it("Root01 verifies", () => {
		const tlv = fromHex(
			"15300108534c4582736235142402013703271401000000cacacaca182604ef171b2726056eb5b94c3706271401000000cacacaca18240701240801300941043b88460ec9687a5d0f3b4b3b13fcd299c2f6d5051d003ee49c9924cf98f4f780eb20fd37c8d358347f5f87d08c3213e540af11bab9137e49354f0c5b6343de63370a3501290118240260300414cc1308af82cfee505eb23b57bfe86a311665535f300514cc1308af82cfee505eb23b57bfe86a311665535f18300b40f7f0092690494e46c8b1c5cbd1a5085e1e65d4360f98e96c4e8e495dc5e216d0bfa23d8f57470d89fddaf03f0464b0ae8e1f956d6f67a31124385824689780a918",
		);
		const root = MatterCertificate.parse(tlv);
		expect(root.subject.rcacId).toBe(0xcacacaca00000001n);
		verifyRoot(tlv);
	});

	it("ICA02 has its fields", () => {
		const icac = MatterCertificate.parse(
			fromHex(
				"153001081cc58fbfee96454a2402013703271402000000cacacaca27151d0000000000b0fa182604ef171b2726056eb5b94c3706271304000000cacacaca27151d0000000000b0fa1824070124080130094104fa9fd28cb76a77ef0e3930d59e412bd18eb20effd5197ef47139379390378a48043248189cc4a97417757e0e7b767234d9cb03dc75289a9974be3df761a756be370a3501290124020018240260300414e1e76e6777851dd77416bddd35ec3c137c4729dc30051462beb9671c91c355c86f06fa6c08801451e1a0ea18300b406ffa73c0426c9cab2de62076ebe24b5e79e2bb98f214ab6ee8f0437c557de743c753dae7ddf3b027c2f13e23ce3a3ab9d434fc7ea15bb9d677c36c9c8b55154218",
			),
		);
		expect(icac.kind).toBe("intermediate");
		expect(icac.subject.icacId).toBe(0xcacacaca00000004n);
		expect(icac.issuer.rcacId).toBe(0xcacacaca00000002n);
		expect(icac.fabricId).toBe(0xfab000000000001dn);
		expect(icac.extensions.pathLength).toBe(0);
		expect(toHex(x509ToTlv(tlvToX509(icac)))).toBe(
			"153001081cc58fbfee96454a2402013703271402000000cacacaca27151d0000000000b0fa182604ef171b2726056eb5b94c3706271304000000cacacaca27151d0000000000b0fa1824070124080130094104fa9fd28cb76a77ef0e3930d59e412bd18eb20effd5197ef47139379390378a48043248189cc4a97417757e0e7b767234d9cb03dc75289a9974be3df761a756be370a3501290124020018240260300414e1e76e6777851dd77416bddd35ec3c137c4729dc30051462beb9671c91c355c86f06fa6c08801451e1a0ea18300b406ffa73c0426c9cab2de62076ebe24b5e79e2bb98f214ab6ee8f0437c557de743c753dae7ddf3b027c2f13e23ce3a3ab9d434fc7ea15bb9d677c36c9c8b55154218",
		);
	});
});

describe("hostile TLV", () => {
	const tlv = fromHex(chains[1]!.noc.tlv);

	it("cut off anywhere is refused", () => {
		for (let length = 0; length < tlv.length; length++) {
			expect(() => MatterCertificate.parse(tlv.slice(0, length))).toThrow(CertificateError);
		}
	});

	it("with any byte changed is refused or does not verify", () => {
		const root = fromHex(chains[1]!.root.tlv);
		const icac = fromHex(chains[1]!.icac!.tlv);
		let parsed = 0;
		for (let i = 0; i < tlv.length; i++) {
			for (const flip of [i % 2 ? 0x01 : 0x80]) {
				const changed = tlv.slice();
				changed[i]! ^= flip;
				// The reason may be any, the class may not.
				expect(() => {
					MatterCertificate.parse(changed);
					parsed++;
					verifyChain(changed, icac, root);
				}).toThrow(CertificateError);
			}
		}
		expect(parsed).toBeGreaterThan(100);
	});

	it("with bytes after it, or longer than 400, is refused", () => {
		const longer = new Uint8Array(tlv.length + 1);
		longer.set(tlv);
		expect(() => MatterCertificate.parse(longer)).toThrow(CertificateError);
		longer[tlv.length] = 0x14; // null
		expect(() => MatterCertificate.parse(longer)).toThrow("more after");
		longer[tlv.length - 1] = 0x14;
		longer[tlv.length] = 0x18; // end
		expect(() => MatterCertificate.parse(longer)).toThrow(CertificateError);
		expect(() => MatterCertificate.parse(new Uint8Array(401))).toThrow("at most 400");
	});
});

/** Basic constraints with these members behind the first. */
function constraints(writer: TlvWriter, ...tags: number[]): void {
	writer.structure(1);
	writer.boolean(1, true);
	for (const tag of tags) writer.unsigned(tag, 0);
	writer.end();
}

describe("content", () => {
	const builder = new CertificateBuilder();
	const fields: CertificateFields = {
		issuer: [[20, 1n]],
		subject: [
			[17, 1n],
			[21, 1n],
		],
		isCa: false,
		keyUsage: 1,
		extendedKeyUsage: [2, 1],
	};
	const parse = (change: Partial<CertificateFields>) =>
		MatterCertificate.parse(
			builder.make(builder, { ...fields, ...change, signature: change.signature ?? new Uint8Array(64) }),
		);

	it.each<[string, Partial<CertificateFields>]>([
		["a serial number of 0 bytes", { serial: new Uint8Array(0) }],
		["a serial number of 22 bytes", { serial: new Uint8Array(22).fill(1) }],
		["another signature algorithm", { signatureAlgorithm: 2 }],
		["another key algorithm", { publicKeyAlgorithm: 2 }],
		["another curve", { curve: 2 }],
		["a public key of 64 bytes", { publicKey: new Uint8Array(64) }],
		["a signature of 63 bytes", { signature: new Uint8Array(63) }],
		["an empty subject", { subject: [] }],
		["an empty issuer", { issuer: [] }],
		["a subject without identifier", { subject: [[1, "name"]] }],
		[
			"a subject of two kinds",
			{
				subject: [
					[17, 1n],
					[20, 1n],
					[21, 1n],
				],
			},
		],
		[
			"a node id twice",
			{
				subject: [
					[17, 1n],
					[17, 1n],
					[21, 1n],
				],
			},
		],
		[
			"a fabric id twice",
			{
				subject: [
					[17, 1n],
					[21, 1n],
					[21, 1n],
				],
			},
		],
		[
			"an issuer's identifier twice",
			{
				issuer: [
					[20, 1n],
					[20, 2n],
				],
			},
		],
		[
			"six parts in a name",
			{
				subject: [
					[17, 1n],
					[21, 1n],
					[1, "a"],
					[2, "b"],
					[3, "c"],
					[4, "d"],
				],
			},
		],
		[
			"attribute 0",
			{
				subject: [
					[0, "a"],
					[17, 1n],
				],
			},
		],
		[
			"attribute 24",
			{
				subject: [
					[24, "a"],
					[17, 1n],
				],
			},
		],
		[
			"attribute 16 as PrintableString",
			{
				subject: [
					[0x90, "a"],
					[17, 1n],
				],
			},
		],
		[
			"a text where a number belongs",
			{
				subject: [
					[17, "1"],
					[21, 1n],
				],
			},
		],
		[
			"a number where a text belongs",
			{
				subject: [
					[1, 1],
					[17, 1n],
				],
			},
		],
		[
			"basic constraints in a list",
			{
				isCa: "absent",
				more: (writer) => {
					writer.list(1);
					writer.boolean(1, false);
					writer.end();
				},
			},
		],
		["another member in basic constraints", { isCa: "absent", more: (writer) => constraints(writer, 3) }],
		["one member more in basic constraints", { isCa: "absent", more: (writer) => constraints(writer, 2, 3) }],
		["a future extension that is a string", { more: (writer) => writer.string(6, "0\x07\x06\x03U\x1d\x11\x04\0") }],
		["two future extensions in one", { future: [fromHex("300706032a03040400300706032a03040400")] }],
		["a future extension without value", { future: [fromHex("300506032a0304")] }],
		[
			"octets where a text belongs",
			{
				subject: [
					[1, new Uint8Array(2)],
					[17, 1n],
				],
			},
		],
		[
			"a tag above 32 bits",
			{
				subject: [
					[17, 1n],
					[22, 0x100000000n],
				],
			},
		],
		["a key identifier of 19 bytes", { subjectKeyId: new Uint8Array(19) }],
		["an authority key identifier of 21 bytes", { authorityKeyId: new Uint8Array(21) }],
		["key usage above 9 bits", { keyUsage: 0x200 }],
		["an unknown key purpose", { extendedKeyUsage: [7] }],
		["key purpose 0", { extendedKeyUsage: [0] }],
		["an extension twice", { more: (writer) => writer.unsigned(2, 1) }],
		["an unknown extension", { more: (writer) => writer.unsigned(7, 1) }],
		["a future extension that is no DER", { future: [new Uint8Array(3)] }],
		["an empty future extension", { future: [new Uint8Array(0)] }],
		["an unknown critical extension", { future: [fromHex("300f0603551d110101ff04053003810161")] }],
		["a known extension among the future ones", { future: [fromHex("30090603551d1304023000")] }],
	])("refuses %s", (_, change) => {
		expect(() => parse(change)).toThrow(CertificateError);
	});

	it("takes every standard attribute", () => {
		for (let tag = 1; tag <= 15; tag++) {
			const text = toHex(
				parse({
					subject: [
						[tag, "ab"],
						[tag + 0x80, "cd"],
						[17, 1n],
					],
				}).subject.der,
			);
			expect(text.includes("0c026162")).toBe(true);
			expect(text.includes("13026364")).toBe(true);
		}
		expect(
			toHex(
				parse({
					subject: [
						[16, "ab"],
						[17, 1n],
					],
				}).subject.der,
			).includes("16026162"),
		).toBe(true);
	});

	it.each([
		["firmware signer", 18],
		["verification signer", 23],
	] as const)("knows a %s", (kind, tag) => {
		expect(parse({ subject: [[tag, 1n]] }).kind).toBe(kind);
	});

	it("goes to X.509 and back for every flag of key usage and every purpose", () => {
		for (let flags = 1; flags < 0x200; flags++) {
			const tlv = builder.make(builder, {
				...fields,
				keyUsage: flags,
				extendedKeyUsage: [((flags - 1) % 6) + 1],
				signature: new Uint8Array(64).fill(1),
			});
			expect(equalBytes(x509ToTlv(tlvToX509(MatterCertificate.parse(tlv))), tlv)).toBe(true);
		}
	});

	it("goes to X.509 and back at every turn of the calendar", () => {
		for (const time of [
			1, 5097599, 5097600, 5183999, 5184000, 31622399, 31622400, 1577923199, 1577923200, 3160857599, 4294967295,
		]) {
			const tlv = builder.make(builder, {
				...fields,
				notBefore: time,
				notAfter: 0,
				signature: new Uint8Array(64).fill(0x80),
			});
			expect(equalBytes(x509ToTlv(tlvToX509(MatterCertificate.parse(tlv))), tlv)).toBe(true);
		}
	});
});

it("goes to X.509 and back, for 200 random certificates", () => {
	let seed = 20250611;
	const next = (limit: number) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8) % limit;
	const octets = (length: number) => Uint8Array.from({ length }, () => next(256));
	const id = () => (BigInt(next(0x1000000)) << BigInt(next(41))) | BigInt(next(0x1000000));
	const texts = ["", "a", "Ä", "日本", "x".repeat(20), "\u{1f4a1}"];
	const name = (kind: number): NamePart[] => {
		const parts: NamePart[] = [[kind, id()]];
		for (let more = next(5); more > 0; more--) {
			const tag = 1 + next(16);
			if (tag === 16) parts.push([tag, "example"]);
			else if (next(2)) parts.push([tag, texts[next(texts.length)]!]);
			else parts.push([tag + 0x80, "Printable 1"]);
		}
		return parts.sort(() => next(3) - 1);
	};
	const builder = new CertificateBuilder();
	let compared = 0;
	for (let i = 0; i < 200; i++) {
		const kind = 17 + next(4);
		const isCa = next(2) === 1;
		// X.509 writes the serial number as it is; a random one may break the rules of its sign.
		const tlv = builder.make(builder, {
			serial: octets(1 + next(20)),
			issuer: name(20),
			subject: name(kind),
			notBefore: 1 + next(0x1000000) * 200,
			notAfter: next(4) ? 1 + next(0x1000000) * 256 : 0,
			publicKey: octets(65),
			subjectKeyId: octets(20),
			authorityKeyId: octets(20),
			isCa,
			...(isCa && next(2) ? { pathLength: next(3) } : {}),
			keyUsage: next(0x200),
			...(next(2) ? { extendedKeyUsage: [1 + next(6), 1 + next(6)] } : {}),
			signature: octets(64),
		});
		if (tlv.length > 400) continue;
		const x509 = tlvToX509(MatterCertificate.parse(tlv));
		if (x509.length > 600) continue;
		compared++;
		expect(equalBytes(x509ToTlv(x509), tlv)).toBe(true);
	}
	expect(compared).toBeGreaterThan(150);
});

describe("extensions of X.509", () => {
	const base = fromHex(chains[0]!.noc.x509);

	/** A certificate with these extensions in the place of its own. */
	function withExtensions(...extensions: string[]): Uint8Array {
		const writer = new DerWriter(1200);
		const reader = new X509Reader(base);
		reader.expect(SEQUENCE).enter();
		reader.expect(SEQUENCE).enter();
		writer.begin(SEQUENCE);
		writer.begin(SEQUENCE);
		while (reader.next() && reader.tag !== CONTEXT_3_CONSTRUCTED) writer.raw(base, reader.start, reader.end);
		writer.begin(CONTEXT_3_CONSTRUCTED);
		writer.begin(SEQUENCE);
		for (const extension of extensions) writer.raw(fromHex(extension));
		writer.end();
		writer.end();
		writer.end();
		reader.leave();
		while (reader.next()) writer.raw(base, reader.start, reader.end);
		writer.end();
		return writer.finish();
	}

	it.each([
		["basic constraints of a node", "300c0603551d130101ff04023000"],
		["key usage", "300e0603551d0f0101ff040403020780"],
		["an unknown one", "300706032a03040400"],
	])("takes %s", (_, extension) => {
		const x509 = withExtensions(extension);
		expect(equalBytes(tlvToX509(MatterCertificate.parse(x509ToTlv(x509))), x509)).toBe(true);
	});

	it.each([
		["one that is no sequence", "310706032a03040400"],
		["one without value", "300506032a0304"],
		["one with more than a value", "300906032a030404000400"],
		["an unknown critical one", "300a06032a03040101ff0400"],
		["criticality written out as false", "300f0603551d0f010100040403020780"],
		["key usage that is not critical", "300b0603551d0f040403020780"],
		["a critical key identifier", `30200603551d0e0101ff04160414${"00".repeat(20)}`],
		["a key identifier of 19 bytes", `301c0603551d0e04150413${"00".repeat(19)}`],
		["an authority key identifier of 21 bytes", `30200603551d23041930178015${"00".repeat(21)}`],
		["an unknown key purpose", "30160603551d250101ff040c300a06082b06010505070305"],
		["another object for a key purpose", "30110603551d250101ff0407300506032a0304"],
		["basic constraints with the default written out", "300f0603551d130101ff04053003010100"],
		["basic constraints with more", "30120603551d130101ff040830060101ff040100"],
		["a path length above 127", "30130603551d130101ff040930070101ff02020080"],
	])("refuses %s", (_, extension) => {
		expect(() => x509ToTlv(withExtensions(extension))).toThrow(CertificateError);
	});

	it("refuses what is longer than X.509 or TLV may be, and what follows", () => {
		const long = `30820197${"06032a0304"}0482018e${"00".repeat(398)}`;
		expect(() => x509ToTlv(withExtensions(long))).toThrow("at most 600");
		const less = `3081f8${"06032a0304"}0481f0${"00".repeat(240)}`;
		expect(() => x509ToTlv(withExtensions(less))).toThrow("in TLV");
		const longer = new Uint8Array(base.length + 2);
		longer.set(base);
		longer[base.length] = 0x05; // null
		expect(() => x509ToTlv(longer)).toThrow("more after");
	});
});

describe("hostile X.509", () => {
	const x509 = fromHex(chains[2]!.icac!.x509);

	it("cut off anywhere is refused", () => {
		for (let length = 0; length < x509.length; length++) {
			expect(() => x509ToTlv(x509.slice(0, length))).toThrow(CertificateError);
		}
	});

	it("with any byte changed is refused, or comes back from TLV as it is", () => {
		let converted = 0;
		for (let i = 0; i < x509.length; i++) {
			for (const flip of [0x01, 0x80]) {
				const changed = x509.slice();
				changed[i]! ^= flip;
				let tlv;
				try {
					tlv = x509ToTlv(changed);
				} catch (error) {
					expect(error instanceof CertificateError).toBe(true);
					continue;
				}
				let back;
				try {
					back = tlvToX509(MatterCertificate.parse(tlv));
				} catch (error) {
					// such as a name without Matter identifier, or a serial number that is too long
					expect(error instanceof CertificateError).toBe(true);
					continue;
				}
				converted++;
				expect(equalBytes(back, changed)).toBe(true);
			}
		}
		expect(converted).toBeGreaterThan(100);
	});
});

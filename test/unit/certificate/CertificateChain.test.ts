import { CertificateError, type CertificateReason } from "../../../modules/certificate/CertificateError";
import { verifyChain, verifyRoot } from "../../../modules/certificate/CertificateChain";
import { CertificateBuilder, type CertificateFields, type NamePart } from "./CertificateBuilder";

const rootKey = new CertificateBuilder();
const icacKey = new CertificateBuilder();
const nocKey = new CertificateBuilder();

const ROOT: CertificateFields = { issuer: [[20, 1n]], subject: [[20, 1n]], isCa: true, keyUsage: 0x60 };
const ICAC: CertificateFields = {
	issuer: [[20, 1n]],
	subject: [
		[19, 2n],
		[21, 5n],
	],
	isCa: true,
	keyUsage: 0x60,
};
const NOC: CertificateFields = {
	issuer: [
		[19, 2n],
		[21, 5n],
	],
	subject: [
		[17, 3n],
		[21, 5n],
	],
	isCa: false,
	keyUsage: 1,
	extendedKeyUsage: [2, 1],
};
const DIRECT: CertificateFields = { ...NOC, issuer: [[20, 1n]] };

const makeRoot = (change: Partial<CertificateFields> = {}, signer = rootKey) =>
	rootKey.make(signer, { ...ROOT, ...change });
const makeIcac = (change: Partial<CertificateFields> = {}, signer = rootKey) =>
	icacKey.make(signer, { ...ICAC, ...change });
const makeNoc = (change: Partial<CertificateFields> = {}, signer = icacKey) =>
	nocKey.make(signer, { ...NOC, ...change });

function reasonOf(action: () => void): CertificateReason | "none" {
	try {
		action();
	} catch (error) {
		if (error instanceof CertificateError) return error.reason;
		throw error;
	}
	return "none";
}

it("accepts chains of two and three", () => {
	verifyRoot(makeRoot());
	verifyChain(makeNoc(), makeIcac(), makeRoot());
	verifyChain(makeNoc(DIRECT, rootKey), undefined, makeRoot());
});

it.each<[string, Partial<CertificateFields>]>([
	[
		"a fabric id that fits",
		{
			subject: [
				[20, 1n],
				[21, 5n],
			],
			issuer: [
				[20, 1n],
				[21, 5n],
			],
		},
	],
	["key usage for signatures too", { keyUsage: 0x61 }],
	["path length 1", { pathLength: 1 }],
])("accepts a root with %s", (_, change) => {
	const issuer = change.subject ?? ROOT.subject;
	verifyRoot(makeRoot(change));
	verifyChain(makeNoc(), makeIcac({ issuer }), makeRoot(change));
});

it.each<[string, Partial<CertificateFields>, CertificateReason]>([
	["no fabric id", { subject: [[17, 3n]] }, "name"],
	[
		"fabric id 0",
		{
			subject: [
				[17, 3n],
				[21, 0n],
			],
		},
		"name",
	],
	[
		"node id 0",
		{
			subject: [
				[17, 0n],
				[21, 5n],
			],
		},
		"name",
	],
	[
		"a node id above the operational ones",
		{
			subject: [
				[17, 0xfffffff000000000n],
				[21, 5n],
			],
		},
		"name",
	],
	[
		"a group's node id",
		{
			subject: [
				[17, 0xffffffffffff0001n],
				[21, 5n],
			],
		},
		"name",
	],
	[
		"a tag of version 0",
		{
			subject: [
				[17, 3n],
				[21, 5n],
				[22, 0x00010000],
			],
		},
		"name",
	],
	[
		"a tag's identifier twice",
		{
			subject: [
				[17, 3n],
				[21, 5n],
				[22, 0x00010001],
				[22, 0x00010002],
			],
		},
		"name",
	],
	[
		"another fabric than its authority",
		{
			subject: [
				[17, 3n],
				[21, 6n],
			],
		},
		"fabric",
	],
	[
		"an authority's subject",
		{
			subject: [
				[19, 3n],
				[21, 5n],
			],
		},
		"kind",
	],
	["a firmware signer's subject", { subject: [[18, 3n]] }, "kind"],
	["no basic constraints", { isCa: "absent" }, "extensions"],
	["basic constraints of an authority", { isCa: true }, "extensions"],
	["a path length", { pathLength: 0 }, "extensions"],
	["no key usage", { keyUsage: "absent" }, "extensions"],
	["key usage of an authority", { keyUsage: 0x60 }, "extensions"],
	["key usage with more", { keyUsage: 0x11 }, "extensions"],
	["no extended key usage", { extendedKeyUsage: undefined }, "extensions"],
	["extended key usage as server alone", { extendedKeyUsage: [1] }, "extensions"],
	["extended key usage as client alone", { extendedKeyUsage: [2] }, "extensions"],
	["extended key usage as client twice", { extendedKeyUsage: [2, 2] }, "extensions"],
	["extended key usage with more", { extendedKeyUsage: [2, 1, 3] }, "extensions"],
	["no key identifier", { subjectKeyId: "absent" }, "extensions"],
	["no authority key identifier", { authorityKeyId: "absent" }, "extensions"],
	["another authority key identifier", { authorityKeyId: new Uint8Array(20) }, "issuer"],
	[
		"another issuer",
		{
			issuer: [
				[19, 3n],
				[21, 5n],
			],
		},
		"issuer",
	],
	["less of its issuer's name", { issuer: [[19, 2n]] }, "issuer"],
	[
		"its issuer's name in another order",
		{
			issuer: [
				[21, 5n],
				[19, 2n],
			],
		},
		"issuer",
	],
	["a signature of zeros", { signature: new Uint8Array(64) }, "signature"],
])("node certificate with %s", (_, change, reason) => {
	expect(reasonOf(() => verifyChain(makeNoc(change), makeIcac(), makeRoot()))).toBe(reason);
});

it("takes three tags, which is what fits in a name", () => {
	const tags = (...values: number[]): NamePart[] => [
		[17, 3n],
		[21, 5n],
		...values.map((value): NamePart => [22, value]),
	];
	verifyChain(makeNoc({ subject: tags(0x00010001, 0x00020001, 0x00030001) }), makeIcac(), makeRoot());
	expect(reasonOf(() => void makeNoc({ subject: tags(0x00010001, 0x00020001, 0x00030001, 0x00040001) }))).toBe(
		"name",
	);
});

it("refuses a node certificate signed by another key", () => {
	expect(
		reasonOf(() => verifyChain(makeNoc({ authorityKeyId: icacKey.keyId }, rootKey), makeIcac(), makeRoot())),
	).toBe("signature");
	expect(
		reasonOf(() => verifyChain(makeNoc({ authorityKeyId: icacKey.keyId }, nocKey), makeIcac(), makeRoot())),
	).toBe("signature");
});

it.each<[string, Partial<CertificateFields>, CertificateReason]>([
	[
		"fabric id 0",
		{
			subject: [
				[19, 2n],
				[21, 0n],
			],
		},
		"name",
	],
	[
		"tags",
		{
			subject: [
				[19, 2n],
				[21, 5n],
				[22, 0x00010001],
			],
		},
		"name",
	],
	[
		"another fabric",
		{
			subject: [
				[19, 2n],
				[21, 6n],
			],
		},
		"fabric",
	],
	[
		"a node's subject",
		{
			subject: [
				[17, 2n],
				[21, 5n],
			],
		},
		"kind",
	],
	[
		"a root's subject",
		{
			subject: [
				[20, 2n],
				[21, 5n],
			],
		},
		"kind",
	],
	["no basic constraints", { isCa: "absent" }, "extensions"],
	["basic constraints of a node", { isCa: false }, "extensions"],
	["no key usage", { keyUsage: "absent" }, "extensions"],
	["key usage without certificates", { keyUsage: 0x40 }, "extensions"],
	["key usage without revocations", { keyUsage: 0x20 }, "extensions"],
	["key usage with more", { keyUsage: 0x70 }, "extensions"],
	["extended key usage", { extendedKeyUsage: [2, 1] }, "extensions"],
	["no key identifier", { subjectKeyId: "absent" }, "extensions"],
	["no authority key identifier", { authorityKeyId: "absent" }, "extensions"],
	["another key identifier", { subjectKeyId: new Uint8Array(20) }, "issuer"],
	["another authority key identifier", { authorityKeyId: new Uint8Array(20) }, "issuer"],
	["another issuer", { issuer: [[20, 9n]] }, "issuer"],
	["a signature of zeros", { signature: new Uint8Array(64) }, "signature"],
])("intermediate certificate with %s", (_, change, reason) => {
	const noc = makeNoc({ issuer: change.subject ?? ICAC.subject });
	expect(reasonOf(() => verifyChain(noc, makeIcac(change), makeRoot()))).toBe(reason);
});

it("refuses an intermediate certificate signed by another key", () => {
	expect(
		reasonOf(() => verifyChain(makeNoc(), makeIcac({ authorityKeyId: rootKey.keyId }, icacKey), makeRoot())),
	).toBe("signature");
});

it("refuses an intermediate where the root allows none", () => {
	expect(reasonOf(() => verifyChain(makeNoc(), makeIcac(), makeRoot({ pathLength: 0 })))).toBe("extensions");
	expect(reasonOf(() => verifyChain(makeNoc(DIRECT, rootKey), undefined, makeRoot({ pathLength: 0 })))).toBe("none");
});

it("refuses a root in the place of an intermediate and the other way round", () => {
	expect(reasonOf(() => verifyChain(makeNoc(DIRECT, rootKey), makeRoot(), makeRoot()))).toBe("kind");
	expect(reasonOf(() => verifyChain(makeNoc(), undefined, makeIcac()))).toBe("kind");
	expect(reasonOf(() => verifyChain(makeNoc(), undefined, makeRoot()))).toBe("issuer");
});

it.each<[string, Partial<CertificateFields>, CertificateReason | "none"]>([
	[
		"another fabric",
		{
			subject: [
				[20, 1n],
				[21, 6n],
			],
			issuer: [
				[20, 1n],
				[21, 6n],
			],
		},
		"none",
	],
	[
		"fabric id 0",
		{
			subject: [
				[20, 1n],
				[21, 0n],
			],
			issuer: [
				[20, 1n],
				[21, 0n],
			],
		},
		"name",
	],
	[
		"tags",
		{
			subject: [
				[20, 1n],
				[22, 0x00010001],
			],
		},
		"name",
	],
	["an intermediate's subject", { subject: [[19, 1n]] }, "kind"],
	["another issuer", { issuer: [[20, 2n]] }, "issuer"],
	["no basic constraints", { isCa: "absent" }, "extensions"],
	["basic constraints of a node", { isCa: false }, "extensions"],
	["no key usage", { keyUsage: "absent" }, "extensions"],
	["key usage of a node", { keyUsage: 1 }, "extensions"],
	["extended key usage", { extendedKeyUsage: [1] }, "extensions"],
	["no key identifier", { subjectKeyId: "absent" }, "extensions"],
	["no authority key identifier", { authorityKeyId: "absent" }, "extensions"],
	["another authority key identifier", { authorityKeyId: new Uint8Array(20) }, "issuer"],
	["a signature of zeros", { signature: new Uint8Array(64) }, "signature"],
])("root certificate with %s", (_, change, reason) => {
	expect(reasonOf(() => verifyRoot(makeRoot(change)))).toBe(reason);
});

it("refuses a root signed by another key", () => {
	expect(reasonOf(() => verifyRoot(makeRoot({ authorityKeyId: rootKey.keyId }, icacKey)))).toBe("signature");
});

it("refuses a root of another fabric", () => {
	const subject = [
		[20, 1n],
		[21, 6n],
	] as const;
	expect(
		reasonOf(() =>
			verifyChain(
				makeNoc({ ...DIRECT, issuer: subject }, rootKey),
				undefined,
				makeRoot({ subject, issuer: subject }),
			),
		),
	).toBe("fabric");
});

describe("validity", () => {
	it.each([999999999, 1000000000])("lasts to %d", (now) => {
		verifyChain(makeNoc(), makeIcac(), makeRoot(), now);
		verifyRoot(makeRoot(), now);
	});

	it("ends", () => {
		const now = 1000000001;
		const lasting = { notAfter: 2000000000 };
		expect(reasonOf(() => verifyChain(makeNoc(), makeIcac(lasting), makeRoot(lasting), now))).toBe("expired");
		expect(reasonOf(() => verifyChain(makeNoc(lasting), makeIcac(), makeRoot(lasting), now))).toBe("expired");
		expect(reasonOf(() => verifyChain(makeNoc(lasting), makeIcac(lasting), makeRoot(), now))).toBe("expired");
		expect(reasonOf(() => verifyRoot(makeRoot(), now))).toBe("expired");
		verifyChain(makeNoc(lasting), makeIcac(lasting), makeRoot(lasting), now);
	});

	it("does not end at 0, and has no beginning to a clock that may be behind", () => {
		verifyChain(makeNoc({ notAfter: 0 }), makeIcac({ notAfter: 0 }), makeRoot({ notAfter: 0 }), 4000000000);
		verifyChain(makeNoc(), makeIcac(), makeRoot(), 1);
		verifyChain(makeNoc(), makeIcac(), makeRoot());
	});
});

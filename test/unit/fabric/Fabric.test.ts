import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { compressedFabricId } from "../../../modules/fabric/Fabric";
import { isCaseAuthenticatedTagSubject, isGroupNodeId, isOperationalNodeId } from "../../../modules/fabric/NodeId";
import { credentials, plainFabric } from "../../support/fabrics";

// The example that runs through Matter Core 4.3.2.2 and 4.14.2.4.1.
const ROOT_PUBLIC_KEY = fromHex(
	"044a9f42b1ca4840d37292bbc7f6a7e11e22200c976fc900dbc98a7a383a641cb8254a2e56d4e295a847943b4e3897c4a773e930277b4d9fbede8a052686bfacfa",
);
const FABRIC_ID = 0x2906c908d115d362n;
const EPOCH_KEY = fromHex("4a71cdd7b2a3ca9024f96f3c96a19dee");
const OPERATIONAL_KEY = "9bc61cd9c62a2df6d64dfcaa9dc472d4";
const RANDOM = fromHex("7e171231568dfa17206b3accf8faec2f4d21b580113196f47c7c4deb810a73dc");
const DESTINATION_ID = "dc35dd5fc9134cc5544538c9c3fc4297c1ec3370c839136a80e10796451d4c53";

function example(epochKeys = [{ key: EPOCH_KEY, startTime: 0n }]) {
	return plainFabric(1, {
		rootPublicKey: ROOT_PUBLIC_KEY,
		fabricId: FABRIC_ID,
		credentials: credentials(0xcd5544aa7b13ef14n),
		groupKeySets: [{ groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys }],
	});
}

describe("Fabric", () => {
	it("compresses its id (Matter Core 4.3.2.2)", () => {
		expect(toHex(compressedFabricId(ROOT_PUBLIC_KEY, FABRIC_ID))).toBe("87e1b004e235a130");
		expect(toHex(example().compressedId)).toBe("87e1b004e235a130");
	});

	it("derives the operational IPK and the destination id (Matter Core 4.14.2.4.1)", () => {
		const fabric = example();
		expect(toHex(fabric.ipk)).toBe(OPERATIONAL_KEY);
		expect(toHex(fabric.destinationId(RANDOM))).toBe(DESTINATION_ID);
	});

	it("begins handshakes with the second newest IPK, and answers to each", () => {
		const other = (mark: number) => ({ key: new Uint8Array(16).fill(mark), startTime: BigInt(mark) });
		const fabric = example([other(1), { key: EPOCH_KEY, startTime: 2n }, other(3)]);
		expect(toHex(fabric.ipk)).toBe(OPERATIONAL_KEY);
		expect(fabric.operationalIpks()).toHaveLength(3);
		expect(fabric.operationalIpks().map(toHex)).toContain(OPERATIONAL_KEY);
		expect(toHex(fabric.ipkEpochKey)).toBe("03".repeat(16));
	});

	it("goes back to the credentials before an update", () => {
		const fabric = plainFabric(1);
		const before = fabric.credentials;
		const bytesBefore = fabric.nodeIdBytes;
		fabric.replaceCredentials(credentials(77n, 7));
		expect(fabric.nodeId).toBe(77n);
		expect(fabric.nodeIdBytes[0]).toBe(77);
		expect(bytesBefore[0]).toBe(1); // sessions of before keep theirs
		fabric.replaceCredentials(credentials(78n, 8));
		expect(fabric.noc[0]).toBe(8);
		expect(fabric.revertCredentials()).toBe(true);
		expect(fabric.credentials).toBe(before);
		expect(fabric.keyPair.sign(new Uint8Array(1))).toHaveLength(64);
		expect(fabric.revertCredentials()).toBe(false);
	});

	it("keeps updated credentials, and wipes the key before them", () => {
		const fabric = plainFabric(1);
		const before = fabric.credentials;
		fabric.replaceCredentials(credentials(77n));
		const asked: number[] = [];
		fabric.keepCredentials({
			certificate(index, tag) {
				asked.push(index, tag);
				return new Uint8Array(1);
			},
		});
		expect(fabric.nodeId).toBe(77n);
		expect(fabric.noc).toHaveLength(1); // from storage
		expect(fabric.rootCertificate).toHaveLength(1);
		expect(asked).toEqual([1, 4, 1, 3]);
		expect(() => before.keyPair.sign(new Uint8Array(1))).toThrow();
	});
});

describe("node ids (Matter Core 2.5.5.1)", () => {
	it.each([
		[0n, false],
		[1n, true],
		[0xffffffefffffffffn, true],
		[0xfffffff000000000n, false],
		[0xfffffffd00010001n, false],
		[0xffffffffffff0001n, false],
	])("%p operational: %p", (id, expected) => {
		expect(isOperationalNodeId(id)).toBe(expected);
	});

	it.each([
		[0xfffffffdabcd0001n, true],
		[0xfffffffdabcd0000n, false],
		[0xfffffffcabcd0001n, false],
		[1n, false],
	])("%p CASE authenticated tag: %p", (id, expected) => {
		expect(isCaseAuthenticatedTagSubject(id)).toBe(expected);
	});

	it("of groups", () => {
		expect(isGroupNodeId(0xffffffffffff0001n)).toBe(true);
		expect(isGroupNodeId(0xfffffffffffe0001n)).toBe(false);
	});
});

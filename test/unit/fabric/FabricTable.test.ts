import * as files from "host/files";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { FABRIC_CAPACITY, FabricTable } from "../../../modules/fabric/FabricTable";
import type { Files } from "../../../modules/storage/Files";
import { Storage } from "../../../modules/storage/Storage";
import { CutFiles, PowerCut } from "../../support/CutFiles";
import { credentials, plainFabric } from "../../support/fabrics";

let lines: string[];

function start(from: Files = files): FabricTable {
	const log = new Log("warn", (line) => lines.push(line));
	const table = new FabricTable(new Storage(log, new Counters(), from), log);
	table.load();
	return table;
}

function indices(table: FabricTable): number[] {
	return table.fabrics.map(({ index }) => index);
}

beforeEach(() => {
	for (const name of files.list()) files.remove(name);
	lines = [];
});

describe("FabricTable", () => {
	it("keeps everything of a fabric over a start", () => {
		const fabric = plainFabric(3, {
			label: "küche",
			credentials: { ...credentials(0xffffffefffffffffn), icac: new Uint8Array(400).fill(9) },
			acl: [
				{ privilege: 5, authMode: 2, subjects: [1n, 0xfffffffd00010001n], targets: null },
				{
					privilege: 3,
					authMode: 3,
					subjects: null,
					targets: [
						{ cluster: 6, endpoint: 1, deviceType: null },
						{ cluster: null, endpoint: null, deviceType: 0xffffffff },
					],
				},
				{ privilege: 1, authMode: 2, subjects: [], targets: [] },
			],
			groupKeySets: [
				{
					groupKeySetId: 0,
					groupKeySecurityPolicy: 0,
					epochKeys: [{ key: new Uint8Array(16).fill(1), startTime: 0n }],
				},
				{
					groupKeySetId: 42,
					groupKeySecurityPolicy: 1,
					epochKeys: [1, 2, 3].map((mark) => ({
						key: new Uint8Array(16).fill(mark),
						startTime: BigInt(mark) << 40n,
					})),
				},
			],
			groupKeyMap: [{ groupId: 0x102, groupKeySetId: 42 }],
			groups: [{ groupId: 0x102, name: "Alle Lampen", endpoints: [1, 2, 65534] }],
		});
		fabric.vidVerificationStatement = new Uint8Array(85).fill(5);
		start().add(fabric);

		const [read] = start().fabrics;
		expect(lines).toEqual([]);
		for (const key of [
			"index",
			"fabricId",
			"nodeId",
			"vendorId",
			"label",
			"rootPublicKey",
			"rootCertificate",
			"noc",
			"icac",
			"compressedId",
			"acl",
			"groupKeySets",
			"groupKeyMap",
			"groups",
			"vidVerificationStatement",
			"vvsc",
		] as const)
			expect(read![key]).toEqual(fabric[key]);
		expect(read!.keyPair.publicKey).toEqual(fabric.keyPair.publicKey);
		expect(read!.pending).toBe(false);
	});

	it("keeps the largest fabric that the limits allow", () => {
		const many = <T>(count: number, make: (i: number) => T): T[] =>
			Array.from({ length: count }, (_, i) => make(i));
		const fabric = plainFabric(1, {
			label: "x".repeat(32),
			rootCertificate: new Uint8Array(400),
			credentials: { ...credentials(1n), noc: new Uint8Array(400), icac: new Uint8Array(400) },
			acl: many(4, () => ({
				privilege: 5,
				authMode: 2,
				subjects: many(4, () => 0xffffffefffffffffn),
				targets: many(3, () => ({ cluster: 0xffffffff, endpoint: 65535, deviceType: null })),
			})),
			groupKeySets: many(4, (i) => ({
				groupKeySetId: i,
				groupKeySecurityPolicy: 0,
				epochKeys: many(3, () => ({ key: new Uint8Array(16), startTime: 0xffffffffffffffffn })),
			})),
			groups: many(16, (groupId) => ({ groupId, name: "0123456789abcdef", endpoints: [1, 2, 3, 4] })),
		});
		start().add(fabric);
		expect(start().fabrics[0]!.groups).toEqual(fabric.groups);
	});

	it("stores a pending fabric at its commit", () => {
		const table = start();
		const fabric = plainFabric(table.allocateIndex());
		fabric.pending = true;
		table.add(fabric);
		table.save(fabric);
		expect(indices(start())).toEqual([]);
		table.commit(fabric);
		expect(fabric.pending).toBe(false);
		expect(indices(start())).toEqual([1]);
	});

	it("takes a pending fabric back", () => {
		const table = start();
		const fabric = plainFabric(table.allocateIndex());
		fabric.pending = true;
		table.add(fabric);
		table.rollBack(fabric);
		expect(table.fabrics).toEqual([]);
		expect(() => fabric.keyPair.sign(new Uint8Array(1))).toThrow();
		expect(files.list()).toEqual([]);
	});

	it("stores updated credentials at their commit, everything else at once", () => {
		const table = start();
		const fabric = plainFabric(1);
		table.add(fabric);
		table.replaceCredentials(fabric, credentials(77n, 7));
		fabric.label = "new";
		table.save(fabric);
		expect(start().find(1)!.nodeId).toBe(1n);
		expect(start().find(1)!.label).toBe("new");
		table.commit(fabric);
		expect(start().find(1)!.nodeId).toBe(77n);
		expect(start().find(1)!.noc[0]).toBe(7);
	});

	it("takes updated credentials back", () => {
		const table = start();
		const fabric = plainFabric(1);
		table.add(fabric);
		table.replaceCredentials(fabric, credentials(77n));
		table.rollBack(fabric);
		expect(table.find(1)!.nodeId).toBe(1n);
		expect(start().find(1)!.nodeId).toBe(1n);
	});

	it("keeps what was pending pending when storage refuses", () => {
		const refusing: Files = {
			...files,
			write: () => {
				throw new Error("no space left");
			},
		};
		const table = start(refusing);
		const fabric = plainFabric(1);
		fabric.pending = true;
		table.add(fabric);
		expect(() => table.commit(fabric)).toThrow("no space left");
		expect(fabric.pending).toBe(true);
	});

	it("begins its Last Known Good Time with the firmware's day, and never goes back (Matter Core 3.5.6.1)", () => {
		const log = new Log("warn", (line) => lines.push(line));
		const time = (built: number) => {
			const table = new FabricTable(new Storage(log, new Counters()), log, built);
			table.load();
			return table.time;
		};
		expect([time(0).seconds, time(1000).seconds]).toEqual([0, 1000]);
		time(1000).advance(500);
		expect(time(0).seconds).toBe(0);
		time(1000).advance(2000);
		expect([time(1000).seconds, time(3000).seconds]).toEqual([2000, 3000]);
	});

	describe("gives out indices", () => {
		it("that were not used a moment ago", () => {
			const table = start();
			table.add(plainFabric(table.allocateIndex()));
			expect(table.allocateIndex()).toBe(2); // a commissioning that failed
			table.add(plainFabric(table.allocateIndex()));
			table.remove(3);
			expect(table.allocateIndex()).toBe(4);
		});

		it("also after a start", () => {
			const table = start();
			table.add(plainFabric(table.allocateIndex()));
			table.add(plainFabric(table.allocateIndex()));
			table.remove(2);
			expect(start().allocateIndex()).toBe(3);
		});

		it("from 1 to 254 and round, past those in use", () => {
			const table = start();
			table.add(plainFabric(254));
			table.add(plainFabric(1));
			table.add(plainFabric(2));
			for (let i = 0; i < 600; i++) {
				const index = table.allocateIndex();
				expect(index > 2 && index < 254).toBe(true);
			}
		});
	});

	it("is full with five", () => {
		const table = start();
		for (let i = 0; i < FABRIC_CAPACITY; i++) {
			expect(table.full).toBe(false);
			table.add(plainFabric(table.allocateIndex()));
		}
		expect(table.full).toBe(true);
		expect(() => table.add(plainFabric(9))).toThrow(RangeError);
		expect(indices(start())).toEqual([1, 2, 3, 4, 5]);
	});

	it("finds by root and id, and by destination", () => {
		const table = start();
		const first = plainFabric(1);
		const second = plainFabric(2);
		second.groupKeySets[0]!.epochKeys.push({ key: new Uint8Array(16).fill(99), startTime: 1n });
		table.add(first);
		table.add(second);
		expect(table.findByRoot(second.rootPublicKey, second.fabricId)).toBe(second);
		expect(table.findByRoot(second.rootPublicKey, 1n)).toBeUndefined();
		const random = new Uint8Array(32).fill(3);
		for (const ipk of second.operationalIpks())
			expect(table.findByDestination(second.destinationId(random, ipk), random)).toEqual({ fabric: second, ipk });
		expect(table.findByDestination(first.destinationId(random), new Uint8Array(32))).toBeUndefined();
	});

	it("tells its listeners", () => {
		const table = start();
		const told: string[] = [];
		table.addListener({
			onFabricAdded: (fabric) => told.push(`added ${fabric.index}`),
			onFabricUpdated: (fabric) => told.push(`updated ${fabric.nodeId}`),
			onFabricRemoved: (index) => told.push(`removed ${index}`),
		});
		table.addListener({});
		const fabric = plainFabric(1);
		table.add(fabric);
		table.replaceCredentials(fabric, credentials(77n));
		table.rollBack(fabric);
		table.remove(1);
		expect(table.remove(1)).toBe(false);
		expect(told).toEqual(["added 1", "updated 77", "updated 1", "removed 1"]);
	});

	it("leaves a damaged record out and keeps the others", () => {
		const table = start();
		table.add(plainFabric(1));
		table.add(plainFabric(2));
		const storage = new Storage(new Log("none"), new Counters());
		const record = storage.get("fabric-1")!;
		storage.set("fabric-1", record.subarray(0, record.length - 20));
		storage.set("fabric-7", storage.get("fabric-2")!);
		expect(indices(start())).toEqual([2]);
		expect(lines).toHaveLength(2);
	});

	const moments = [0, 1, 2, 3, 4, 5, 6].flatMap((operation) =>
		(["before", "within", "after"] as const).map((where) => [operation, where] as const),
	);
	it.each(moments)(
		"after a cut at operation %d, %s, of adding a second fabric has one or two, whole",
		(operation, where) => {
			start().add(plainFabric(1));
			try {
				const table = start(new CutFiles(operation, where));
				table.add(plainFabric(table.allocateIndex()));
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			const table = start();
			expect([[1], [1, 2]]).toContainEqual(indices(table));
			// a private key stays with its fabric only
			const { length } = table.fabrics;
			expect(new Storage(new Log("none"), new Counters()).names("credentials-")).toHaveLength(length);
			expect(table.allocateIndex()).toBeGreaterThan(1);
		},
	);
});

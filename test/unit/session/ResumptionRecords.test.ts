import * as files from "host/files";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import {
	RECORDS_PER_FABRIC,
	ResumptionRecords,
	type ResumptionRecord,
} from "../../../modules/session/ResumptionRecords";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { Storage } from "../../../modules/storage/Storage";
import { plainFabric } from "../../support/fabrics";

const log = new Log("none");
let fabrics: FabricTable;

function start(): ResumptionRecords {
	const storage = new Storage(log, new Counters());
	fabrics = new FabricTable(storage, log);
	fabrics.load();
	const records = new ResumptionRecords(storage, fabrics, log);
	records.load();
	return records;
}

function record(fabricIndex: number, peerNodeId: bigint, mark: number): ResumptionRecord {
	return {
		id: new Uint8Array(16).fill(mark),
		sharedSecret: new Uint8Array(32).fill(mark),
		fabricIndex,
		peerNodeId,
		caseAuthenticatedTags: [0x00010002, 0xffffffff],
		parameters: new SessionParameters({
			idleInterval: 3_600_000,
			activeInterval: 301,
			activeThreshold: 65535,
			dataModelRevision: 21,
			interactionModelRevision: 13,
			specificationVersion: 0x01060100,
			maxPathsPerInvoke: 10,
		}),
	};
}

beforeEach(() => {
	for (const name of files.list()) files.remove(name);
	start();
	fabrics.add(plainFabric(1));
	fabrics.add(plainFabric(2));
});

describe("ResumptionRecords", () => {
	it("keeps a record over a start, by id and by peer", () => {
		const saved = record(1, 0xffffffefffffffffn, 7);
		start().save(saved);
		const records = start();
		expect(records.findById(new Uint8Array(16).fill(7))).toEqual(saved);
		expect(records.find(1, 0xffffffefffffffffn)).toEqual(saved);
		expect(records.findById(new Uint8Array(16).fill(8))).toBeUndefined();
		expect(records.findById(new Uint8Array(15).fill(7))).toBeUndefined();
	});

	it("tells the same node id in two fabrics apart", () => {
		const records = start();
		records.save(record(1, 5n, 1));
		records.save(record(2, 5n, 2));
		expect(records.find(1, 5n)!.id[0]).toBe(1);
		expect(records.find(2, 5n)!.id[0]).toBe(2);
		expect(records.findById(new Uint8Array(16).fill(2))!.fabricIndex).toBe(2);
	});

	it("has one record for each peer: the latest", () => {
		const records = start();
		records.save(record(1, 5n, 1));
		records.save(record(1, 6n, 2));
		records.save(record(1, 5n, 3));
		expect(records.findById(new Uint8Array(16).fill(1))).toBeUndefined();
		expect(records.find(1, 5n)!.id[0]).toBe(3);
		expect(records.find(1, 6n)!.id[0]).toBe(2);
	});

	it("makes room by forgetting the one used longest ago, of the same fabric", () => {
		const records = start();
		records.save(record(2, 100n, 100));
		for (let i = 1; i <= RECORDS_PER_FABRIC; i++) records.save(record(1, BigInt(i), i));
		records.save(record(1, 1n, 11)); // used again
		records.save(record(1, 50n, 50));
		expect(records.find(1, 2n)).toBeUndefined();
		for (const peer of [1n, 3n, 4n, 50n]) expect(records.find(1, peer)).not.toBeUndefined();
		expect(records.find(2, 100n)).not.toBeUndefined();
		expect(start().find(1, 50n)!.id[0]).toBe(50);
	});

	it("removes one", () => {
		const records = start();
		for (const peer of [1n, 2n, 3n]) records.save(record(1, peer, Number(peer)));
		records.remove(1, 2n);
		records.remove(1, 9n);
		expect([1n, 2n, 3n].map((peer) => start().find(1, peer)?.id[0])).toEqual([1, undefined, 3]);
		records.remove(1, 1n);
		records.remove(1, 3n);
		expect(files.list()).not.toContain("resumption-1.rec");
	});

	it("goes with its fabric", () => {
		const records = start();
		records.save(record(1, 5n, 1));
		records.save(record(2, 5n, 2));
		fabrics.remove(1);
		expect(records.findById(new Uint8Array(16).fill(1))).toBeUndefined();
		expect(files.list()).not.toContain("resumption-1.rec");
		expect(start().find(2, 5n)).not.toBeUndefined();
	});

	it("forgets at start what belongs to no fabric, or is damaged", () => {
		const storage = new Storage(log, new Counters());
		const records = start();
		records.save(record(1, 5n, 1));
		storage.set("resumption-9", storage.get("resumption-1")!);
		storage.set("resumption-2", new Uint8Array(88));
		const again = start();
		expect(files.list().filter((name) => name.startsWith("resumption"))).toEqual(["resumption-1.rec"]);
		expect(again.find(9, 5n)).toBeUndefined();
		expect(again.find(2, 5n)).toBeUndefined();
	});
});

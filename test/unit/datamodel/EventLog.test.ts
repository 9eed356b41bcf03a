import { CRITICAL, DEBUG, FABRIC_SENSITIVE, INFO, VIEW, event } from "../../../modules/datamodel/ClusterDefinition";
import { EventLog } from "../../../modules/datamodel/EventLog";
import type { EventRecord } from "../../../modules/datamodel/EventLog";
import { UINT8, encodeAlone, field, string, struct } from "../../../modules/datamodel/Types";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { Storage } from "../../../modules/storage/Storage";
import { Scheduler } from "../../../modules/time/Scheduler";
import { clearStorage } from "../../support/dataModel";
import { VirtualClock } from "../../support/VirtualClock";

const FIELDS = struct([field(0, "what", UINT8)]);
const critical = event<{ what: number }>(0, FIELDS, CRITICAL, VIEW);
const info = event<{ what: number }>(1, FIELDS, INFO, VIEW);
const debug = event<{ what: number }>(2, FIELDS, DEBUG, VIEW);
const secret = event<{ what: number; fabricIndex: number }>(
	3,
	struct([field(0, "what", UINT8)], true),
	INFO,
	VIEW,
	FABRIC_SENSITIVE,
);

const text = event<{ text: string }>(4, struct([field(0, "text", string(0, 1000))]), INFO, VIEW);

let clock: VirtualClock;

function open(): EventLog {
	const log = new EventLog(new Storage(new Log("none"), new Counters()), new Scheduler(clock));
	log.start();
	return log;
}

function numbers(log: EventLog, from = 0): number[] {
	const result: number[] = [];
	for (let record = log.from(from); record; record = log.from(record.number + 1)) result.push(record.number);
	return result;
}

/** `count` numbers that end with `last` */
function upTo(last: number, count: number): number[] {
	return Array.from({ length: count }, (_, i) => last - count + 1 + i);
}

beforeEach(() => {
	clearStorage();
	clock = new VirtualClock(1000.7);
});

describe("EventLog (Matter Core 7.14)", () => {
	it("gives numbers in order over all priorities", () => {
		const log = open();
		log.add(0, 1, info, { what: 1 });
		log.add(0, 1, critical, { what: 2 });
		log.add(0, 1, debug, { what: 3 });
		log.add(0, 1, info, { what: 4 });
		expect(numbers(log)).toEqual([0, 1, 2, 3]);
		expect(numbers(log, 2)).toEqual([2, 3]);
		expect(numbers(log, 4)).toEqual([]);
		expect(log.next).toBe(4);
	});

	it("keeps what is to be reported", () => {
		clock.advance(500);
		const record = open().add(7, 0x28, secret, { what: 9, fabricIndex: 2 });
		expect([record.endpoint, record.cluster, record.timestamp, record.fabricIndex]).toEqual([7, 0x28, 1500, 2]);
		expect(record.data).toEqual(encodeAlone(secret.fields, { what: 9, fabricIndex: 2 }));
	});

	it("forgets the oldest of the same priority only", () => {
		const log = open();
		log.add(0, 1, critical, { what: 0 });
		for (let i = 0; i < 100; i++) log.add(0, 1, info, { what: i });
		for (let i = 0; i < 100; i++) log.add(0, 1, debug, { what: i });
		const kept = numbers(log);
		expect(kept[0]).toBe(0);
		expect(kept.filter((number) => number > 0 && number <= 100)).toEqual(upTo(100, 25));
		expect(kept.filter((number) => number > 100)).toEqual(upTo(200, 3));
	});

	it("keeps events of any length that fit, and says which don't", () => {
		const log = open();
		const length = (record: EventRecord | undefined) => record?.data.length;
		for (let i = 0; i < 200; i++) {
			const number = log.add(0, 1, text, { text: "x".repeat((i * 37) % 400) }).number;
			expect(length(log.from(number))).toBe(((i * 37) % 400) + ((i * 37) % 400 > 255 ? 6 : 5));
		}
		const before = numbers(log);
		expect(() => log.add(0, 1, text, { text: "x".repeat(500) })).toThrow(RangeError);
		expect(numbers(log)).toEqual(before);
	});

	it("never gives a number twice, however it ends", () => {
		const first = open();
		for (let i = 0; i < 1500; i++) first.add(0, 1, debug, { what: 0 });
		const second = open();
		expect(second.next).toBeGreaterThan(1499);
		const number = second.next;
		second.add(0, 1, info, { what: 0 });
		expect(open().next).toBeGreaterThan(number);
	});

	it("writes to storage once for many events", () => {
		const log = new EventLog(
			{
				get: () => undefined,
				set: () => writes++,
			} as unknown as Storage,
			new Scheduler(clock),
		);
		let writes = 0;
		log.start();
		for (let i = 0; i < 1000; i++) log.add(0, 1, debug, { what: 0 });
		expect(writes).toBe(1);
		log.add(0, 1, debug, { what: 0 });
		expect(writes).toBe(2);
	});

	it("keeps times beyond 2^32 ms", () => {
		clock.advance(0x1_2345_6789_a);
		expect(open().add(0, 1, info, { what: 1 }).timestamp).toBe(0x1_2345_6789_a + 1000);
		const log = open();
		log.add(0, 1, info, { what: 1 });
		expect(log.from(0)?.timestamp).toBe(0x1_2345_6789_a + 1000);
	});

	it("forgets what only a fabric that left could see", () => {
		const log = open();
		log.add(0, 1, secret, { what: 1, fabricIndex: 1 });
		log.add(0, 1, secret, { what: 2, fabricIndex: 2 });
		log.add(0, 1, info, { what: 3 });
		log.removeFabric(1);
		expect(numbers(log)).toEqual([1, 2]);
	});
});

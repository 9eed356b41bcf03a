import { CRITICAL, DEBUG, FABRIC_SENSITIVE, INFO, VIEW, event } from "../../../modules/datamodel/ClusterDefinition";
import { EventLog } from "../../../modules/datamodel/EventLog";
import { UINT8, encodeAlone, field, struct } from "../../../modules/datamodel/Types";
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
		expect(numbers(log)).toEqual([0, 93, 94, 95, 96, 97, 98, 99, 100, 199, 200]);
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

	it("forgets what only a fabric that left could see", () => {
		const log = open();
		log.add(0, 1, secret, { what: 1, fabricIndex: 1 });
		log.add(0, 1, secret, { what: 2, fabricIndex: 2 });
		log.add(0, 1, info, { what: 3 });
		log.removeFabric(1);
		expect(numbers(log)).toEqual([1, 2]);
	});
});

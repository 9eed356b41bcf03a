import type { Resolution, Resolver, ResolverListener } from "../../../modules/discovery/Resolver";
import type { Fabric } from "../../../modules/fabric/Fabric";
import type { FabricListener, FabricTable } from "../../../modules/fabric/FabricTable";
import { Opcode } from "../../../modules/interaction/Opcode";
import { PersistentSubscriptions } from "../../../modules/interaction/PersistentSubscriptions";
import type { CaseClient, CaseListener, CaseTarget } from "../../../modules/securechannel/CaseClient";
import type { SecureSession } from "../../../modules/session/SecureSession";
import type { SessionManager } from "../../../modules/session/SessionManager";
import type { Storage } from "../../../modules/storage/Storage";
import {
	Bench,
	eventPath,
	path,
	shown,
	statusResponse,
	type Report,
	type TestExchange,
	type TestSession,
} from "./Bench";
import { GADGET } from "./TestNode";

const PEER = 0x77n;
const RECORD = "subscriptions-1";
const HOUR = 3_600_000;
const SUCCESS = 0;
const INVALID_SUBSCRIPTION = 0x7d;
const BUSY = 0x9c;

const ADDRESS = new Uint8Array(22).fill(1);
const OTHER_ADDRESS = new Uint8Array(22).fill(2);

/** A node that runs until the next one takes over its storage. */
class Life {
	readonly bench = new Bench();
	readonly subscriptions: PersistentSubscriptions;
	fabrics: Fabric[] = [this.bench.fabric];
	sessions: TestSession[] = [];
	readonly listeners: FabricListener[] = [];
	/** who is being looked up, and when somebody was */
	lookup: ResolverListener | undefined;
	readonly lookups: number[] = [];
	/** to whom a session is being opened */
	target: CaseTarget | undefined;
	caseListener: CaseListener | undefined;

	constructor(stored: Map<string, Uint8Array>) {
		const { bench } = this;
		Object.assign(bench.fabric, { compressedId: new Uint8Array(8) });
		this.subscriptions = new PersistentSubscriptions({
			subscribe: bench.server.subscribe,
			sessions: { secure: () => this.sessions } as unknown as SessionManager,
			fabrics: {
				find: (index: number) => this.fabrics.find((fabric) => fabric.index === index),
				addListener: (listener: FabricListener) => void this.listeners.push(listener),
			} as unknown as FabricTable,
			storage: {
				names: (prefix: string) => [...stored.keys()].filter((name) => name.startsWith(prefix)),
				get: (name: string) => stored.get(name),
				set: (name: string, bytes: Uint8Array) => void stored.set(name, bytes.slice()),
				remove: (name: string) => stored.delete(name),
			} as unknown as Storage,
			resolver: {
				resolve: (_id: Uint8Array, _node: Uint8Array, listener: ResolverListener) => {
					this.lookup = listener;
					this.lookups.push(bench.scheduler.now());
					return true;
				},
				cancel: () => (this.lookup = undefined),
			} as unknown as Resolver,
			caseClient: {
				open: (target: CaseTarget, listener: CaseListener) => {
					this.target = target;
					this.caseListener = listener;
					return true;
				},
				cancel: () => (this.target = undefined),
			} as unknown as CaseClient,
			scheduler: bench.scheduler,
			log: bench.log,
		});
		this.subscriptions.start();
	}

	/** The subscriber is found, and a session to it opened. */
	reach(session: TestSession = this.bench.peer(PEER)): void {
		this.bench.clock.advance(1000);
		this.found(ADDRESS);
		this.caseListener!.onEstablished(session as unknown as SecureSession);
		this.bench.clock.advance(0);
	}

	found(...addresses: Uint8Array[]): void {
		const { lookup } = this;
		this.lookup = undefined;
		lookup!.onResolved({ addresses, idleInterval: 700, activeInterval: undefined } as unknown as Resolution);
	}

	/** The report that the device began last. */
	get report(): TestExchange {
		return this.bench.opened.at(-1)!;
	}

	removeFabric(): void {
		this.fabrics = [];
		for (const listener of this.listeners) listener.onFabricRemoved?.(1);
	}

	get count(): number {
		return this.bench.server.subscribe.subscriptions.length;
	}
}

const FLAG = path(1, GADGET, 0);
let records: Map<string, Uint8Array>;

function answer(exchange: TestExchange, status: number): void {
	exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(status));
}

function subscribed(life: Life, options: Parameters<Bench["subscribe"]>[0] = {}): number {
	const exchange = life.bench.subscribe({ paths: [FLAG], min: 1, max: 60, ...options });
	return exchange.last.tree[0] as number;
}

/** One subscription, and the process gone. */
function before(options: Parameters<Bench["subscribe"]>[0] = {}): number {
	return subscribed(new Life(records), options);
}

beforeEach(() => {
	records = new Map();
});

describe("PersistentSubscriptions (Matter Core 8.5)", () => {
	it("go on after a restart, under the same id, with all that was asked for", () => {
		const id = before({ paths: [FLAG, path(1, GADGET, 1)] });
		const life = new Life(records);
		life.reach();
		expect(life.target).toMatchObject({ fabric: life.bench.fabric, peerNodeId: PEER, address: ADDRESS });
		expect(life.target!.parameters).toMatchObject({ idleInterval: 700, activeInterval: 300 });
		const { last } = life.report;
		expect(last.opcode).toBe(Opcode.REPORT_DATA);
		expect(last.tree[0]).toBe(id);
		expect(shown([last.tree as unknown as Report])).toHaveLength(2);
		answer(life.report, SUCCESS);
		// no SubscribeResponse follows
		expect(life.report.sent).toHaveLength(1);
	});

	it("report what changes then, within the intervals of before", () => {
		const id = before();
		const life = new Life(records);
		life.reach();
		answer(life.report, SUCCESS);
		const { length } = life.bench.opened;
		life.bench.gadget.change("flag", true);
		life.bench.clock.advance(999);
		expect(life.bench.opened).toHaveLength(length);
		life.bench.clock.advance(1);
		expect(life.bench.opened).toHaveLength(length + 1);
		expect(life.report.last.tree[0]).toBe(id);
		expect(shown([life.report.last.tree as unknown as Report])).toHaveLength(1);
		answer(life.report, SUCCESS);
		life.bench.clock.advance(55_000);
		// the sign of life
		expect(life.bench.opened).toHaveLength(length + 2);
	});

	it("keep event paths and the fabric filter", () => {
		before({ paths: [FLAG], events: [eventPath(1, GADGET, 0)], filtered: true });
		const life = new Life(records);
		life.reach();
		const [subscription] = life.bench.server.subscribe.subscriptions;
		expect(subscription!.events).toHaveLength(1);
		expect(subscription!.fabricFiltered).toBe(true);
		expect(subscription!.minInterval).toBe(1);
		expect(subscription!.maxInterval).toBe(60);
	});

	it("keep wildcards and ids with a manufacturer's prefix", () => {
		before({ paths: [path(undefined, GADGET, 0xfff10001), path(1, undefined, undefined)] });
		const life = new Life(records);
		life.reach();
		const { attributes } = life.bench.server.subscribe.subscriptions[0]!;
		expect([attributes.endpoint(0), attributes.cluster(0), attributes.id(0)]).toEqual([-1, GADGET, 0xfff10001]);
		expect([attributes.endpoint(1), attributes.cluster(1), attributes.id(1)]).toEqual([1, -1, -1]);
	});

	it("outlive one restart after the other", () => {
		const id = before();
		for (let i = 0; i < 3; i++) {
			const life = new Life(records);
			if (i === 1) continue; // ended before it found anybody
			life.reach();
			answer(life.report, SUCCESS);
			expect(life.report.sent[0]!.tree[0]).toBe(id);
		}
	});

	it("wait while the device is told to stop, too", () => {
		const life = new Life(records);
		subscribed(life);
		life.subscriptions.close();
		life.bench.session.destroy();
		expect(records.has(RECORD)).toBe(true);
	});

	it("use a session that the subscriber opened itself", () => {
		const id = before();
		const life = new Life(records);
		life.sessions = [life.bench.session];
		life.bench.clock.advance(1001);
		expect(life.lookups).toEqual([]);
		expect(life.report.last.tree[0]).toBe(id);
	});

	it("are at most three of a fabric in storage, the latest", () => {
		const life = new Life(records);
		const ids = [1, 2, 3, 4].map(() => subscribed(life, { keep: true }));
		const next = new Life(records);
		next.reach();
		expect(next.bench.server.subscribe.subscriptions.map(({ id }) => id)).toEqual(ids.slice(1));
	});
});

describe("PersistentSubscriptions look for the subscriber", () => {
	it("after 10 s, then twice as long each time, up to an hour", () => {
		before();
		const life = new Life(records);
		for (let i = 0; i < 13; i++) {
			while (!life.lookup) life.bench.clock.advance(1000);
			const { lookup } = life;
			life.lookup = undefined;
			lookup.onUnresolved();
		}
		const waits = life.lookups.slice(1).map((at, i) => Math.round((at - life.lookups[i]!) / 1000));
		expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
		expect(records.has(RECORD)).toBe(true);
	});

	it.each(["timeout", "busy", "noSharedRoot", "refused", "invalid", "resources"] as const)(
		"again when there is no session: %s",
		(reason) => {
			before();
			const life = new Life(records);
			life.bench.clock.advance(1000);
			life.found(ADDRESS, OTHER_ADDRESS);
			life.caseListener!.onFailed(reason);
			life.bench.clock.advance(10_000);
			expect(life.lookups).toHaveLength(2);
		},
	);

	it("at each of its addresses", () => {
		before();
		const life = new Life(records);
		life.bench.clock.advance(1000);
		life.found(ADDRESS, OTHER_ADDRESS);
		expect(life.target!.address).toBe(ADDRESS);
		life.caseListener!.onFailed("unreachable");
		expect(life.target!.address).toBe(OTHER_ADDRESS);
		life.caseListener!.onFailed("unreachable");
		life.bench.clock.advance(10_000);
		expect(life.lookups).toHaveLength(2);
	});
});

describe("PersistentSubscriptions give up", () => {
	it.each([INVALID_SUBSCRIPTION, BUSY])("when the subscriber answers %p", (status) => {
		before();
		const life = new Life(records);
		life.reach();
		answer(life.report, status);
		expect(life.count).toBe(0);
		expect(records.has(RECORD)).toBe(false);
		life.bench.clock.advance(2 * HOUR);
		expect(life.lookups).toHaveLength(1);
	});

	it("when the subscriber has made others in their place", () => {
		before();
		const life = new Life(records);
		const id = subscribed(life, { keep: false });
		life.bench.clock.advance(2 * HOUR);
		expect(life.lookups).toEqual([]);
		const next = new Life(records);
		next.reach();
		expect(next.bench.server.subscribe.subscriptions.map((each) => each.id)).toEqual([id]);
	});

	it("when the fabric goes", () => {
		before();
		const life = new Life(records);
		life.bench.clock.advance(1000);
		life.removeFabric();
		expect(records.has(RECORD)).toBe(false);
		expect(life.lookup).toBeUndefined();
		life.bench.clock.advance(2 * HOUR);
		expect(life.lookups).toHaveLength(1);
	});

	it("when the fabric is not there at the start", () => {
		before();
		records.set("subscriptions-9", records.get(RECORD)!);
		const life = new Life(records);
		expect([...records.keys()]).toEqual([RECORD]);
		life.subscriptions.close();
	});

	it("when the session ends, while the device runs", () => {
		const life = new Life(records);
		subscribed(life);
		expect(records.has(RECORD)).toBe(true);
		life.bench.session.destroy();
		expect(records.has(RECORD)).toBe(false);
	});

	it.each([
		["cut off", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
		["of a header alone", (bytes: Uint8Array) => bytes.subarray(0, 19)],
		["of less", (bytes: Uint8Array) => bytes.subarray(0, 5)],
		["with more behind it", (bytes: Uint8Array) => Uint8Array.of(...bytes, 1)],
	])("over a record %s", (_title, change) => {
		before();
		records.set(RECORD, change(records.get(RECORD)!));
		const life = new Life(records);
		life.bench.clock.advance(2 * HOUR);
		expect(life.lookups).toEqual([]);
		expect(records.has(RECORD)).toBe(false);
	});
});

it("subscriptions that were made by PASE are not kept", () => {
	const life = new Life(records);
	const pase = Object.assign(life.bench.peer(0n), { fabric: undefined });
	life.bench.subscribe({ paths: [FLAG], min: 1, max: 60 }, pase);
	expect(records.size).toBe(0);
});

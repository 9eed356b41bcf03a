import { IdentifyServer } from "../../../modules/clusters/IdentifyServer";
import { OnOffServer } from "../../../modules/clusters/OnOffServer";
import { ScenesManagementServer } from "../../../modules/clusters/ScenesManagementServer";
import { Status } from "../../../modules/datamodel/Status";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { TestNode, contextOf, invoke, statusOf, write } from "./TestNode";

const TENTH = 100;

describe("OnOff with lighting (Matter Application Clusters 1.5)", () => {
	let test: TestNode;
	let light: OnOffServer;
	let states: boolean[];
	let fabric: Fabric;

	beforeEach(() => {
		test = new TestNode();
		states = [];
		light = new OnOffServer((on) => states.push(on));
		test.start([], [light, new ScenesManagementServer(), new IdentifyServer(1)]);
		fabric = test.fabric();
	});

	function timedOn(onOffControl: number, onTime: number, offWaitTime: number): void {
		invoke(light, "onWithTimedOff", { onOffControl, onTime, offWaitTime }, contextOf(fabric));
	}

	it("tells its output the state at start and at each change only", () => {
		expect(states).toEqual([false]);
		light.on();
		light.on();
		light.toggle();
		expect(states).toEqual([false, true, false]);
	});

	it("can be switched before the node starts", () => {
		const early = new OnOffServer((on) => states.push(on));
		early.on();
		early.off();
		expect(states.slice(1)).toEqual([true, false]);
	});

	it("OnWithTimedOff turns off when OnTime has run down, and guards nothing then (1.5.7.6.4)", () => {
		timedOn(0, 50, 30);
		expect(light.onOff).toBe(true);
		test.clock.advance(20 * TENTH);
		expect(light.onTime).toBe(30);
		test.clock.advance(30 * TENTH);
		expect(light.onOff).toBe(false);
		expect(light.onTime).toBe(0);
		expect(light.offWaitTime).toBe(0);
	});

	it("Off in Timed On leads to Delayed Off, where OnWithTimedOff only shortens the wait", () => {
		timedOn(0, 50, 30);
		light.off();
		expect(light.onTime).toBe(0);
		test.clock.advance(10 * TENTH);
		expect(light.offWaitTime).toBe(20);
		timedOn(0, 50, 5);
		expect(light.onOff).toBe(false);
		expect(light.offWaitTime).toBe(5);
		test.clock.advance(5 * TENTH);
		expect(light.offWaitTime).toBe(0);
		timedOn(0, 50, 5);
		expect(light.onOff).toBe(true);
	});

	it("OnWithTimedOff without OnTime stays on, and guards the Off that follows", () => {
		timedOn(0, 0, 30);
		expect([light.onOff, light.offWaitTime]).toEqual([true, 30]);
		test.clock.advance(100 * TENTH);
		light.off();
		test.clock.advance(10 * TENTH);
		expect(light.offWaitTime).toBe(20);
		timedOn(0, 50, 30);
		expect(light.onOff).toBe(false);
	});

	it("a second OnWithTimedOff takes the longer OnTime", () => {
		timedOn(0, 50, 0);
		test.clock.advance(10 * TENTH);
		timedOn(0, 20, 0);
		expect(light.onTime).toBe(40);
		timedOn(0, 100, 0);
		expect(light.onTime).toBe(100);
	});

	it("reports what changes, and a countdown at its begin and end only", () => {
		const told = (step: () => unknown) => {
			test.changes.length = 0;
			step();
			return test.changes.filter((name) => name.startsWith("OnOff/")).map((name) => name.slice(6));
		};
		expect(told(() => light.on())).toEqual(["onOff"]);
		expect(told(() => light.on())).toEqual([]);
		expect(told(() => light.off())).toEqual(["onOff"]);
		expect(told(() => timedOn(0, 50, 30))).toEqual(["onOff", "onTime", "offWaitTime"]);
		expect(told(() => timedOn(0, 40, 30))).toEqual([]);
		expect(told(() => timedOn(0, 60, 20))).toEqual(["onTime", "offWaitTime"]);
		expect(told(() => test.clock.advance(59 * TENTH))).toEqual([]);
		expect(told(() => test.clock.advance(TENTH))).toEqual(["onTime", "offWaitTime", "onOff"]);
		expect(told(() => write(light, "onTime", 7, contextOf(fabric)))).toEqual(["onTime"]);
		expect(told(() => write(light, "onTime", 7, contextOf(fabric)))).toEqual([]);
		expect(told(() => write(light, "offWaitTime", 7, contextOf(fabric)))).toEqual(["offWaitTime"]);
		expect(told(() => write(light, "offWaitTime", 7, contextOf(fabric)))).toEqual([]);
	});

	it("AcceptOnlyWhenOn ignores the command while off", () => {
		timedOn(1, 50, 30);
		expect(light.onOff).toBe(false);
		expect(light.offWaitTime).toBe(0);
	});

	it("0xFFFF holds: nothing runs down", () => {
		write(light, "onTime", 0xffff, contextOf(fabric));
		timedOn(0, 10, 0);
		test.clock.advance(1_000_000);
		expect(light.onOff).toBe(true);
		expect(light.onTime).toBe(0xffff);
	});

	it("On in Timed On keeps the countdown; On when OnTime is 0 clears OffWaitTime", () => {
		timedOn(0, 50, 30);
		light.on();
		test.clock.advance(49 * TENTH);
		expect(light.onOff).toBe(true);
		test.clock.advance(TENTH);
		expect(light.onOff).toBe(false);
		write(light, "offWaitTime", 20, contextOf(fabric));
		light.on();
		expect(light.offWaitTime).toBe(0);
	});

	it("writing OnTime in Timed On moves the end", () => {
		timedOn(0, 50, 30);
		write(light, "onTime", 5, contextOf(fabric));
		test.clock.advance(5 * TENTH);
		expect(light.onOff).toBe(false);
	});

	it("OffWithEffect stores the global scene once, OnWithRecallGlobalScene brings it back (1.5.7.4, 1.5.7.5)", () => {
		light.on();
		const context = contextOf(fabric);
		invoke(light, "offWithEffect", { effectIdentifier: 0, effectVariant: 0 }, context);
		expect(light.globalSceneControl).toBe(false);
		invoke(light, "offWithEffect", { effectIdentifier: 0, effectVariant: 0 }, context);
		expect(light.onOff).toBe(false);
		invoke(light, "onWithRecallGlobalScene", {}, context);
		expect(light.onOff).toBe(true);
		expect(light.globalSceneControl).toBe(true);
	});

	it("a global scene stored while off is recalled as off", () => {
		invoke(light, "offWithEffect", { effectIdentifier: 1, effectVariant: 0 }, contextOf(fabric));
		invoke(light, "onWithRecallGlobalScene", {}, contextOf(fabric));
		expect(light.onOff).toBe(false);
		expect(light.globalSceneControl).toBe(true);
	});

	it("OnWithRecallGlobalScene does nothing while GlobalSceneControl is true", () => {
		light.off();
		invoke(light, "onWithRecallGlobalScene", {}, contextOf(fabric));
		expect(light.onOff).toBe(false);
	});

	it("an effect that the cluster does not know is a constraint error", () => {
		const status = statusOf(() =>
			invoke(light, "offWithEffect", { effectIdentifier: 2, effectVariant: 0 }, contextOf(fabric)),
		);
		expect(status).toBe(Status.ConstraintError);
	});
});

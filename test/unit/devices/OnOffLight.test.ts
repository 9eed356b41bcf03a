import { OnOffLight } from "../../../modules/devices/OnOffLight";
import type { IdentifyServer } from "../../../modules/clusters/IdentifyServer";
import { TestNode, contextOf, invoke } from "../clusters/TestNode";

const IDENTIFY = 3;

describe("OnOffLight", () => {
	let test: TestNode;
	let light: OnOffLight;
	let identify: IdentifyServer;
	let states: boolean[];

	beforeEach(() => {
		test = new TestNode();
		states = [];
		light = new OnOffLight({ onOff: (on) => states.push(on) });
		test.start([], light.servers);
		identify = light.onOff.endpoint.server(IDENTIFY) as IdentifyServer;
		states.length = 0;
	});

	function effect(effectIdentifier: number): void {
		invoke(identify, "triggerEffect", { effectIdentifier, effectVariant: 0 }, contextOf(test.fabrics.find(1)));
	}

	it("flashes twice a second while it identifies itself, and is then as it was", () => {
		light.onOff.on();
		states.length = 0;
		identify.identifyTime = 1;
		test.clock.advance(999);
		expect(states).toEqual([false, true, false, true]);
		test.clock.advance(1000);
		expect(states.at(-1)).toBe(true);
		expect(states.length).toBeLessThan(7);
		expect(light.onOff.onOff).toBe(true);
	});

	it("stays in the state it gets meanwhile", () => {
		identify.identifyTime = 10;
		test.clock.advance(300);
		light.onOff.on();
		identify.identifyTime = 0;
		expect(states.at(-1)).toBe(true);
		const { length } = states;
		test.clock.advance(10_000);
		expect(states).toHaveLength(length);
	});

	it.each([
		["Blink", 0, 1],
		["Okay", 2, 2],
		["Breathe", 1, 15],
	])("%s flashes and ends", (_name, identifier, flashes) => {
		effect(identifier);
		test.clock.advance(20_000);
		expect(states.filter((on) => on)).toHaveLength(flashes);
		expect(states.at(-1)).toBe(false);
	});

	it("StopEffect ends what runs", () => {
		effect(1);
		test.clock.advance(600);
		effect(0xff);
		const { length } = states;
		test.clock.advance(20_000);
		expect(states).toHaveLength(length);
		expect(states.at(-1)).toBe(false);
	});
});

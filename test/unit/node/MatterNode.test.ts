import board from "host/board";
import { OnOffLight } from "../../../modules/devices/OnOffLight";
import { ConfigurationError } from "../../../modules/diagnostics/ConfigurationError";
import { MatterNode } from "../../../modules/node/MatterNode";
import { clearStorage } from "../../support/dataModel";

const PRODUCT = { vendorId: 0xfff1, productId: 0x8001, passcode: 20202021, discriminator: 3840, port: 0 };

describe("MatterNode", () => {
	let lines: string[];
	let shown: ({ qr: string; manual: string } | undefined)[];
	let states: boolean[];
	let light: OnOffLight;

	beforeEach(() => {
		clearStorage();
		lines = [];
		shown = [];
		states = [];
		light = new OnOffLight({ onOff: (on) => states.push(on) });
		replace("ready", (line: string) => lines.push(line));
		replace("onboarding", (payload: (typeof shown)[0]) => shown.push(payload));
	});

	afterEach(() => {
		Reflect.deleteProperty(board, "ready");
		Reflect.deleteProperty(board, "onboarding");
	});

	/** An own property over the class's method, which can't be assigned to where it is preloaded. */
	function replace(name: string, value: unknown): void {
		Object.defineProperty(board, name, { value, configurable: true });
	}

	it.each([
		["no endpoint", { endpoints: [] }, "at least one endpoint"],
		["vendor id 0", { vendorId: 0 }, "vendorId 0"],
		["vendor id of nobody", { vendorId: 0xfff5 }, "vendorId 65525"],
		["a product without attestation", { productId: 0x8002 }, "attestation of its own"],
		["product id 0", { productId: 0 }, "productId 0"],
		["a passcode too easy", { passcode: 11111111 }, "too easy"],
		["discriminator 4096", { discriminator: 4096 }, "discriminator 4096"],
		["port 65536", { port: 65536 }, "port 65536"],
		[
			"a product name of 33 bytes",
			{ productName: "x".repeat(31) + "ä" },
			"productName must have 0 to 32 bytes, not 33",
		],
		["an empty version", { softwareVersionString: "" }, "softwareVersionString must have 1 to 64 bytes"],
	])("refuses %s with a sentence", (_what, changes, text) => {
		const start = () => new MatterNode({ ...PRODUCT, endpoints: [light], ...changes }).start();
		expect(start).toThrow(ConfigurationError);
		expect(start).toThrow(text);
		expect(lines).toEqual([]);
	});

	it("shows how to pair, says ready once, works by its button, and ends", () => {
		const node = new MatterNode({ ...PRODUCT, endpoints: [light] });
		node.start();
		expect(shown).toEqual([{ qr: "MT:-24J0AFN00KA0648G00", manual: "34970112332" }]);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(/^ready udp\/[1-9]\d* discriminator 3840$/);
		light.onOff.toggle();
		expect(states).toEqual([false, true]);
		expect(() => node.start()).toThrow(TypeError);
		let ended = 0;
		node.stop(() => ended++);
		node.stop(() => ended++);
		expect(ended).toBe(2);
	});

	it("takes the light's state up after a restart", () => {
		const first = new MatterNode({ ...PRODUCT, endpoints: [light] });
		first.start();
		light.onOff.on();
		first.stop();
		const again = new OnOffLight({ onOff: (on) => states.push(on) });
		const second = new MatterNode({ ...PRODUCT, endpoints: [again] });
		second.start();
		expect(again.onOff.onOff).toBe(true);
		second.stop();
		expect(states).toEqual([false, true, true]);
	});
});

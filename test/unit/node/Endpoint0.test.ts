import { interfaces } from "host/network";
import { GeneralDiagnostics } from "../../../modules/clusters/generated/GeneralDiagnostics";
import type { DescriptorServer } from "../../../modules/clusters/DescriptorServer";
import { Status } from "../../../modules/datamodel/Status";
import { OnOffLight } from "../../../modules/devices/OnOffLight";
import { contextOf, invoke, statusOf } from "../clusters/TestNode";
import { CommissionableNode } from "./CommissionableNode";

const HOUR = 3_600_000;
const DESCRIPTOR = 0x1d;

describe("Endpoint 0 tells of the node", () => {
	let test: CommissionableNode;

	beforeEach(() => {
		test = new CommissionableNode([new OnOffLight({ onOff: () => undefined })]);
	});

	function descriptor(endpoint: number): DescriptorServer {
		return test.node.endpoint(endpoint)!.server(DESCRIPTOR) as DescriptorServer;
	}

	it("what is where (Matter Core 9.5)", () => {
		expect(descriptor(0).deviceTypeList).toEqual([{ deviceType: 0x16, revision: 4 }]);
		expect(descriptor(0).serverList).toEqual([0x1d, 0x1f, 0x28, 0x30, 0x31, 0x33, 0x3c, 0x3e, 0x3f]);
		expect(descriptor(0).partsList).toEqual([1]);
		expect(descriptor(1).deviceTypeList).toEqual([{ deviceType: 0x100, revision: 3 }]);
		expect(descriptor(1).serverList).toEqual([0x03, 0x04, 0x06, 0x1d, 0x62]);
		expect(descriptor(1).partsList).toEqual([]);
		expect(descriptor(1).clientList).toEqual([]);
	});

	it("how long it runs, and ran (Matter Core 11.12)", () => {
		const { generalDiagnostics } = test.root;
		expect(generalDiagnostics.rebootCount).toBe(1);
		test.link.clock.advance(2 * HOUR + 1999);
		expect(generalDiagnostics.upTime).toBe(7201n);
		expect(generalDiagnostics.totalOperationalHours).toBe(2);
		expect(invoke(generalDiagnostics, "timeSnapshot", {}, contextOf(undefined))).toEqual({
			systemTimeMs: 7_201_999n,
			posixTimeMs: null,
		});
		generalDiagnostics.onStop();
		test.link.clock.advance(HOUR);
		expect(generalDiagnostics.totalOperationalHours).toBe(2);
	});

	it("that it started: StartUp before all, then BootReason", () => {
		const first = test.node.events.from(0)!;
		expect([first.cluster, first.definition.id]).toEqual([0x28, 0]);
		const second = test.node.events.from(first.number + 1)!;
		expect([second.cluster, second.definition.id]).toEqual([0x33, GeneralDiagnostics.events.bootReason.id]);
	});

	it("that a link or an address changed", () => {
		const changes: string[] = [];
		test.node.addListener({ onAttributeChanged: (_server, { name }) => changes.push(name) });
		test.root.generalDiagnostics.networkChanged();
		expect(changes).toEqual(["networkInterfaces"]);
	});

	it("its interfaces with their addresses apart", () => {
		const told = test.root.generalDiagnostics.networkInterfaces;
		expect(told).toHaveLength(Math.min(8, interfaces().length));
		for (const { iPv4Addresses, iPv6Addresses, hardwareAddress } of told) {
			for (const address of iPv4Addresses) expect(address).toHaveLength(4);
			for (const address of iPv6Addresses) expect(address).toHaveLength(16);
			expect([6, 8]).toContain(hardwareAddress.length);
		}
	});

	it.each([
		["testEventTrigger", { enableKey: new Uint8Array(16), eventTrigger: 1n }],
		["testEventTrigger", { enableKey: new Uint8Array(16).fill(1), eventTrigger: 1n }],
		["payloadTestRequest", { enableKey: new Uint8Array(16).fill(1), value: 1, count: 1 }],
	])("no key opens %s", (name, fields) => {
		const status = statusOf(() => invoke(test.root.generalDiagnostics, name, fields, contextOf(undefined)));
		expect(status).toBe(Status.ConstraintError);
	});
});

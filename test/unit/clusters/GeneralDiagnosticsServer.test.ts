import { GeneralDiagnosticsServer } from "../../../modules/clusters/GeneralDiagnosticsServer";
import { BootReasonEnum } from "../../../modules/clusters/generated/GeneralDiagnosticsConstants";
import { TestNode } from "./TestNode";

const { SoftwareReset, SoftwareUpdateCompleted, Unspecified } = BootReasonEnum;

describe("BootReason (Matter Core 11.12.4.4)", () => {
	let files: TestNode["files"] | undefined;
	let test: TestNode;

	function start(softwareVersion = 1): BootReasonEnum {
		test = new TestNode(files);
		files = test.files;
		const server = new GeneralDiagnosticsServer(
			{ deviceLoad: { subscriptions: [], subscriptionsEstablished: 0, messagesSent: 0, messagesReceived: 0 } },
			softwareVersion,
		);
		test.start([server]);
		return server.bootReason;
	}

	const stop = (): void => test.node.stop();

	beforeEach(() => {
		files = undefined;
	});

	it("is not known the first time", () => {
		expect(start()).toBe(Unspecified);
	});

	it("is the software after an orderly end, each time", () => {
		for (let i = 0; i < 3; i++) {
			start();
			stop();
		}
		expect(start()).toBe(SoftwareReset);
	});

	it("is not known after any other end", () => {
		start();
		stop();
		start();
		expect(start()).toBe(Unspecified);
		expect(start()).toBe(Unspecified);
	});

	it.each([true, false])("is an update where the software is another; after an orderly end: %p", (isOrderly) => {
		start(1);
		if (isOrderly) stop();
		expect(start(2)).toBe(SoftwareUpdateCompleted);
		expect(start(2)).toBe(Unspecified);
		stop();
		expect(start(2)).toBe(SoftwareReset);
	});

	it("is told when it is known, by the event too", () => {
		start();
		stop();
		start();
		const event = test.node.events.from(0)!;
		expect([event.cluster, [...event.data]]).toEqual([0x33, [0x15, 0x24, 0x00, SoftwareReset, 0x18]]);
	});

	it("a damaged record is none", () => {
		start();
		stop();
		test.storage.set("run", new Uint8Array(3));
		expect(start()).toBe(Unspecified);
		stop();
		expect(start()).toBe(SoftwareReset);
	});
});

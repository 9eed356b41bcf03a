import type { CommissioningWindow } from "../../../modules/commissioning/CommissioningWindow";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Responder } from "../../../modules/discovery/Responder";
import type { Service } from "../../../modules/discovery/Service";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import { Advertiser } from "../../../modules/node/Advertiser";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { Scheduler } from "../../../modules/time/Scheduler";
import { Storage } from "../../../modules/storage/Storage";
import { clearStorage } from "../../support/dataModel";
import { VirtualClock } from "../../support/VirtualClock";
import { credentials, plainFabric } from "../../support/fabrics";

describe("Advertiser (Matter Core 4.3)", () => {
	let services: Service[];
	let fabrics: FabricTable;
	let window: { commissioningMode: number; discriminator: number };
	let advertiser: Advertiser;
	let clock: VirtualClock;

	beforeEach(() => {
		clearStorage();
		services = [];
		const log = new Log("none");
		fabrics = new FabricTable(new Storage(log, new Counters()), log);
		window = { commissioningMode: 0, discriminator: 3840 };
		const responder = {
			add: (service: Service) => void services.push(service),
			remove({ instance }: Service) {
				services.splice(
					services.findIndex((service) => service.instance === instance),
					1,
				);
			},
			instances: (type: string) =>
				services.filter((service) => service.type === type).map(({ instance }) => instance),
		};
		clock = new VirtualClock();
		advertiser = new Advertiser({
			responder: responder as unknown as Responder,
			fabrics,
			window: window as unknown as CommissioningWindow,
			scheduler: new Scheduler(clock),
			port: 5540,
			product: { vendorId: 0xfff1, productId: 0x8001, productName: "light" },
			deviceType: 0x100,
			parameters: SessionParameters.own(),
		});
	});

	it("is commissionable while a window is open, under another name each time", () => {
		advertiser.start();
		expect(services).toEqual([]);
		window.commissioningMode = 1;
		advertiser.windowChanged();
		advertiser.windowChanged();
		clock.advance(0);
		expect(services).toHaveLength(1);
		const { instance, subtypes, txt, type, port } = services[0]!;
		expect(instance).toMatch(/^[0-9A-F]{16}$/);
		expect([type, port]).toEqual(["_matterc._udp", 5540]);
		expect(subtypes).toEqual(["_L3840", "_S15", "_V65521", "_T256", "_CM"]);
		expect(txt).toEqual([
			"D=3840",
			"CM=1",
			"VP=65521+32769",
			"DT=256",
			"DN=light",
			"SII=500",
			"SAI=300",
			"SAT=4000",
			"T=0",
			"PH=1",
		]);
		window.commissioningMode = 0;
		advertiser.windowChanged();
		clock.advance(0);
		expect(services).toEqual([]);
		window.commissioningMode = 2;
		window.discriminator = 257;
		advertiser.windowChanged();
		clock.advance(0);
		expect(services[0]?.instance).not.toBe(instance);
		expect(services[0]?.subtypes.slice(0, 2)).toEqual(["_L257", "_S1"]);
		expect(services[0]?.txt[1]).toBe("CM=2");
	});

	it("is another one when the window is opened anew within one message", () => {
		window.commissioningMode = 1;
		advertiser.start();
		const [first] = services;
		window.commissioningMode = 0;
		advertiser.windowChanged();
		window.commissioningMode = 1;
		advertiser.windowChanged();
		clock.advance(0);
		expect(services).toHaveLength(1);
		expect(services[0]?.instance).not.toBe(first?.instance);
	});

	it("is operational once for each fabric, pending or not, under the id it has there", () => {
		const stored = plainFabric(1);
		fabrics.add(stored);
		advertiser.start();
		const pending = plainFabric(2);
		pending.pending = true;
		fabrics.add(pending);
		clock.advance(0);
		expect(services.map(({ type }) => type)).toEqual(["_matter._tcp", "_matter._tcp"]);
		expect(services[0]?.instance).toMatch(/^[0-9A-F]{16}-0000000000000001$/);
		expect(services[0]?.subtypes[0]).toBe(`_I${services[0]!.instance.slice(0, 16)}`);
		expect(services[0]?.txt).toEqual(["SII=500", "SAI=300", "SAT=4000", "T=0"]);
		const [first] = services;
		fabrics.replaceCredentials(stored, credentials(1n));
		clock.advance(0);
		expect(services[0]).toBe(first);
		fabrics.replaceCredentials(stored, credentials(0x99n));
		clock.advance(0);
		expect(services).toHaveLength(2);
		expect(services.some(({ instance }) => instance.endsWith("-0000000000000099"))).toBe(true);
		fabrics.remove(2);
		clock.advance(0);
		expect(services).toHaveLength(1);
	});
});

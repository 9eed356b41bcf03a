/** A light whose radio is made up: xs-run test/interop/wifi/light.ts --port N --passcode N --discriminator N */
import { args } from "host/process";
import Timer from "host/timer";
import { NetworkCommissioningStatusEnum as Network } from "../../../modules/clusters/generated/NetworkCommissioningConstants";
import { WiFiNetworkCommissioningServer } from "../../../modules/clusters/WiFiNetworkCommissioningServer";
import { OnOffLight } from "../../../modules/devices/OnOffLight";
import { MatterNode } from "../../../modules/node/MatterNode";
import type { AccessPoint, WiFiNetwork } from "host/wifi";
import { FakeWiFi, accessPoint, nameOf } from "../../support/FakeWiFi";

const PASSPHRASE = "correct horse";
/** ms */
const SCAN = 300;
const CONNECT = 700;

/** Hears two access points; both have the same passphrase. */
class Radio extends FakeWiFi {
	override scan(done: (found: AccessPoint[] | undefined) => void): void {
		super.scan(done);
		new Timer(() => this.find([accessPoint("neighbour", -80), accessPoint("home", -40)])).set(SCAN);
	}

	override use(network: WiFiNetwork | undefined): void {
		const before = this.network;
		super.use(network);
		if (!network || network === before) return;
		const right = nameOf(network.credentials) === PASSPHRASE;
		new Timer(() => this.end(right ? Network.Success : Network.AuthFailure, right ? null : 15)).set(CONNECT);
	}
}

const given = args();
const flag = (name: string): number => Number(given[given.indexOf(`--${name}`) + 1]);

new MatterNode({
	vendorId: 0xfff1,
	productId: 0x8001,
	port: flag("port"),
	passcode: flag("passcode"),
	discriminator: flag("discriminator"),
	endpoints: [new OnOffLight({ onOff: () => undefined })],
	network: (failSafe) => new WiFiNetworkCommissioningServer(new Radio(), failSafe),
}).start();

import wifi from "host/wifi";
import { WiFiNetworkCommissioningServer } from "matter/clusters/WiFiNetworkCommissioningServer";

export default function networkCommissioning(failSafe) {
	return new WiFiNetworkCommissioningServer(wifi, failSafe);
}

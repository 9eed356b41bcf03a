import { NetworkCommissioningServer } from "matter/clusters/NetworkCommissioningServer";

export default function networkCommissioning() {
	return new NetworkCommissioningServer();
}

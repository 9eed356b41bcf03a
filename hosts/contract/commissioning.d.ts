declare module "host/commissioning" {
	import type { ClusterServer } from "matter/datamodel/ClusterServer";
	import type { FailSafe } from "matter/commissioning/FailSafe";

	/** The Network Commissioning server (Matter Core 11.9) for the kind of network that this platform is reached by. */
	export default function networkCommissioning(failSafe: FailSafe): ClusterServer;
}

import * as files from "host/files";
import type { Grant } from "../../modules/datamodel/AccessControl";
import { AccessControl } from "../../modules/datamodel/AccessControl";
import { Endpoint } from "../../modules/datamodel/Endpoint";
import { PASE } from "../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../modules/datamodel/InteractionContext";
import { Node } from "../../modules/datamodel/Node";
import { Counters } from "../../modules/diagnostics/Counters";
import { Log } from "../../modules/diagnostics/Log";
import { AccessControlList } from "../../modules/fabric/AccessControlList";
import type { Fabric } from "../../modules/fabric/Fabric";
import { Storage } from "../../modules/storage/Storage";
import { Scheduler } from "../../modules/time/Scheduler";
import { VirtualClock } from "./VirtualClock";

/** A node over the host's files with a clock that stands still. `lines` gets what it logs. */
export function testNode(lines: string[] = [], clock = new VirtualClock()): Node {
	const log = new Log("info", (line) => lines.push(line));
	return new Node({ storage: new Storage(log, new Counters()), scheduler: new Scheduler(clock), log });
}

/** Removes what earlier tests stored. */
export function clearStorage(): void {
	for (const name of files.list()) files.remove(name);
}

/** An administrator's interaction over PASE, but for what is said otherwise. */
export function testContext(changes: Partial<InteractionContext> = {}): InteractionContext {
	return {
		session: undefined,
		authMode: PASE,
		subject: 0n,
		caseAuthenticatedTags: [],
		fabric: undefined,
		fabricIndex: 0,
		fabricFiltered: false,
		timed: false,
		acknowledge() {},
		...changes,
	};
}

export function testFabric(index: number, acl: Fabric["acl"] = []): Fabric {
	const fabric = {
		index,
		accessControl: new AccessControlList(acl),
		set acl(entries: Fabric["acl"]) {
			fabric.accessControl = new AccessControlList(entries);
		},
	};
	return fabric as unknown as Fabric;
}

/** All privileges, as the access check gives them over PASE. */
export function administer(): Grant {
	return new AccessControl().authorize(testContext(), new Endpoint(0, [], []), 0);
}

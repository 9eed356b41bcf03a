import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";

/** How far a report has come: all that is kept of it between two of its messages. */
export class ReportCursor {
	/** the attribute path, and what is next in its expansion */
	path = 0;
	endpoint = 0;
	server = 0;
	attribute = 0;
	/** the next entry of a list that is reported entry by entry; -1 when none is */
	entry = -1;
	/** the data version with which that began */
	version = 0;
	/** whose list it is, for reports of changes */
	listServer: ClusterServer | undefined;
	list: AttributeDefinition | undefined;
	/** changes after `serial` up to `until` are still to be reported; -1: paths are expanded instead */
	serial = -1;
	until = -1;
	/** the event path whose status is next */
	eventPath = 0;
	/** the number of the next event */
	event = 0;
	/** Some path met something that is there and may be read. */
	existing = false;

	/** The beginning: everything the paths ask for, or the changes in (serial, until]; events from number `event` on. */
	reset(event: number, serial = -1, until = -1): void {
		this.path = 0;
		this.endpoint = 0;
		this.server = 0;
		this.attribute = 0;
		this.entry = -1;
		this.version = 0;
		this.listServer = undefined;
		this.list = undefined;
		this.serial = serial;
		this.until = until;
		this.eventPath = 0;
		this.event = event;
		this.existing = false;
	}
}

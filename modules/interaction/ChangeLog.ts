import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import type { ClusterServer } from "../datamodel/ClusterServer";

/** An attribute that changed and that some subscription has not reported yet. */
export interface Change {
	readonly server: ClusterServer;
	readonly attribute: AttributeDefinition;
	serial: number;
}

/**
 * What changed, in the order of the latest change, kept once for all subscriptions: each remembers only up to which
 * serial it has reported. An attribute stands here at most once however often it changes, so the log is bounded by the
 * node's attributes, and values are read when they are reported.
 */
export class ChangeLog {
	readonly #changes: Change[] = [];
	#serial = 0;

	/** The serial of the latest change. */
	get serial(): number {
		return this.#serial;
	}

	get length(): number {
		return this.#changes.length;
	}

	/** Notes a change and returns its serial. */
	add(server: ClusterServer, attribute: AttributeDefinition): number {
		const changes = this.#changes;
		const serial = ++this.#serial;
		for (let i = changes.length - 1; i >= 0; i--) {
			const change = changes[i]!;
			if (change.server !== server || change.attribute !== attribute) continue;
			change.serial = serial;
			if (i < changes.length - 1) {
				changes.splice(i, 1);
				changes.push(change);
			}
			return serial;
		}
		changes.push({ server, attribute, serial });
		return serial;
	}

	/** The earliest change after `serial`. */
	after(serial: number): Change | undefined {
		const changes = this.#changes;
		for (let i = 0; i < changes.length; i++) if (changes[i]!.serial > serial) return changes[i];
		return undefined;
	}

	/** Forgets the changes up to `serial`: every subscription has reported them. */
	forget(serial: number): void {
		const changes = this.#changes;
		let count = 0;
		while (count < changes.length && changes[count]!.serial <= serial) count++;
		if (count > 0) changes.splice(0, count);
	}
}

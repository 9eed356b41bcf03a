import { ADMINISTER } from "./ClusterDefinition";
import type { Privilege } from "./ClusterDefinition";
import type { Endpoint } from "./Endpoint";
import { CASE, GROUP, PASE } from "./InteractionContext";
import type { InteractionContext } from "./InteractionContext";

declare const granted: unique symbol;
/**
 * Privileges on one cluster of one endpoint, a bit each: 1 << privilege. Only AccessControl makes one, and nothing a
 * peer asks for reaches a cluster server without it.
 */
export type Grant = number & { readonly [granted]: true };

/** What a privilege brings with it (Matter Core 6.6.6.2), by privilege. */
const INCLUDES: readonly number[] = Object.freeze([0, 0b000010, 0b000110, 0b001010, 0b011010, 0b111110]);

const NO_TAGS: readonly number[] = Object.freeze([]);

/** The one access check (Matter Core 6.6). */
export class AccessControl {
	/**
	 * @returns what the accessing subject may do with a cluster. No entry, no privilege: an empty grant opens nothing.
	 */
	authorize(context: InteractionContext, endpoint: Endpoint, clusterId: number): Grant {
		const authMode = context.authMode;
		const fabric = context.fabric;
		// A PASE session exists only while commissioning: it administers everything (6.6.2.9)
		if (authMode === PASE) return INCLUDES[ADMINISTER] as Grant;
		let grant = 0;
		if ((authMode === CASE || authMode === GROUP) && fabric && fabric.index === context.fabricIndex) {
			const accessControl = fabric.accessControl;
			const length = accessControl.length;
			const tags = authMode === CASE ? context.caseAuthenticatedTags : NO_TAGS;
			const low = Number(BigInt.asUintN(32, context.subject));
			const high = Number(context.subject >> 32n);
			for (let i = 0; i < length; i++) {
				const includes = INCLUDES[accessControl.privilege(i)] ?? 0;
				if (
					accessControl.authMode(i) === authMode &&
					(grant & includes) !== includes &&
					accessControl.matchesSubject(i, low, high, tags) &&
					accessControl.matchesTarget(i, endpoint, clusterId)
				)
					grant |= includes;
			}
		}
		return grant as Grant;
	}
}

/** @returns whether a grant holds a privilege */
export function allows(grant: Grant, privilege: Privilege): boolean {
	return (grant & (1 << privilege)) !== 0;
}

import type { Fabric } from "../fabric/Fabric";
import { ADMINISTER } from "./ClusterDefinition";
import type { Privilege } from "./ClusterDefinition";
import type { Endpoint } from "./Endpoint";
import { CASE, GROUP, PASE } from "./InteractionContext";
import type { InteractionContext } from "./InteractionContext";

type AccessControlEntry = Fabric["acl"][number];

declare const granted: unique symbol;
/**
 * Privileges on one cluster of one endpoint, a bit each: 1 << privilege. Only AccessControl makes one, and nothing a
 * peer asks for reaches a cluster server without it.
 */
export type Grant = number & { readonly [granted]: true };

/** What a privilege brings with it (Matter Core 6.6.6.2), by privilege. */
const INCLUDES: readonly number[] = Object.freeze([0, 0b000010, 0b000110, 0b001010, 0b011010, 0b111110]);

/** A number: a bigint constant of a preloaded module is not === to a computed bigint in XS. */
const CAT_PREFIX = 0xffff_fffd;

/** The one access check (Matter Core 6.6). */
export class AccessControl {
	/**
	 * @returns what the accessing subject may do with a cluster. No entry, no privilege: an empty grant opens nothing.
	 */
	authorize(context: InteractionContext, endpoint: Endpoint, clusterId: number): Grant {
		const { authMode, fabric } = context;
		// A PASE session exists only while commissioning: it administers everything (6.6.2.9)
		if (authMode === PASE) return INCLUDES[ADMINISTER] as Grant;
		let grant = 0;
		if ((authMode === CASE || authMode === GROUP) && fabric && fabric.index === context.fabricIndex) {
			const { acl } = fabric;
			for (let i = 0; i < acl.length; i++) {
				const entry = acl[i] as AccessControlEntry;
				const includes = INCLUDES[entry.privilege] ?? 0;
				if (
					entry.authMode === authMode &&
					(grant & includes) !== includes &&
					subjectMatches(entry, context) &&
					targetMatches(entry, endpoint, clusterId)
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

/** No subjects: everyone of the authentication mode (6.6.2.5). */
function subjectMatches(entry: AccessControlEntry, context: InteractionContext): boolean {
	const { subjects } = entry;
	if (subjects === null || subjects.length === 0) return true;
	const { subject, caseAuthenticatedTags } = context;
	for (let i = 0; i < subjects.length; i++) {
		const allowed = subjects[i] as bigint;
		if (allowed === subject) return true;
		if (
			caseAuthenticatedTags.length !== 0 &&
			context.authMode === CASE &&
			tagMatches(allowed, caseAuthenticatedTags)
		)
			return true;
	}
	return false;
}

/** A CASE authenticated tag matches with the same identifier and at least the same version (6.6.2.1.2). */
function tagMatches(allowed: bigint, tags: readonly number[]): boolean {
	if (Number(allowed >> 32n) !== CAT_PREFIX) return false;
	const wanted = Number(BigInt.asUintN(32, allowed));
	for (let i = 0; i < tags.length; i++) {
		const tag = tags[i] as number;
		if (tag >>> 16 === wanted >>> 16 && (tag & 0xffff) >= (wanted & 0xffff)) return true;
	}
	return false;
}

/** No targets: the whole node. Within a target all that is given must match. */
function targetMatches(entry: AccessControlEntry, endpoint: Endpoint, clusterId: number): boolean {
	const { targets } = entry;
	if (targets === null || targets.length === 0) return true;
	for (let i = 0; i < targets.length; i++) {
		const {
			cluster,
			endpoint: number,
			deviceType,
		} = targets[i] as NonNullable<AccessControlEntry["targets"]>[number];
		if (
			(cluster === null || cluster === clusterId) &&
			(number === null || number === endpoint.id) &&
			(deviceType === null || endpoint.hasDeviceType(deviceType))
		)
			return true;
	}
	return false;
}

import { CASE, GROUP, PASE, type AuthMode, type InteractionContext } from "../datamodel/InteractionContext";
import type { Exchange } from "../exchange/Exchange";
import type { Fabric } from "../fabric/Fabric";
import type { GroupSession } from "../session/GroupSession";
import type { SecureSession } from "../session/SecureSession";

const NO_TAGS: readonly number[] = Object.freeze([]);

/**
 * Who asks, and how, for the message at hand: one object, filled anew before every message and every further chunk, so
 * that what changed in between (a fabric added over PASE, access taken away) counts.
 */
export class ServerContext implements InteractionContext {
	session: SecureSession | undefined;
	authMode: AuthMode = CASE;
	subject = 0n;
	caseAuthenticatedTags = NO_TAGS;
	fabric: Fabric | undefined;
	fabricIndex = 0;
	fabricFiltered = false;
	timed = false;
	/** whom the message is for; 0: not a group */
	groupId = 0;
	#exchange: Exchange | undefined;

	/** `exchange` must run over a secure session. */
	open(exchange: Exchange, fabricFiltered: boolean, timed: boolean): void {
		const session = exchange.session as SecureSession;
		const fabric = session.fabric;
		this.groupId = 0;
		this.#exchange = exchange;
		this.session = session;
		this.fabric = fabric;
		this.fabricIndex = fabric === undefined ? 0 : fabric.index;
		if (session.isPase) {
			this.authMode = PASE;
			this.subject = 0n;
			this.caseAuthenticatedTags = NO_TAGS;
		} else {
			this.authMode = CASE;
			this.subject = session.peerNodeId;
			this.caseAuthenticatedTags = session.caseAuthenticatedTags;
		}
		this.fabricFiltered = fabricFiltered;
		this.timed = timed;
	}

	/** The message just opened in a group session: nothing answers it, and it is no part of a timed interaction. */
	openGroup({ fabric, groupId }: GroupSession): void {
		this.groupId = groupId;
		this.#exchange = undefined;
		this.session = undefined;
		this.fabric = fabric;
		this.fabricIndex = fabric.index;
		this.authMode = GROUP;
		this.subject = BigInt(groupId);
		this.caseAuthenticatedTags = NO_TAGS;
		this.fabricFiltered = true;
		this.timed = false;
	}

	/** Whether a path without an endpoint reaches this one: in a message to a group, if it belongs to that. */
	reaches(endpoint: number): boolean {
		return this.groupId === 0 || this.fabric!.isMember(this.groupId, endpoint);
	}

	/** This node's id for the accessing fabric. */
	get nodeId(): bigint | undefined {
		return this.fabric?.nodeId;
	}

	acknowledge(): void {
		this.#exchange?.acknowledge();
	}
}

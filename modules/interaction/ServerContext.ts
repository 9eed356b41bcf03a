import { CASE, PASE, type AuthMode, type InteractionContext } from "../datamodel/InteractionContext";
import type { Exchange } from "../exchange/Exchange";
import type { Fabric } from "../fabric/Fabric";
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
	#exchange: Exchange | undefined;

	/** `exchange` must run over a secure session. */
	open(exchange: Exchange, fabricFiltered: boolean, timed: boolean): void {
		const session = exchange.session as SecureSession;
		const fabric = session.fabric;
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

	/** This node's id for the accessing fabric. */
	get nodeId(): bigint | undefined {
		return this.fabric?.nodeId;
	}

	acknowledge(): void {
		this.#exchange?.acknowledge();
	}
}

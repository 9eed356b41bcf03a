import type { Fabric } from "../fabric/Fabric";
import type { SecureSession } from "../session/SecureSession";
import type { FabricScope } from "./Types";

/** How the accessing subject proved itself: the values of AccessControlEntryAuthModeEnum (Matter Core 6.6.2.3). */
export const PASE = 1;
export const CASE = 2;
export const GROUP = 3;
export type AuthMode = 1 | 2 | 3;

/**
 * Who asks, and how: made by the interaction model for each message from the wire. It holds for that message only;
 * what outlives the call is copied out of it.
 */
export interface InteractionContext extends FabricScope {
	/** undefined for a group message */
	readonly session: SecureSession | undefined;
	readonly authMode: AuthMode;
	/** node id of a CASE session's peer, group id of a group message, 0 (the default passcode's id) over PASE */
	readonly subject: bigint;
	/** of the peer's certificate: identifier in the upper, version in the lower 16 bits; at most 3 */
	readonly caseAuthenticatedTags: readonly number[];
	/** accessing fabric: undefined over PASE until AddNOC */
	readonly fabric: Fabric | undefined;
	/** its index, 0 for none */
	readonly fabricIndex: number;
	/** reads and subscriptions: only data of the accessing fabric */
	readonly fabricFiltered: boolean;
	/** writes and invokes: part of a timed interaction */
	readonly timed: boolean;
	/** answers the peer's request for reliability now, before slow work such as P-256 */
	acknowledge(): void;
}

import type { Session } from "../session/Session";

/** The message reliability protocol's parameters (Matter Core 4.12.8). */
export const BACKOFF_MARGIN = 1.1;
export const BACKOFF_BASE = 1.6;
export const BACKOFF_JITTER = 0.25;
export const BACKOFF_THRESHOLD = 1;
/** ms until an acknowledgement goes out that no message carried */
export const STANDALONE_ACK_TIMEOUT = 200;

/**
 * How long to wait for the acknowledgement of a message that has just been sent (Matter Core 4.12.2.1).
 * @param retransmissions how often it had been sent before
 * @param jitter 0 to 1, random
 * @returns ms
 */
export function backoff(session: Session, retransmissions: number, jitter: number): number {
	const parameters = session.parameters;
	let interval = BACKOFF_MARGIN * (session.isPeerActive() ? parameters.activeInterval : parameters.idleInterval);
	for (let i = BACKOFF_THRESHOLD; i < retransmissions; i++) interval *= BACKOFF_BASE;
	return interval * (1 + jitter * BACKOFF_JITTER);
}

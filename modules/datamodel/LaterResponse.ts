/**
 * What a command's method returns when its response takes its time: a scan, a connection. give() answers; the exchange
 * waits that long. Where commands come several at once such a one is refused (Busy).
 */
export class LaterResponse {
	/** set by who answers; undefined again when nobody waits any more */
	deliver: ((fields: unknown) => void) | undefined;

	/** The response's fields. Not before the method has returned; only the first counts. */
	give(fields: unknown): void {
		const deliver = this.deliver;
		this.deliver = undefined;
		deliver?.(fields);
	}
}

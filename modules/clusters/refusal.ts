import { CommissioningError } from "../commissioning/CommissioningError";
import { Status, StatusError } from "../datamodel/Status";

/** Bytes of DebugText (Matter Core 11.10.7.1, 11.18.6.10); ours is ASCII. */
const DEBUG_TEXT = 128;

/** The message for a developer, as far as a response carries it. */
export function debugText(error: CommissioningError): string {
	return error.message.slice(0, DEBUG_TEXT);
}

/**
 * Runs a step of commissioning for a command. What the rules refuse becomes the interaction's status (Matter Core 8.10),
 * with the cluster's own code beside Failure where the cluster defines one; other errors pass.
 */
export function refusing<T>(step: () => T): T {
	try {
		return step();
	} catch (error) {
		throw refusal(error);
	}
}

/** The StatusError that stands for a CommissioningError, or the error itself when it is none of those. */
export function refusal(error: unknown): unknown {
	if (error instanceof CommissioningError) {
		if (error.kind === "status") return new StatusError(error.code as Status);
		if (error.kind === "window") return new StatusError(Status.Failure, error.code);
	}
	return error;
}

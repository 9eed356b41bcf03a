import { ANONYMOUS } from "../codec/TlvWriter";
import type { Status } from "../datamodel/Status";
import type { Exchange } from "../exchange/Exchange";
import { INTERACTION_MODEL_REVISION } from "../session/SessionParameters";
import { INTERACTION_MODEL, Opcode, REVISION_TAG } from "./Opcode";

/** Answers with a StatusResponse (Matter Core 10.7.1). */
export function sendStatus(exchange: Exchange, status: Status): void {
	const writer = exchange.begin();
	writer.structure(ANONYMOUS);
	writer.unsigned(0, status);
	writer.unsigned(REVISION_TAG, INTERACTION_MODEL_REVISION);
	writer.end();
	exchange.send(INTERACTION_MODEL, Opcode.STATUS_RESPONSE);
}

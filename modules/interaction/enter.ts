import { ANONYMOUS, TlvError, TlvType, type TlvReader } from "../codec/TlvReader";
import type { Message } from "../message/Message";

/** Goes into the container that `reader` stands on. @throws TlvError, naming `what`, when it is not of this type */
export function enter(reader: TlvReader, type: number, what: string): void {
	if (reader.type !== type) throw new TlvError(`${what}: another type was expected`);
	reader.enter();
}

/** Goes into the structure that a message's payload is. @throws TlvError when it is none */
export function enterMessage(reader: TlvReader, { bytes, payloadStart, payloadEnd }: Message): void {
	reader.reset(bytes, payloadStart, payloadEnd);
	reader.expect(TlvType.STRUCTURE, ANONYMOUS);
	reader.enter();
}

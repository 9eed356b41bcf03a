import { TlvError, type TlvReader } from "../codec/TlvReader";

/** Goes into the container that `reader` stands on. @throws TlvError, naming `what`, when it is not of this type */
export function enter(reader: TlvReader, type: number, what: string): void {
	if (reader.type !== type) throw new TlvError(`${what}: another type was expected`);
	reader.enter();
}

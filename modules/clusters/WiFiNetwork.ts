import type { WiFiNetwork } from "host/wifi";
import { TlvError, TlvReader, TlvType } from "../codec/TlvReader";
import { ANONYMOUS, TlvWriter } from "../codec/TlvWriter";
import type { Storage } from "../storage/Storage";

const RECORD = "wifi";
const SSID = 0;
const CREDENTIALS = 1;
/** Structure, two octet strings with tag and length, end. */
const LONGEST = 1 + 3 + 32 + 3 + 64 + 1;

/** @returns the network that a commissioner left behind, null for none; undefined when no commissioner has touched it */
export function storedNetwork(storage: Storage): WiFiNetwork | null | undefined {
	const bytes = storage.get(RECORD);
	if (bytes === undefined) return undefined;
	let ssid: Uint8Array | undefined;
	let credentials: Uint8Array = new Uint8Array(0);
	try {
		const reader = new TlvReader(bytes);
		reader.expect(TlvType.STRUCTURE, ANONYMOUS);
		reader.enter();
		while (reader.next())
			if (reader.tag === SSID) ssid = reader.octets(1, 32);
			else if (reader.tag === CREDENTIALS) credentials = reader.octets(0, 64);
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
	return ssid ? { ssid, credentials } : null;
}

/** @throws Error when storage refuses */
export function storeNetwork(storage: Storage, network: WiFiNetwork | undefined): void {
	const writer = new TlvWriter(new Uint8Array(LONGEST));
	writer.structure(ANONYMOUS);
	if (network) {
		writer.octets(SSID, network.ssid);
		writer.octets(CREDENTIALS, network.credentials);
	}
	writer.end();
	storage.set(RECORD, writer.finish());
	writer.bytes.fill(0);
}

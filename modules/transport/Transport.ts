/** Carries datagrams to socket addresses (22 bytes; hosts/contract/udp.d.ts). */
export interface Transport {
	/** Sends bytes[start..end). @returns false when it could not be sent, which counts as lost */
	send(to: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean;
}

/** Takes a datagram, bytes[0..length), from the socket address `from`. Both arrays are used again after the call. */
export type DatagramReceiver = (bytes: Uint8Array, length: number, from: Uint8Array) => void;

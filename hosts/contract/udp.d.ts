/**
 * A socket address is a Uint8Array(22): IPv6 address, 16 bytes (IPv4 as ::ffff:a.b.c.d); port, 2 bytes big-endian;
 * interface index (scope id), 4 bytes little-endian, 0 for none.
 */
declare module "host/udp" {
	/** IPv6 datagram socket, dual stack where the platform has it. Nothing blocks; one event per batch of datagrams. */
	export default class UDP {
		/**
		 * What it sends to a multicast group goes with 255 hops.
		 * @param options.port 0 for any free one
		 * @param options.reuse others may bind the port too (mDNS)
		 * @param options.onReadable datagrams are waiting; called again as long as some are left unread
		 * @throws Error "port N is in use", with `code` "EADDRINUSE"
		 */
		constructor(options: { port: number; reuse?: boolean; onReadable: () => void });
		readonly port: number;
		/**
		 * Takes the next datagram into `buffer` and its sender, with the interface it came in by, into `from` (22 bytes).
		 * One that is longer than the buffer is dropped and counted.
		 * @returns its length in bytes, or -1 when none is left
		 */
		read(buffer: Uint8Array, from: Uint8Array): number;
		/**
		 * Sends buffer[start..end). `to` with an interface index leaves by that interface.
		 * @returns false when the platform refused (unreachable, queue full): treat it as lost
		 */
		write(to: Uint8Array, buffer: Uint8Array, start: number, end: number): boolean;
		/** @param group 16-byte address (IPv4 groups as ::ffff:224.0.0.251). @returns false when the interface cannot */
		join(group: Uint8Array, interfaceIndex: number): boolean;
		leave(group: Uint8Array, interfaceIndex: number): void;
		/** Datagrams dropped since the start: too long, or the queue was full. */
		readonly dropped: number;
		/** Nothing is read or written afterwards, and onReadable is not called any more. */
		close(): void;
	}
}

declare module "host/random" {
	/** Fills the whole buffer with cryptographically secure random bytes. */
	export default function random(buffer: Uint8Array): void;
}

declare module "host/ticks" {
	/** Milliseconds of a monotonic clock, possibly with a fraction. Never wraps in practice. */
	export default function ticks(): number;
}

/* Milliseconds of the monotonic clock, with a fraction. */
export default function ticks() @ "xs_ticks";

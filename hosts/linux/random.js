/* Fills the whole buffer with bytes of the kernel's cryptographic source. */
export default function random(buffer) @ "xs_random";

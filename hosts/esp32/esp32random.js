/* Fills the whole buffer from the chip's random number generator. */
export default function random(buffer) @ "xs_esp32random";

/*
 * Lines over the board's serial port. In a debug build that port is the debugger's: lines go to its console, and nobody
 * types.
 */
function write(line) @ "xs_esp32console_write";
export function flush() @ "xs_esp32console_flush";
export function onLine(callback) @ "xs_esp32console_onLine";

export function print(line) {
	trace(line, "\n"); /* nothing in a release build */
	write(line); /* nothing in a debug build */
}

export { print as log };

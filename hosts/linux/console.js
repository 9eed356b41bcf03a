/* Lines in and out: standard output, standard error, standard input. */
export function print(line) @ "xs_console_print";
export function log(line) @ "xs_console_log";
export function onLine(callback) @ "xs_console_onLine";

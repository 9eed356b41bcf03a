/* The process of a test program; only the test variants have it ("host/process"). */
export function exit(status) @ "xs_process_exit";
/** Arguments after the module's name. */
export function args() @ "xs_process_args";
/** Collects garbage now. */
export function collect() @ "xs_process_collect";

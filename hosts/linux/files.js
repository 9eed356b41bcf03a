/* Small files in the storage folder. */
export function read(name) @ "xs_files_read";
export function write(name, bytes, flush) @ "xs_files_write";
export function move(from, to, flush) @ "xs_files_move";
export function remove(name) @ "xs_files_remove";
export function list() @ "xs_files_list";

/* The one object of this host that changes: its modules lie in flash. */
export default function state() @ "xs_esp32state";

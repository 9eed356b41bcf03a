/* Network interfaces and their addresses. */
export function interfaces() @ "xs_network_interfaces";
export function onChange(callback) @ "xs_network_onChange";

/* Network interfaces of lwIP and their addresses. */
export function interfaces() @ "xs_esp32network_interfaces";
export function onChange(callback) @ "xs_esp32network_onChange";

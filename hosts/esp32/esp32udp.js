/* IPv6 datagram socket on lwIP, dual stack. */
export default class UDP @ "xs_esp32udp_destructor" {
	constructor(options) @ "xs_esp32udp_constructor";
	read(buffer, from) @ "xs_esp32udp_read";
	write(to, buffer, start, end) @ "xs_esp32udp_write";
	join(group, interfaceIndex) @ "xs_esp32udp_join";
	leave(group, interfaceIndex) @ "xs_esp32udp_leave";
	close() @ "xs_esp32udp_close";
	get port() @ "xs_esp32udp_get_port";
	get dropped() @ "xs_esp32udp_get_dropped";
}

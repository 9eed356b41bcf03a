/* IPv6 datagram socket, dual stack. */
export default class UDP @ "xs_udp_destructor" {
	constructor(options) @ "xs_udp_constructor";
	read(buffer, from) @ "xs_udp_read";
	write(to, buffer, start, end) @ "xs_udp_write";
	join(group, interfaceIndex) @ "xs_udp_join";
	leave(group, interfaceIndex) @ "xs_udp_leave";
	close() @ "xs_udp_close";
	get port() @ "xs_udp_get_port";
	get dropped() @ "xs_udp_get_dropped";
}

/**
 * Where root: puts a command into a network of its own, whose loopback carries multicast, so that nothing of the
 * machine is heard and nothing leaves it. Elsewhere the machine's own interfaces serve.
 */
export function inOwnNetwork(command) {
	if (process.getuid?.() !== 0) return { command, environment: {} };
	const prepare = [
		"ip link set lo up multicast on",
		"ip route add 224.0.0.0/4 dev lo",
		"ip -6 route add ff02::/16 dev lo",
		'exec "$@"',
	].join(" && ");
	return { command: ["unshare", "-n", "sh", "-c", prepare, "sh", ...command], environment: { MDNS_INTERFACE: "lo" } };
}

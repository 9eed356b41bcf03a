import { interfaces, onChange } from "host/network";

describe("network", () => {
	it("has a loopback interface with its address", () => {
		const lo = interfaces().find(({ loopback }) => loopback);
		expect(lo).toBeDefined();
		expect(lo!.index).toBeGreaterThan(0);
		expect(lo!.mac).toHaveLength(0);
		expect(lo!.type).toBe(0);
		const addresses = lo!.addresses.map((bytes) => [...bytes].join("."));
		expect(addresses).toContain("0.0.0.0.0.0.0.0.0.0.255.255.127.0.0.1");
	});

	it("gives every interface its own index, addresses of 16 bytes, and a type of the specification", () => {
		const all = interfaces();
		expect(new Set(all.map(({ index }) => index)).size).toBe(all.length);
		for (const { addresses, mac, name, type } of all) {
			expect(name.length).toBeGreaterThan(0);
			expect([0, 6, 8]).toContain(mac.length);
			expect(type >= 0 && type <= 4).toBe(true);
			for (const address of addresses) expect(address).toHaveLength(16);
		}
	});

	it("watches changes, and stops", () => {
		onChange(() => {});
		onChange(() => {});
		onChange(undefined);
		onChange(undefined);
		expect(() => onChange(5 as unknown as () => void)).toThrow(TypeError);
	});
});

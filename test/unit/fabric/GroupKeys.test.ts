import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { groupAddress, groupSessionId, privacyKey } from "../../../modules/fabric/GroupKeys";
import { plainFabric } from "../../support/fabrics";

describe("Group keys (Matter Core 4.17.2, 4.17.3.6, 4.9.1)", () => {
	it("are derived as in the specification's example", () => {
		const fabric = plainFabric(1);
		Object.defineProperty(fabric, "compressedId", { value: fromHex("87e1b004e235a130") });
		const operationalKey = fabric.operationalKey(fromHex("235bf7e62823d358dca4ba50b1535f4b"));
		expect(toHex(operationalKey)).toBe("a6f5306baf6d050af23ba4bd6b9dd960");
		expect(groupSessionId(operationalKey)).toBe(0xb9f7);
		expect(toHex(privacyKey(operationalKey))).toBe("01f8d1927126f194082572d49b1fdc73");
	});

	it.each([
		[0x0123456789abcdefn, 0x1234, "ff350040fd0123456789abcdef001234"],
		[1n, 1, "ff350040fd0000000000000001000001"],
		[0xffffffffffffffffn, 0xffff, "ff350040fdffffffffffffffff00ffff"],
	])("the address of fabric %s has both ids (Matter Core 2.5.6.2)", (fabricId, groupId, address) => {
		expect(toHex(groupAddress(fabricId, groupId))).toBe(address);
	});
});

describe("A fabric's groups", () => {
	it("tell members and key sets", () => {
		const fabric = plainFabric(1, {
			groupKeyMap: [{ groupId: 7, groupKeySetId: 3 }],
			groups: [{ groupId: 7, name: "", endpoints: [1, 4] }],
		});
		expect([fabric.isMember(7, 1), fabric.isMember(7, 2), fabric.isMember(7, 4), fabric.isMember(8, 1)]).toEqual([
			true,
			false,
			true,
			false,
		]);
		expect([fabric.groupKeySetOf(7), fabric.groupKeySetOf(8)]).toEqual([3, -1]);
	});
});

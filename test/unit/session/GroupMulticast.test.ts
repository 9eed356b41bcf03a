import { toHex } from "../../../modules/codec/Bytes";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import { GroupMulticast, type GroupTransport } from "../../../modules/session/GroupMulticast";
import { Storage } from "../../../modules/storage/Storage";
import { plainFabric } from "../../support/fabrics";
import { MemoryFiles } from "../../support/MemoryFiles";

interface Link {
	index: number;
	up: boolean;
	loopback: boolean;
	addresses: Uint8Array[];
}

const ADDRESSES = [new Uint8Array(16)];
const link = (index: number, changes: Partial<Link> = {}): Link => ({
	index,
	up: true,
	loopback: false,
	addresses: ADDRESSES,
	...changes,
});

describe("Joining groups (Matter Core 2.5.6.2)", () => {
	let fabrics: FabricTable;
	let links: Link[];
	let joined: string[];
	let lines: string[];
	let refuse: number;
	let multicast: GroupMulticast;
	let joins: number;

	beforeEach(() => {
		lines = [];
		joined = [];
		joins = 0;
		refuse = -1;
		links = [link(1, { loopback: true }), link(4)];
		const log = new Log("warn", (line) => lines.push(line));
		fabrics = new FabricTable(new Storage(log, new Counters(), new MemoryFiles()), log);
		const transport: GroupTransport = {
			join(group, index) {
				joins++;
				if (index === refuse) return false;
				joined.push(`${toHex(group)}%${index}`);
				return true;
			},
			leave(group, index) {
				const at = joined.indexOf(`${toHex(group)}%${index}`);
				expect(at).not.toBe(-1);
				joined.splice(at, 1);
			},
		};
		multicast = new GroupMulticast({ fabrics, transport, log, interfaces: () => links as never });
	});

	function fabricWith(index: number, mapped: number[], groups: number[]): Fabric {
		const fabric = plainFabric(index, {
			fabricId: BigInt(index),
			rootPublicKey: new Uint8Array(65).fill(index),
			groupKeyMap: mapped.map((groupId) => ({ groupId, groupKeySetId: 1 })),
			groups: groups.map((groupId) => ({ groupId, name: "", endpoints: [1] })),
		});
		fabrics.add(fabric);
		fabrics.saveGroups(fabric);
		return fabric;
	}

	const address = (fabric: number, group: number, index = 4): string =>
		`ff350040fd${fabric.toString(16).padStart(16, "0")}00${group.toString(16).padStart(4, "0")}%${index}`;

	it("joins what an endpoint belongs to and a key opens, once", () => {
		fabricWith(1, [0x101, 0x102], [0x101, 0x103]);
		expect(joined).toEqual([address(1, 0x101)]);
		multicast.update();
		multicast.update();
		expect(joins).toBe(1);
	});

	it("follows groups, keys and fabrics", () => {
		const first = fabricWith(1, [1, 2], [1]);
		const second = fabricWith(2, [1], [1]);
		expect(joined).toEqual([address(1, 1), address(2, 1)]);
		first.groups.push({ groupId: 2, name: "", endpoints: [1, 2] });
		fabrics.saveGroups(first);
		expect(joined).toEqual([address(1, 1), address(2, 1), address(1, 2)]);
		first.groupKeyMap = [{ groupId: 2, groupKeySetId: 1 }];
		fabrics.saveGroups(first);
		expect(joined).toEqual([address(2, 1), address(1, 2)]);
		second.groups = [];
		fabrics.saveGroups(second);
		expect(joined).toEqual([address(1, 2)]);
		fabrics.remove(1);
		expect(joined).toEqual([]);
	});

	it("is on every interface in use, and on loopback only where there is nothing else", () => {
		fabricWith(1, [1], [1]);
		links = [link(1, { loopback: true }), link(4), link(5), link(6, { up: false }), link(7, { addresses: [] })];
		multicast.update();
		expect(joined).toEqual([address(1, 1, 4), address(1, 1, 5)]);
		links = [link(1, { loopback: true }), link(5)];
		multicast.update();
		expect(joined).toEqual([address(1, 1, 5)]);
		links = [link(1, { loopback: true })];
		multicast.update();
		expect(joined).toEqual([address(1, 1, 1)]);
	});

	it("stays where another fabric with the same id needs the address", () => {
		const first = fabricWith(1, [1], [1]);
		fabrics.add(
			plainFabric(2, {
				fabricId: first.fabricId,
				groupKeyMap: first.groupKeyMap.slice(),
				groups: first.groups.slice(),
			}),
		);
		multicast.update();
		expect(new Set(joined)).toEqual(new Set([address(1, 1)]));
		fabrics.remove(1);
		expect(joined[0]).toBe(address(1, 1));
		joined.splice(1);
		fabrics.remove(2);
		expect(joined).toEqual([]);
	});

	it("says so when an interface refuses, and tries again at the next change", () => {
		refuse = 4;
		fabricWith(1, [1], [1]);
		expect(joined).toEqual([]);
		expect(lines.filter((line) => line.includes("interface 4"))).toHaveLength(1);
		refuse = -1;
		multicast.update();
		expect(joined).toEqual([address(1, 1)]);
	});

	it("asks for no interfaces while there is no group", () => {
		links = undefined as never;
		fabricWith(1, [1], []);
		multicast.update();
		expect(joins).toBe(0);
	});
});

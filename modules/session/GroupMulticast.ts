import { interfaces, type NetworkInterface } from "host/network";
import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import type { Log } from "../diagnostics/Log";
import { inUse } from "../discovery/MulticastSocket";
import type { FabricListener, FabricTable } from "../fabric/FabricTable";
import { groupAddress } from "../fabric/GroupKeys";

/** Who hears groups: UdpTransport. */
export interface GroupTransport {
	/** @param group 16 bytes. @returns false when the interface cannot */
	join(group: Uint8Array, interfaceIndex: number): boolean;
	leave(group: Uint8Array, interfaceIndex: number): void;
}

// What is joined, 20 bytes each: the address, the interface's index.
const INDEX_AT = 16;
const LENGTH = 20;

/**
 * Has the network deliver the messages of the groups that this node's endpoints belong to: one address for each fabric and
 * group (Matter Core 2.5.6.2), on every interface in use.
 */
export class GroupMulticast implements FabricListener {
	private fabrics: FabricTable;
	private transport: GroupTransport;
	private log: Log;
	private interfaces: () => NetworkInterface[];
	declare private joined: Uint8Array | undefined;

	/** @param options.interfaces the host's in the device */
	constructor(options: {
		fabrics: FabricTable;
		transport: GroupTransport;
		log: Log;
		interfaces?: () => NetworkInterface[];
	}) {
		this.fabrics = options.fabrics;
		this.transport = options.transport;
		this.log = options.log;
		this.interfaces = options.interfaces ?? interfaces;
		options.fabrics.addListener(this);
	}

	onGroupsChanged(): void {
		this.update();
	}

	onFabricRemoved(): void {
		this.update();
	}

	/** Groups or interfaces may have changed: joins what is missing, leaves what is not wanted any more. */
	update(): void {
		const wanted = this.wanted();
		const joined = this.joined;
		if (joined)
			for (let at = 0; at < joined.length; at += LENGTH)
				if (!includes(wanted, joined, at))
					this.transport.leave(joined.slice(at, at + INDEX_AT), readUint32LE(joined, at + INDEX_AT));
		let length = 0;
		for (let at = 0; at < wanted.length; at += LENGTH) {
			const index = readUint32LE(wanted, at + INDEX_AT);
			if (
				(joined && includes(joined, wanted, at)) ||
				this.transport.join(wanted.slice(at, at + INDEX_AT), index)
			) {
				wanted.copyWithin(length, at, at + LENGTH);
				length += LENGTH;
			} else this.log.warn("group", `interface ${index} does not take another group`);
		}
		this.joined = length > 0 ? wanted.slice(0, length) : undefined;
	}

	private wanted(): Uint8Array {
		const fabrics = this.fabrics.fabrics;
		let groups = 0;
		for (let i = 0; i < fabrics.length; i++) groups += fabrics[i]!.groups.length;
		const links = groups > 0 ? inUse(this.interfaces()) : [];
		const wanted = new Uint8Array(groups * links.length * LENGTH);
		let at = 0;
		for (let i = 0; i < fabrics.length; i++) {
			const fabric = fabrics[i]!;
			const all = fabric.groups;
			for (let j = 0; j < all.length; j++) {
				const groupId = all[j]!.groupId;
				// Without a key nothing that comes for the group can be opened.
				if (fabric.groupKeySetOf(groupId) < 0) continue;
				const address = groupAddress(fabric.fabricId, groupId);
				for (let k = 0; k < links.length; k++) {
					const index = links[k]!.index;
					wanted.set(address, at);
					writeUint32LE(wanted, at + INDEX_AT, index);
					at += LENGTH;
				}
			}
		}
		return wanted.subarray(0, at);
	}
}

/** Whether `records` have the one that is at `at` in `of`. */
function includes(records: Uint8Array, of: Uint8Array, at: number): boolean {
	for (let i = 0; i < records.length; i += LENGTH) {
		let same = 0;
		while (same < LENGTH && records[i + same] === of[at + same]) same++;
		if (same === LENGTH) return true;
	}
	return false;
}

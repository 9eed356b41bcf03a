import { GroupKeyManagementServer } from "../../../modules/clusters/GroupKeyManagementServer";
import { TlvReader } from "../../../modules/codec/TlvReader";
import KeyPair from "../../../modules/crypto/p256";
import type { Grant } from "../../../modules/datamodel/AccessControl";
import type { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { CASE } from "../../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import { Node } from "../../../modules/datamodel/Node";
import { encodeAlone } from "../../../modules/datamodel/Types";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log } from "../../../modules/diagnostics/Log";
import { Fabric } from "../../../modules/fabric/Fabric";
import { FabricTable } from "../../../modules/fabric/FabricTable";
import type { Files } from "../../../modules/storage/Files";
import { Storage } from "../../../modules/storage/Storage";
import { Scheduler } from "../../../modules/time/Scheduler";
import { VirtualClock } from "../../support/VirtualClock";

const EVERYTHING = 0b111110 as Grant;

class MemoryFiles implements Files {
	#files: Record<string, Uint8Array> = {};

	read(name: string): Uint8Array | undefined {
		return this.#files[name]?.slice();
	}

	write(name: string, bytes: Uint8Array): void {
		this.#files[name] = bytes.slice();
	}

	move(from: string, to: string): void {
		this.#files[to] = this.#files[from]!;
		delete this.#files[from];
	}

	remove(name: string): boolean {
		return delete this.#files[name];
	}

	list(): string[] {
		return Object.keys(this.#files);
	}
}

/** A node in memory with a virtual clock: endpoint 0 with what other clusters ask of it, and the servers under test on endpoint 1. */
export class TestNode {
	readonly clock = new VirtualClock();
	readonly storage: Storage;
	readonly fabrics: FabricTable;
	readonly scheduler: Scheduler;
	readonly node: Node;
	readonly keys: GroupKeyManagementServer;
	/** names of the attributes that changed, in order, as `cluster/attribute` */
	readonly changes: string[] = [];
	/** ids of the events emitted */
	readonly events: number[] = [];

	readonly files: Files;

	/** @param files what an earlier node left */
	constructor(files: Files = new MemoryFiles()) {
		this.files = files;
		const log = new Log("none");
		this.storage = new Storage(log, new Counters(), files);
		this.fabrics = new FabricTable(this.storage, log);
		this.fabrics.load();
		this.scheduler = new Scheduler(this.clock);
		this.node = new Node({ storage: this.storage, scheduler: this.scheduler, log });
		this.keys = new GroupKeyManagementServer(this.fabrics);
		this.fabrics.addListener({ onFabricRemoved: (index) => this.node.removeFabric(index) });
		this.node.addListener({
			onAttributeChanged: (server, attribute) =>
				this.changes.push(`${server.implementation.definition.name}/${attribute.name}`),
			onEvent: (event) => this.events.push(event.definition.id),
		});
	}

	/** Puts servers on endpoint 0 beside group keys, and on endpoint 1, then starts. */
	start(root: readonly ClusterServer[], application: readonly ClusterServer[] = []): void {
		this.node.add(new Endpoint(0, [{ deviceType: 0x16, revision: 4 }], [this.keys, ...root]));
		if (application.length) this.node.add(new Endpoint(1, [{ deviceType: 0x100, revision: 3 }], application));
		this.node.start();
	}

	fabric(index = 1): Fabric {
		const fabric = new Fabric({
			index,
			fabricId: BigInt(index),
			rootPublicKey: new Uint8Array(65).fill(index),
			rootCertificate: new Uint8Array(8).fill(index),
			vendorId: 0xfff1,
			credentials: {
				nodeId: 0x1000n + BigInt(index),
				noc: new Uint8Array(8),
				icac: undefined,
				keyPair: new KeyPair(),
			},
			groupKeySets: [
				{
					groupKeySetId: 0,
					groupKeySecurityPolicy: 0,
					epochKeys: [{ key: new Uint8Array(16), startTime: 0n }],
				},
			],
		});
		this.fabrics.add(fabric);
		return fabric;
	}
}

export function contextOf(fabric: Fabric | undefined, changes: Partial<InteractionContext> = {}): InteractionContext {
	return {
		session: undefined,
		authMode: CASE,
		subject: 0xdadan,
		caseAuthenticatedTags: [],
		fabric,
		fabricIndex: fabric?.index ?? 0,
		fabricFiltered: true,
		timed: true,
		acknowledge: () => undefined,
		...changes,
	};
}

/** Invokes as the interaction model does, from TLV. */
export function invoke(
	server: ClusterServer,
	name: string,
	fields: object,
	context: InteractionContext,
): Record<string, unknown> {
	const command = server.implementation.commands.find((entry) => entry.name === name)!;
	const reader = new TlvReader(encodeAlone(command.fields, fields));
	reader.next();
	return server.invokeCommand(EVERYTHING, command, reader, context) as Record<string, unknown>;
}

/** Writes as the interaction model does, from TLV. */
export function write(server: ClusterServer, name: string, value: unknown, context: InteractionContext): void {
	const attribute = server.implementation.attributes.find((entry) => entry.name === name)!;
	const reader = new TlvReader(encodeAlone(attribute.type, value));
	reader.next();
	server.writeAttribute(EVERYTHING, attribute, reader, context);
}

/** The status with which `step` is refused; 0 when it is not. */
export function statusOf(step: () => unknown): number {
	try {
		step();
		return 0;
	} catch (error) {
		const { status } = error as { status?: number };
		if (status === undefined) throw error;
		return status;
	}
}

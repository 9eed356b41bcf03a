import { ANONYMOUS } from "../../../modules/codec/Tlv";
import { TlvReader, TlvType } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { Node } from "../../../modules/datamodel/Node";
import { Log } from "../../../modules/diagnostics/Log";
import type { Exchange, ExchangeHandler } from "../../../modules/exchange/Exchange";
import type { ExchangeManager } from "../../../modules/exchange/ExchangeManager";
import type { AccessControlEntry } from "../../../modules/fabric/AccessControlEntry";
import type { Fabric } from "../../../modules/fabric/Fabric";
import { InteractionServer } from "../../../modules/interaction/InteractionServer";
import { Opcode } from "../../../modules/interaction/Opcode";
import type { Message } from "../../../modules/message/Message";
import type { SubscriptionHandler } from "../../../modules/session/SecureSession";
import type { Storage } from "../../../modules/storage/Storage";
import { Scheduler } from "../../../modules/time/Scheduler";
import { testFabric } from "../../support/dataModel";
import { VirtualClock } from "../../support/VirtualClock";
import { endpoints } from "./TestNode";

/** An application payload, decoded without its schema: structures and lists by tag, arrays in order. */
export type Tree = number | bigint | boolean | string | null | Tree[] | { [tag: number]: Tree };

export function tree(bytes: Uint8Array): Tree {
	const reader = new TlvReader(bytes);
	reader.next();
	const value = branch(reader);
	if (reader.next()) throw new Error("more than one element");
	return value;
}

function branch(reader: TlvReader): Tree {
	switch (reader.type) {
		case TlvType.UNSIGNED:
			return reader.unsigned();
		case TlvType.SIGNED:
			return reader.signed();
		case TlvType.BOOLEAN:
			return reader.boolean();
		case TlvType.STRING:
			return reader.string();
		case TlvType.NULL:
			return null;
		case TlvType.OCTETS:
			return `#${reader.octets().length}`;
		case TlvType.ARRAY: {
			const values: Tree[] = [];
			reader.enter();
			while (reader.next()) values.push(branch(reader));
			return values;
		}
		default: {
			const value: { [tag: number]: Tree } = {};
			reader.enter();
			while (reader.next()) {
				const { tag } = reader;
				value[tag] = branch(reader);
			}
			return value;
		}
	}
}

/** Writes one element under a tag. */
export type Piece = (writer: TlvWriter, tag: number) => void;

export const u =
	(value: number | bigint): Piece =>
	(writer, tag) =>
		writer.unsigned(tag, value);
export const b =
	(value: boolean): Piece =>
	(writer, tag) =>
		writer.boolean(tag, value);
export const nil: Piece = (writer, tag) => writer.null(tag);
export const text =
	(value: string): Piece =>
	(writer, tag) =>
		writer.string(tag, value);
export const octets =
	(length: number): Piece =>
	(writer, tag) =>
		writer.octets(tag, new Uint8Array(length));
export const array =
	(...entries: Piece[]): Piece =>
	(writer, tag) => {
		writer.array(tag);
		for (const entry of entries) entry(writer, ANONYMOUS);
		writer.end();
	};
function fields(writer: TlvWriter, members: Members): void {
	for (const tag of Object.keys(members)) members[Number(tag)]?.(writer, Number(tag));
	writer.end();
}
type Members = { [tag: number]: Piece | undefined };
export const structure =
	(members: Members): Piece =>
	(writer, tag) => {
		writer.structure(tag);
		fields(writer, members);
	};
export const list =
	(members: Members): Piece =>
	(writer, tag) => {
		writer.list(tag);
		fields(writer, members);
	};
const id = (value: number | undefined): Piece | undefined => (value === undefined ? undefined : u(value));

/** AttributePathIB; what is left out is a wildcard. */
export const path = (endpoint?: number, cluster?: number, attribute?: number, more: Members = {}): Piece =>
	list({ 2: id(endpoint), 3: id(cluster), 4: id(attribute), ...more });
export const eventPath = (endpoint?: number, cluster?: number, event?: number, more: Members = {}): Piece =>
	list({ 1: id(endpoint), 2: id(cluster), 3: id(event), ...more });
export const commandPath = (endpoint?: number, cluster?: number, command?: number): Piece =>
	list({ 0: id(endpoint), 1: id(cluster), 2: id(command) });

export function encode(piece: Piece): Uint8Array {
	const writer = new TlvWriter(new Uint8Array(4000));
	piece(writer, ANONYMOUS);
	return writer.finish();
}

export const readRequest = (members: {
	paths?: Piece[];
	events?: Piece[];
	filters?: Piece[];
	eventFilters?: Piece[];
	filtered?: boolean;
}): Uint8Array =>
	encode(
		structure({
			0: members.paths && array(...members.paths),
			1: members.events && array(...members.events),
			2: members.eventFilters && array(...members.eventFilters),
			3: b(members.filtered ?? false),
			4: members.filters && array(...members.filters),
			255: u(12),
		}),
	);

export interface SubscribeOptions {
	keep?: boolean;
	min?: number;
	max?: number;
	paths?: Piece[];
	events?: Piece[];
	eventFilters?: Piece[];
	filters?: Piece[];
	filtered?: boolean;
}
export const subscribeRequest = (options: SubscribeOptions): Uint8Array =>
	encode(
		structure({
			0: b(options.keep ?? true),
			1: u(options.min ?? 0),
			2: u(options.max ?? 60),
			3: options.paths && array(...options.paths),
			4: options.events && array(...options.events),
			5: options.eventFilters && array(...options.eventFilters),
			7: b(options.filtered ?? false),
			8: options.filters && array(...options.filters),
			255: u(12),
		}),
	);

export const invoke = (endpoint?: number, cluster?: number, command?: number, members?: Members, ref?: number): Piece =>
	structure({ 0: commandPath(endpoint, cluster, command), 1: members && structure(members), 2: id(ref) });
export const invokeRequest = (commands: Piece[], timed = false, suppress = false): Uint8Array =>
	encode(structure({ 0: b(suppress), 1: b(timed), 2: array(...commands), 255: u(12) }));

export const write = (where: Piece, data: Piece, version?: number): Piece =>
	structure({ 0: id(version), 1: where, 2: data });
export const writeRequest = (
	writes: Piece[],
	options: { timed?: boolean; suppress?: boolean; more?: boolean } = {},
): Uint8Array =>
	encode(
		structure({
			0: options.suppress === undefined ? undefined : b(options.suppress),
			1: b(options.timed ?? false),
			2: array(...writes),
			3: options.more === undefined ? undefined : b(options.more),
			255: u(12),
		}),
	);

export const statusResponse = (status: number): Uint8Array => encode(structure({ 0: u(status), 255: u(12) }));
export const timedRequest = (timeout: number): Uint8Array => encode(structure({ 0: u(timeout), 255: u(12) }));

/** What an exchange was made to send. */
export interface Sent {
	opcode: number;
	bytes: Uint8Array;
	tree: { [tag: number]: Tree };
}

/** An exchange without a wire: keeps what is sent, and delivers what a test says the peer sent. */
export class TestExchange {
	handler: ExchangeHandler | undefined;
	readonly sent: Sent[] = [];
	acknowledged = 0;
	closed = false;
	/** onClose was called */
	over = false;
	/** an unreliable end: the test says when it is acknowledged */
	held = false;
	readonly session: TestSession;
	readonly isInitiator: boolean;
	#writer: TlvWriter | undefined;
	#bench: Bench;

	constructor(bench: Bench, session: TestSession, isInitiator: boolean) {
		this.#bench = bench;
		this.session = session;
		this.isInitiator = isInitiator;
	}

	get isClosed(): boolean {
		return this.closed;
	}

	begin(): TlvWriter {
		const start = 28;
		this.#writer = new TlvWriter(this.#bench.buffer, start, start + this.#bench.limit);
		return this.#writer;
	}

	send(protocolId: number, opcode: number): void {
		const writer = this.#writer!;
		if (protocolId !== 1) throw new Error(`protocol ${protocolId}`);
		if (this.closed) throw new Error("sent on a closed exchange");
		if (writer.position > 28 + this.#bench.limit) throw new Error("longer than a message may be");
		const bytes = writer.finish();
		this.sent.push({ opcode, bytes, tree: tree(bytes) as Sent["tree"] });
		// What is sent lies in the buffer no longer.
		this.#bench.buffer.fill(0xff);
	}

	acknowledge(): void {
		this.acknowledged++;
		this.#bench.buffer.fill(0xee);
	}

	close(): void {
		if (this.closed) return;
		this.closed = true;
		if (!this.held) this.end("done");
	}

	/** The last acknowledgement came, or will never come. */
	end(reason: "done" | "timeout" | "session"): void {
		if (this.over) return;
		this.over = true;
		this.closed = true;
		this.handler?.onClose?.(this as unknown as Exchange, reason);
	}

	/** The peer's next message on this exchange. */
	receive(opcode: number, payload: Uint8Array): this {
		if (!this.closed) this.handler!.onMessage(this as unknown as Exchange, this.#bench.message(opcode, payload));
		return this;
	}

	/** The latest message sent. */
	get last(): Sent {
		const sent = this.sent[this.sent.length - 1];
		if (!sent) throw new Error("nothing was sent");
		return sent;
	}

	/** The status of the StatusResponse that was sent last. */
	get status(): number {
		if (this.last.opcode !== Opcode.STATUS_RESPONSE) throw new Error(`opcode ${this.last.opcode} was sent`);
		return this.last.tree[0] as number;
	}
}

export class TestSession {
	readonly parameters = { idleInterval: 500, activeInterval: 300 };
	readonly subscriptions: SubscriptionHandler[] = [];
	readonly caseAuthenticatedTags: number[] = [];
	readonly fabric: Fabric | undefined;
	readonly peerNodeId: bigint;
	readonly isPase: boolean;
	readonly #secure: boolean;

	constructor(fabric: Fabric | undefined, peerNodeId: bigint, secure = true) {
		this.fabric = fabric;
		this.peerNodeId = peerNodeId;
		this.isPase = fabric === undefined;
		this.#secure = secure;
	}

	isSecure(): boolean {
		return this.#secure;
	}

	addSubscription(subscription: SubscriptionHandler): void {
		this.subscriptions.push(subscription);
	}

	removeSubscription(subscription: SubscriptionHandler): void {
		const index = this.subscriptions.indexOf(subscription);
		if (index >= 0) this.subscriptions.splice(index, 1);
	}

	destroy(): void {
		for (const subscription of this.subscriptions.splice(0)) subscription.cancel();
	}
}

export const NODE_ID = 0x1234n;
export const ADMIN = 5;

export function entry(
	privilege: number,
	subjects: bigint[] | null = null,
	targets: AccessControlEntry["targets"] = null,
): AccessControlEntry {
	return { privilege, authMode: 2, subjects, targets } as AccessControlEntry;
}

/** A node with an interaction server, and peers that talk to it. */
export class Bench {
	readonly clock = new VirtualClock(1000);
	readonly scheduler = new Scheduler(this.clock);
	readonly lines: string[] = [];
	readonly log = new Log("warn", (line) => this.lines.push(line));
	readonly node: Node;
	readonly server: InteractionServer;
	readonly parts = endpoints();
	readonly gadget = this.parts.gadget;
	/** exchanges that the server opened */
	readonly opened: TestExchange[] = [];
	/** the longest payload of a message */
	limit = 1170;
	readonly buffer = new Uint8Array(1300);
	readonly fabric: Fabric;
	readonly session: TestSession;
	/** what the latest request came on */
	current: TestExchange | undefined;
	/** no exchange is free */
	exhausted = false;
	#protocol: { onExchange(exchange: Exchange, message: Message): void } | undefined;

	constructor() {
		const records = new Map<string, Uint8Array>();
		this.node = new Node({
			storage: {
				get: (name: string) => records.get(name),
				set: (name: string, bytes: Uint8Array) => void records.set(name, bytes),
			} as unknown as Storage,
			scheduler: this.scheduler,
			log: this.log,
		});
		for (const endpoint of this.parts.all) this.node.add(endpoint);
		this.node.start();
		const exchanges = {
			register: (protocolId: number, handler: { onExchange(exchange: Exchange, message: Message): void }) => {
				if (protocolId === 1) this.#protocol = handler;
			},
			open: (session: TestSession, handler: ExchangeHandler) => {
				if (this.exhausted) throw new Error("no exchange is free");
				const exchange = new TestExchange(this, session, true);
				exchange.handler = handler;
				this.opened.push(exchange);
				return exchange;
			},
		};
		this.server = new InteractionServer({
			node: this.node,
			exchanges: exchanges as unknown as ExchangeManager,
			scheduler: this.scheduler,
			log: this.log,
		});
		this.fabric = this.makeFabric(1, [entry(ADMIN)]);
		this.session = this.peer(0x77n);
	}

	makeFabric(index: number, acl: AccessControlEntry[]): Fabric {
		return Object.assign(testFabric(index, acl), { nodeId: NODE_ID }) as unknown as Fabric;
	}

	peer(nodeId: bigint, fabric: Fabric = this.fabric): TestSession {
		return new TestSession(fabric, nodeId);
	}

	/** A message as the exchange layer hands it over: somewhere within a buffer. */
	message(opcode: number, payload: Uint8Array): Message {
		const bytes = new Uint8Array(payload.length + 50).fill(0x18);
		bytes.set(payload, 30);
		return { opcode, bytes, payloadStart: 30, payloadEnd: 30 + payload.length } as unknown as Message;
	}

	/** The first message of an exchange that the peer begins. */
	request(opcode: number, payload: Uint8Array, session = this.session): TestExchange {
		const exchange = (this.current = new TestExchange(this, session, false));
		this.#protocol!.onExchange(exchange as unknown as Exchange, this.message(opcode, payload));
		return exchange;
	}

	/** Reads to the end; all ReportData messages. */
	read(request: Parameters<typeof readRequest>[0], session = this.session): Report[] {
		const exchange = this.request(Opcode.READ_REQUEST, readRequest(request), session);
		let count = 0;
		while (exchange.last.opcode === Opcode.REPORT_DATA && exchange.last.tree[3] === true) {
			if (++count > 3000) throw new Error("a report without end");
			exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		}
		if (!exchange.closed) throw new Error("the exchange is still open");
		return exchange.sent.map(({ opcode, tree }) => {
			if (opcode !== Opcode.REPORT_DATA) throw new Error(`opcode ${opcode} with ${JSON.stringify(tree)}`);
			return tree as unknown as Report;
		});
	}

	/** Subscribes and goes through priming; the exchange. */
	subscribe(options: SubscribeOptions, session = this.session): TestExchange {
		const exchange = this.request(Opcode.SUBSCRIBE_REQUEST, subscribeRequest(options), session);
		while (!exchange.closed && exchange.last.opcode === Opcode.REPORT_DATA)
			exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
		return exchange;
	}
}

/** ReportData */
export interface Report {
	0?: number;
	1?: AttributeReport[];
	2?: Tree[];
	3?: boolean;
	4?: boolean;
	255: number;
}
export interface AttributeReport {
	0?: { 0: { [tag: number]: Tree }; 1: { [tag: number]: Tree } };
	1?: { 0: number; 1: { [tag: number]: Tree }; 2: Tree };
}

/** The attribute reports of all messages as text: `1/405/0=true`, `1/405/5+=#3` for an added entry, `1/405/2!7e` for a status. */
export function shown(reports: readonly Report[]): string[] {
	const lines: string[] = [];
	for (const report of reports)
		for (const { 0: status, 1: data } of report[1] ?? []) {
			const where = (status ?? data)![status ? 0 : 1] as { [tag: number]: Tree };
			const name = [where[2], where[3], where[4]].map((value) => (value as number).toString(16)).join("/");
			if (status) lines.push(`${name}!${(status[1][0] as number).toString(16)}`);
			else lines.push(`${name}${where[5] === null ? "+" : ""}=${JSON.stringify(data![2]).replace(/"/g, "")}`);
		}
	return lines;
}

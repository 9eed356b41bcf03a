import type { Exchange, ExchangeHandler } from "../../../modules/exchange/Exchange";
import { ExchangeManager } from "../../../modules/exchange/ExchangeManager";
import { InteractionServer } from "../../../modules/interaction/InteractionServer";
import { INTERACTION_MODEL, Opcode } from "../../../modules/interaction/Opcode";
import type { Message } from "../../../modules/message/Message";
import { PEER_EXCHANGES_PER_SESSION } from "../../../modules/session/Capacity";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { SessionManager } from "../../../modules/session/SessionManager";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { plainFabric } from "../../support/fabrics";
import { LoopbackTransport } from "../../support/Loopback";
import { seededRandom } from "../../support/SeededRandom";
import {
	Bench,
	invoke,
	invokeRequest,
	path,
	readRequest,
	shown,
	statusResponse,
	subscribeRequest,
	timedRequest,
	tree,
	type Report,
	type Sent,
} from "./Bench";
import { GADGET } from "./TestNode";

const DEVICE = 1n;
const CONTROLLER = 2n;

/** A controller and a node with real sessions, exchanges and retransmissions between them. */
class Link {
	readonly bench = new Bench();
	readonly server: InteractionServer;
	readonly here: LoopbackTransport;
	readonly there: LoopbackTransport;
	readonly controller: ExchangeManager;
	/** the controller's session, and the node's */
	readonly session: SecureSession;
	readonly far: SecureSession;
	/** what the node began and said on exchanges of its own */
	readonly reports: Sent[] = [];
	answering = true;

	constructor() {
		const { scheduler, node, log } = this.bench;
		[this.here, this.there] = LoopbackTransport.pair(scheduler);
		const sides = [this.here, this.there].map((transport, seed) => {
			const sessions = new SessionManager({ scheduler });
			const exchanges = new ExchangeManager({ transport, sessions, scheduler, random: seededRandom(seed + 1) });
			transport.onDatagram = (bytes, length, from) => exchanges.onDatagram(bytes, length, from);
			return { sessions, exchanges };
		});
		const [device, controller] = sides as [(typeof sides)[0], (typeof sides)[0]];
		this.controller = controller.exchanges;
		this.server = new InteractionServer({ node, exchanges: device.exchanges, scheduler, log });
		const acl = [{ privilege: 5, authMode: 2, subjects: [CONTROLLER], targets: null }] as never;
		const ids = [device.sessions.reserveId(), controller.sessions.reserveId()] as const;
		const common = {
			sharedSecret: new Uint8Array(32).fill(7),
			salt: new Uint8Array(16),
			isResumption: false,
			isPase: false,
			parameters: new SessionParameters(),
		};
		this.far = device.sessions.createSecure({
			...common,
			id: ids[0],
			fabric: plainFabric(Number(DEVICE), { acl }),
			peerNodeId: CONTROLLER,
			peerSessionId: ids[1],
			isInitiator: false,
			address: this.there.address,
		});
		this.session = controller.sessions.createSecure({
			...common,
			id: ids[1],
			fabric: plainFabric(Number(CONTROLLER)),
			peerNodeId: DEVICE,
			peerSessionId: ids[0],
			isInitiator: true,
			address: this.here.address,
		});
		controller.exchanges.register(INTERACTION_MODEL, {
			onExchange: (exchange, message) => {
				exchange.handler = { onMessage: (_, next) => this.#report(exchange, next) };
				this.#report(exchange, message);
			},
		});
	}

	#report(exchange: Exchange, message: Message): void {
		const payload = message.payload();
		const report = { opcode: message.opcode, bytes: payload, tree: tree(payload) as Sent["tree"] };
		this.reports.push(report);
		if (this.answering && report.tree[4] !== true) {
			exchange.begin().raw(statusResponse(0));
			exchange.send(INTERACTION_MODEL, Opcode.STATUS_RESPONSE);
		}
		if (report.tree[3] !== true) exchange.close();
	}

	/** Sends a request, lets time pass and answers chunks; what came back. */
	ask(opcode: number, payload: Uint8Array, ms = 1000): Sent[] {
		const sent: Sent[] = [];
		const handler: ExchangeHandler = {
			onMessage: (exchange, message) => {
				const bytes = message.payload();
				const answer = { opcode: message.opcode, bytes, tree: tree(bytes) as Sent["tree"] };
				sent.push(answer);
				const isReport = message.opcode === Opcode.REPORT_DATA && answer.tree[4] !== true;
				if (isReport) {
					exchange.begin().raw(statusResponse(0));
					exchange.send(INTERACTION_MODEL, Opcode.STATUS_RESPONSE);
				} else exchange.close();
			},
		};
		const exchange = this.controller.open(this.session, handler);
		exchange.begin().raw(payload);
		exchange.send(INTERACTION_MODEL, opcode);
		this.bench.clock.advance(ms);
		return sent;
	}

	/** Loses that share of datagrams in both directions. */
	lose(share: number, seed: number): void {
		const random = seededRandom(seed);
		const byte = new Uint8Array(1);
		for (const transport of [this.here, this.there])
			transport.fate = () => {
				random(byte);
				return byte[0]! < share * 256 ? [] : [1];
			};
	}
}

const lines = (sent: readonly Sent[]): string[] => shown(sent.map((one) => one.tree as unknown as Report));

describe("interactions over sessions and exchanges", () => {
	it("a command is two messages and an acknowledgement", () => {
		const link = new Link();
		const [answer] = link.ask(Opcode.INVOKE_REQUEST, invokeRequest([invoke(1, GADGET, 0)]));
		expect(answer!.opcode).toBe(Opcode.INVOKE_RESPONSE);
		expect(link.bench.gadget.flag).toBe(true);
		expect(link.here.sent).toHaveLength(1);
		expect(link.there.sent).toHaveLength(2);
		expect(link.far.exchanges).toBe(0);
		expect(link.session.exchanges).toBe(0);
	});

	it("a long read fills whole datagrams", () => {
		const link = new Link();
		link.bench.gadget.items = Array.from({ length: 100 }, (_, i) => new Uint8Array(i));
		const answers = link.ask(Opcode.READ_REQUEST, readRequest({ paths: [path()] }));
		expect(answers.length).toBeGreaterThan(4);
		expect(lines(answers).filter((line) => line.startsWith("1/405/5+="))).toHaveLength(100);
		expect(lines(answers)).toContain("2/405/fffd=3");
		for (const datagram of link.here.sent) expect(datagram.length).toBeLessThan(1233);
		expect(link.here.sent.filter(({ length }) => length > 1100).length).toBeGreaterThan(answers.length - 3);
		expect(link.far.exchanges).toBe(0);
	});

	it("a subscription reports changes and its life", () => {
		const link = new Link();
		const answers = link.ask(
			Opcode.SUBSCRIBE_REQUEST,
			subscribeRequest({ paths: [path(1, GADGET, 0)], max: 10 }),
			50,
		);
		expect(answers.map(({ opcode }) => opcode)).toEqual([Opcode.REPORT_DATA, Opcode.SUBSCRIBE_RESPONSE]);
		link.ask(Opcode.INVOKE_REQUEST, invokeRequest([invoke(1, GADGET, 0)]), 20);
		expect(lines(link.reports)).toEqual(["1/405/0=true"]);
		link.bench.clock.advance(60_000);
		expect(link.reports.slice(1).every((report) => report.tree[4] === true && report.tree[1] === undefined)).toBe(
			true,
		);
		expect(link.reports).toHaveLength(7);
		expect(link.server.subscribe.subscriptions).toHaveLength(1);
		expect(link.far.exchanges).toBe(0);
	});

	it("a subscription ends when its subscriber is gone", () => {
		const link = new Link();
		link.ask(Opcode.SUBSCRIBE_REQUEST, subscribeRequest({ paths: [path(1, GADGET, 0)], max: 10 }));
		link.here.fate = () => [];
		link.bench.gadget.change("flag", true);
		link.bench.clock.advance(3000);
		expect(link.server.subscribe.subscriptions).toHaveLength(1);
		link.bench.clock.advance(7000);
		expect(link.server.subscribe.subscriptions).toHaveLength(0);
		expect(link.far.subscriptions).toHaveLength(0);
		expect(link.far.exchanges).toBe(0);
	});

	it("a subscription ends with its session, report under way or not", () => {
		for (const busy of [false, true]) {
			const link = new Link();
			link.answering = false;
			link.ask(Opcode.SUBSCRIBE_REQUEST, subscribeRequest({ paths: [path(1, GADGET, 0)], max: 10 }));
			if (busy) link.bench.gadget.change("flag", true);
			link.bench.clock.advance(10);
			expect(link.far.exchanges).toBe(busy ? 1 : 0);
			link.far.destroy();
			expect(link.server.subscribe.subscriptions).toHaveLength(0);
			link.bench.clock.advance(60_000);
			expect(link.bench.lines).toEqual([]);
		}
	});

	it.each([
		["invoke", Opcode.INVOKE_REQUEST, invokeRequest([invoke(1, GADGET, 0)])],
		["read", Opcode.READ_REQUEST, readRequest({ paths: [path(1)] })],
		["timed", Opcode.TIMED_REQUEST, timedRequest(500)],
	])(
		"a sixth request (%s) is told Busy while five are under way, and served when they are over",
		(_, opcode, payload) => {
			const link = new Link();
			for (let i = 0; i < PEER_EXCHANGES_PER_SESSION; i++)
				link.ask(Opcode.TIMED_REQUEST, timedRequest(30_000), 10);
			const [refusal] = link.ask(opcode, payload, 2000);
			expect(refusal!.opcode).toBe(Opcode.STATUS_RESPONSE);
			expect(refusal!.tree).toEqual({ 0: 0x9c, 255: 12 });
			expect(link.bench.gadget.toggles).toBe(0);
			link.bench.clock.advance(80_000);
			const [answer] = link.ask(opcode, payload, 2000);
			expect(answer!.tree[0]).not.toBe(0x9c);
			link.bench.clock.advance(80_000);
			expect(link.far.exchanges).toBe(0);
		},
	);

	it("a StatusResponse without room is not answered", () => {
		const link = new Link();
		for (let i = 0; i < PEER_EXCHANGES_PER_SESSION; i++) link.ask(Opcode.TIMED_REQUEST, timedRequest(30_000), 10);
		expect(link.ask(Opcode.STATUS_RESPONSE, statusResponse(0), 5000)).toEqual([]);
	});

	it.each([0.1, 0.2, 0.3])("everything arrives when %f of the datagrams are lost", (share) => {
		const link = new Link();
		link.bench.gadget.items = Array.from({ length: 100 }, (_, i) => new Uint8Array(i));
		link.lose(share, 11);
		const answers = link.ask(Opcode.READ_REQUEST, readRequest({ paths: [path(1)] }), 60_000);
		expect(lines(answers).filter((line) => line.startsWith("1/405/5+="))).toHaveLength(100);
		for (let i = 1; i <= 10; i++) {
			expect(link.ask(Opcode.INVOKE_REQUEST, invokeRequest([invoke(1, GADGET, 0)]), 20_000)).toHaveLength(1);
			expect(link.bench.gadget.toggles).toBe(i);
		}
		expect(link.far.exchanges).toBe(0);
	});
});

import { Counters } from "../../modules/diagnostics/Counters";
import { Log, type LogLevel } from "../../modules/diagnostics/Log";
import { ExchangeManager } from "../../modules/exchange/ExchangeManager";
import { SessionManager } from "../../modules/session/SessionManager";
import type { SecureSession } from "../../modules/session/SecureSession";
import { SessionParameters } from "../../modules/session/SessionParameters";
import { Scheduler } from "../../modules/time/Scheduler";
import { LoopbackTransport } from "./Loopback";
import { seededRandom } from "./SeededRandom";
import { VirtualClock } from "./VirtualClock";

/** One end of a link: a node's message path, and what it counted and logged. */
export class TestNode {
	readonly transport: LoopbackTransport;
	readonly counters = new Counters();
	readonly lines: string[] = [];
	readonly sessions: SessionManager;
	readonly exchanges: ExchangeManager;

	constructor(
		scheduler: Scheduler,
		transport: LoopbackTransport,
		random: (bytes: Uint8Array) => void,
		level: LogLevel,
	) {
		this.transport = transport;
		const { counters } = this;
		const log = new Log(level, (line) => this.lines.push(line));
		this.sessions = new SessionManager({ scheduler, log, counters, random });
		this.exchanges = new ExchangeManager({ transport, sessions: this.sessions, scheduler, log, counters, random });
		transport.onDatagram = (bytes, length, from) => this.exchanges.onDatagram(bytes, length, from);
	}
}

/** Two nodes on a link in memory, with a virtual clock. */
export class TestNodes {
	readonly clock = new VirtualClock(1_000_000);
	readonly scheduler = new Scheduler(this.clock);
	readonly device: TestNode;
	readonly controller: TestNode;

	/** @param random of both, for counters, ids and jitter */
	constructor(random = seededRandom(1), level: LogLevel = "info") {
		const [a, b] = LoopbackTransport.pair(this.scheduler);
		this.scheduler.onError = (error) => {
			throw error;
		};
		this.device = new TestNode(this.scheduler, a, random, level);
		this.controller = new TestNode(this.scheduler, b, random, level);
	}

	/** A secure session between both, without a handshake. @returns [the device's end, the controller's] */
	connect(
		parameters = new SessionParameters(),
		peerParameters = new SessionParameters(),
	): [SecureSession, SecureSession] {
		const { device, controller } = this;
		const ids = [device.sessions.reserveId(), controller.sessions.reserveId()] as const;
		const common = {
			fabric: undefined,
			peerNodeId: 0n,
			sharedSecret: new Uint8Array(32).fill(ids[0]),
			salt: new Uint8Array(0),
			isResumption: false,
			isPase: true,
		};
		return [
			device.sessions.createSecure({
				...common,
				id: ids[0],
				peerSessionId: ids[1],
				isInitiator: false,
				parameters: peerParameters,
				address: controller.transport.address,
			}),
			controller.sessions.createSecure({
				...common,
				id: ids[1],
				peerSessionId: ids[0],
				isInitiator: true,
				parameters,
				address: device.transport.address,
			}),
		];
	}
}

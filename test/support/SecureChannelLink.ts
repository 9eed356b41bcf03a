import * as files from "host/files";
import { Counters } from "../../modules/diagnostics/Counters";
import { Log } from "../../modules/diagnostics/Log";
import { ExchangeManager } from "../../modules/exchange/ExchangeManager";
import { FabricTable } from "../../modules/fabric/FabricTable";
import { SecureChannel } from "../../modules/securechannel/SecureChannel";
import { ResumptionRecords } from "../../modules/session/ResumptionRecords";
import { SessionManager } from "../../modules/session/SessionManager";
import { SessionParameters } from "../../modules/session/SessionParameters";
import type { Files } from "../../modules/storage/Files";
import { Storage } from "../../modules/storage/Storage";
import { Scheduler } from "../../modules/time/Scheduler";
import { LoopbackTransport } from "./Loopback";
import { seededRandom } from "./SeededRandom";
import { VirtualClock } from "./VirtualClock";

/** A peer of the device: sessions and exchanges of its own, at its own address. */
export class Peer {
	readonly transport: LoopbackTransport;
	readonly sessions: SessionManager;
	readonly exchanges: ExchangeManager;

	constructor(scheduler: Scheduler, transport: LoopbackTransport) {
		this.transport = transport;
		this.sessions = new SessionManager({ scheduler });
		this.exchanges = new ExchangeManager({ transport, sessions: this.sessions, scheduler });
		transport.onDatagram = (bytes, length, from) => this.exchanges.onDatagram(bytes, length, from);
	}
}

/** The secure channel of a device and a peer on a link in memory, with a virtual clock. */
export class SecureChannelLink {
	readonly clock = new VirtualClock();
	readonly scheduler = new Scheduler(this.clock);
	readonly counters = new Counters();
	readonly lines: string[] = [];
	readonly log = new Log("info", (line) => this.lines.push(line));
	readonly storage: Storage;
	readonly device: Peer;
	readonly peer: Peer;
	readonly fabrics: FabricTable;
	readonly resumption: ResumptionRecords;
	readonly secureChannel: SecureChannel;

	/** Begins with empty storage. @param medium what storage writes to, the host's files where it is left out */
	constructor(medium: Files = files) {
		for (const name of files.list()) files.remove(name);
		const storage = (this.storage = new Storage(this.log, this.counters, medium));
		const [here, there] = LoopbackTransport.pair(this.scheduler);
		const sessions = new SessionManager({ scheduler: this.scheduler, log: this.log, counters: this.counters });
		const exchanges = new ExchangeManager({
			transport: here,
			sessions,
			scheduler: this.scheduler,
			log: this.log,
			counters: this.counters,
			random: seededRandom(1),
		});
		here.onDatagram = (bytes, length, from) => exchanges.onDatagram(bytes, length, from);
		this.device = { transport: here, sessions, exchanges };
		this.peer = new Peer(this.scheduler, there);
		this.fabrics = new FabricTable(storage, this.log);
		this.resumption = new ResumptionRecords(storage, this.fabrics, this.log);
		this.secureChannel = new SecureChannel({
			exchanges,
			sessions,
			fabrics: this.fabrics,
			resumption: this.resumption,
			scheduler: this.scheduler,
			log: this.log,
			counters: this.counters,
			parameters: SessionParameters.own({ idleInterval: 501, activeInterval: 302, activeThreshold: 4003 }),
		});
	}

	/** Lets what is under way arrive, without a retransmission. */
	settle(): void {
		this.clock.advance(50);
	}
}

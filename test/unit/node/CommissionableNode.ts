import { NetworkCommissioningServer } from "../../../modules/clusters/NetworkCommissioningServer";
import { CommissioningWindow } from "../../../modules/commissioning/CommissioningWindow";
import { DevelopmentAttestation } from "../../../modules/commissioning/DevelopmentAttestation";
import { FailSafe } from "../../../modules/commissioning/FailSafe";
import type { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { CASE, PASE } from "../../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import { Node } from "../../../modules/datamodel/Node";
import type { Device } from "../../../modules/devices/Device";
import { RootNode } from "../../../modules/devices/RootNode";
import type { Fabric } from "../../../modules/fabric/Fabric";
import type { SecureSession } from "../../../modules/session/SecureSession";
import { SessionParameters } from "../../../modules/session/SessionParameters";
import { testAddress } from "../../support/Loopback";
import { SecureChannelLink } from "../../support/SecureChannelLink";
import { contextOf } from "../clusters/TestNode";

/** node id of the administrator */
export const ADMIN = 0xdadan;

/** A node with an open window, everything below the interaction model real, in memory and on a virtual clock. */
export class CommissionableNode {
	readonly link = new SecureChannelLink();
	readonly window: CommissioningWindow;
	readonly failSafe: FailSafe;
	readonly node: Node;
	readonly root: RootNode;

	constructor(devices: readonly Device[] = []) {
		const { scheduler, fabrics, secureChannel, log, resumption, storage } = this.link;
		const { sessions } = this.link.device;
		const context = { scheduler, secureChannel, fabrics, storage, log };
		const window = (this.window = new CommissioningWindow(context, 20202021, 3840));
		this.failSafe = new FailSafe({ scheduler, fabrics, sessions, resumption, window, log });
		this.node = new Node({ storage, scheduler, log });
		this.root = this.newRoot();
		this.node.add(new Endpoint(0, this.root.deviceTypes, this.root.servers));
		devices.forEach(({ deviceTypes, servers }, i) => this.node.add(new Endpoint(i + 1, deviceTypes, servers)));
		fabrics.addListener({ onFabricRemoved: (index) => this.node.removeFabric(index) });
		window.listener = this.root.administratorCommissioning;
		this.node.start();
		window.openInitial();
	}

	/** How the node is reached. */
	network(): ClusterServer {
		return new NetworkCommissioningServer();
	}

	newRoot(): RootNode {
		return new RootNode({
			product: { vendorId: 0xfff1, productId: 0x8001, productName: "light" },
			fabrics: this.link.fabrics,
			failSafe: this.failSafe,
			window: this.window,
			attestation: new DevelopmentAttestation(),
			load: {
				deviceLoad: { subscriptions: [], subscriptionsEstablished: 0, messagesSent: 0, messagesReceived: 0 },
			},
			network: this.network(),
		});
	}

	/** A session with the administrator: CASE when a fabric is given, else PASE. */
	session(fabric?: Fabric): SecureSession {
		const { sessions } = this.link.device;
		return sessions.createSecure({
			id: sessions.reserveId(),
			fabric,
			peerNodeId: fabric ? ADMIN : 0n,
			peerSessionId: 1,
			sharedSecret: new Uint8Array(32).fill(1),
			salt: new Uint8Array(32),
			isInitiator: false,
			isResumption: false,
			parameters: new SessionParameters(),
			address: testAddress(2),
			isPase: fabric === undefined,
		});
	}

	context(session: SecureSession): InteractionContext {
		const { fabric, isPase } = session;
		return contextOf(fabric, { session, authMode: isPase ? PASE : CASE, subject: isPase ? 0n : ADMIN });
	}
}

import type { CommissioningWindow } from "../commissioning/CommissioningWindow";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { AdministratorCommissioning } from "./generated/AdministratorCommissioning";
import type {
	CommissioningWindowStatusEnum,
	OpenBasicCommissioningWindowRequest,
	OpenCommissioningWindowRequest,
} from "./generated/AdministratorCommissioning";
import { refusing } from "./refusal";
import { unchecked } from "./unchecked";

/** An administrator opens the door for another one (Matter Core 11.19), with the rules of CommissioningWindow. */
export class AdministratorCommissioningServer
	extends ClusterServer
	implements MembersOf<typeof AdministratorCommissioningServer>
{
	// PAKEParameterError, not ConstraintError, answers a verifier, salt or iteration count out of range (11.19.8.1)
	static override readonly implementation = implement(
		unchecked(AdministratorCommissioning, ["openCommissioningWindow"]),
		{ features: ["basic"] },
	);

	private window: CommissioningWindow;

	constructor(window: CommissioningWindow) {
		super();
		this.window = window;
	}

	/** The initial window, which no administrator opened, counts as not open (11.19.7.1). */
	get windowStatus(): CommissioningWindowStatusEnum {
		return this.window.status;
	}

	get adminFabricIndex(): number | null {
		return this.window.adminFabricIndex;
	}

	get adminVendorId(): number | null {
		return this.window.adminVendorId;
	}

	/** The window opened, closed, or lost the fabric that opened it. */
	windowChanged(): void {
		this.changed("windowStatus");
		this.changed("adminFabricIndex");
		this.changed("adminVendorId");
	}

	openCommissioningWindow(fields: OpenCommissioningWindowRequest, context: InteractionContext): void {
		const {
			pakePasscodeVerifier: verifier,
			discriminator,
			iterations,
			salt,
			commissioningTimeout: timeout,
		} = fields;
		refusing(() =>
			this.window.openEnhanced({ verifier, discriminator, iterations, salt, timeout, fabric: context.fabric }),
		);
	}

	openBasicCommissioningWindow(fields: OpenBasicCommissioningWindowRequest, context: InteractionContext): void {
		context.acknowledge();
		refusing(() => this.window.openBasic(fields.commissioningTimeout, context.fabric));
	}

	revokeCommissioning(_fields: unknown, context: InteractionContext): void {
		refusing(() => this.window.revoke(context.session));
	}
}

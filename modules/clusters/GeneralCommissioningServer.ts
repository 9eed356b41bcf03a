import { CommissioningError } from "../commissioning/CommissioningError";
import { MAX_CUMULATIVE_FAIL_SAFE } from "../commissioning/FailSafe";
import type { FailSafe, FailSafeListener } from "../commissioning/FailSafe";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { BasicInformation } from "./generated/BasicInformation";
import { GeneralCommissioning } from "./generated/GeneralCommissioning";
import { CommissioningErrorEnum, RegulatoryLocationTypeEnum } from "./generated/GeneralCommissioningConstants";
import type {
	ArmFailSafeRequest,
	ArmFailSafeResponse,
	BasicCommissioningInfo,
	CommissioningCompleteResponse,
	SetRegulatoryConfigRequest,
	SetRegulatoryConfigResponse,
} from "./generated/GeneralCommissioning";
import type { SecureSession } from "../session/SecureSession";
import { debugText, refusal } from "./refusal";
import type { BasicInformationServer } from "./BasicInformationServer";

const FAIL_SAFE_SECONDS = 60;

/** The frame of commissioning: fail-safe, regulatory configuration, completion (Matter Core 11.10). */
export class GeneralCommissioningServer
	extends ClusterServer
	implements MembersOf<typeof GeneralCommissioningServer>, FailSafeListener
{
	static override readonly implementation = implement(GeneralCommissioning, {});

	/** A commissioner's own note; zero after a start and when a fail-safe ended (11.10.6.1). */
	breadcrumb = 0n;
	regulatoryConfig: RegulatoryLocationTypeEnum = RegulatoryLocationTypeEnum.IndoorOutdoor;
	private failSafe: FailSafe;

	constructor(failSafe: FailSafe) {
		super();
		this.failSafe = failSafe;
	}

	get basicCommissioningInfo(): BasicCommissioningInfo {
		return {
			failSafeExpiryLengthSeconds: FAIL_SAFE_SECONDS,
			maxCumulativeFailsafeSeconds: MAX_CUMULATIVE_FAIL_SAFE,
		};
	}

	/** A node without a radio is not told where it stands (11.10.6.4). */
	get locationCapability(): RegulatoryLocationTypeEnum {
		return RegulatoryLocationTypeEnum.IndoorOutdoor;
	}

	get supportsConcurrentConnection(): boolean {
		return true;
	}

	override onStart(): void {
		this.failSafe.addListener(this);
	}

	/** Everything since arming was rolled back, the breadcrumb with it (11.10.7.2.2). */
	onFailSafeExpired(): void {
		this.set("breadcrumb", 0n);
	}

	/** Network Commissioning's commands carry one too. */
	setBreadcrumb(breadcrumb: bigint): void {
		this.set("breadcrumb", breadcrumb);
	}

	armFailSafe(fields: ArmFailSafeRequest, context: InteractionContext): ArmFailSafeResponse {
		return this.answer(context, (session) => {
			this.failSafe.arm({ session }, fields.expiryLengthSeconds);
			this.set("breadcrumb", fields.breadcrumb);
		});
	}

	/** A wire needs no radio rules: the place is noted, the country is Basic Information's Location (11.10.7.4). */
	setRegulatoryConfig(fields: SetRegulatoryConfigRequest, context: InteractionContext): SetRegulatoryConfigResponse {
		return this.answer(context, () => {
			(this.endpoint.server(BasicInformation.id) as BasicInformationServer | undefined)?.setLocation(
				fields.countryCode,
			);
			this.set("regulatoryConfig", fields.newRegulatoryConfig);
			this.set("breadcrumb", fields.breadcrumb);
		});
	}

	commissioningComplete(_fields: unknown, context: InteractionContext): CommissioningCompleteResponse {
		return this.answer(context, (session) => {
			this.failSafe.complete({ session });
			this.set("breadcrumb", 0n);
		});
	}

	/** Ok, or the ErrorCode that a rule refused with (11.10.7.1). */
	private answer(context: InteractionContext, step: (session: SecureSession) => void): ArmFailSafeResponse {
		const session = context.session;
		if (session === undefined)
			return { errorCode: CommissioningErrorEnum.InvalidAuthentication, debugText: "not over a group" };
		try {
			step(session);
			return { errorCode: CommissioningErrorEnum.Ok, debugText: "" };
		} catch (error) {
			if (error instanceof CommissioningError && error.kind === "commissioning")
				return { errorCode: error.code as CommissioningErrorEnum, debugText: debugText(error) };
			throw refusal(error);
		}
	}
}

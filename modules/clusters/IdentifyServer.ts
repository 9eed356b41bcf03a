import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import { Deadline } from "../time/Deadline";
import { Identify } from "./generated/Identify";
import type { IdentifyRequest, TriggerEffectRequest } from "./generated/Identify";
import type { IdentifyTypeEnum } from "./generated/IdentifyConstants";

const SECOND = 1000;

/** What shows a person which device is meant: it may blink, beep or do nothing. */
export interface Identification {
	/** The endpoint enters (true) or leaves (false) its identification state. */
	identify?(on: boolean): void;
	/** A short effect was asked for: EffectIdentifierEnum, EffectVariantEnum (Matter Application Clusters 1.2.6.2). */
	effect?(identifier: number, variant: number): void;
}

/** Identify with TriggerEffect (Matter Application Clusters 1.2). IdentifyTime counts down silently (1.2.5.1). */
export class IdentifyServer extends ClusterServer implements MembersOf<typeof IdentifyServer> {
	static override readonly implementation = implement(Identify, { optional: ["triggerEffect"] });

	readonly identifyType: IdentifyTypeEnum;
	/** shows it; set before the node starts */
	identification: Identification;
	declare private timer: Deadline | undefined;

	constructor(identifyType: IdentifyTypeEnum, identification: Identification = {}) {
		super();
		this.identifyType = identifyType;
		this.identification = identification;
	}

	override onStop(): void {
		this.timer?.stop();
	}

	/** Seconds left. */
	get identifyTime(): number {
		const timer = this.timer;
		return timer?.armed ? Math.max(0, Math.ceil((timer.at - this.endpoint.node.scheduler.now()) / SECOND)) : 0;
	}

	set identifyTime(seconds: number) {
		const before = this.timer?.armed ?? false;
		if (seconds === 0 && !before) return;
		if (seconds > 0) {
			this.timer ??= new Deadline(this.endpoint.node.scheduler, this.ended, this);
			this.timer.start(seconds * SECOND);
		} else this.timer?.stop();
		this.changed("identifyTime");
		if (before !== seconds > 0) this.identification.identify?.(seconds > 0);
	}

	identify(fields: IdentifyRequest): void {
		this.identifyTime = fields.identifyTime;
	}

	triggerEffect(fields: TriggerEffectRequest): void {
		this.identification.effect?.(fields.effectIdentifier, fields.effectVariant);
	}

	private ended(): void {
		this.changed("identifyTime");
		this.identification.identify?.(false);
	}
}

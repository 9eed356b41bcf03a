import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { Deadline } from "../time/Deadline";
import { OnOff } from "./generated/OnOff";
import { OnOffControlBitmap, StartUpOnOffEnum } from "./generated/OnOffConstants";
import type { OffWithEffectRequest, OnWithTimedOffRequest } from "./generated/OnOff";
import { ScenesManagement } from "./generated/ScenesManagement";
import type { AttributeValuePairStruct } from "./generated/ScenesManagement";
import type { SceneParticipant, SceneTable } from "./SceneParticipant";

/** Tenths of a second: the unit of OnTime and OffWaitTime. */
const TENTH = 100;
/** A time that never runs down (Matter Application Clusters 1.5.8). */
const HOLD = 0xffff;
const ON_OFF_ID = OnOff.attributes.onOff.id;

/**
 * On/Off with the lighting feature (Matter Application Clusters 1.5). The countdowns of OnTime and OffWaitTime are
 * computed from one deadline when read, and reported when they start, are written and end: ten reports a second would
 * tell a subscriber nothing that it cannot count itself.
 */
export class OnOffServer extends ClusterServer implements MembersOf<typeof OnOffServer>, SceneParticipant {
	static override readonly implementation = implement(OnOff, { features: ["lighting"] });

	onOff = false;
	globalSceneControl = true;
	startUpOnOff: StartUpOnOffEnum | null = null;
	private heldOnTime = 0;
	private heldOffWaitTime = 0;
	private output: (on: boolean) => void;
	/** of the countdown; like the scene's made when first needed: many lights never do */
	declare private timer: Deadline | undefined;
	declare private sceneTimer: Deadline | undefined;
	private scenePending = false;
	private started = false;

	/** @param output is told the state at start and whenever it changes */
	constructor(output: (on: boolean) => void) {
		super();
		this.output = output;
	}

	override onStart(): void {
		this.started = true;
		const startUpOnOff = this.startUpOnOff;
		if (startUpOnOff !== null)
			this.set(
				"onOff",
				startUpOnOff === StartUpOnOffEnum.Toggle ? !this.onOff : startUpOnOff === StartUpOnOffEnum.On,
			);
		this.output(this.onOff);
	}

	override onStop(): void {
		this.timer?.stop();
		this.sceneTimer?.stop();
	}

	/** Tenths of a second the light stays on (1.5.6.4); counts down only in the Timed On state. */
	get onTime(): number {
		return this.onOff && this.timer?.armed ? this.remaining() : this.heldOnTime;
	}

	set onTime(value: number) {
		if (value === this.onTime) return;
		this.heldOnTime = value;
		if (this.onOff && this.timer?.armed) this.count(value);
		this.changed("onTime");
	}

	/** Tenths of a second during which OnWithTimedOff may not turn the light on again (1.5.6.5). */
	get offWaitTime(): number {
		return !this.onOff && this.timer?.armed ? this.remaining() : this.heldOffWaitTime;
	}

	set offWaitTime(value: number) {
		if (value === this.offWaitTime) return;
		this.heldOffWaitTime = value;
		if (!this.onOff && this.timer?.armed) this.count(value);
		this.changed("offWaitTime");
	}

	on(): void {
		this.turn(true);
	}

	off(): void {
		this.turn(false);
	}

	toggle(): void {
		this.turn(!this.onOff);
	}

	/** A light that only switches has no effects to choose from: all of them end in off. */
	offWithEffect(_fields: OffWithEffectRequest, context: InteractionContext): void {
		if (this.globalSceneControl) {
			this.scenes()?.storeGlobalScene(context.fabricIndex);
			this.set("globalSceneControl", false);
		}
		this.turn(false);
	}

	onWithRecallGlobalScene(_fields: unknown, context: InteractionContext): void {
		if (this.globalSceneControl) return;
		if (!this.scenes()?.recallGlobalScene(context.fabricIndex)) this.turn(true);
		this.set("globalSceneControl", true);
		if (this.onTime === 0) this.offWaitTime = 0;
	}

	onWithTimedOff(fields: OnWithTimedOffRequest): void {
		if (fields.onOffControl & OnOffControlBitmap.AcceptOnlyWhenOn && !this.onOff) return;
		if (!this.onOff && this.offWaitTime > 0) {
			this.offWaitTime = Math.min(this.offWaitTime, fields.offWaitTime);
			if (!this.timer?.armed) this.count(this.heldOffWaitTime);
			return;
		}
		const before = this.onTime;
		const waitBefore = this.offWaitTime;
		const onTime = Math.max(before, fields.onTime);
		this.timer?.stop();
		this.heldOnTime = onTime;
		this.turn(true);
		this.heldOffWaitTime = fields.offWaitTime; // also beside an OnTime of 0, unlike On
		this.count(onTime);
		if (this.onTime !== before) this.changed("onTime");
		if (this.offWaitTime !== waitBefore) this.changed("offWaitTime");
	}

	sceneValues(): AttributeValuePairStruct[] {
		return [{ attributeId: ON_OFF_ID, valueUnsigned8: this.onOff ? 1 : 0 }];
	}

	checkSceneValues(values: readonly AttributeValuePairStruct[]): AttributeValuePairStruct[] | undefined {
		let result: AttributeValuePairStruct | undefined;
		for (let i = 0; i < values.length; i++) {
			const value = values[i]!;
			if (value.attributeId !== ON_OFF_ID || value.valueUnsigned8 === undefined) return undefined;
			// one value, in the field of its type (1.4.7.3.2)
			if (Object.values(value).filter((field) => field !== undefined).length !== 2) return undefined;
			// a boolean that is not nullable: whatever is not 1 is false (1.4.7.3.2)
			result = { attributeId: ON_OFF_ID, valueUnsigned8: value.valueUnsigned8 === 1 ? 1 : 0 };
		}
		return result ? [result] : [];
	}

	recallScene(values: readonly AttributeValuePairStruct[], transitionTime: number): void {
		const value = values[0];
		if (value === undefined) return;
		this.scenePending = value.valueUnsigned8 === 1;
		// On and off have nothing between them: the state changes at the end of the transition (1.5.9.1)
		if (transitionTime > 0 && this.scenePending !== this.onOff) {
			const scheduler = this.endpoint.node.scheduler;
			this.sceneTimer ??= new Deadline(scheduler, () => this.turn(this.scenePending, true));
			this.sceneTimer.start(transitionTime);
		} else this.turn(this.scenePending, true);
	}

	private turn(on: boolean, recalled = false): void {
		const before = this.onOff;
		this.sceneTimer?.stop();
		if (on) {
			this.set("globalSceneControl", true);
			if (!before) this.stopCounting();
			if (this.onTime === 0) this.offWaitTime = 0;
		} else {
			this.stopCounting();
			this.onTime = 0;
		}
		this.set("onOff", on);
		if (!on && this.heldOffWaitTime > 0) this.count(this.heldOffWaitTime);
		if (before !== on) {
			this.output(on);
			if (!recalled && this.started) this.scenes()?.sceneAttributeChanged();
		}
	}

	/** Keeps what the running countdown has left and stops it. */
	private stopCounting(): void {
		if (!this.timer?.armed) return;
		if (this.onOff) this.heldOnTime = this.remaining();
		else this.heldOffWaitTime = this.remaining();
		this.timer.stop();
	}

	private count(tenths: number): void {
		if (tenths > 0 && tenths < HOLD) {
			this.timer ??= new Deadline(this.endpoint.node.scheduler, this.expired, this);
			this.timer.start(tenths * TENTH);
		} else this.timer?.stop();
	}

	private remaining(): number {
		const timer = this.timer as Deadline;
		return Math.max(0, Math.ceil((timer.at - this.endpoint.node.scheduler.now()) / TENTH));
	}

	private expired(): void {
		if (this.onOff) {
			// the end of Timed On leads to Off, not to Delayed Off (1.5.7.6.4)
			this.onTime = 0;
			this.offWaitTime = 0;
			this.turn(false);
		} else this.offWaitTime = 0;
	}

	private scenes(): SceneTable | undefined {
		return this.endpoint.server(ScenesManagement.id) as unknown as SceneTable | undefined;
	}
}

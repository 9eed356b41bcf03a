import { DescriptorServer } from "../clusters/DescriptorServer";
import { OnOffLightDeviceType } from "../clusters/generated/DeviceTypes";
import { EffectIdentifierEnum, IdentifyTypeEnum } from "../clusters/generated/IdentifyConstants";
import { GroupsServer } from "../clusters/GroupsServer";
import { IdentifyServer, type Identification } from "../clusters/IdentifyServer";
import { OnOffServer } from "../clusters/OnOffServer";
import { ScenesManagementServer } from "../clusters/ScenesManagementServer";
import { Blinker } from "./Blinker";
import { Device } from "./Device";

/** Flashes for each effect (Matter Application Clusters 1.2.4.2); one that is not here ends what runs. */
const FLASHES: Readonly<Record<number, number>> = Object.freeze({
	[EffectIdentifierEnum.Blink]: 1,
	[EffectIdentifierEnum.Breathe]: 15,
	[EffectIdentifierEnum.Okay]: 2,
	[EffectIdentifierEnum.ChannelChange]: 8,
});

const DEVICE_TYPES = Object.freeze([OnOffLightDeviceType]);

export interface OnOffLightOptions {
	/** Shows the state: called at start and at every change, whoever caused it, and to flash while identifying. */
	readonly onOff: (on: boolean) => void;
}

/** On/Off Light (Matter Device Library 4.1). It identifies itself by flashing. */
export class OnOffLight extends Device implements Identification {
	/** The light's switch: `on()`, `off()`, `toggle()`; `onOff` is its state. */
	readonly onOff: OnOffServer;
	private output: (on: boolean) => void;
	declare private blinker: Blinker | undefined;

	constructor({ onOff: output }: OnOffLightOptions) {
		const onOff = new OnOffServer(output);
		const identify = new IdentifyServer(IdentifyTypeEnum.LightOutput);
		super(
			DEVICE_TYPES,
			// in the order of their ids: the endpoint keeps this array
			[identify, new GroupsServer(), onOff, new DescriptorServer(), new ScenesManagementServer()],
		);
		this.onOff = onOff;
		this.output = output;
		identify.identification = this;
	}

	identify(on: boolean): void {
		if (on) this.flash(Infinity);
		else this.blinker?.stop();
	}

	effect(identifier: number): void {
		const flashes = FLASHES[identifier];
		if (flashes === undefined) this.blinker?.stop();
		else this.flash(flashes);
	}

	private flash(flashes: number): void {
		this.blinker ??= new Blinker(this.output, () => this.onOff.onOff);
		this.blinker.start(this.onOff.endpoint.node.scheduler, flashes);
	}
}

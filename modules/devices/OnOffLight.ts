import { DescriptorServer } from "../clusters/DescriptorServer";
import { OnOffLightDeviceType } from "../clusters/generated/DeviceTypes";
import { IdentifyTypeEnum } from "../clusters/generated/Identify";
import { GroupsServer } from "../clusters/GroupsServer";
import { IdentifyServer, type Identification } from "../clusters/IdentifyServer";
import { OnOffServer } from "../clusters/OnOffServer";
import { ScenesManagementServer } from "../clusters/ScenesManagementServer";
import { Device } from "./Device";

export interface OnOffLightOptions extends Identification {
	/** Called with the state at start and at every change, whoever caused it. */
	onOff: (on: boolean) => void;
}

/** On/Off Light (Matter Device Library 4.1). */
export class OnOffLight extends Device {
	/** The light's switch: `on()`, `off()`, `toggle()`; `onOff` is its state. */
	readonly onOff: OnOffServer;

	constructor(options: OnOffLightOptions) {
		const onOff = new OnOffServer(options.onOff);
		super(
			[OnOffLightDeviceType],
			[
				new DescriptorServer(),
				new IdentifyServer(IdentifyTypeEnum.LightOutput, options),
				new GroupsServer(),
				onOff,
				new ScenesManagementServer(),
			],
		);
		this.onOff = onOff;
	}
}

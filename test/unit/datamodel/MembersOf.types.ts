/**
 * Checked by the compiler alone (npm run lint types): what a server class must have follows from what it says it
 * implements. A `@ts-expect-error` without an error is an error.
 */
import { DescriptorServer } from "../../../modules/clusters/DescriptorServer";
import { Descriptor } from "../../../modules/clusters/generated/Descriptor";
import { GeneralDiagnostics } from "../../../modules/clusters/generated/GeneralDiagnostics";
import { NetworkCommissioning } from "../../../modules/clusters/generated/NetworkCommissioning";
import { OnOff } from "../../../modules/clusters/generated/OnOff";
import type { OffWithEffectRequest } from "../../../modules/clusters/generated/OnOff";
import type { StartUpOnOffEnum } from "../../../modules/clusters/generated/OnOffConstants";
import { ClusterServer } from "../../../modules/datamodel/ClusterServer";
import { implement } from "../../../modules/datamodel/Implementation";
import type { MembersOf } from "../../../modules/datamodel/Implementation";

abstract class Switch extends ClusterServer {
	onOff = false;
	off(): void {}
	on(): void {}
	toggle(): void {}
}

export class Plain extends Switch implements MembersOf<typeof Plain> {
	static override readonly implementation = implement(OnOff);
}

/** Without On and Toggle (feature OFFONLY). */
export class OffOnly extends ClusterServer implements MembersOf<typeof OffOnly> {
	static override readonly implementation = implement(OnOff, { features: ["offOnly"] });
	onOff = false;
	off(): void {}
}

// @ts-expect-error toggle is missing
export class NoToggle extends ClusterServer implements MembersOf<typeof NoToggle> {
	static override readonly implementation = implement(OnOff);
	onOff = false;
	off(): void {}
	on(): void {}
}

// @ts-expect-error onOff is missing
export class NoAttribute extends ClusterServer implements MembersOf<typeof NoAttribute> {
	static override readonly implementation = implement(OnOff, { features: ["offOnly"] });
	off(): void {}
}

// @ts-expect-error what the lighting feature adds is missing
export class NoLighting extends Switch implements MembersOf<typeof NoLighting> {
	static override readonly implementation = implement(OnOff, { features: ["lighting"] });
}

abstract class Light extends Switch {
	globalSceneControl = true;
	onTime = 0;
	offWaitTime = 0;
	startUpOnOff: StartUpOnOffEnum | null = null;
	offWithEffect(_fields: OffWithEffectRequest): void {}
	onWithRecallGlobalScene(): void {}
	onWithTimedOff(): void {}
}

export class Lighting extends Light implements MembersOf<typeof Lighting> {
	static override readonly implementation = implement(OnOff, { features: ["lighting", "deadFrontBehavior"] });
}

export class WrongType extends Switch implements MembersOf<typeof WrongType> {
	static override readonly implementation = implement(OnOff);
	// @ts-expect-error onOff is a boolean
	override onOff = "on";
}

export class WrongFields extends Light implements MembersOf<typeof WrongFields> {
	static override readonly implementation = implement(OnOff, { features: ["lighting"] });
	// @ts-expect-error another command's fields
	override offWithEffect(_fields: { effect: string }): void {}
}

export const noSuchFeature = implement(OnOff, {
	// @ts-expect-error OnOff has no such feature
	features: ["sparkle"],
});

export const noSuchElement = implement(OnOff, {
	// @ts-expect-error OnOff has no such element
	optional: ["sparkle"],
});

// @ts-expect-error an optional attribute that is named is owed
export class NoOptional extends DescriptorServer implements MembersOf<typeof NoOptional> {
	static override readonly implementation = implement(Descriptor, { optional: ["endpointUniqueId"] });
}

export class Optional extends DescriptorServer implements MembersOf<typeof Optional> {
	static override readonly implementation = implement(Descriptor, { optional: ["endpointUniqueId"] });
	endpointUniqueId = "";
}

abstract class Network extends ClusterServer {
	maxNetworks = 1;
	networks = [];
	interfaceEnabled = true;
	lastNetworkingStatus = null;
	lastNetworkId = null;
	lastConnectErrorValue = null;
}

export class Ethernet extends Network implements MembersOf<typeof Ethernet> {
	static override readonly implementation = implement(NetworkCommissioning, {
		features: ["ethernetNetworkInterface"],
	});
}

// @ts-expect-error either of two features asks for scanNetworks and more
export class WiFi extends Network implements MembersOf<typeof WiFi> {
	static override readonly implementation = implement(NetworkCommissioning, { features: ["wiFiNetworkInterface"] });
}

// @ts-expect-error either of two features asks for scanNetworks and more
export class Thread extends Network implements MembersOf<typeof Thread> {
	static override readonly implementation = implement(NetworkCommissioning, { features: ["threadNetworkInterface"] });
}

export class Teller extends Switch {
	static override readonly implementation = implement(OnOff);

	tell(): void {
		this.set("onOff", true);
		// @ts-expect-error a number for a boolean
		this.set("onOff", 1);
		// @ts-expect-error no such attribute
		this.changed("onOf");
		this.emit(GeneralDiagnostics.events.bootReason, { bootReason: 1 });
		// @ts-expect-error a field is missing
		this.emit(GeneralDiagnostics.events.bootReason, {});
	}
}

/** A light whose button switches the groups that it has keys for: xs-run test/interop/groups/switch.ts --port N --passcode N --discriminator N */
import board from "host/board";
import { args } from "host/process";
import { OnOff } from "../../../modules/clusters/generated/OnOff";
import { OnOffLight } from "../../../modules/devices/OnOffLight";
import { GroupClient } from "../../../modules/interaction/GroupClient";
import { MatterNode } from "../../../modules/node/MatterNode";

const given = args();
const flag = (name: string): number => Number(given[given.indexOf(`--${name}`) + 1]);

const groups = new GroupClient();
board.onButton = () => {
	for (const group of groups.groups) groups.invoke(group, OnOff, "toggle");
};
new MatterNode({
	vendorId: 0xfff1,
	productId: 0x8001,
	port: flag("port"),
	passcode: flag("passcode"),
	discriminator: flag("discriminator"),
	endpoints: [new OnOffLight({ onOff: () => undefined })],
	clients: [groups],
}).start();

import board from "host/board";
import { OnOffLight } from "./modules/devices/OnOffLight";
import { MatterNode } from "./modules/node/MatterNode";

const light = new OnOffLight({ onOff: (on) => board.led(on) });
board.onButton = () => light.onOff.toggle();
new MatterNode({ vendorId: 0xfff1, productId: 0x8001, productName: "xs-matter light", endpoints: [light] }).start();

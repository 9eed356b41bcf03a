import board from "host/board";
import { OnOffLight } from "matter/devices/OnOffLight";
import { MatterNode } from "matter/node/MatterNode";

const light = new OnOffLight({ onOff: (on) => board.led(on) });
board.onButton = () => light.onOff.toggle();
new MatterNode({ vendorId: 0xfff1, productId: 0x8001, productName: "xs-matter light", endpoints: [light] }).start();

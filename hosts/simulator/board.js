/* The lamp, its state, its label and its button, drawn by Piu in Moddable's simulator. */
import {} from "piu/MC";
import makeCode from "qrcode";
import { print } from "host/console";

function memory() @ "xs_simulator_memory";
function open() @ "xs_simulator_open";

const WIDTH = 240;
const LAMP = 30; /* radius */
const QUIET = 4; /* light modules around the code (ISO/IEC 18004) */

/* A disc, row by row. */
class LampBehavior extends Behavior {
	onDraw(port) {
		port.fillColor(BOARD.lit ? "#ffd54a" : "#3a3f45", 0, 0, 0, 0);
		for (let y = -LAMP; y < LAMP; y++) {
			const half = Math.round(Math.sqrt(LAMP * LAMP - (y + 0.5) * (y + 0.5)));
			port.fillColor(BOARD.lit ? "#ffd54a" : "#3a3f45", port.width / 2 - half, LAMP + y, 2 * half, 1);
		}
	}
}

class CodeBehavior extends Behavior {
	onDraw(port) {
		const text = BOARD.payload?.qr;
		if (text === undefined) return;
		const code = makeCode({ input: text, maxVersion: 6 });
		const modules = new Uint8Array(code);
		const { size } = code;
		const scale = Math.floor(port.height / (size + 2 * QUIET));
		const side = scale * (size + 2 * QUIET);
		const left = (port.width - side) >> 1;
		port.fillColor("white", left, 0, side, side);
		for (let y = 0; y < size; y++)
			for (let x = 0; x < size; x++)
				if (modules[y * size + x]) port.fillColor("black", left + (QUIET + x) * scale, (QUIET + y) * scale, scale, scale);
	}
}

class ButtonBehavior extends Behavior {
	onTouchBegan(container) {
		container.state = 1;
	}
	onTouchEnded(container) {
		container.state = 0;
		BOARD.onButton?.();
	}
}

class Board {
	lit = false;
	payload;
	onButton;
	onStop;
	#parts = {};

	constructor() {
		open();
		const big = new Style({ font: "semibold 20px Open Sans", color: "#ffffff" });
		const small = new Style({ font: "16px Open Sans", color: "#b8c0c8" });
		const parts = this.#parts;
		new Application(null, {
			displayListLength: 16384,
			commandListLength: 4096,
			touchCount: 1,
			skin: new Skin({ fill: "#1c2024" }),
			contents: [
				new Port(parts, { anchor: "LAMP", left: 0, width: WIDTH, top: 10, height: 2 * LAMP, Behavior: LampBehavior }),
				new Label(parts, { anchor: "STATE", left: 0, width: WIDTH, top: 74, height: 24, style: big, string: "off" }),
				new Port(parts, { anchor: "CODE", left: 0, width: WIDTH, top: 100, height: 140, Behavior: CodeBehavior }),
				new Label(parts, { anchor: "MANUAL", left: 0, width: WIDTH, top: 242, height: 20, style: small, string: "" }),
				new Container(parts, {
					left: 40,
					width: WIDTH - 80,
					top: 272,
					height: 36,
					active: true,
					skin: new Skin({ fill: ["#2f6fdb", "#1f4a94"] }),
					Behavior: ButtonBehavior,
					contents: [new Label(parts, { left: 0, right: 0, top: 0, bottom: 0, style: big, string: "toggle" })],
				}),
			],
		});
	}

	led(on) {
		if (this.lit === on) return;
		this.lit = on;
		this.#parts.STATE.string = on ? "on" : "off";
		this.#parts.LAMP.invalidate();
		print(on ? "light on" : "light off");
	}

	onboarding(payload) {
		if (payload?.qr === this.payload?.qr) return;
		this.payload = payload;
		this.#parts.MANUAL.string = payload === undefined ? "paired" : payload.manual;
		this.#parts.CODE.invalidate();
		print(payload === undefined ? "pairing is closed" : `qr code ${payload.qr}\nmanual code ${payload.manual}`);
	}

	ready(line) {
		print(line);
	}

	/* The simulator's own reload does that. */
	restart() {}

	memory() {
		return memory();
	}
}

const BOARD = new Board();
export default BOARD;

/* The light, its button and its label, drawn in a terminal. */
import { log, onLine, print } from "host/console";
import makeCode from "qrcode";

function watchStop(callback) @ "xs_board_watchStop";
function stopped() @ "xs_board_stopped";
function restart() @ "xs_board_restart";
function memory() @ "xs_board_memory";
function colored() @ "xs_board_colored";

/* The specification asks for four light modules around the code (ISO/IEC 18004). */
const QUIET = 4;

/** Two rows of modules make one line of text. */
function draw(text) {
	const code = makeCode({ input: text, maxVersion: 6 });
	const size = code.size;
	const modules = new Uint8Array(code);
	const dark = (x, y) => x >= 0 && y >= 0 && x < size && y < size && modules[y * size + x] !== 0;
	/* without colours light modules are drawn: terminals are mostly dark */
	const color = colored();
	const shapes = color ? [" ", "▄", "▀", "█"] : ["█", "▀", "▄", " "];
	for (let y = -QUIET; y < size + QUIET; y += 2) {
		let line = "";
		for (let x = -QUIET; x < size + QUIET; x++) line += shapes[(dark(x, y) ? 2 : 0) + (dark(x, y + 1) ? 1 : 0)];
		print(color ? `\x1b[38;5;16;48;5;231m${line}\x1b[0m` : line);
	}
}

class Board {
	onButton;
	onStop;
	#lit;
	#shown;

	constructor() {
		onLine((line) => this.#typed(line.trim()));
		watchStop(() => {
			if (this.onStop) this.onStop(stopped);
			else stopped();
		});
	}

	#typed(line) {
		if (line === "toggle") this.onButton?.();
		else if (line !== "") log(`"${line}" is no command: type toggle`);
	}

	led(on) {
		if (this.#lit === on) return;
		this.#lit = on;
		print(on ? "light on" : "light off");
	}

	restart() {
		restart();
	}

	memory() {
		return memory();
	}

	onboarding(payload) {
		if (payload?.qr === this.#shown) return;
		this.#shown = payload?.qr;
		if (payload === undefined) {
			print("pairing is closed");
			return;
		}
		draw(payload.qr);
		print(`qr code ${payload.qr}`);
		print(`manual code ${payload.manual}`);
	}

	ready(line) {
		print(line);
	}
}

export default new Board();

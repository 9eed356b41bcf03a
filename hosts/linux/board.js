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

/*
 * Made while modules are preloaded: asks nothing of the system before it is used. No private fields: the engine loses
 * them where a preloaded object is changed.
 */
class Board {
	_button;
	_stop;
	_lit;
	_shown;

	get onButton() {
		return this._button;
	}

	set onButton(callback) {
		if (this._button === undefined) onLine((line) => this.typed(line.trim()));
		this._button = callback;
	}

	get onStop() {
		return this._stop;
	}

	set onStop(callback) {
		if (this._stop === undefined) watchStop(() => (this._stop ? this._stop(stopped) : stopped()));
		this._stop = callback;
	}

	typed(line) {
		if (line === "toggle") this._button?.();
		else if (line !== "") log(`"${line}" is no command: type toggle`);
	}

	led(on) {
		if (this._lit === on) return;
		this._lit = on;
		print(on ? "light on" : "light off");
	}

	restart() {
		restart();
	}

	memory() {
		return memory();
	}

	onboarding(payload) {
		if (payload?.qr === this._shown) return;
		this._shown = payload?.qr;
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

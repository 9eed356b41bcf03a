/* The light and the button of a development board; the label is on the serial console. */
import config from "mc/config";
import { flush, onLine, print } from "host/console";
import { list, remove, write } from "host/files";
import Timer from "host/timer";
import NeoPixel from "neopixel";
import Digital from "pins/digital";
import Monitor from "pins/digital/monitor";
import makeCode from "qrcode";

function restart() @ "xs_esp32board_restart";
function memory() @ "xs_esp32board_memory";

/* A file that says: empty the folder at the next start. It is the last one to go, so that a power cut does not matter. */
const RESET = "factory-reset";

const BOUNCE = 30; /* ms; a contact is at rest by then */
const LONG = 5000; /* ms; what is held this long is a factory reset */
const STOP = 900; /* ms; what does not close down in this time is ended */

/* The specification asks for four light modules around the code (ISO/IEC 18004). */
const QUIET = 4;

/* Two rows of modules make one line of text; light modules are drawn, terminals are mostly dark. */
function draw(text) {
	const code = makeCode({ input: text, maxVersion: 6 });
	const size = code.size;
	const modules = new Uint8Array(code);
	const light = (x, y) => x < 0 || y < 0 || x >= size || y >= size || modules[y * size + x] === 0;
	for (let y = -QUIET; y < size + QUIET; y += 2) {
		let line = "";
		for (let x = -QUIET; x < size + QUIET; x++) line += " ▄▀█"[(light(x, y) ? 2 : 0) + (light(x, y + 1) ? 1 : 0)];
		print(line);
	}
}

/* Made while modules are preloaded: touches no pin before `start`. */
class Board {
	onButton;
	onStop;
	_lamp;
	_pixel;
	_monitor;
	_bounce;
	_long;
	_pressed = false;
	_resetting = false;
	_deadline;
	_lit;
	_shown;

	/* Called by setup/matter, before the application runs. */
	start() {
		this.emptyStorage();
		const { lamp, button } = config;
		if (lamp?.neopixel) {
			this._pixel = new NeoPixel({ length: 1, pin: lamp.pin, order: "GRB" });
			this._pixel.brightness = lamp.brightness ?? 32;
		} else if (lamp) this._lamp = new Digital(lamp.pin, Digital.Output);
		this.led(false);
		if (button) {
			this._bounce = new Timer(() => this.settled(button.inverted !== false));
			this._long = new Timer(() => this.factoryReset());
			this._monitor = new Monitor({
				pin: button.pin,
				mode: button.inverted === false ? Digital.InputPullDown : Digital.InputPullUp,
				edge: Monitor.Rising | Monitor.Falling,
			});
			this._monitor.onChanged = () => this._bounce.set(BOUNCE);
		}
		onLine((line) => this.typed(line.trim()));
	}

	settled(inverted) {
		const pressed = (this._monitor.read() === 1) !== inverted;
		if (pressed === this._pressed) return;
		this._pressed = pressed;
		if (pressed) this._long.set(LONG);
		else if (!this._resetting) {
			this._long.clear();
			this.onButton?.();
		}
	}

	typed(line) {
		if (line === "toggle") this.onButton?.();
		else if (line === "restart") this.stop();
		else if (line === "factory-reset") this.factoryReset();
		else if (line !== "") print(`"${line}" is no command: type toggle, restart or factory-reset`);
	}

	factoryReset() {
		this._resetting = true;
		print("factory reset");
		write(RESET, new Uint8Array(0), true);
		this.stop();
	}

	emptyStorage() {
		const names = list();
		if (!names.includes(RESET)) return;
		for (const name of names) if (name !== RESET) remove(name);
		remove(RESET);
	}

	/* Closes down, and starts again. */
	stop() {
		if (this._deadline !== undefined) return;
		this._deadline = new Timer(() => this.restart());
		this._deadline.set(STOP);
		if (this.onStop) this.onStop(() => this.restart());
		else this.restart();
	}

	led(on) {
		const lit = on ? 1 : 0;
		if (this._pixel) {
			this._pixel.setPixel(0, on ? this._pixel.makeRGB(255, 255, 255) : 0);
			this._pixel.update();
		} else this._lamp?.write(config.lamp.inverted ? 1 - lit : lit);
		if (this._lit !== undefined && this._lit !== lit) print(on ? "light on" : "light off");
		this._lit = lit;
	}

	restart() {
		flush();
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

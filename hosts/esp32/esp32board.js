/* The light and the button of a development board; the label is on the serial console. */
import config from "mc/config";
import { flush, onLine, print } from "host/console";
import { list, remove, write } from "host/files";
import state from "host/state";
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

/* What changes is in state(). */
class Board {
	get onButton() {
		return state().onButton;
	}

	set onButton(callback) {
		state().onButton = callback;
	}

	get onStop() {
		return state().onStop;
	}

	set onStop(callback) {
		state().onStop = callback;
	}

	/* Called by setup/matter, before the application runs: touches the pins, and empties the storage when asked to. */
	start() {
		const { lamp, button } = config;
		const it = state();
		this.emptyStorage();
		if (lamp?.neopixel) {
			it.pixel = new NeoPixel({ length: 1, pin: lamp.pin, order: "GRB" });
			it.pixel.brightness = lamp.brightness ?? 32;
		} else if (lamp) it.lamp = new Digital(lamp.pin, Digital.Output);
		this.light(false);
		if (button) {
			const high = button.inverted === false ? 1 : 0; /* a button mostly connects its pin to ground */
			it.bounce = new Timer(() => this.settled((it.monitor.read() ? 1 : 0) === high));
			it.long = new Timer(() => this.factoryReset());
			it.monitor = new Monitor({
				pin: button.pin,
				mode: high ? Digital.InputPullDown : Digital.InputPullUp,
				edge: Monitor.Rising | Monitor.Falling,
			});
			it.monitor.onChanged = () => it.bounce.set(BOUNCE);
		}
		onLine((line) => this.typed(line.trim()));
	}

	settled(pressed) {
		const it = state();
		if (pressed === it.pressed) return;
		it.pressed = pressed;
		if (pressed) it.long.set(LONG);
		else if (it.deadline === undefined) {
			it.long.clear();
			it.onButton?.();
		}
	}

	typed(line) {
		if (line === "toggle") this.onButton?.();
		else if (line === "restart") this.stop();
		else if (line === "factory-reset") this.factoryReset();
		else if (line !== "") print(`"${line}" is no command: type toggle, restart or factory-reset`);
	}

	factoryReset() {
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
		const it = state();
		if (it.deadline !== undefined) return;
		it.deadline = new Timer(() => this.restart());
		it.deadline.set(STOP);
		if (it.onStop) it.onStop(() => this.restart());
		else this.restart();
	}

	light(on) {
		const { lamp, pixel } = state();
		if (pixel) {
			pixel.setPixel(0, on ? pixel.makeRGB(255, 255, 255) : 0);
			pixel.update();
		} else lamp?.write(on === (config.lamp.inverted === true) ? 0 : 1);
	}

	led(on) {
		const it = state();
		if (it.lit === on) return;
		it.lit = on;
		this.light(on);
		print(on ? "light on" : "light off");
	}

	restart() {
		flush();
		restart();
	}

	memory() {
		return memory();
	}

	onboarding(payload) {
		const it = state();
		if (payload?.qr === it.shown) return;
		it.shown = payload?.qr;
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

export default Object.freeze(new Board());

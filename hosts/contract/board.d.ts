declare module "host/board" {
	export interface Board {
		led(on: boolean): void;
		onButton?: () => void;
		/** The platform asks to end (SIGTERM, SIGINT, power): close down, then call `done`. It does not wait for long. */
		onStop?: (done: () => void) => void;
		/** Starts the device again. */
		restart(): void;
		/** Bytes of the application's heap. */
		memory(): { free: number; used: number; peak: number };
		/** Shows what a person needs to pair; undefined when no window is open any more. */
		onboarding(payload: { qr: string; manual: string } | undefined): void;
		/** The device answers from now on: shows the line. */
		ready(line: string): void;
	}
	const board: Board;
	export default board;
}

/** The manifest's "config", with what the person who starts the device sets over it (flags on a computer). */
declare module "mc/config" {
	const config: Readonly<
		Record<string, unknown> & {
			port: number;
			passcode: number;
			/** 0 to 4095 */
			discriminator: number;
			/** name of the only network interface to use */
			interface?: string;
			/** debug, info, notice, warn, error or none */
			log?: string;
			/** the day, `2026-11-23`, before which nothing of this firmware was made: where Last Known Good Time begins */
			released?: string;
			/** factory reset first: the storage is already empty when the program starts */
			reset?: boolean;
		}
	>;
	export default config;
}

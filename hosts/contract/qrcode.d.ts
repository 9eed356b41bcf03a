/** From the Moddable SDK. */
declare module "qrcode" {
	/** One byte for each module, row by row, 1 for dark; `size` rows. */
	export default function qrcode(options: {
		input: string | ArrayBuffer;
		maxVersion?: number;
	}): ArrayBuffer & { size: number };
}

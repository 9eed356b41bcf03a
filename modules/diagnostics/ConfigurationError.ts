/**
 * What the person who starts or configures the device got wrong: an unknown flag, a forbidden passcode, a port in use,
 * a folder that cannot be written. The message is one clear sentence; the host prints it and ends with `exitCode`.
 */
export class ConfigurationError extends Error {
	readonly exitCode = 2;
}

import { log as hostLog } from "host/console";
import { ConfigurationError } from "./ConfigurationError";

/** Names of the levels, least important first; "none" silences everything. */
export const LOG_LEVELS = Object.freeze(["debug", "info", "notice", "warn", "error", "none"] as const);
export type LogLevel = (typeof LOG_LEVELS)[number];

const DEBUG = 0;
const INFO = 1;
const NOTICE = 2;
const WARN = 3;
const ERROR = 4;

/**
 * Writes lines `level facility: text` to the host. Never pass keys, passcodes or plain message contents.
 * Check `debugging` before building an expensive text.
 */
export class Log {
	private threshold: number;
	private sink: (line: string) => void;

	/** @throws ConfigurationError when `level` is none of LOG_LEVELS */
	constructor(level: LogLevel = "notice", sink: (line: string) => void = hostLog) {
		this.threshold = LOG_LEVELS.indexOf(level);
		if (this.threshold < 0)
			throw new ConfigurationError(`"${String(level)}" is no log level: choose one of ${LOG_LEVELS.join(", ")}`);
		this.sink = sink;
	}

	get level(): LogLevel {
		return LOG_LEVELS[this.threshold] ?? "none";
	}

	get debugging(): boolean {
		return this.threshold === DEBUG;
	}

	debug(facility: string, text: string): void {
		if (this.threshold <= DEBUG) this.sink(`debug ${facility}: ${text}`);
	}

	info(facility: string, text: string): void {
		if (this.threshold <= INFO) this.sink(`info ${facility}: ${text}`);
	}

	notice(facility: string, text: string): void {
		if (this.threshold <= NOTICE) this.sink(`notice ${facility}: ${text}`);
	}

	warn(facility: string, text: string): void {
		if (this.threshold <= WARN) this.sink(`warn ${facility}: ${text}`);
	}

	error(facility: string, text: string): void {
		if (this.threshold <= ERROR) this.sink(`error ${facility}: ${text}`);
	}

	/** An exception that nobody expected: its message at error, where it came from as well. */
	exception(facility: string, doing: string, error: unknown): void {
		if (this.threshold > ERROR) return;
		const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
		this.sink(`error ${facility}: ${doing}: ${stack}`);
	}
}

import { ConfigurationError } from "../../../modules/diagnostics/ConfigurationError";
import { Counters } from "../../../modules/diagnostics/Counters";
import { Log, type LogLevel } from "../../../modules/diagnostics/Log";

describe("Log", () => {
	it.each([
		["debug", 5],
		["info", 4],
		["notice", 3],
		["warn", 2],
		["error", 1],
		["none", 0],
	] as [LogLevel, number][])("at %s writes %d of the five levels", (level, count) => {
		const lines: string[] = [];
		const log = new Log(level, (line) => lines.push(line));
		log.error("a", "1");
		log.warn("a", "2");
		log.notice("a", "3");
		log.info("a", "4");
		log.debug("a", "5");
		expect(lines).toEqual(["error a: 1", "warn a: 2", "notice a: 3", "info a: 4", "debug a: 5"].slice(0, count));
		expect(log.level).toBe(level);
		expect(log.debugging).toBe(level === "debug");
	});

	it("tells where an exception came from", () => {
		const lines: string[] = [];
		new Log("error", (line) => lines.push(line)).exception("room", "doing", new RangeError("too far"));
		expect(lines[0]).toContain("error room: doing: RangeError: too far");
	});

	it("knows its levels only", () => {
		expect(() => new Log("loud" as LogLevel)).toThrow(ConfigurationError);
	});
});

describe("Counters", () => {
	it("count, tell and begin anew", () => {
		const counters = new Counters();
		counters.count("duplicate");
		counters.count("duplicate");
		counters.count("giveUp");
		expect(counters.get("duplicate")).toBe(2);
		expect(counters.toString()).toBe("duplicate=2 giveUp=1");
		counters.reset();
		expect(counters.toString()).toBe("");
	});
});

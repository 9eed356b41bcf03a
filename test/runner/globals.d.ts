/** What tests on the engine may call besides Jest's own globals: the text shows in Jest's report. */
declare const console: Record<"log" | "info" | "warn" | "error" | "debug", (...values: unknown[]) => void>;

import { lifeOfALight } from "./sequence.mjs";

describe("a light found by mDNS", () => lifeOfALight({ find: "mdns" }));

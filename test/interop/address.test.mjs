import { lifeOfALight } from "./sequence.mjs";

describe("a light found by its address", () => lifeOfALight({ find: "address" }));

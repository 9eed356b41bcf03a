import { lifeOfALight } from "./sequence.mjs";

describe("a light at 10 % loss, 5 % duplication and 5 % reordering each way", () =>
	lifeOfALight({
		find: "address",
		link: { loss: 0.1, duplication: 0.05, reordering: 0.05, seed: 2026, mercy: 3 },
		patience: 4,
	}));

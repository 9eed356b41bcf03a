/* SPAKE2+ with given secrets; only the test variants have it ("host/spake2pvectors"). */
export function evaluate(w0, L, y, pA, context, prover, verifier) @ "xs_spake2pvectors_evaluate";

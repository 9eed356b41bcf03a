/* A timer that fires once. Keeps itself alive while it is set. */
export default class Timer @ "xs_hosttimer_destructor" {
	constructor(callback) @ "xs_hosttimer_constructor";
	set(ms) @ "xs_hosttimer_set";
	clear() @ "xs_hosttimer_clear";
}

/* A timer that fires once. Keeps itself alive while it is set. */
export default class Timer @ "xs_timer_destructor" {
	constructor(callback) @ "xs_timer_constructor";
	set(ms) @ "xs_timer_set";
	clear() @ "xs_timer_clear";
}

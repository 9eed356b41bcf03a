/**
 * What the interaction model keeps at once, and why. Sizes are those of 16-byte slots, read off the 32-bit program's heap
 * after a collection.
 * A full pool answers Busy, ResourceExhausted or PathsExhausted; nothing grows beyond these numbers.
 */

/** Attribute and event paths of one ReadRequest. 9 must be read (Matter Core 2.11.2.1); a path costs 64 bytes while the read lasts. */
export const READ_PATHS = 24;

/** Reads whose next message waits for the peer: each of 15 CASE sessions may read everything at once. One of a single path costs 880 bytes, and the message that awaits its acknowledgement. */
export const CHUNKED_READS = 15;

/** Timed interactions, writes and responses in several messages, of each kind so many that wait for the peer; a timed interaction costs 390 bytes. */
export const WAITING_REQUESTS = 8;

/** Subscriptions that every fabric gets (Matter Core 2.11.2.2). */
export const SUBSCRIPTIONS_PER_FABRIC = 3;

/** Subscriptions in all: 3 for each of 5 fabrics. One of 3 paths costs 830 bytes. */
export const SUBSCRIPTIONS = 15;

/** Paths that every subscription gets (Matter Core 2.11.2.2). */
export const SUBSCRIPTION_PATHS = 3;

/** Paths beyond the guaranteed ones, shared by all subscriptions: 64 bytes each. */
export const SPARE_SUBSCRIPTION_PATHS = 48;

/** DataVersionFilters of one request that are honoured; more would only spare the network, so the rest are not kept. 48 bytes each. */
export const DATA_VERSION_FILTERS = 64;

/** Commands of one InvokeRequest; MaxPathsPerInvoke in the session parameters and in BasicInformation. */
export const PATHS_PER_INVOKE = 10;

/** Milliseconds that an interaction waits for its peer's next message. MRP gives up on a lost one within 4.2 s; the rest is the peer's to think. */
export const RESPONSE_TIMEOUT = 15_000;

/** Seconds: the longest interval that a publisher may choose when the subscriber allows less (Matter Core 2.11.2.2). */
export const MAX_INTERVAL_LIMIT = 3600;

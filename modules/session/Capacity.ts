import { FABRIC_CAPACITY } from "../fabric/FabricTable";

/**
 * How many of each the device keeps at once. All pools of the message path are sized here: the heap of the smallest
 * board has to hold them all full (94,208 bytes of XS heap with 16-byte slots on an ESP32-C3).
 */

/** CASE sessions that a fabric is never denied by another one (Matter Core 4.14.2.8 asks for 3). */
export const CASE_SESSIONS_PER_FABRIC = 3;

/** One PASE session at a time (Matter Core 4.14.1). */
export const PASE_SESSIONS = 1;

/**
 * Secure sessions: 15 CASE, one PASE, and one id for a handshake under way while the table is full of sessions in use.
 * About 890 bytes of heap each, most of it small arrays (address, attestation challenge, node id), and two key
 * contexts outside it.
 */
export const SECURE_SESSIONS = FABRIC_CAPACITY * CASE_SESSIONS_PER_FABRIC + PASE_SESSIONS + 1;

/** Low bits of a session id that are its place in the table; the rest is a generation. 2^SLOT_BITS >= SECURE_SESSIONS. */
export const SLOT_BITS = 5;

/**
 * Peers that are in the middle of a handshake, or were a moment ago, each with an ephemeral node id of its own. About 450
 * bytes each. Fewer would let a handful of strangers keep an administrator out; no stranger gets past the handshakes
 * that the secure channel allows.
 */
export const UNSECURED_SESSIONS = 6;

/** Keys of groups that are ready for use: about 350 bytes each and a key context outside the heap, once there is one. Others are derived for each message. */
export const GROUP_SESSIONS = 4;

/**
 * Senders of group messages, by key, whose counters a fabric has room for: 19 bytes each, once there is one. Matter Core 4.18.2
 * asks for 10; some use several keys, and nobody is forgotten.
 */
export const GROUP_PEERS_PER_FABRIC = 24;

/** Exchanges that a peer may have open in one session (Matter Core 4.10.5.3 asks for 5). */
export const PEER_EXCHANGES_PER_SESSION = 5;

/** Beyond those, in one session, exchanges whose answer awaits its acknowledgement and nothing else. */
export const UNACKNOWLEDGED_PER_SESSION = 5;

/** Exchanges in an unsecured session: a handshake, and one that follows while the first is still being acknowledged. */
export const EXCHANGES_PER_UNSECURED_SESSION = 2;

/**
 * Exchanges that all peers together may have open in secure sessions. About 300 bytes each, and the message that awaits its
 * acknowledgement. Not 5 for each session: nobody but a flood has that many at once, and what is refused is not
 * acknowledged, so it comes again.
 */
export const PEER_EXCHANGES = 12;

/** Beyond those, so many in which a peer is told that there was no room for its request. */
export const BUSY_EXCHANGES = 2;

/** Requests that found no room and are remembered until they come again: 80 bytes each, only then. */
export const REFUSED_REQUESTS = 8;

/**
 * Exchanges that this node itself may have open in secure sessions, for reports of changes. One change concerns up to 15
 * subscriptions: those beyond report half a second later, for all at once would take 10,000 bytes.
 */
export const OWN_EXCHANGES = 8;

/** Messages up to this long are kept for retransmission in buffers that are used again. */
export const KEPT_BUFFER_LENGTH = 256;

/** Such buffers that wait for their next use: 256 bytes each. */
export const KEPT_BUFFERS = 4;

/**
 * Longer messages kept at once before no exchange of a peer is taken any more: up to 1,250 bytes each. Who reads everything
 * while so many do has to ask again, a third of a second later.
 */
export const LONG_MESSAGES = 3;

// The interaction model, whose full pools answer Busy, ResourceExhausted or PathsExhausted.

/** Attribute and event paths of one ReadRequest. 9 must be read (Matter Core 2.11.2.1); a path costs 64 bytes while the read lasts. */
export const READ_PATHS = 24;

/** Reads whose next message waits for the peer: each of 15 CASE sessions may read everything at once. One of a single path costs 880 bytes, and the message that awaits its acknowledgement. */
export const CHUNKED_READS = FABRIC_CAPACITY * CASE_SESSIONS_PER_FABRIC;

/** Timed interactions, writes and responses in several messages, of each kind so many that wait for the peer; a timed interaction costs 390 bytes. */
export const WAITING_REQUESTS = 8;

/** Subscriptions that every fabric gets (Matter Core 2.11.2.2). */
export const SUBSCRIPTIONS_PER_FABRIC = 3;

/** Subscriptions in all: 3 for each of 5 fabrics. One of 3 paths costs 600 bytes. */
export const SUBSCRIPTIONS = FABRIC_CAPACITY * SUBSCRIPTIONS_PER_FABRIC;

/** Paths that every subscription gets (Matter Core 2.11.2.2). */
export const SUBSCRIPTION_PATHS = 3;

/** Paths beyond the guaranteed ones, shared by all subscriptions: 64 bytes each. */
export const SPARE_SUBSCRIPTION_PATHS = 48;

/** DataVersionFilters of one request that are honoured; more would only spare the network, so the rest are not kept. 48 bytes each. */
export const DATA_VERSION_FILTERS = 64;

/** Commands of one InvokeRequest; MaxPathsPerInvoke in the session parameters and in BasicInformation. */
export const PATHS_PER_INVOKE = 10;

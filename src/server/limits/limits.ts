/**
 * Every number by which the server refuses, waits or gives up, and why it is that number.
 *
 * `openServer` takes others for tests, one by one.
 */
export interface Limits {
  readonly bodyMaxBytes: number;
  readonly headersMaxBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly responseStallTimeoutMs: number;
  readonly documentMaxCharacters: number;
  readonly documentMaxTokens: number;
  readonly documentsMaxTokens: number;
  readonly documentMaxDepth: number;
  readonly documentMaxAliases: number;
  readonly documentMaxDirectives: number;
  readonly documentMaxRepeats: number;
  readonly documentMaxCost: number;
  readonly subscriptionMaxCost: number;
  readonly operationMaxValues: number;
  readonly operationMaxLoads: number;
  readonly operationMaxStatements: number;
  readonly operationMaxMs: number;
  readonly pushMaxValues: number;
  readonly processMaxValues: number;
  readonly customerMaxQueries: number;
  readonly customerMaxWaitingQueries: number;
  readonly socketMessageMaxBytes: number;
  readonly socketInitTimeoutMs: number;
  readonly socketAuthenticationTimeoutMs: number;
  readonly socketPingIntervalMs: number;
  readonly socketStallTimeoutMs: number;
  readonly socketUnreadMaxBytes: number;
  readonly socketGoodbyeMs: number;
  readonly socketMaxSubscriptions: number;
  readonly socketMaxOperations: number;
  readonly customerMaxConnections: number;
  readonly processMaxConnections: number;
}

export const LIMITS: Limits = {
  /** A batch of 1,000 tracks with properties is some 300 KB; Stripe's events stay below 256 KB. */
  bodyMaxBytes: 1_048_576,
  /** A customer token with 50 long plan ids is 14 KB, and cookies of other apps on the same host come with it. */
  headersMaxBytes: 32_768,
  /** Whoever trickles headers holds a connection: 10 s is slow for a phone in a tunnel, and short for an attacker. */
  headersTimeoutMs: 10_000,
  /** The whole request, body included: 1 MiB in 30 s is 35 KB/s. */
  requestTimeoutMs: 30_000,
  /** Longer than the 60 s of the usual load balancers, so that they close first and never meet a closing connection. */
  keepAliveTimeoutMs: 65_000,
  /** What is in flight may finish after a signal; orchestrators send SIGKILL after 30 s, often after 10 s more. */
  drainTimeoutMs: 10_000,

  /** An answer of which nothing is read for so long is given up, and its connection with it. */
  responseStallTimeoutMs: 60_000,

  /** Documents are cached by their text, so the text is bounded. What varies belongs into variables. */
  documentMaxCharacters: 65_536,
  /**
   * GraphiQL's introspection has 190 tokens, a page of everything 770. Validation compares fields pairwise: 2,000 take 0.2 s
   * at worst.
   */
  documentMaxTokens: 2_000,
  /** Of all documents that are remembered: some 50 MB. An app's own are some hundred, of 100 tokens each. */
  documentsMaxTokens: 100_000,
  /**
   * customers → nodes → balances → grants → purchase → plan → items → price → amount → amount is 10; two are spare.
   * Introspection is not counted.
   */
  documentMaxDepth: 12,
  /**
   * One alias is one more write or read; a page that tracks 15 things, or shows 40 balances by name, passes. For more there is
   * trackBatch.
   */
  documentMaxAliases: 50,
  documentMaxDirectives: 50,
  /** Of one name in one place: what is asked for again is answered once, but compared with each of the others. */
  documentMaxRepeats: 50,
  /**
   * Values that an answer may hold, as its lists promise (document-cost.ts). 50 customers with 10 balances and their grants, 20 ledger
   * entries and 20 purchases each, shown in full, are 80,000; a batch of 1,000 tracks with all that can be said of each, 90,000.
   */
  documentMaxCost: 100_000,
  /**
   * Of one push. A balance with its entry, grants and feature, each shown in full, is some hundred values; twenty such
   * subscriptions of one customer cost each of its uses 20,000.
   */
  subscriptionMaxCost: 1_000,
  /** While it runs: twice what it may promise, for accounts with more than the usual. 200,000 values are some 60 MB and 1 s. */
  operationMaxValues: 200_000,
  /** Each waits for a gathered statement. The page of 50 customers has 12,000. */
  operationMaxLoads: 50_000,
  /** Of those that are not gathered, such as usage: 500 take a second of one connection. */
  operationMaxStatements: 500,
  /** Longer than any page waits; shorter than the 15 s of a statement, and than the 30 s of proxies. */
  operationMaxMs: 10_000,
  pushMaxValues: 2_000,
  /** Of all operations under way: some 400 MB, where node takes 2 to 4 GB and a small container has 1. */
  processMaxValues: 1_200_000,
  /** Of one customer at once, over all of its tokens: the widgets of a page, each with its own. The rest wait their turn. */
  customerMaxQueries: 4,
  customerMaxWaitingQueries: 100,

  /** ws takes 100 MiB unless told. A track is 300 bytes; what is larger can be sent over HTTP. */
  socketMessageMaxBytes: 65_536,
  /** Opening, and then connection_init: a page that loads slowly still has its token at hand. */
  socketInitTimeoutMs: 5_000,
  /** From connection_init on: a socket for which nobody has shown a credential by then holds a place for nothing. */
  socketAuthenticationTimeoutMs: 10_000,
  /** Of sockets and event streams. Proxies drop what is silent for 30 to 60 s; two pings fit. */
  socketPingIntervalMs: 12_000,
  /**
   * Of sockets and event streams. A laptop that sleeps reads nothing for ever: what was sent and not read for so long frees its
   * subscriptions.
   */
  socketStallTimeoutMs: 30_000,
  /** What is sent ahead of what is known to be read: some 100 pushes, 200 KB/s for a phone that answers in 0.3 s. */
  socketUnreadMaxBytes: 65_536,
  /** After the close frame: a peer that reads answers it at once, one that does not is cut off. */
  socketGoodbyeMs: 1_000,
  /** A page shows a handful of balances; a server that follows 100 customers opens a second socket. */
  socketMaxSubscriptions: 100,
  /** In flight on one socket, subscriptions included. Beyond it the socket is not read until some are answered. */
  socketMaxOperations: 400,
  /** Sockets and event streams: tabs of one person, and a few connections that are being replaced. */
  customerMaxConnections: 20,
  /** Sockets and event streams: each holds a file descriptor and some 30 KB, and most systems allow 65,536 descriptors or more. */
  processMaxConnections: 10_000,
};

/**
 * Every number by which the server refuses, waits or gives up, with the reason for the number.
 *
 * Tests pass other numbers to `openServer`, one by one.
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
  readonly persistedMaxCharacters: number;
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
  /**
   * A batch of 1,000 tracks with properties has about 300 KB; Stripe's events stay below 256 KB.
   */
  bodyMaxBytes: 1_048_576,
  /**
   * A customer token with 50 long plan ids has 14 KB, and cookies of other apps on the same host
   * are sent with it.
   */
  headersMaxBytes: 32_768,
  /**
   * A client that sends its headers slowly occupies a connection. 10 s are enough for a phone in a
   * tunnel and short for an attacker.
   */
  headersTimeoutMs: 10_000,
  /** The whole request with its body: 1 MiB in 30 s is 35 KB/s. */
  requestTimeoutMs: 30_000,
  /**
   * Longer than the 60 s of the usual load balancers, so that they close first and never send on a
   * closing connection.
   */
  keepAliveTimeoutMs: 65_000,
  /**
   * Requests in flight may finish after a signal. Orchestrators send SIGKILL after 30 s, often
   * after 10 s.
   */
  drainTimeoutMs: 10_000,

  /** Closes the connection where the client reads nothing of an answer for this long. */
  responseStallTimeoutMs: 60_000,

  /**
   * Documents are cached by their text, so the text is bounded. Varying values belong into
   * variables.
   */
  documentMaxCharacters: 65_536,
  /**
   * GraphiQL's introspection query has 190 tokens, a page that shows everything 770. Validation
   * compares fields pairwise: 2,000 tokens take 0.2 s at worst.
   */
  documentMaxTokens: 2_000,
  /**
   * The sum over all cached documents: about 50 MB. An app has some hundred documents of 100 tokens
   * each.
   */
  documentsMaxTokens: 100_000,
  /**
   * The sum over all documents that may be asked for by their hash: 4 MB at most. An app has some
   * hundred of 2,000 characters.
   */
  persistedMaxCharacters: 2_000_000,
  /**
   * customers → nodes → balances → grants → purchase → plan → items → price → amount → amount has
   * depth 10; two are spare. Introspection is not counted.
   */
  documentMaxDepth: 12,
  /**
   * Each alias is one more write or read. 15 tracks in one request, or 40 balances by name, are
   * allowed; trackBatch is for more.
   */
  documentMaxAliases: 50,
  documentMaxDirectives: 50,
  /**
   * Repetitions of one name in one selection set: execution answers them once, but validation
   * compares each with all others.
   */
  documentMaxRepeats: 50,
  /**
   * Values that an answer may hold, by the declared sizes of its lists (document-cost.ts). 50
   * customers with 10 balances and their grants, 20 ledger entries and 20 purchases each, with
   * every field, are 80,000. A batch of 1,000 tracks with every field is 90,000.
   */
  documentMaxCost: 100_000,
  /**
   * Values of one push. A balance with its entry, grants and feature, with every field, has some
   * hundred values; twenty such subscriptions of one customer cost 20,000 for each use.
   */
  subscriptionMaxCost: 1_000,
  /**
   * Values that an operation may read while it runs: twice its declared maximum, for accounts that
   * are larger than usual. 200,000 values take about 60 MB and 1 s.
   */
  operationMaxValues: 200_000,
  /** Fields that wait for a batched statement. The page of 50 customers has 12,000. */
  operationMaxLoads: 50_000,
  /**
   * Statements that are not batched, such as those of usage. 500 take one second of one connection.
   */
  operationMaxStatements: 500,
  /** Longer than any page waits; shorter than the 15 s of a statement and the 30 s of proxies. */
  operationMaxMs: 10_000,
  pushMaxValues: 2_000,
  /**
   * Values of all running operations together: about 400 MB. Node takes 2 to 4 GB, and a small
   * container has 1.
   */
  processMaxValues: 1_200_000,
  /**
   * Queries of one customer at once, over all of its tokens, such as those of a page's widgets. The
   * rest wait in a queue.
   */
  customerMaxQueries: 4,
  customerMaxWaitingQueries: 100,

  /** The default of ws is 100 MiB. A track has 300 bytes; larger messages can be sent over HTTP. */
  socketMessageMaxBytes: 65_536,
  /** From the opening until connection_init. Even a page that loads slowly has its token ready. */
  socketInitTimeoutMs: 5_000,
  /**
   * From connection_init on. A socket without a credential by then occupies a place for nothing.
   */
  socketAuthenticationTimeoutMs: 10_000,
  /**
   * For sockets and event streams. Proxies drop connections that are silent for 30 to 60 s; two
   * pings fit into that.
   */
  socketPingIntervalMs: 12_000,
  /**
   * For sockets and event streams. A sleeping laptop never reads: after this long with unread
   * messages, its subscriptions are freed.
   */
  socketStallTimeoutMs: 30_000,
  /**
   * Bytes that are sent ahead of what the client has confirmed: about 100 pushes, or 200 KB/s for a
   * phone with a round trip of 0.3 s.
   */
  socketUnreadMaxBytes: 65_536,
  /** From the close frame on. A client that reads answers it at once; others are disconnected. */
  socketGoodbyeMs: 1_000,
  /**
   * A page shows a handful of balances. A server that follows 100 customers opens a second socket.
   */
  socketMaxSubscriptions: 100,
  /**
   * Operations in flight on one socket, subscriptions included. Beyond this the server stops
   * reading the socket until some are answered.
   */
  socketMaxOperations: 400,
  /**
   * Sockets and event streams: the tabs of one person, and a few connections that are being
   * replaced.
   */
  customerMaxConnections: 20,
  /**
   * Sockets and event streams. Each holds a file descriptor and about 30 KB; most systems allow
   * 65,536 descriptors or more.
   */
  processMaxConnections: 10_000,
};

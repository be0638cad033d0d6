/**
 * What a session is told at its beginning. Behind a pooler nothing is, because a pooler would give
 * the settings to others.
 */
export const SESSION_SETTINGS = {
  /**
   * Each statement is planned once for each connection, for any parameters. For statements by key
   * this is best, and planning is most of their cost.
   */
  plansOnce: 'SET plan_cache_mode TO force_generic_plan',
  /**
   * Entries do not notify with their commit, because the session's user notifies afterwards. The
   * trigger of entries reads it.
   */
  notifiesLater: 'SET brim.notifies_later TO on',
} as const;

export type SessionSetting = keyof typeof SESSION_SETTINGS;

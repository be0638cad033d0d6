/**
 * Runs in the browser, before GraphiQL does: makes what GraphiQL kept of the last visit fit this one.
 *
 * GraphiQL keeps its tabs in localStorage, credentials included. Left alone, the second visit opens
 * on an empty seventh tab, and the tabs still send the key of a data folder that is gone. Here the
 * tabs of the flow are always there, edits and tabs of the reader's own stay, the tab that was open
 * is open again, and each development key is the present one. Other credentials are left as they are.
 */
function renewStoredTabs(storage, { tabs, headers }) {
  const TABS = 'graphiql:tabState';
  const DEVELOPMENT_CREDENTIAL = /Bearer (\w+_sk_dev_|<)/;
  let kept;
  try {
    kept = JSON.parse(storage.getItem(TABS) ?? 'null');
  } catch {
    storage.removeItem(TABS);
  }
  if (!Array.isArray(kept?.tabs)) return;

  const nameOf = (query) => /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query ?? '')?.[1];
  const open = kept.tabs[kept.activeTabIndex];
  const written = kept.tabs.filter((tab) => tab?.query);
  const names = new Set(written.map((tab) => nameOf(tab.query)));
  const missing = tabs.filter((tab) => !names.has(nameOf(tab.query)));
  const all = [...written, ...missing.map((tab) => ({ ...tab, id: crypto.randomUUID(), headers }))].map((tab) => ({
    ...tab,
    title: tab.title ?? nameOf(tab.query) ?? '<untitled>',
    operationName: tab.operationName ?? nameOf(tab.query) ?? null,
    variables: tab.variables ?? null,
    headers: !tab.headers || DEVELOPMENT_CREDENTIAL.test(tab.headers) ? headers : tab.headers,
    response: null,
    hash: null,
  }));
  const activeTabIndex = Math.max(
    0,
    all.findIndex((tab) => tab.id === open?.id),
  );
  const active = all[activeTabIndex];
  storage.setItem(TABS, JSON.stringify({ tabs: all, activeTabIndex }));
  // GraphiQL opens the tab that holds exactly these three, and adds an empty one where none does.
  for (const part of ['query', 'variables', 'headers']) storage.setItem(`graphiql:${part}`, active[part] ?? '');
}

renewStoredTabs(localStorage, JSON.parse(document.currentScript.dataset.flow));

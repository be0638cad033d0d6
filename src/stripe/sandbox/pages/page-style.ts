/**
 * The style of the sandbox's pages: one column, one accent color, light or dark as the system says.
 */
import { Html } from './html.ts';

export const PAGE_STYLE = new Html(`
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #ffffff; --ink: #1b2130; --soft: #5a6376; --line: #e3e6ec; --edge: #8790a3;
  --accent: #2f5bd7; --accent-ink: #ffffff; --accent-deep: #244bb8;
  --banner: #fdf3d7; --banner-ink: #6a4b00; --bad: #fdecec; --bad-ink: #9c2020; --good: #e6f5ec; --good-ink: #17693a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151c; --card: #1b2029; --ink: #e9ecf2; --soft: #a2abbc; --line: #2d3442; --edge: #6b7690;
    --accent: #8eacff; --accent-ink: #0f1830; --accent-deep: #a9c0ff;
    --banner: #3a3015; --banner-ink: #f6dc97; --bad: #421f22; --bad-ink: #ffb9b9; --good: #17362a; --good-ink: #a4e4bf;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
.banner { margin: 0; padding: 0.6rem 1rem; background: var(--banner); color: var(--banner-ink); text-align: center; font-size: 0.9rem; }
main { width: min(30rem, 100% - 2rem); margin: clamp(1.25rem, 7vh, 4.5rem) auto 2rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: clamp(1.25rem, 5vw, 2rem); }
h1 { margin: 0; font-size: 1rem; font-weight: 500; color: var(--soft); }
.total { margin: 0.1rem 0 0; font-size: 2.4rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.payer { margin: 0.35rem 0 0; color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }
table { width: 100%; margin: 1.5rem 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: 0.7rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
td:last-child { padding-left: 1rem; text-align: right; white-space: nowrap; }
tbody th { overflow-wrap: anywhere; }
tfoot th, tfoot td { font-weight: 650; border-bottom: 1px solid var(--line); }
small { display: block; color: var(--soft); font-size: 0.85rem; }
.note { margin: 1.25rem 0 0; padding: 0.75rem 0.9rem; border-radius: 9px; background: var(--ground); }
.note.bad { background: var(--bad); color: var(--bad-ink); }
.note.good { background: var(--good); color: var(--good-ink); }
form { display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; margin: 0; }
button, .button {
  font: inherit; font-weight: 550; min-height: 2.9rem; padding: 0.5rem 0.9rem; border-radius: 9px; border: 1px solid var(--edge);
  background: transparent; color: var(--ink); cursor: pointer; text-align: center; text-decoration: none;
}
button:hover, .button:hover { border-color: var(--ink); }
.main { grid-column: 1 / -1; background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.main:hover { background: var(--accent-deep); border-color: var(--accent-deep); }
.wide { grid-column: 1 / -1; }
label { display: block; color: var(--soft); font-size: 0.9rem; }
select { font: inherit; width: 100%; min-height: 2.9rem; padding: 0.5rem; border-radius: 9px; border: 1px solid var(--edge); background: var(--card); color: var(--ink); }
.note + form { margin-top: 1.25rem; }
.quiet { grid-column: 1 / -1; border-color: transparent; color: var(--soft); }
form + small { margin-top: 0.75rem; }
.button { display: grid; place-content: center; margin-top: 1.25rem; }
form + .button { margin-top: 0.6rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 1rem; text-align: center; color: var(--soft); font-size: 0.8rem; overflow-wrap: anywhere; }
`);

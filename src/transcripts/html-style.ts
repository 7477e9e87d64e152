/** The look of a transcript's page: read on a phone at night and in a meeting room, so both schemes and every width. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --raised: #fff; --ink: #1c1e21; --dim: #63686f; --line: #dfe1e5; --code: #f2f3f5;
  --good: #1a7f37; --bad: #c0271d; --open: #9a5b00; --accent: #0b5cad;
  --red: #b3261e; --green: #1a7f37; --yellow: #8a5a00; --blue: #0b5cad; --magenta: #8e2a8e; --cyan: #0b7285;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --raised: #1d2024; --ink: #e6e7e9; --dim: #9aa0a8; --line: #32363c; --code: #101214;
    --good: #57c27a; --bad: #ff7b72; --open: #e3a84b; --accent: #79b8ff;
    --red: #ff7b72; --green: #57c27a; --yellow: #e3b341; --blue: #79b8ff; --magenta: #d2a8ff; --cyan: #56d4dd;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--dim); }
p { margin: .25rem 0; overflow-wrap: anywhere; }
.sub, .dim { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); } .calm { color: var(--dim); }
.ending { margin-top: 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
dl { margin: .75rem 0; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
ol, ul { list-style: none; margin: 0; padding: 0; }
li { border-top: 1px solid var(--line); padding: .35rem 0; }
.row, summary { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::after { content: '▸'; color: var(--dim); margin-left: auto; }
details[open] > summary::after { content: '▾'; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.when { color: var(--dim); font: .8rem/1.5 ui-monospace, monospace; white-space: nowrap; min-width: 11.5em; }
.mark { font-weight: 700; width: 1.1em; text-align: center; flex: none; }
.label { color: var(--dim); min-width: 5em; }
.words, .what { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere; }
.where, .took { color: var(--dim); font-size: .85rem; }
.why { color: var(--bad); overflow-wrap: anywhere; }
.ending dl { margin: .25rem 0 0; }
.quote { margin: .25rem 0 .25rem 1.7rem; padding-left: .75rem; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.step > *:not(summary), .checks > *:not(summary) { margin: .35rem 0 .35rem 1.7rem; }
pre { margin: .35rem 0; padding: .5rem .75rem; background: var(--code); border-radius: .35rem; overflow-x: auto; font: .82rem/1.45 ui-monospace, monospace; tab-size: 8; }
pre.source { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--accent); }
pre.err { border-left: 3px solid var(--bad); }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
.whose { font-weight: 600; }
.bold { font-weight: 700; }
.red { color: var(--red); } .green { color: var(--green); } .yellow { color: var(--yellow); }
.blue { color: var(--blue); } .magenta { color: var(--magenta); } .cyan { color: var(--cyan); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: .2rem .9rem .2rem 0; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
th { color: var(--dim); font-weight: 400; }
footer { margin-top: 2rem; padding-bottom: 3rem; color: var(--dim); font-size: .85rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .when { min-width: 100%; }
  .step > *:not(summary), .checks > *:not(summary) { margin-left: 0; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .4rem; }
  dt:empty { display: none; }
  .quote { margin-left: 0; }
  table { font-size: .9rem; }
  th, td { padding-right: .4rem; }
}
@media print { pre { white-space: pre-wrap; overflow-wrap: anywhere; } summary::after { content: none; } }
`

/** One style sheet for the server's own few pages. */
export const STYLE = `
:root {
  --paper: #faf8f5; --raised: #fff; --ink: #1f1b16; --soft: #6b6258; --line: #e4ddd3;
  --accent: #a2481f; --on-accent: #fff; --wrong: #a3211b; --code: #f1ece4;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171513; --raised: #1f1c19; --ink: #ede6dc; --soft: #a2988b; --line: #37312b;
    --accent: #e08a5b; --on-accent: #1d120b; --wrong: #ff9187; --code: #26221e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); }
header, main { max-width: 42rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding-top: clamp(2rem, 8vh, 5rem); }
.session { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: center; min-width: 0; color: var(--soft); font-size: .9rem; }
.session span { max-width: calc(100% - 6.5rem); overflow-wrap: anywhere; }
@media (max-width: 32rem) { .session { width: 100%; justify-content: space-between; } }
.session b { color: var(--ink); font-weight: 550; }
main { padding-bottom: 5rem; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
.brand { display: inline-flex; align-items: center; gap: .55rem; color: var(--ink); font-weight: 600; text-decoration: none; }
.mark { width: 1.35rem; height: 1.35rem; fill: var(--accent); }
h1 { margin: 1.75rem 0 .5rem; font: 400 clamp(2.1rem, 6vw, 3rem)/1.12 var(--serif); letter-spacing: -.015em; text-wrap: balance; }
h2 { margin: 0 0 .35rem; font: 400 1.5rem/1.25 var(--serif); letter-spacing: -.01em; }
p { margin: 0 0 1rem; max-width: 36rem; }
.lead { color: var(--soft); font-size: 1.1rem; }
.soft { color: var(--soft); }
section { margin-top: 2.75rem; }
.card { padding: 1.6rem 1.6rem 1.75rem; background: var(--raised); border: 1px solid var(--line); border-radius: .75rem; }
.card > :last-child { margin-bottom: 0; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1.25rem 1.5rem; margin: 2rem 0 0; padding: 1.25rem 0; border-block: 1px solid var(--line); }
dt { color: var(--soft); font-size: .8rem; letter-spacing: .02em; }
dd { margin: .1rem 0 0; font-size: 1.05rem; overflow-wrap: anywhere; }
ul.links { margin: .75rem 0 0; padding: 0; list-style: none; }
ul.links li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; justify-content: space-between; padding: .6rem 0; border-bottom: 1px solid var(--line); }
ul.links li:first-child { border-top: 1px solid var(--line); }
.links time { margin-left: .5rem; font-variant-numeric: tabular-nums; }
code { font: .875em/1.5 var(--mono); overflow-wrap: anywhere; }
form { display: grid; gap: 1rem; margin-top: 1.25rem; }
label { display: grid; gap: .3rem; font-size: .9rem; font-weight: 550; }
label small { color: var(--soft); font-weight: 400; font-size: .85rem; }
input { width: 100%; padding: .6rem .75rem; font: 400 1rem/1.5 var(--sans); color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .45rem; }
input:user-invalid { border-color: var(--wrong); }
button { justify-self: start; padding: .6rem 1.15rem; font: 550 1rem/1.4 var(--sans); color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .45rem; cursor: pointer; }
button:hover { filter: brightness(1.07); }
button:disabled { opacity: .55; cursor: progress; }
.links + button, .after + button { margin-top: 1.25rem; }
.after { margin: .75rem 0 0; }
button.quiet { padding: .2rem .65rem; font-size: .85rem; color: var(--ink); background: transparent; border-color: var(--line); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.wrong { margin: 0; color: var(--wrong); }
.wrong:empty { display: none; }
.shown { margin: 1.1rem 0 0; }
.shown-head { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: .35rem; font-size: .9rem; font-weight: 550; }
pre { margin: 0; padding: .75rem .9rem; background: var(--code); border-radius: .45rem; font: .85rem/1.55 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
`;

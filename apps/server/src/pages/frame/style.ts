/**
 * One style sheet for all pages; colours are the theme's. It knows a start and an end of a line, and no left and right, so
 * that it also fits languages that are written from right to left.
 */
export const STYLE = `
:root {
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scrollbar-gutter: stable; }
body { display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh; margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); }
header, main, footer { width: 100%; max-width: 42rem; margin-inline: auto; padding-inline: 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding-top: clamp(1.5rem, 8vh, 5rem); }
.narrow header, .narrow main, .narrow footer { max-width: 28rem; }
form.session { display: flex; gap: .9rem; align-items: center; min-width: 0; margin: 0; color: var(--soft); font-size: .9rem; }
.session span { min-width: 0; overflow-wrap: anywhere; }
.session button { flex: none; }
@media (max-width: 32rem) { form.session { width: 100%; justify-content: space-between; } }
.session b { color: var(--ink); font-weight: 550; }
main { flex: 1; padding-bottom: 3rem; }
footer { padding-block: 1rem 1.75rem; color: var(--soft); font-size: .875rem; }
footer ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0; padding: 0; list-style: none; }
footer a { display: inline-block; padding-block: .2rem; color: inherit; }
footer [aria-current] { color: var(--ink); text-decoration: none; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
.brand { display: inline-flex; align-items: center; gap: .55rem; min-height: 2.5rem; max-width: 100%; color: var(--ink); font-weight: 600; text-decoration: none; overflow-wrap: anywhere; }
.mark { flex: none; width: 1.35rem; height: 1.35rem; fill: var(--accent); }
.logo { flex: none; width: 2.5rem; height: 2.5rem; object-fit: contain; filter: drop-shadow(0 0 1px rgb(0 0 0 / .45)); }
@media (prefers-color-scheme: dark) { .logo { padding: .25rem; background: #fff; border-radius: .45rem; } }
h1 { margin: 1.5rem 0 .5rem; font: 400 clamp(2.1rem, 6vw, 3rem)/1.12 var(--serif); letter-spacing: -.015em; text-wrap: balance; }
.narrow h1 { font-size: 2.1rem; }
h2 { margin: 0 0 .35rem; font: 400 1.5rem/1.25 var(--serif); letter-spacing: -.01em; }
p { margin: 0 0 1rem; max-width: 36rem; }
p, label, small { text-wrap: pretty; }
p, h2, .links div { overflow-wrap: anywhere; }
.lead { color: var(--soft); font-size: 1.1rem; }
.lines { white-space: pre-line; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
section { margin-top: 2.75rem; }
.card { margin-top: 1.5rem; padding: 1.6rem 1.6rem 1.75rem; background: var(--raised); border: 1px solid var(--line); border-radius: .75rem; }
.card > :last-child, .card > :last-child > :last-child { margin-bottom: 0; }
.below { margin-top: 1.5rem; }
.below p { margin-bottom: .4rem; }
.below a { display: inline-block; }
nav { margin-top: 1.25rem; border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding-block: .55rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; }
nav a:hover { color: var(--ink); }
nav [aria-current] { color: var(--ink); border-color: var(--accent); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1.25rem 1.5rem; margin: 2rem 0 0; padding: 1.25rem 0; border-block: 1px solid var(--line); }
dl.facts + p { margin-top: 1.25rem; }
dt { color: var(--soft); font-size: .8rem; letter-spacing: .02em; }
dd { margin: .1rem 0 0; font-size: 1.05rem; overflow-wrap: anywhere; }
ul.links { margin: .75rem 0 0; padding: 0; list-style: none; }
ul.links li { display: flex; flex-wrap: wrap; gap: .1rem 1rem; align-items: center; justify-content: space-between; padding: .6rem 0; border-bottom: 1px solid var(--line); }
ul.links li:has(form) { flex-wrap: nowrap; }
ul.links li > form { flex: none; }
ul.links li:has(details) { align-items: start; }
ul.links li:first-child { border-top: 1px solid var(--line); }
details { margin-top: .35rem; }
summary { display: inline-block; padding-block: .15rem; color: var(--accent); font-size: .875rem; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
details form { margin-block: .5rem; }
.links small { display: block; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
.links time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.links code + time { margin-inline-start: .5rem; }
code { font: .875em/1.5 var(--mono); overflow-wrap: anywhere; }
form { display: grid; gap: 1rem; max-width: 28rem; margin-top: 1.25rem; }
h1 + form, .card > form:first-child { margin-top: 0; }
.card > form + form.bare { margin-top: .75rem; }
form.bare { margin: 0; gap: .6rem; }
.field { display: grid; gap: .3rem; }
[data-captcha] { min-height: 4.2rem; }
.field label { font-size: .9rem; font-weight: 550; }
.hint { margin: 0; color: var(--soft); font-size: .85rem; line-height: 1.45; }
.input { display: grid; grid-template-columns: minmax(0, 1fr) auto; }
.input > input { grid-area: 1 / 1 / 2 / 3; }
.input > button { grid-area: 1 / 2; align-self: center; margin-inline-end: .4rem; }
.input > input:not(:only-child) { padding-inline-end: 6.5rem; }
input { width: 100%; padding: .6rem .75rem; font: 400 1rem/1.5 var(--sans); color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: .45rem; }
input[aria-invalid="true"] { border-color: var(--wrong); box-shadow: inset 0 0 0 1px var(--wrong); }
.check { display: grid; grid-template-columns: auto 1fr; gap: .3rem .65rem; align-items: start; }
.check label { font-weight: 400; }
.check input { width: 1.15rem; height: 1.15rem; margin: .15rem 0 0; accent-color: var(--accent); }
.check .error { grid-column: 2; }
button, a.button { justify-self: start; display: inline-block; padding: .6rem 1.15rem; font: 550 1rem/1.4 var(--sans); text-align: center; text-decoration: none; color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .45rem; cursor: pointer; }
.narrow .card form > button:not(.quiet), .narrow .card .button { justify-self: stretch; display: block; }
button:hover, .button:hover { filter: brightness(1.07); }
button[aria-disabled="true"], button:disabled { opacity: .55; cursor: progress; }
.links + button, .links + form, .links + p, .after + button { margin-top: 1.25rem; }
.after { margin: .75rem 0 0; }
button.quiet { padding: .2rem .65rem; font-size: .85rem; color: var(--ink); background: transparent; border-color: var(--edge); }
button.danger { color: var(--wrong); background: transparent; border-color: currentcolor; }
.input > button.quiet { border-color: transparent; color: var(--soft); text-decoration: underline; text-underline-offset: .2em; }
a.plain, button.plain { color: var(--ink); background: transparent; border-color: var(--edge); }
.providers { display: grid; gap: .6rem; }
.wrong.note { margin: 1rem 0; }
.or { display: flex; align-items: center; gap: .9rem; margin: 1.25rem 0; max-width: none; color: var(--soft); font-size: .875rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[tabindex="-1"]:focus { outline: none; }
.wrong, .error { margin: 0; color: var(--wrong); }
.error { font-size: .9rem; }
.wrong:empty, .error:empty { display: none; }
#status:empty { display: none; }
#status { margin: 1.25rem 0 0; }
.shown { margin: 1.1rem 0 0; }
.shown-head { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: .35rem; font-size: .9rem; font-weight: 550; }
pre { margin: 0; padding: .75rem .9rem; background: var(--code); border-radius: .45rem; font: .85rem/1.55 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.qr { display: block; padding: .5rem; background: #fff; border-radius: .45rem; }
[hidden] { display: none !important; }
@media (forced-colors: active) { button, .button { border-color: ButtonText; } nav [aria-current] { border-color: Highlight; } }
`;

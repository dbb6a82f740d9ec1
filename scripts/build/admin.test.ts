import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { adminBuild, adminSizes, embeddedTexts, hashedFiles } from "./admin.ts";

/** Bytes of scripts, gzip, that a browser loads before it shows anything: 200 KB. */
const MOST_AT_FIRST = 200_000;

const build = await adminBuild();
const text = (name: string) => new TextDecoder().decode(build.get(name));

test("the first load of the admin is within its budget", () => {
  const { firstLoad, all } = adminSizes(build);
  console.log({ firstLoad, all });
  expect(firstLoad).toBeGreaterThan(50_000);
  expect(firstLoad).toBeLessThanOrEqual(MOST_AT_FIRST);
});

/** Of the list with which the admin opens, beside the first load: 180 KB. */
const MOST_OF_LIST = 180_000;

test("the list of items, with which the admin opens, is in few files beside those of the first load", () => {
  const found = new Set([...build.keys()].filter((name) => /^assets\/items-view-[\w-]*\.js$/.test(name)));
  // A set gives what is added to it meanwhile, too.
  for (const name of found)
    for (const [, other] of text(name).matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g))
      if (!text("index.html").includes(`assets/${other}`)) found.add(`assets/${other}`);
  expect([...found].map((name) => /\/(items-view|[a-z]+)-/.exec(name)?.[1]).sort()).toEqual([
    "items",
    "items-view",
    "kit",
  ]);
  const bytes = [...found].reduce((sum, name) => sum + gzipSync(build.get(name)!, { level: 9 }).length, 0);
  expect(bytes).toBeLessThanOrEqual(MOST_OF_LIST);
});

test("what the page names counts as the first load, with all that it imports at once", () => {
  const page = `<script type="module" crossorigin src="/admin/assets/a-1.js"></script>
<link rel="modulepreload" crossorigin href="/admin/assets/b-1.js"><link rel="stylesheet" href="/admin/assets/c-1.css">
<link rel="icon" href="/admin/icon.svg">`;
  const files = {
    "index.html": page,
    "assets/a-1.js": "a",
    "assets/b-1.js": "bb",
    "assets/c-1.css": "c",
    "assets/d-1.js": "d",
  };
  const made = new Map(Object.entries(files).map(([name, content]) => [name, new TextEncoder().encode(content)]));
  const size = (name: keyof typeof files) => gzipSync(files[name], { level: 9 }).length;
  const firstLoad = size("assets/a-1.js") + size("assets/b-1.js");
  expect(adminSizes(made)).toEqual({ firstLoad, all: firstLoad + size("assets/d-1.js") });
});

test("the page has no script of its own, and names no other host", () => {
  const page = text("index.html");
  expect(page).not.toMatch(/<script(?![^>]* src=)/);
  expect(page).not.toMatch(/ on\w+=|javascript:/i);
  expect(page.match(/(?:src|href)="(?!\/admin\/)[^"]*"/g)).toBeNull();
});

test("the list names every file once, with the compressed forms that are there", () => {
  const list = JSON.parse(text("files.json")) as Record<string, { forms: string[]; tag: string; type: string }>;
  const named = Object.entries(list).flatMap(([name, { forms }]) => [name, ...forms.map((form) => `${name}.${form}`)]);
  expect([...named, "files.json"].sort()).toEqual([...build.keys()].sort());
  expect(list["index.html"]).toEqual({
    type: "text/html; charset=utf-8",
    tag: expect.any(String),
    forms: expect.any(Array),
  });
});

test("a host with static files has those with a hash in their names, and its function has the others", () => {
  const parts = [...hashedFiles(build).keys(), ...Object.keys(embeddedTexts(build))].sort();
  expect(parts).toEqual([...build.keys()].filter((name) => !/\.(br|gz)$/.test(name)).sort());
});

import { AI } from "./ai.ts";
import { BASE_GLOBALS } from "./base.ts";
import { CODEC } from "./codec.ts";
import { FILES } from "./files.ts";
import { HTTP_GLOBALS } from "./http.ts";
import { STEPS } from "./steps.ts";
import { STREAMS } from "./streams.ts";
import { TEXT_GLOBALS } from "./text.ts";
import { URL_GLOBALS } from "./url.ts";

const PUBLIC = [
  "AbortController",
  "AbortSignal",
  "Headers",
  "ReadableStream",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "performance",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
  "structuredClone",
];

const START = `
/** The calls that the function may make, as methods: "db.list" is context.db.list. Those with a "$" are behind others. */
function withCalls(context, names) {
  for (const name of names) {
    allowed.add(name);
    if (name === "fetch" || name.startsWith("$")) continue;
    const path = name.split(".");
    const method = path.pop();
    let owner = context;
    for (const part of path) owner = owner[part] ??= {};
    owner[method] = (...values) => call(name, values);
  }
  if (allowed.has("$files.read")) context.files.read = readFile;
  if (allowed.has("$files.write")) context.files.put = putFile;
  if (allowed.has("$ai.read")) context.ai.stream = aiStream;
  if (allowed.has("$step.begin")) context.step = steps;
  return context;
}

async function run(module, names, json, buffers) {
  const { default: handler, config } = await module;
  if (typeof handler !== "function") throw new TypeError("The module needs a default export that is a function.");
  if (names === undefined) return config;
  const value = await handler(withCalls(decode(json, buffers), JSON.parse(names)));
  const isStreamed = value instanceof Response && isStream(bodyOf(value)) && allowed.has("$answer.begin");
  return isStreamed ? sendStream(value, bodyOf(value)) : value;
}

function start(module, names, json, ...buffers) {
  origin();
  run(module, names, json, buffers)
    .then((value) => host.done(...encode(value)))
    .catch((error) => host.failed(JSON.stringify(describeError(error))));
}
`;

/** A script whose value is a function of the host's functions. It returns what the host calls. */
export const PRELUDE = `(function (host) {
"use strict";
${[CODEC, BASE_GLOBALS, TEXT_GLOBALS, URL_GLOBALS, STREAMS, HTTP_GLOBALS, FILES, AI, STEPS, START].join("")}
const fail = (error) => host.failed(JSON.stringify(describeError(error)));
Object.assign(globalThis, { ${PUBLIC.join(", ")}, clearInterval: clearTimeout });
for (const name of Object.keys(globalThis)) Object.defineProperty(globalThis, name, { enumerable: false });
return { start, settle, fire, fail };
})`;

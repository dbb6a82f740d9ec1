import { SandboxRequest, SandboxResponse } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { failureWith, type ProgramRunner, resultOf } from "./program.ts";

const GLOBALS: readonly (readonly [body: string, expected: unknown])[] = [
  [`return new TextDecoder().decode(new TextEncoder().encode("ä€😀"))`, "ä€😀"],
  [`return [...new TextEncoder().encode("é")]`, [195, 169]],
  [
    `const url = new URL("../b?x=1#h", "https://a.example:8443/c/d"); url.searchParams.append("y", "ä b"); return [url.href, url.hash, url.port]`,
    ["https://a.example:8443/b?x=1&y=%C3%A4+b#h", "#h", "8443"],
  ],
  [`return [new URLSearchParams("a=1&a=2&b=%20+").getAll("a"), URL.canParse("nonsense")]`, [["1", "2"], false]],
  [
    `const from = { at: new Date(5), map: new Map([[1, { a: 1 }]]) }; from.self = from; const copy = structuredClone(from); return [copy !== from, copy.self === copy, copy.at.getTime(), copy.map.get(1)]`,
    [true, true, 5, { a: 1 }],
  ],
  [
    `const list = []; setTimeout(() => list.push(2), 20); const id = setTimeout(() => list.push(9), 5); clearTimeout(id); await new Promise((done) => setTimeout(done, 1, list.push(1))); await new Promise((done) => setTimeout(done, 40)); return list`,
    [1, 2],
  ],
  [
    `const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join(""); return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("abc"))).slice(0, 16)`,
    "ba7816bf8f01cfea",
  ],
  [
    `const by = { name: "HMAC", hash: "SHA-256" }; const bytes = (text) => new TextEncoder().encode(text); const key = await crypto.subtle.importKey("raw", bytes("key"), by, false, ["sign"]); const signature = await crypto.subtle.sign("HMAC", key, bytes("text")); return [await crypto.subtle.verify("HMAC", key, signature, bytes("text")), await crypto.subtle.verify("HMAC", key, signature, bytes("other"))]`,
    [true, false],
  ],
  [
    `const a = crypto.randomUUID(); return [a.length, a !== crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(4)).length]`,
    [36, true, 4],
  ],
  [
    `const headers = new Headers({ A: "1" }); headers.append("a", "2"); return [headers.get("A"), [...headers]]`,
    ["1, 2", [["a", "1, 2"]]],
  ],
  [
    `const answer = Response.json({ a: 1 }, { status: 201 }); return [answer.status, answer.ok, await answer.json(), answer.headers.get("content-type")]`,
    [201, true, { a: 1 }, "application/json"],
  ],
  [
    `const stream = new ReadableStream({ start(to) { to.enqueue("a"); to.enqueue(new Uint8Array([98])); setTimeout(() => to.close(), 1); } }); return new Response(stream).text()`,
    "ab",
  ],
  [
    `const read = []; for await (const chunk of ReadableStream.from([1, 2, 3])) { read.push(chunk); if (chunk === 2) break; } return read`,
    [1, 2],
  ],
  [
    `const reader = new Response("ä").body.getReader(); return [[...(await reader.read()).value], (await reader.read()).done]`,
    [[195, 164], true],
  ],
  [
    `const ending = new AbortController(); const gone = fetch("https://a.example", { signal: ending.signal }).catch((error) => error.name); ending.abort(); return gone`,
    "AbortError",
  ],
];

/** Values there and back, as the server and as the program know them. */
export function copiedValueCases(open: () => Promise<ProgramRunner>): Case[] {
  const echo = async ([value]: readonly unknown[]) => value;
  return [
    {
      name: "values cross as copies, in both directions",
      async run() {
        const value = {
          list: [1, -0.5, "ä\u0000😀", null, true, undefined],
          numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0],
          large: 2n ** 80n,
          at: new Date(1_700_000_000_123),
          map: new Map<unknown, unknown>([
            ["a", new Set([1, 2])],
            [{ b: 1 }, null],
          ]),
          bytes: new Uint8Array([0, 255, 7]),
          $: "its own",
          nested: { $: "date", v: 5 },
        };
        const body =
          "return [await context.echo(context.value), context.value.bytes instanceof Uint8Array && context.value.map.get('a').has(2)]";
        const [back, known] = (await resultOf(await open(), body, {
          context: { value },
          calls: { echo },
        })) as unknown[];
        equal(back, value, "the value");
        const { large, at, map, numbers } = back as typeof value;
        equal(
          [large === value.large, at.getTime(), map.size, Object.is(numbers[2], -0)],
          [true, 1_700_000_000_123, 2, true],
        );
        assert(map instanceof Map && (map.get("a") as Set<number>).has(2), "no map of a set");
        equal(known, true, "what the program saw");
      },
    },
    {
      name: "what cannot be copied is refused by name",
      async run() {
        const sandbox = await open();
        for (const [body, said] of [
          ["return () => {}", "function"],
          ["return { a: Symbol() }", "symbol"],
          ["const a = {}; a.a = a; return a", "itself"],
          ["let a = 1; for (let i = 0; i < 500; i++) a = [a]; return a", "deep"],
          ["return { a: Promise.resolve(1) }", "promise"],
        ] as const) {
          const error = await failureWith(sandbox, "error", body);
          equal(error.name, "DataCloneError", body);
          assert(error.message.includes(said), error.message);
        }
      },
    },
    {
      name: "a request comes in, and an answer goes out",
      async run() {
        const request = new SandboxRequest("https://a.example/b?c=d", "POST", [["x-a", "1"]], '{"e":2}');
        const body = `const { url, method, headers } = context.request;
          const { e } = await context.request.json();
          return new Response(url + method + headers.get("X-A") + e, { status: 201, headers: { "x-b": "2" } });`;
        const answer = await resultOf(await open(), body, { context: { request } });
        assert(answer instanceof SandboxResponse, "no answer");
        equal([answer.status, answer.body], [201, "https://a.example/b?c=dPOST12"]);
        equal(
          answer.headers.find(([name]) => name === "x-b"),
          ["x-b", "2"],
        );
      },
    },
    {
      name: "the usual globals are there",
      async run() {
        const sandbox = await open();
        const fetch = () => new Promise<unknown>(() => {});
        for (const [body, expected] of GLOBALS)
          equal(await resultOf(sandbox, body, { calls: { fetch } }), expected, body);
      },
    },
  ];
}

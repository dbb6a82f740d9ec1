/**
 * Schemathesis reads the whole OpenAPI document and sends what it describes, and what it does not: no answer may be a
 * 5xx, have a status or a content type that is not described, or differ from its schema.
 */
import { describe, expect, test } from "bun:test";
import path from "node:path";
import { setUp, startServer } from "../docs/server.ts";
import { pythonPackage, runProgram } from "../support/python-package.ts";
import { apiProxy } from "./api-proxy.ts";

const VERSION = "4.32.5";
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];
const COLLECTIONS = [
  { slug: "teams", fields: [{ name: "name", type: "text", required: true, unique: true }] },
  {
    slug: "tasks",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "done", type: "boolean" },
      { name: "due", type: "date" },
      { name: "size", type: "integer" },
      { name: "price", type: "decimal", precision: 10, scale: 2 },
      { name: "at", type: "timestamp" },
      { name: "facts", type: "json" },
      { name: "mail", type: "email" },
      { name: "team", type: "relation", to: "teams" },
    ],
  },
  { slug: "notes", kind: "document" },
];

/** The report's part about failures. */
function failuresIn(report: string): string {
  const from = report.search(/=+ FAILURES =+/);
  return report.slice(Math.max(0, from), from < 0 ? undefined : from + 6000);
}

const found = await pythonPackage("schemathesis", VERSION);
const why = "reason" in found ? ` — ${found.reason}` : "";
if (why) console.log(`schemathesis${why}`);

/** Who sends the requests, and what is tried: a key everything, a user all that is for users. */
const CALLERS = [
  { name: "a key", settings: [], credentials: keyOf, reads: "streams" },
  {
    name: "a user",
    settings: ["--include-tag", "Accounts", "--include-tag", "Realtime"],
    credentials: userOf,
    reads: "its own account",
  },
] as const;

let made = 0;

async function keyOf(url: string, operator: Record<string, string>): Promise<Record<string, string>> {
  const { data } = (await post(`${url}/api/keys`, { name: `key ${++made}`, kind: "secret" }, operator)) as Made;
  return { "x-api-key": data!.key };
}

async function userOf(url: string): Promise<Record<string, string>> {
  const person = { name: "Ada", email: `ada-${++made}@example.com`, password: "correct horse battery" };
  const { token } = (await post(`${url}/api/auth/sign-up/email`, person)) as Made;
  return { authorization: `Bearer ${token}` };
}

interface Made {
  readonly token?: string;
  readonly data?: { readonly key: string };
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  const answer = await fetch(url, { ...init, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

describe.skipIf("reason" in found)(`every answer is as the OpenAPI document says${why}`, () => {
  test.each(CALLERS)(
    "for $name",
    async ({ settings, credentials, reads }) => {
      const program = path.join((found as { bin: string }).bin, "schemathesis");
      const server = await startServer({ MAX_STREAMS: "10" });
      const { PLINTH_TOKEN } = await setUp(server.url);
      const operator = { authorization: `Bearer ${PLINTH_TOKEN}` };
      const proxy = await apiProxy(server.url, () => credentials(server.url, operator));
      try {
        for (const collection of COLLECTIONS) await post(`${server.url}/api/collections`, collection, operator);
        const document = path.join(server.folder, "openapi.json");
        await Bun.write(document, await fetch(`${server.url}/api/openapi.json`, { headers: operator }));
        const options = ["--checks", CHECKS.join(","), "--max-examples", "5", "--seed", "1", "--continue-on-failure"];
        const target = ["run", document, "--url", proxy.url];
        // It keeps what it found in the folder where it runs.
        const command = [program, ...target, ...options, ...settings, "--request-timeout", "60"];
        const { code, text } = await runProgram(command, { cwd: server.folder });
        expect([code, failuresIn(text)]).toEqual([0, expect.any(String)]);
        if (reads === "streams") expect(proxy.counts.streams).toBeGreaterThan(0);
        else expect(proxy.counts.renewed).toBeGreaterThan(0);
      } finally {
        await proxy.stop();
        await server.stop();
      }
    },
    600_000,
  );
});

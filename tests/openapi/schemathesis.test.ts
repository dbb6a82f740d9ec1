/**
 * Schemathesis reads the whole OpenAPI document and sends what it describes, and what it does not: no answer may be a
 * 5xx, have a status or a content type that is not described, or differ from its schema.
 */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import path from "node:path";
import { ROOT, setUp, startServer } from "../docs/server.ts";

const VERSION = "4.32.5";
const FOLDER = path.join(ROOT, ".cache", `schemathesis-${VERSION}`);
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];
/** Streams do not end; the others could end the key that all requests are sent with. */
const LEFT_OUT = [
  ...["--exclude-tag", "Realtime", "--exclude-tag", "Accounts"],
  ...["--exclude-operation-id", "revokeKey", "--exclude-operation-id", "rotateKey"],
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

/** The installed program, or why there is none. */
async function findProgram(): Promise<{ program: string } | { reason: string }> {
  const program = path.join(FOLDER, "bin", "schemathesis");
  if (existsSync(program)) return { program };
  const python = Bun.which("python3");
  if (!python) return { reason: "there is no Python here" };
  const steps = [
    [python, "-m", "venv", FOLDER],
    [path.join(FOLDER, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", `schemathesis==${VERSION}`],
  ];
  for (const command of steps) {
    const { code, text } = await run(command).catch((error: Error) => ({ code: 1, text: error.message }));
    if (code !== 0) return { reason: `it could not be installed: ${text.trim().split("\n").at(-1)}` };
  }
  return { program };
}

async function run(command: string[], cwd = ROOT): Promise<{ code: number; text: string }> {
  const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, text: out + err };
}

/** The report's part about failures. */
function failuresIn(report: string): string {
  const from = report.search(/=+ FAILURES =+/);
  return report.slice(Math.max(0, from), from < 0 ? undefined : from + 6000);
}

const found = await findProgram();
const why = "reason" in found ? ` (skipped: ${found.reason})` : "";
if (why) console.log(`schemathesis${why}`);

test.skipIf("reason" in found)(
  `every answer is as the OpenAPI document says${why}`,
  async () => {
    const { program } = found as { program: string };
    const server = await startServer({ MAX_STREAMS: "10" });
    try {
      const { PLINTH_KEY } = await setUp(server.url);
      const headers = { "x-api-key": PLINTH_KEY!, "content-type": "application/json" };
      for (const collection of COLLECTIONS) {
        const init = { method: "POST", headers, body: JSON.stringify(collection) };
        expect((await fetch(`${server.url}/api/collections`, init)).status).toBe(201);
      }
      const options = ["--checks", CHECKS.join(","), "--max-examples", "5", "--seed", "1", "--continue-on-failure"];
      const target = ["run", `${server.url}/api/openapi.json`, "-H", `x-api-key: ${PLINTH_KEY}`];
      // It keeps what it found in the folder where it runs.
      const command = [program, ...target, ...options, ...LEFT_OUT, "--request-timeout", "60"];
      const { code, text } = await run(command, server.folder);
      expect([code, failuresIn(text)]).toEqual([0, expect.any(String)]);
      // The key was valid to the end.
      expect((await fetch(`${server.url}/api/me`, { headers })).status).toBe(200);
    } finally {
      await server.stop();
    }
  },
  600_000,
);

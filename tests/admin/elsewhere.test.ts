import { afterAll, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { adminBuild } from "../../scripts/build/admin.ts";
import { ROOT } from "../matrix/programs.ts";
import { freePort } from "../support/free-port.ts";
import { OPERATOR, withAdmin } from "./harness.ts";

/** The built admin on another origin than its API, as docs/admin.md says. */

const port = await freePort();
const origin = `http://localhost:${port}`;
const suite = await withAdmin({ env: { CORS_ORIGINS: origin, ADMIN: "off" } });
const build = await adminBuild();
let pages: Bun.Server<undefined> | undefined;
afterAll(() => pages?.stop(true));

/** The headers that the page of the docs asks for, with the API's address in place of the example's. */
function headersInDocs(api: string): Record<string, string> {
  const docs = readFileSync(join(ROOT, "docs/admin.md"), "utf8");
  const block = /```\n(content-security-policy: [\s\S]*?)```/.exec(docs)![1]!;
  const lines = block
    .trim()
    .split("\n")
    .map((line) => line.split(/: (.*)/).slice(0, 2));
  const headers = Object.fromEntries(lines) as Record<string, string>;
  const policy = headers["content-security-policy"]!.replace("https://api.example.com", api).replace(
    "wss://api.example.com",
    api.replace("http", "ws"),
  );
  return { ...headers, "content-security-policy": policy };
}

function serve(api: string): void {
  const meta = '<meta name="plinth-api" content="" />';
  const page = new TextDecoder().decode(build.get("index.html"));
  expect(page).toContain(meta);
  const named = page.replace(meta, meta.replace('""', `"${api}"`));
  const headers = { "content-type": "text/html; charset=utf-8", ...headersInDocs(api) };
  const types: Record<string, string> = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
  pages = Bun.serve({
    port,
    hostname: "localhost",
    fetch(request) {
      const { pathname } = new URL(request.url);
      const name = pathname.replace(/^\/admin\//, "");
      const bytes = name === "index.html" ? undefined : build.get(name);
      if (!bytes) return new Response(named, { headers });
      const type = types[name.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": type } });
    },
  });
}

suite.test(
  "an operator signs in there, and sees the server's data",
  async (admin, { page, allow }) => {
    serve(admin.baseUrl);
    allow(`a request to ${origin}`, "401");
    await admin.send("/api/operator/collections", { slug: "books", fields: [{ name: "title", type: "text" }] });
    await page.goto(`${origin}/admin/t/default/collections`);
    await page.getByRole("heading", { name: `Sign in to ${admin.baseUrl}` }).waitFor();
    await page.getByLabel("Email").fill(OPERATOR.email);
    await page.getByLabel("Password").fill(OPERATOR.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("main").getByRole("link", { name: "books" }).first().waitFor();
    expect(new URL(page.url()).origin).toBe(origin);
    // The server itself has none.
    expect((await fetch(`${admin.baseUrl}/admin`)).status).toBe(404);
  },
  { signedOut: true },
);

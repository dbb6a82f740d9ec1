import { expect, test } from "bun:test";
import { samplesOf } from "./code-samples.ts";

const CREATE = {
  method: "POST",
  path: "/api/items/posts",
  body: { title: "It's here", public: true, note: null },
  client: 'client.from("posts").create({ title: "It\'s here" })',
} as const;

test("a call in curl is safe in a shell", () => {
  const [curl] = samplesOf(
    { ...CREATE, body: { title: "It's here" } },
    { url: "https://a.example", workspace: undefined, key: "pk" },
  );
  expect(curl!.code).toBe(
    [
      `curl 'https://a.example/api/items/posts' \\`,
      `  -H 'x-api-key: pk' \\`,
      `  -H 'content-type: application/json' \\`,
      `  -d '{`,
      `    "title": "It'\\''s here"`,
      `  }'`,
    ].join("\n"),
  );
});

test("a list has its query, and its workspace in the address", () => {
  const list = {
    method: "GET",
    path: "/api/items/posts",
    query: { sort: "-title" },
    client: 'client.from("posts").list({ sort: "-title" })',
  } as const;
  const [curl, js, python, client] = samplesOf(list, { url: "https://a.example", workspace: "acme" });
  expect(curl!.code).toContain("curl -G 'https://a.example/api/t/acme/items/posts'");
  expect(curl!.code).toContain("--data-urlencode 'sort=-title'");
  expect(js!.code).toContain('fetch("https://a.example/api/t/acme/items/posts?sort=-title"');
  expect(client!.code).toContain('workspace: "acme"');
  expect(client!.code).toContain("npm install");
  expect(python!.code).toContain('params={"sort": "-title"}');
});

test("Python has words of its own for true and null", () => {
  const [, , python] = samplesOf(CREATE, { url: "https://a.example", workspace: undefined });
  expect(python!.code).toContain(`json={"title": "It's here", "public": True, "note": None}`);
});

test("the JavaScript runs as it stands, and prints the answer", async () => {
  const asked: [string, string, string | null][] = [];
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      asked.push([request.method, await request.text(), request.headers.get("x-api-key")]);
      return Response.json({ data: { id: "1" } }, { status: 201 });
    },
  });
  const [, js] = samplesOf(CREATE, { url: server.url.origin, workspace: undefined, key: "pk" });
  const child = Bun.spawn([process.execPath, "-e", js!.code], { stdout: "pipe", stderr: "pipe" });
  const [printed, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await server.stop(true);
  expect([errors, asked]).toEqual(["", [["POST", JSON.stringify(CREATE.body), "pk"]]]);
  expect(printed).toContain('id: "1"');
});

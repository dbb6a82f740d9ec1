/** What is meant for one server goes to no other one. */
import { expect, test } from "bun:test";
import { createServer, type Server } from "node:http";
import { runHere } from "./in-process.ts";

async function listening(answer: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const server = createServer(answer!);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
}

test("neither a key nor a password follows a redirect", async () => {
  const heard: string[] = [];
  const other = await listening((request, answer) => {
    heard.push(JSON.stringify(request.headers));
    answer.end("{}");
  });
  const first = await listening((_, answer) => {
    answer.writeHead(307, { location: `${other.url}/api/collections` }).end();
  });
  const env = { XDG_CONFIG_HOME: "/nowhere" };
  try {
    for (const words of [
      ["collections", "list", "--key", "sk_live_secret"],
      ["login", "--email", "ada@example.com", "--password-stdin"],
    ]) {
      const { code, err } = await runHere([...words, "--url", first.url], env, "a password");
      expect([words[0], code, err]).toEqual([words[0]!, 2, expect.stringContaining(`--url ${other.url}`)]);
    }
    expect(heard).toEqual([]);
  } finally {
    first.server.close();
    other.server.close();
  }
});

import { expect } from "bun:test";
import { runHere } from "./in-process.ts";
import type { TestServer } from "./server.ts";

/** `plinth schema` in a new workspace of its own, as on another server. */
export async function schemaIn({ url, token, folder }: Pick<TestServer, "url" | "token" | "folder">, slug: string) {
  const answer = await fetch(`${url}/api/workspaces`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ slug, name: slug }),
  });
  expect(answer.status).toBe(201);
  const env = { PLINTH_URL: url, PLINTH_TOKEN: token, PLINTH_WORKSPACE: slug, XDG_CONFIG_HOME: folder };
  return (words: readonly string[], answers: readonly string[] = []) => runHere(["schema", ...words], env, "", answers);
}

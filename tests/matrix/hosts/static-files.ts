/** What hosts with static files do before a function is asked: they answer from a folder. Node 24 and Deno execute this file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
const TYPES: Readonly<Record<string, string>> = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

export interface StaticAnswer {
  readonly status: 200 | 404;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The file of this path in a folder, as a host answers with it; the host's own 404 where there is none. */
export function staticAnswer(folder: string, path: string, headers: Readonly<Record<string, string>>): StaticAnswer {
  const file = join(folder, path);
  if (!existsSync(file))
    return { status: 404, headers: {}, body: new TextEncoder().encode("The host has no such file") };
  const type = TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return { status: 200, headers: { "content-type": type, ...headers }, body: new Uint8Array(readFileSync(file)) };
}

/** The folder that netlify.toml publishes, where the paths that it keeps from the function are answered. */
export function netlifySite(): (path: string) => StaticAnswer | undefined {
  const settings = readFileSync(join(ROOT, "netlify.toml"), "utf8");
  const folder = join(ROOT, /^publish = "([^"]+)"/m.exec(settings)![1]!);
  const kept = /^excludedPath = "([^"]+)\*"/m.exec(settings)![1]!;
  const [pattern = "", ...lines] = readFileSync(join(folder, "_headers"), "utf8").trimEnd().split("\n");
  const headers = Object.fromEntries(
    lines.map((line) =>
      line
        .trim()
        .split(/: (.*)/)
        .slice(0, 2),
    ),
  );
  return (path) =>
    path.startsWith(kept) ? staticAnswer(folder, path, `${kept}*` === pattern ? headers : {}) : undefined;
}

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.ts";

const README = `# Plinth's client

Reads and writes items, signs users in and follows data, for browsers, Node 20 and newer, Bun, Deno, Workers and React Native:
[docs/client.md](docs/client.md). For agents that write code with it: [AGENTS.md](AGENTS.md).
`;

/** The pages of the client, and those that they build upon, as they are in this version. */
export function writeClientPages(folder: string): void {
  const agents = readFileSync(join(ROOT, "packages/client/AGENTS.md"), "utf8");
  writeFileSync(join(folder, "AGENTS.md"), agents);
  writeFileSync(join(folder, "README.md"), README);
  mkdirSync(join(folder, "docs"));
  const pages = [...new Set([...agents.matchAll(/`docs\/([\w-]+\.md)`/g)].map((match) => match[1]!))];
  const all = ["client.md", ...pages];
  for (const page of all) {
    const text = readFileSync(join(ROOT, "docs", page), "utf8");
    writeFileSync(join(folder, "docs", page), withoutOtherLinks(text, all));
  }
}

/** A link to what is not in the package becomes its text. */
function withoutOtherLinks(text: string, pages: readonly string[]): string {
  return text.replaceAll(/\[([^\]]+)\]\(([^)#\s]*)(#[^)\s]*)?\)/g, (link, label: string, target: string) =>
    target === "" || target.startsWith("https:") || pages.includes(target) ? link : label,
  );
}

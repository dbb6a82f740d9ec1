import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../matrix/programs.ts";

const CLIENT = join(ROOT, "packages/client");
const { exports: MODULES } = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));

/** An app of a page or an example, with the client's source in place of the installed package. */
export async function bundleApp(entry: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: { runtime: "automatic", development: false },
    plugins: [
      {
        name: "the installed packages",
        setup({ onResolve }) {
          onResolve({ filter: /^@plinth\/client/ }, ({ path }) => ({
            path: join(CLIENT, MODULES[path.replace("@plinth/client", ".")]),
          }));
          // One React for the app and the hooks.
          onResolve({ filter: /^react(-dom)?(\/|$)/ }, ({ path }) => ({
            path: Bun.resolveSync(path, import.meta.dirname),
          }));
          onResolve({ filter: /^@tanstack\/db$/ }, ({ path }) => ({ path: Bun.resolveSync(path, CLIENT) }));
        },
      },
    ],
  });
  return outputs[0]!.text();
}

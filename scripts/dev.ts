/**
 * `npm run dev`: the server, which starts again after each change of its sources, and the admin by Vite, which changes in
 * the browser while its sources do. Vite passes on to the server all that is not the admin, so that one address has both.
 */
import path from "node:path";
import { listenUrl } from "../apps/server/src/config.ts";

const ROOT = path.dirname(import.meta.dirname);
const { PORT = "8787", ADMIN_DEV_PORT = "5173" } = process.env;
const address = listenUrl("localhost", Number(ADMIN_DEV_PORT));
const io = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;

const server = Bun.spawn([process.execPath, "--watch", "apps/server/src/entries/bun.ts", ...process.argv.slice(2)], {
  ...io,
  cwd: ROOT,
  // What the server prints, such as the setup link, leads to the address that has both.
  env: { ...process.env, PORT, APP_URL: process.env.APP_URL ?? address },
});
const vite = [
  "--bun",
  "node_modules/vite/bin/vite.js",
  "--port",
  ADMIN_DEV_PORT,
  "--strictPort",
  "--clearScreen",
  "false",
];
const admin = Bun.spawn([process.execPath, ...vite], {
  ...io,
  cwd: path.join(ROOT, "apps/admin"),
  env: { ...process.env, NODE_ENV: "development", PLINTH_SERVER: listenUrl("localhost", Number(PORT)) },
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    server.kill(signal);
    admin.kill(signal);
  });
}
// Where one has ended, by itself or by a signal, there is nothing left to develop with the other.
await Promise.race([server.exited, admin.exited]);
server.kill();
admin.kill();
process.exitCode = (await server.exited) || (await admin.exited);

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ADMIN = path.resolve(import.meta.dir, "../../apps/admin");

/** The policy under which the admin is served: no script but its files, nothing from outside. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; worker-src 'self'";

/** Builds the kit's gallery with React's warnings, and serves it. */
export async function startGallery() {
  const folder = mkdtempSync(path.join(tmpdir(), "plinth-gallery-"));
  const vite = path.join(ADMIN, "node_modules/vite/bin/vite.js");
  const build = Bun.spawn(
    [process.execPath, "--bun", vite, "build", "--mode", "gallery", "--outDir", folder, "--logLevel", "warn"],
    { cwd: ADMIN, env: { ...process.env, NODE_ENV: "development" }, stdout: "pipe", stderr: "pipe" },
  );
  const [code, output] = await Promise.all([build.exited, new Response(build.stderr).text()]);
  if (code !== 0) throw new Error(`the gallery was not built: ${output}`);
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const name = new URL(request.url).pathname.replace(/^\/admin\//, "");
      const file = Bun.file(path.join(folder, path.normalize(`/${name}`)));
      if (!(await file.exists())) return new Response("not found", { status: 404 });
      return new Response(file, { headers: { "content-security-policy": POLICY } });
    },
  });
  return {
    url: `http://localhost:${server.port}`,
    async stop() {
      await server.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

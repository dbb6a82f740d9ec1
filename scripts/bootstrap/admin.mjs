// Builds the admin: what browsers load at /admin. Plain JavaScript with built-in modules only, as all of the first start.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { capture, tail } from "./capture.mjs";

const APP = path.join("apps", "admin");
const VITE = path.join("node_modules", "vite", "bin", "vite.js");
/** The server reads which files there are from this one, and serves no other. */
const LIST = "files.json";
/** Smaller files fit in a packet or two anyway. */
const LEAST_BYTES = 1000;

const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webp: "image/webp",
  woff2: "font/woff2",
};
const COMPRESSED = new Set(["css", "html", "js", "json", "svg", "txt"]);

/** Builds it into a new folder, and returns that. Throws with the tool's own words. */
export async function buildAdmin(root, bun, folder) {
  const args = ["--bun", VITE, "build", "--outDir", folder, "--logLevel", "warn"];
  // In any other environment, such as that of the tests, the build would have React's development tools.
  const env = { ...process.env, NODE_ENV: "production" };
  const { code, output } = await capture(bun, args, { cwd: path.join(root, APP), env });
  if (code !== 0) throw new Error(`it could not be built.\n${tail(output)}`);
  await writeList(folder);
  return folder;
}

async function writeList(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = entries.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  const files = await Promise.all(names.sort().map((name) => describe(folder, name)));
  writeFileSync(path.join(folder, LIST), JSON.stringify(Object.fromEntries(files)));
}

async function describe(folder, name) {
  const ending = path.extname(name).slice(1);
  const type = TYPES[ending];
  if (type === undefined) throw new Error(`scripts/bootstrap/admin.mjs: which content type has ${name}?`);
  const file = path.join(folder, name);
  const bytes = readFileSync(file);
  const forms = COMPRESSED.has(ending) && bytes.length >= LEAST_BYTES ? await compress(file, bytes) : [];
  const tag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return [name.replaceAll(path.sep, "/"), { type, tag, forms }];
}

/** Quality 9: the last tenth of the bytes would take ten times as long. */
async function compress(file, bytes) {
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gz);
  return ["br", "gz"];
}

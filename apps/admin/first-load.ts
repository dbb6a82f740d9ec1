import { build, type Rollup, type UserConfig } from "vite";

/**
 * Puts all that the page loads at once into one file. The bundler alone makes a file of each module that several pages
 * share: forty requests, and a tenth more bytes. Which modules these are, a first build tells.
 */
export async function withOneFirstFile(config: UserConfig): Promise<UserConfig> {
  const first = await firstModules(config);
  const groups = [{ name: "first", test: (id: string) => first.has(id) }];
  const output = { codeSplitting: { includeDependenciesRecursively: false, groups } };
  return { ...config, build: { ...config.build, rolldownOptions: { output } } };
}

/** The modules of the page's own file, and of all that it imports at once. */
async function firstModules(config: UserConfig): Promise<ReadonlySet<string>> {
  const built = (await build({
    ...config,
    configFile: false,
    logLevel: "error",
    build: { ...config.build, write: false, minify: false, cssMinify: false },
  })) as Rollup.RollupOutput;
  const chunks = built.output.filter((file) => file.type === "chunk");
  const names = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  const modules = new Set<string>();
  // A set gives what is added to it meanwhile, too.
  for (const name of names) {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    for (const imported of chunk?.imports ?? []) names.add(imported);
    for (const id of Object.keys(chunk?.modules ?? {})) modules.add(id);
  }
  return modules;
}

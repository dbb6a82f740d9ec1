import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What all scenario files below a folder export as `scenarios`, protocol by protocol, in the order of their names. */
export async function scenariosIn<T>(folder: string): Promise<T[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(
    files.sort().map(async (file) => ({ file, module: (await import(join(folder, file))) as { scenarios?: T[] } })),
  );
  return modules.flatMap(({ file, module }) => {
    if (!module.scenarios) throw new Error(`${file} exports no scenarios`);
    return module.scenarios;
  });
}

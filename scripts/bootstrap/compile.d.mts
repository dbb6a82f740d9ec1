/** The command of the server for the sources as they are now; where it cannot be compiled, it runs the sources. */
export function compiledServer(root: string, bun: string, options?: { patienceMs?: number }): Promise<string[]>;
/** The folder of the admin as its sources are now. Throws if it cannot be built. */
export function builtAdmin(root: string, bun: string): Promise<string>;
/** The sources of the server on Bun, and of the program of its threads. */
export const ENTRIES: readonly string[];
/** The files that PGlite looks for beside its own code. */
export function assetsOf(root: string): { folder: string; names: string[] };

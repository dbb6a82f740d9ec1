/** The bundle's entry for the sources as they are now; where it cannot be made, the sources' own. */
export function bundledServer(root: string, bun: string): Promise<string>;

/** Not a database in memory. */
export function isFile(path: string): boolean {
  return path !== ":memory:" && path !== "" && !path.startsWith("file:");
}

/** The folder to create for a database file; none for databases in memory. */
export function folderOf(path: string): string | undefined {
  if (!isFile(path)) return undefined;
  const slash = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return slash > 0 ? path.slice(0, slash) : undefined;
}

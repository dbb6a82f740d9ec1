/** Where a header of SQLite's WAL-index counts commits, in words of 32 bits: https://sqlite.org/walformat.html#the_wal_index_header */
const CHANGES = 2;

/**
 * Reads the number of the last commit to a database in WAL mode from its shared memory, which every process changes with
 * its commits. Undefined where this system does not map it.
 */
export function commitsIn(path: string): (() => number) | undefined {
  try {
    const mapped = Bun.mmap(`${path}-shm`);
    const words = new Uint32Array(mapped.buffer, mapped.byteOffset, CHANGES + 1);
    return () => words[CHANGES]!;
  } catch {
    return undefined;
  }
}

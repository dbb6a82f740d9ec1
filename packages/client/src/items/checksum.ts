/** Of ids and checksums of rows in order, as the server computes it: FNV-1a over UTF-16 units, 32 bits, in hex. */
export function checksum(rows: readonly { readonly id: string; readonly checksum: string }[]): string {
  const text = rows.map(({ id, checksum }) => `${id}:${checksum}`).join("\n");
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The name of the file at an address, as far as the address says it. */
export function nameInUrl(text: string): string | undefined {
  if (!URL.canParse(text.trim())) return undefined;
  const last = new URL(text.trim()).pathname.split("/").at(-1)!;
  return decoded(last) || undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll("/", "-");
  } catch {
    return part;
  }
}

import { invalid } from "../errors.ts";

/** A pattern of `_like`, read: texts, `one` for any one character, `any` for any number of them. */
type LikePart = string | typeof ONE | typeof ANY;
const ONE = Symbol("one");
const ANY = Symbol("any");

/** D1 takes no longer patterns, and one limit for all engines keeps filters portable. */
const MAX_BYTES = 50;

/** `%` is any text, `_` any one character, and `\` takes the next character as it is. Throws where it cannot be matched. */
export function checkLike(pattern: string, path: string): void {
  if (likeParts(pattern) === undefined) throw invalid(path, "a pattern may not end with a single \\; write \\\\");
  const bytes = new TextEncoder().encode(likeToGlob(pattern)).length;
  if (bytes > MAX_BYTES)
    throw invalid(path, `a pattern may have at most ${MAX_BYTES} bytes, and this one has ${bytes}`, "LIMIT_EXCEEDED");
}

/** The same pattern for `GLOB`, where `*`, `?` and `[` are special. */
export function likeToGlob(pattern: string): string {
  return (likeParts(pattern) ?? [])
    .map((part) => (part === ANY ? "*" : part === ONE ? "?" : /[*?[]/.test(part) ? `[${part}]` : part))
    .join("");
}

/** Goes back to the last `%` only, which is enough: what came before it can stay as it is. */
export function matchesLike(text: string, pattern: string): boolean {
  const parts = likeParts(pattern) ?? [];
  const characters = [...text];
  let [at, part] = [0, 0];
  let [retryAt, retryPart] = [-1, -1];
  while (at < characters.length) {
    if (parts[part] === ANY) {
      [retryAt, retryPart] = [at, ++part];
    } else if (part < parts.length && (parts[part] === ONE || parts[part] === characters[at])) {
      at++;
      part++;
    } else {
      if (retryPart < 0) return false;
      [at, part] = [++retryAt, retryPart];
    }
  }
  return parts.slice(part).every((rest) => rest === ANY);
}

/** Undefined where the last `\` escapes nothing. */
function likeParts(pattern: string): LikePart[] | undefined {
  const parts: LikePart[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === "\\" && ++i === characters.length) return undefined;
    if (character === "%") parts.push(ANY);
    else parts.push(character === "_" ? ONE : characters[i]!);
  }
  return parts;
}

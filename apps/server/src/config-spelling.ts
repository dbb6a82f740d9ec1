/**
 * Warns of variables that are probably misspelled settings: `DATABSE_URL` would otherwise be ignored silently, and the
 * server would start on the wrong database.
 */
export function misspellings(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): string[] {
  const warnings: string[] = [];
  for (const variable of Object.keys(env)) {
    if (names.includes(variable)) continue;
    const meant = names.find((name) => env[name] === undefined && isSlip(variable, name));
    if (meant) warnings.push(`${variable} is not a setting; did you mean ${meant}?`);
  }
  return warnings;
}

/**
 * Long names allow two typing errors. Short ones allow one, and no replaced letter: API_URL is not a misspelled
 * APP_URL. The shortest allow only swapped letters: nor is it a misspelled AI_URL.
 */
function isSlip(variable: string, name: string): boolean {
  if (name.length >= 10) return distance(variable, name) < MANY;
  if (distance(variable, name) !== 1) return false;
  return (name.length > 6 && variable.length !== name.length) || lettersOf(variable) === lettersOf(name);
}

const lettersOf = (word: string): string => [...word].sort().join();

const MANY = 3;

/**
 * Edits between two words, where swapping two neighbours counts as one; 3 stands for more. Only places at most two
 * apart can match then, and most words differ in their first letters: each start compares all variables.
 */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) >= MANY) return MANY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next: number[] = [i];
    let least = i;
    for (let j = Math.max(1, i - 2); j <= Math.min(b.length, i + 2); j++) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((row[j] ?? MANY) + 1, (next[j - 1] ?? MANY) + 1, (row[j - 1] ?? MANY) + differs);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (before[j - 2] ?? MANY) + 1);
      }
      next[j] = edits;
      least = Math.min(least, edits);
    }
    if (least >= MANY) return MANY;
    before = row;
    row = next;
  }
  return Math.min(MANY, row[b.length] ?? MANY);
}

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
 * APP_URL.
 */
function isSlip(variable: string, name: string): boolean {
  if (name.length >= 10) return distance(variable, name) <= 2;
  const sameLetters = [...variable].sort().join() === [...name].sort().join();
  return distance(variable, name) === 1 && (sameLetters || variable.length !== name.length);
}

/** Edits between two words, where swapping two neighbours counts as one. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + differs);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
      }
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** Passwords shorter than this are refused anyway. */
const LEAST = 8;

let known: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether it is one of the 18,000 commonest passwords of at least eight characters, in any case: from the lists of zxcvbn,
 * which come with the server. Nothing is sent anywhere. `password` is in its NFKC form.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  known ??= import("./common-password-list.ts").then(
    ({ commonPasswords }) => new Set(commonPasswords.filter(({ length }) => length >= LEAST)),
  );
  return (await known).has(password.toLowerCase()) || isPattern([...password.toLowerCase()]);
}

const LONGEST_PIECE = 4;

/** zxcvbn finds these by rules, so they are in none of its lists: `aaaaaaaa`, `12341234`, `abcdefgh`, `87654321`. */
function isPattern(characters: readonly string[]): boolean {
  const repeats = (length: number) => characters.every((character, i) => character === characters[i % length]);
  for (let length = 1; length <= LONGEST_PIECE; length++) if (repeats(length)) return true;
  const digits = characters.every((character) => /^[0-9]$/.test(character));
  const steps = characters.slice(1).map((character, i) => {
    const step = character.codePointAt(0)! - characters[i]!.codePointAt(0)!;
    // After 9 comes 0.
    return digits && Math.abs(step) === 9 ? -Math.sign(step) : step;
  });
  return Math.abs(steps[0] ?? 0) === 1 && steps.every((step) => step === steps[0]);
}

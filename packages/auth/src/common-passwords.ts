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
  return (await known).has(password.toLowerCase());
}

/** Password hashing sized for the host; `hash` returns a self-describing text. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(input: { hash: string; password: string }): Promise<boolean>;
}

/** Password hashing sized for the host; `hash` returns a self-describing text. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(input: { hash: string; password: string }): Promise<boolean>;
  /** Whether a new hash would be stronger: then the stored one is replaced when its password is known. */
  isWeaker(hash: string): boolean;
}

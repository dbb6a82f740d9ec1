/** An attempt to prove a secret of an account, by a signed-in user or after the first factor of a sign-in. */
export interface ProofAttempt {
  readonly userId: string;
  /** Below `/api/auth`. */
  readonly path: string;
  /** Of the request. */
  readonly headers: Headers;
}

export interface CountedAttempt {
  /** The secret was right: the count starts again at zero. */
  succeeded(): Promise<void>;
  /** The server was too busy to check the secret: the attempt does not count. */
  notTried(): Promise<void>;
}

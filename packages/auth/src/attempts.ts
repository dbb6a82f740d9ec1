/** An attempt to prove a secret of an account: of whoever is signed in, or of whoever signs in and has proven the first factor. */
export interface ProofAttempt {
  readonly userId: string;
  /** Below `/api/auth`. */
  readonly path: string;
  /** Of the request. */
  readonly headers: Headers;
}

export interface CountedAttempt {
  /** The secret was right: attempts begin anew. */
  succeeded(): Promise<void>;
  /** The server was too busy to look at the secret: the attempt does not count. */
  notTried(): Promise<void>;
}

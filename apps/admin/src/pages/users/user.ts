/** A user as `GET /api/users` lists it. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly name: string;
  readonly image: string | null;
  readonly created_at: string;
  readonly roles: readonly string[];
  readonly email_verified: boolean;
  readonly blocked_at: string | null;
  readonly is_anonymous: boolean;
}

/** What a deletion has done so far; the server goes on by itself while `complete` is false. */
export interface UserRemoval {
  readonly id: string;
  readonly complete: boolean;
  readonly items: { readonly released: number; readonly deleted: number };
}

export interface Invitation {
  readonly id: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly created_at: string;
  readonly expires_at: string;
  readonly accepted_at: string | null;
  readonly state?: string;
}

/** An operator as `GET /api/operators` lists it. */
export interface OperatorAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: string;
  readonly email_verified: boolean;
  readonly blocked_at: string | null;
  readonly role: "owner" | "member";
}

/** A message as `GET /api/mail/outbox` lists it. */
export interface OutboxMail {
  readonly id: string;
  readonly channel: "mail" | "sms";
  readonly template: string;
  readonly to: string;
  readonly state: "queued" | "sent" | "failed";
  readonly attempts: number;
  readonly last_error: string | null;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly finished_at: string | null;
}

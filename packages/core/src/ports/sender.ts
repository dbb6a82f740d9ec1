/** Hands messages of one kind to a provider, which delivers them. */
export interface Sender<Message> {
  readonly name: string;
  readonly capabilities: {
    /** The provider recognizes a message that is sent again by its id, for at least a day. */
    readonly deduplicates: boolean;
    /** It delivers nothing: whoever operates the server reads the messages there. */
    readonly development: boolean;
  };
  /** Returns once the provider has accepted the message. Throws only `DeliveryError`. */
  send(message: Message): Promise<void>;
  close?(): Promise<void>;
}

/** `refused`: the provider will never accept this message. `unavailable`: it may, later. */
export type DeliveryErrorKind = "refused" | "unavailable";

/** The only error that leaves a `Sender`. Its message holds nothing of what was to be sent, and may be read by workspaces: why the server was not reached is its `cause`, for the operator's log. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  constructor(
    readonly kind: DeliveryErrorKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

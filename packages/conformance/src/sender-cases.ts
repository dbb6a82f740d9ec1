/** What every `Sender` must do, whatever it sends. */
import { DeliveryError, type DeliveryErrorKind, outgoingCause, type Sender } from "@plinth/core";
import { assert, equal, rejectionOf } from "./assert.ts";
import type { Case } from "./case.ts";

export interface SenderSuiteOptions<Message, Received> {
  open(): Sender<Message>;
  /** What the provider was handed, oldest first. */
  received(): Promise<readonly Received[]> | readonly Received[];
  /** The provider's next answer is a final refusal, or one that asks to come later. Absent: it accepts everything. */
  refuse?(kind: DeliveryErrorKind): void;
  /** A sender whose provider cannot be reached. */
  openUnreachable?(): Sender<Message>;
}

/** A message, and what of it no error may hold. */
interface Sample<Message> {
  readonly message: Message;
  readonly secrets: readonly string[];
}

export function withSender<Message>(
  make: () => Sender<Message>,
  run: (sender: Sender<Message>) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const sender = make();
    try {
      await run(sender);
    } finally {
      await sender.close?.();
    }
  };
}

export function senderCases<Message extends { readonly id: string }, Received>(
  { message, secrets }: Sample<Message>,
  { open, received, refuse, openUnreachable }: SenderSuiteOptions<Message, Received>,
): Case[] {
  const equalKind = (error: unknown, kind: DeliveryErrorKind): void => {
    assert(error instanceof DeliveryError, `expected a DeliveryError, got ${String(error)}`);
    equal(error.kind, kind, "the kind");
    assert(!secrets.some((secret) => error.message.includes(secret)), "the error holds the message's content");
  };
  return [
    {
      name: "each message is handed over once",
      run: withSender(open, async (sender) => {
        const before = (await received()).length;
        await sender.send(message);
        await sender.send({ ...message, id: "01934a5e-0000-7000-8000-000000000002" });
        equal((await received()).length, before + 2, "messages");
      }),
    },
    ...(["refused", "unavailable"] as const).map((kind) => ({
      name: `an answer that means "${kind}" has its own kind, without the message's content`,
      ...(!refuse && { skipped: "this sender accepts everything" }),
      run: withSender(open, async (sender) => {
        refuse!(kind);
        equalKind(await rejectionOf(sender.send(message)), kind);
      }),
    })),
    {
      name: "a provider that cannot be reached is unavailable; why is the cause, for the operator alone",
      ...(!openUnreachable && { skipped: "this sender needs no network" }),
      run: withSender(openUnreachable ?? open, async (sender) => {
        const error = await rejectionOf(sender.send(message));
        equalKind(error, "unavailable");
        const { cause, message: said } = error as DeliveryError;
        assert(outgoingCause(cause) !== undefined, "the error has no cause");
        assert(!/refuse|connect|not found|network|certificate|closed/i.test(said), "the error tells of the network");
      }),
    },
  ];
}

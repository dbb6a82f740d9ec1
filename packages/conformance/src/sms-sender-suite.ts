/** What every `SmsSender` must do. */
import type { Sms } from "@plinth/core";
import { equal } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";
import { type SenderSuiteOptions, senderCases, withSender } from "./sender-cases.ts";

/** A text message as the provider understood it. */
export interface ReceivedSms {
  readonly to: string;
  readonly text: string;
}

type SmsSenderOptions = SenderSuiteOptions<Sms, ReceivedSms>;

export interface SmsSenderSuiteOptions extends SmsSenderOptions {
  test: Test;
}

const SMS: Sms = {
  id: "01934a5e-0000-7000-8000-000000000001",
  to: "+4915112345678",
  text: "Grüße 👋 & 100 %: your code=123456.\nSecond line + more.",
};

export function smsSenderSuite({ test, ...options }: SmsSenderSuiteOptions): void {
  registerCases(test, smsSenderCases(options));
}

export function smsSenderCases(options: SmsSenderOptions): Case[] {
  const { open, received } = options;
  return [
    {
      name: "a text message arrives as it was written",
      run: withSender(open, async (sender) => {
        await sender.send(SMS);
        const { to, text } = (await received()).at(-1)!;
        equal({ to, text }, { to: SMS.to, text: SMS.text }, "the message");
      }),
    },
    ...senderCases({ message: SMS, secrets: [SMS.to, "123456"] }, options),
  ];
}

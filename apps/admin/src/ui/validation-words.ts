import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

type Part = Readonly<Record<string, string>>;

/** What the server says of wrong values most often, which is English. Named groups are values of the sentence. */
const PATTERNS: readonly (readonly [pattern: RegExp, sentence: MessageDescriptor])[] = [
  [/^is required(?: and cannot be null)?$/, msg({ message: "A value is required." })],
  [/^must be at least (?<limit>\S+)$/, msg({ message: "It must be at least {limit}." })],
  [/^must be at most (?<limit>\S+)$/, msg({ message: "It must be at most {limit}." })],
  [/^must have at least (?<limit>\d+) characters?$/, msg({ message: "It must have at least {limit} characters." })],
  [/^must have at most (?<limit>\d+) characters?$/, msg({ message: "It must have at most {limit} characters." })],
  [/^must match the pattern (?<pattern>.+)$/, msg({ message: "It must match the pattern {pattern}." })],
  [/^must be in the future$/, msg({ message: "It must be in the future." })],
  [/^is none of the values/, msg({ message: "It is none of the allowed values." })],
  [/^expected true or false/, msg({ message: "It must be yes or no." })],
  [/^expected an integer/, msg({ message: "It must be a whole number in the range of the field." })],
  [/^expected a number/, msg({ message: "It must be a number." })],
  [/^the number is too large/, msg({ message: "The number is too large." })],
  [/^expected a text/, msg({ message: "It must be a text." })],
  [/^expected a list/, msg({ message: "It must be a list." })],
  [/^expected (?:an object|a JSON object)/, msg({ message: "It must be a JSON object." })],
  [/^is not valid JSON/, msg({ message: "It is not valid JSON." })],
  [/^expected a date such as/, msg({ message: "It must be a date such as 2024-05-01." })],
  [/^expected a date and time/, msg({ message: "It must be a date and time such as 2024-05-01T10:00:00Z." })],
  [/^expected an email address/, msg({ message: "It must be an email address such as ann@example.com." })],
  [/^expected (?:a UUID|an item's id|the id of)/, msg({ message: "It must be the id of an item." })],
  [/^there is no function named (?<name>[^;,]+)/, msg({ message: "There is no function {name}." })],
  [/^there is no flow named (?<name>[^;,]+)/, msg({ message: "There is no flow {name}." })],
  [/^must be an https address/, msg({ message: "It must be an address that begins with https://." })],
  [
    /^must not be an address of a private network/,
    msg({
      message:
        "It must not be an address of a private network, unless whoever runs the server allows its host by PRIVATE_ADDRESSES.",
    }),
  ],
  [/^is set by the server$/, msg({ message: "The server sets it by itself." })],
];

/** The same in the language of the admin; undefined where there is no sentence for it. */
export function validationWords(text: string): { sentence: MessageDescriptor; values: Part } | undefined {
  for (const [pattern, sentence] of PATTERNS) {
    const match = pattern.exec(text);
    if (match) return { sentence, values: { ...match.groups } };
  }
  return undefined;
}

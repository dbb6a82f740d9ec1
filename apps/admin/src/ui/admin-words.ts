import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What the server advises to programs by paths of the API, in words for users of the admin. */
const ADVICE: readonly (readonly [pattern: RegExp, sentence: MessageDescriptor])[] = [
  [
    /needs a secret: make one by/,
    msg`It needs a secret first: make one under Sign-in, Hooks, with “Secret of the hooks”.`,
  ],
  [
    /needs a scanner: name its address/,
    msg`It needs a scanner first: write its address under Sign-in, Hooks, “Before a new file can be read”.`,
  ],
  [
    /an administrator makes one with POST \/api\/buckets/,
    msg`There is no such bucket. Administrators make one under Files.`,
  ],
  [/an administrator makes a bucket with/, msg`There are no files here yet. Administrators make a bucket under Files.`],
  [
    /an administrator enables them with/,
    msg`There are no organizations here. Administrators switch them on under Settings, General.`,
  ],
  [/follows the account: /, msg`It follows the account: change it on the page of the user.`],
  [/follows the stored bytes: /, msg`It follows the stored file: send the file again under Files.`],
  [/is changed by POST \/api\/files\/move/, msg`Move or rename the file under Files.`],
];

export function adminWords(message: string): MessageDescriptor | undefined {
  return ADVICE.find(([pattern]) => pattern.test(message))?.[1];
}

import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What is said of a failure in the admin: what it is, what to do, and where. */
export interface FailureWords {
  readonly says: MessageDescriptor;
  readonly advice?: MessageDescriptor;
  readonly page?: {
    /** Below the workspace. */
    readonly path: string;
    readonly search?: Record<string, unknown>;
    readonly label: MessageDescriptor;
  };
}

const HOOKS = { path: "sign-in", search: { section: "hooks" }, label: msg`Open the secret of the hooks` };
const FUNCTIONS = { path: "functions", label: msg`Open the functions` };
const FLOWS = { path: "flows", label: msg`Open the flows` };
const CHECK_ADDRESS = msg`Check the address, and that the program runs there.`;

/** What runs write when they fail, which is English. Named groups are values of the sentences. */
const PATTERNS: readonly (readonly [pattern: RegExp, words: FailureWords])[] = [
  [
    /^It needs a secret: make one/,
    {
      says: msg`The server signs what it sends, and this workspace has no secret for that.`,
      advice: msg`Make the secret, give it to your program, and run this again.`,
      page: HOOKS,
    },
  ],
  [
    /no function named (?<name>[a-z][a-z0-9-]*)/,
    {
      says: msg({ message: "There is no function {name}." }),
      advice: msg`It was deleted, or has another name. Deploy it, or name another one.`,
      page: FUNCTIONS,
    },
  ],
  [
    /no flow named (?<name>[a-z][a-z0-9-]*)/,
    {
      says: msg({ message: "There is no flow {name}." }),
      advice: msg`It was deleted, or has another name. Deploy it, or name another one.`,
      page: FLOWS,
    },
  ],
  [
    /no collection (?<name>[a-z][a-z0-9_]*)/,
    {
      says: msg({ message: "There is no collection {name}." }),
      advice: msg`It was deleted or renamed: nothing is heard of it any more. Name another one.`,
      page: { path: "collections", label: msg`Open the collections` },
    },
  ],
  [
    /^The flow (?<name>\S+) is not enabled/,
    { says: msg({ message: "The flow {name} is turned off." }), advice: msg`Turn it on first.`, page: FLOWS },
  ],
  [
    /[Ff]low (?<name>\S+) has no manual trigger/,
    {
      says: msg({ message: "The flow {name} cannot be started by a job." }),
      advice: msg`Give it the trigger “By hand or by the API”.`,
      page: FLOWS,
    },
  ],
  [
    /TypeError: cannot read property '(?:json|text|bytes|headers|method|url|path|query|params|formData|arrayBuffer)' of undefined/,
    {
      says: msg`The function has used the request, and there is none.`,
      advice: msg`What a schedule or a job starts has job in its context instead: what it was given is job.payload.`,
    },
  ],
  [
    /certificate is not valid/,
    {
      says: msg`The certificate of the other server is not valid.`,
      advice: msg`It may have expired, be for another name, or be signed by nobody whom this server trusts.`,
    },
  ],
  [/its name was not found/, { says: msg`The name in the address was not found.`, advice: msg`Check the address.` }],
  [/it refuses connections/, { says: msg`The other server refuses connections.`, advice: CHECK_ADDRESS }],
  [
    /connection was closed before it answered/,
    { says: msg`The other server closed the connection before it answered.`, advice: CHECK_ADDRESS },
  ],
  [/no network leads there/, { says: msg`No network leads to this address.`, advice: CHECK_ADDRESS }],
  [
    /did not answer within (?<ms>\d+) ms/,
    {
      says: msg({ message: "The other server did not answer within {ms} milliseconds." }),
      advice: msg`It should answer at once, and do what takes long afterwards.`,
    },
  ],
  [
    /address of a private network/,
    {
      says: msg`The address is in a private network, which this server does not ask.`,
      advice: msg`Whoever runs the server can allow the host by the setting PRIVATE_ADDRESSES.`,
    },
  ],
  [
    /answers with a redirect/,
    { says: msg`The other server answers with a redirect.`, advice: msg`Write the address to which it leads.` },
  ],
  [/its answer has more than/, { says: msg`The answer of the other server is too large.` }],
  [/it cannot be reached/, { says: msg`The other server cannot be reached.`, advice: CHECK_ADDRESS }],
  [
    /(?:^status |[Ii]t answered with status )(?<status>401|403)\b/,
    {
      says: msg({ message: "The other server answered with the status {status}: it does not accept the request." }),
      advice: msg`Check the secret or the key by which it knows this server.`,
    },
  ],
  [
    /(?:^status |[Ii]t answered with status )(?<status>404|410)\b/,
    {
      says: msg({ message: "The other server answered with the status {status}: nothing is at this address." }),
      advice: msg`Check the path of the address.`,
    },
  ],
  [
    /(?:^status |[Ii]t answered with status )(?<status>5\d\d)\b/,
    {
      says: msg({ message: "The other server answered with the status {status}: it has failed itself." }),
      advice: msg`Its own log says why.`,
    },
  ],
  [
    /(?:^status |[Ii]t answered with status )(?<status>\d{3})\b/,
    { says: msg({ message: "The other server answered with the status {status}." }) },
  ],
  [
    /^The worker did not report in time/,
    {
      says: msg`The worker did not report in time.`,
      advice: msg`It ended, or takes longer than its lease: it should report in between.`,
    },
  ],
  [
    /^The server could not run it/,
    { says: msg`The server could not run it.`, advice: msg`Whoever runs the server finds the reason in its log.` },
  ],
];

export interface FoundFailure extends FailureWords {
  /** Of the sentences. */
  readonly values: Readonly<Record<string, string>>;
}

/** What a failure is, in one sentence: in the language of the admin where it knows one. */
export function failureSentence(text: string): string {
  const found = failureWords(text);
  return found ? i18n._({ ...found.says, values: found.values }) : text;
}

/** What the admin says of a failure; undefined where only its own text does. */
export function failureWords(text: string): FoundFailure | undefined {
  for (const [pattern, words] of PATTERNS) {
    const match = pattern.exec(text);
    if (match) return { ...words, values: { ...match.groups } };
  }
  return undefined;
}

/** Why a server was not reached, as far as the runtime tells. */
export type OutgoingCause = "name" | "refused" | "closed" | "certificate" | "no_route";

/** Each runtime has its own codes and sentences; the first that fits counts. */
const SIGNS: readonly (readonly [OutgoingCause, RegExp])[] = [
  ["name", /ENOTFOUND|EAI_AGAIN|EAI_NONAME|ENODATA|EDNS|DNSResolveFailed|dns error|has no address/i],
  [
    "certificate",
    /\bCERT_|_CERT\b|CERT_IN_CHAIN|CERT_SIGNATURE|ALTNAME_INVALID|LEAF_SIGNATURE|certificate|ERR_SSL|EPROTO|ETLS/i,
  ],
  ["refused", /ECONNREFUSED|ConnectionRefused|Connection refused/i],
  ["no_route", /EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL/i],
  [
    "closed",
    /ECONNRESET|EPIPE|ConnectionClosed|UND_ERR_SOCKET|socket hang up|closed unexpectedly|connection was lost/i,
  ],
];

const WORDS: Readonly<Record<OutgoingCause, string>> = {
  name: "its name was not found",
  refused: "it refuses connections",
  closed: "the connection was closed before it answered",
  certificate: "its certificate is not valid",
  no_route: "no network leads there",
};

const MOST_CAUSES = 5;
const MOST_CHARS = 500;

/** What an error of a client means, or one of its causes. Undefined: the runtime does not tell. */
export function outgoingCause(error: unknown): OutgoingCause | undefined {
  let cause = error;
  for (let depth = 0; depth < MOST_CAUSES && cause instanceof Error; depth++) {
    const { code, name, message } = cause as Error & { readonly code?: unknown };
    const text = `${String(code ?? "")} ${name} ${message}`.slice(0, MOST_CHARS);
    const found = SIGNS.find(([, sign]) => sign.test(text));
    if (found) return found[0];
    // Where a name has several addresses, each has failed by its own error.
    cause = cause instanceof AggregateError && cause.cause === undefined ? cause.errors[0] : cause.cause;
  }
  return undefined;
}

/** The same as the end of a sentence, such as `: its name was not found`; empty where the runtime does not tell. */
export function causeWords(error: unknown): string {
  const cause = outgoingCause(error);
  return cause === undefined ? "" : `: ${WORDS[cause]}`;
}

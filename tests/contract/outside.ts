import type { Json, JsonObject } from "@plinth/core";

/** A request of the server to a hook, signed with the hook's secret. */
export interface HookMessage {
  readonly type: string;
  readonly data: JsonObject;
}

/** Undefined: the connection ends without an answer. */
export type HookAnswer = (message: HookMessage) => JsonObject | undefined;

/** A program that is known to the provider. */
export interface Client {
  readonly client_id: string;
  readonly client_secret: string;
}

/** Services of others to which the server sends requests; real ones, beside it on the same machine. */
export interface Outside {
  /** A provider of OpenID Connect. */
  readonly issuer: string;
  /** Makes the server its client, which is called back at this address. */
  register(callbackUrl: string): Promise<Client>;
  /** Somebody signs in at the provider's pages, as one of `PERSONS`: the address to which the browser is sent back. */
  signIn(authorizationUrl: string, subject: Person): Promise<string>;
  /** The ID token that an app of this client gets, called back at this address, when somebody signs in there. */
  idToken(client: Client, callbackUrl: string, subject: Person, nonce: string): Promise<string>;
  /** The address of a program that can be named as a hook. It answers only what the secret has signed. */
  program(secret: string, answer: HookAnswer): string;
  /** Answers with the bytes that it is sent, and their type. */
  readonly mirror: string;
  /** The base address of a server with the API of OpenAI, which repeats what it is told. */
  readonly model: string;
  /** What it was asked with in `authorization`. */
  modelKeys(): ReadonlySet<string>;
  /** The messages that the program at this address has received so far, each once. */
  received(url: string): readonly HookMessage[];
}

/** Who has an account at the provider. */
export const PERSONS = {
  ada: { email: "ada@elsewhere.test", email_verified: true, name: "Ada Lovelace" },
  bob: { email: "bob@elsewhere.test", email_verified: true, name: "Bob" },
  /** Says that Ada's address is his, which the provider has not checked. */
  mallory: { email: "ada@elsewhere.test", email_verified: false, name: "Mallory" },
} satisfies Readonly<Record<string, Json>>;

export type Person = keyof typeof PERSONS;

/** The secret of the captcha service. */
export const CHALLENGE_SECRET = "what only the site and the service know";

/** What somebody gets who has solved a challenge; each counts once. */
export const solved = (name: string): string => `solved by ${name} ${crypto.randomUUID()}`;

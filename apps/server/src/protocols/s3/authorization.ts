import { type ObjectAddress, pairsIn } from "./address.ts";
import { credentialIn } from "./credential.ts";
import { S3Error } from "./errors.ts";
import { ALGORITHM, type SigningScope } from "./signing.ts";

/** What a request says about its signature. */
export interface Authorization {
  readonly accessKey: string;
  readonly scope: SigningScope;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  /** In lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  /** In hexadecimal. */
  readonly signature: string;
  /** As `x-amz-content-sha256` has it, or what counts in its place. */
  readonly payloadHash: string;
  /** Of a URL that is signed: for how many seconds. */
  readonly expiresIn: number | undefined;
}

const SKEW_MS = 15 * 60_000;
const MOST_SECONDS = 7 * 86_400;
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const HEADER_NAMES = /^[a-z0-9!#$%&'*+.^_`|~-]+(?:;[a-z0-9!#$%&'*+.^_`|~-]+)*$/;
const UNSIGNED = "UNSIGNED-PAYLOAD";
/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const PAYLOAD_HASHES = [
  UNSIGNED,
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
  "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
];
/** Added on the way, after the client has signed. */
const ADDED_ON_THE_WAY: ReadonlySet<string> = new Set(["x-amz-cf-id"]);

/** Throws where there is no signature, or none that can be right at this time. */
export function authorizationOf(headers: Headers, address: ObjectAddress, now: number): Authorization {
  const header = headers.get("authorization");
  const inQuery = address.query.has("X-Amz-Algorithm");
  // Another scheme may belong to a proxy.
  const isSigned = header !== null && (/^AWS/.test(header) || !header.includes(" "));
  if (isSigned && inQuery) throw new S3Error("InvalidArgument", "Sign the header or the URL, not both.");
  if (!isSigned && !inQuery) {
    const old = address.query.has("Signature");
    throw old ? oldVersion() : new S3Error("AccessDenied", "Sign the request with an access key.");
  }
  const found = isSigned ? fromHeader(headers, header) : fromQuery(headers, address);
  requirePayloadHash(found);
  requireTime(found, now);
  requireSigned(headers, found);
  return found;
}

function fromHeader(headers: Headers, header: string): Authorization {
  const [scheme = "", list, ...more] = header.trim().split(/ (.*)/s);
  if (scheme === "AWS") throw oldVersion();
  if (list === undefined || more.join("") !== "")
    throw new S3Error("InvalidArgument", "Authorization header is invalid -- one and only one ' ' (space) required.", {
      ArgumentName: "Authorization",
      ArgumentValue: header,
    });
  if (scheme !== ALGORITHM)
    throw new S3Error("InvalidArgument", "Unsupported Authorization Type", {
      ArgumentName: "Authorization",
      ArgumentValue: scheme,
    });
  const fields = fieldsIn(list);
  const payloadHash = headers.get("x-amz-content-sha256");
  if (payloadHash === null)
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  const sentTime = headers.get("x-amz-date") || timeOfDate(headers.get("date"));
  const { accessKey, scope } = credentialIn(fields.Credential, malformed);
  const time = requireDate(sentTime ?? "");
  if (!time.startsWith(scope.date)) throw malformed("Invalid credential date. Date is not the same as X-Amz-Date.");
  const { SignedHeaders, Signature } = fields;
  return {
    ...{ accessKey, scope, time, payloadHash, expiresIn: undefined },
    ...signatureOf(SignedHeaders, Signature, malformed),
  };
}

const FIELDS = ["Credential", "SignedHeaders", "Signature"] as const;

function fieldsIn(list: string): Record<(typeof FIELDS)[number], string> {
  const parts = list.split(",").map((one) => one.trim());
  if (parts.length !== FIELDS.length)
    throw malformed("the authorization header requires three components: Credential, SignedHeaders, and Signature.");
  const wrong = parts.find((one) => !/^[^=]+=/.test(one));
  if (wrong !== undefined) throw malformed(`the authorization component "${wrong}" is malformed.`);
  const found = new Map(parts.map((one) => one.split(/=(.*)/s, 2) as [string, string]));
  const missing = FIELDS.find((name) => !found.get(name));
  if (missing !== undefined) throw malformed(`missing ${missing}.`);
  const [Credential, SignedHeaders, Signature] = FIELDS.map((name) => found.get(name)!);
  return { Credential: Credential!, SignedHeaders: SignedHeaders!, Signature: Signature! };
}

const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
  "X-Amz-Expires",
] as const;

function fromQuery(headers: Headers, { query, rawQuery }: ObjectAddress): Authorization {
  const names = pairsIn(rawQuery).map(([name]) => name);
  const twice = names.find((name, i) => name.startsWith("X-Amz-") && names.indexOf(name) !== i);
  if (twice !== undefined) throw malformedQuery(`${twice} stands in the URL twice.`);
  const algorithm = query.get("X-Amz-Algorithm");
  if (algorithm === "AWS4-ECDSA-P256-SHA256") throw malformedQuery(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  if (algorithm !== ALGORITHM)
    throw malformedQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  if (PARAMETERS.some((name) => !query.get(name)))
    throw malformedQuery(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  const refuse = (message: string) => malformedQuery(`Error parsing the X-Amz-Credential parameter; ${message}`);
  const { accessKey, scope } = credentialIn(query.get("X-Amz-Credential")!, refuse);
  const time = query.get("X-Amz-Date")!;
  if (!TIME.test(time)) throw malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!time.startsWith(scope.date)) {
    const message = `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`;
    throw malformedQuery(message);
  }
  // Access keys have no session, so a token is none of theirs.
  if (query.has("X-Amz-Security-Token"))
    throw new S3Error("InvalidToken", "The provided token is malformed or otherwise invalid.");
  const hash = headers.get("x-amz-content-sha256") ?? query.get("X-Amz-Content-Sha256");
  return {
    ...{ accessKey, scope, time, payloadHash: hash ?? UNSIGNED, expiresIn: secondsIn(query.get("X-Amz-Expires")!) },
    ...signatureOf(query.get("X-Amz-SignedHeaders")!, query.get("X-Amz-Signature")!, malformedQuery),
  };
}

function secondsIn(text: string): number {
  if (/^-\d+$/.test(text)) throw malformedQuery("X-Amz-Expires must be non-negative");
  if (!/^\d+$/.test(text)) throw malformedQuery("X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds > MOST_SECONDS)
    throw malformedQuery(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${MOST_SECONDS} seconds`,
    );
  return seconds;
}

function signatureOf(
  signedHeaders: string,
  signature: string,
  refuse: (message: string) => S3Error,
): Pick<Authorization, "signedHeaders" | "signature"> {
  if (!HEADER_NAMES.test(signedHeaders))
    throw refuse("SignedHeaders must be names in lower case, with ; between them.");
  if (!SIGNATURE.test(signature)) throw refuse("the signature must be 64 hexadecimal digits.");
  return { signedHeaders: signedHeaders.split(";"), signature };
}

function requireDate(time: string): string {
  if (TIME.test(time)) return time;
  throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header.");
}

function requirePayloadHash({ payloadHash }: Authorization): void {
  if (PAYLOAD_HASHES.includes(payloadHash) || SIGNATURE.test(payloadHash)) return;
  const message = `x-amz-content-sha256 must be ${PAYLOAD_HASHES.join(", ")} or a valid sha256 value.`;
  const about = { ArgumentName: "x-amz-content-sha256", ArgumentValue: payloadHash };
  throw new S3Error("InvalidArgument", message, about);
}

function requireTime({ time, expiresIn }: Authorization, now: number): void {
  const at = Date.parse(time.replace(TIME, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at)) throw new S3Error("AccessDenied", "X-Amz-Date is no time.");
  if (at > now + SKEW_MS || (expiresIn === undefined && at < now - SKEW_MS)) {
    const message = "The difference between the request time and the current time is too large.";
    throw new S3Error("RequestTimeTooSkewed", message, { RequestTime: time, ServerTime: new Date(now).toISOString() });
  }
  if (expiresIn !== undefined && now > at + expiresIn * 1000)
    throw new S3Error("AccessDenied", "Request has expired.", {
      ...{ "X-Amz-Expires": String(expiresIn), ServerTime: new Date(now).toISOString() },
      Expires: new Date(at + expiresIn * 1000).toISOString(),
    });
}

/** Whoever passes a request on, or has a signed URL, must not be able to change what it does. */
function requireSigned(headers: Headers, { signedHeaders }: Authorization): void {
  if (!signedHeaders.includes("host")) throw new S3Error("AccessDenied", "The header host must be signed.");
  const names = [...headers].map(([name]) => name);
  const unsigned = names.filter(
    (name) => name.startsWith("x-amz-") && !ADDED_ON_THE_WAY.has(name) && !signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  const message = "There were headers present in the request which were not signed";
  throw new S3Error("AccessDenied", message, { HeadersNotSigned: unsigned.join(", ") });
}

/** A client that cannot set `x-amz-date` signs `date`. */
function timeOfDate(header: string | null): string | undefined {
  const time = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}

const malformed = (message: string): S3Error =>
  new S3Error("AuthorizationHeaderMalformed", `The authorization header is malformed; ${message}`);
const malformedQuery = (message: string): S3Error => new S3Error("AuthorizationQueryParametersError", message);
const oldVersion = (): S3Error =>
  new S3Error(
    "InvalidRequest",
    `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  );

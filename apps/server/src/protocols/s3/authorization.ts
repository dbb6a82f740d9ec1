import { type ObjectAddress, pairsIn } from "./address.ts";
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
const CREDENTIAL = /^([A-Za-z0-9_-]{1,128})\/(\d{8})\/([\w-]{1,64})\/s3\/aws4_request$/;
const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const HEADER_NAMES = /^[a-z0-9!#$%&'*+.^_`|~-]+(?:;[a-z0-9!#$%&'*+.^_`|~-]+)*$/;
const HEADER = /^AWS4-HMAC-SHA256\s+(?=\S)(.*)$/;
const UNSIGNED = "UNSIGNED-PAYLOAD";
/** Added on the way, after the client has signed. */
const ADDED_ON_THE_WAY: ReadonlySet<string> = new Set(["x-amz-cf-id"]);

/** Throws where there is no signature, or none that can be right at this time. */
export function authorizationOf(headers: Headers, address: ObjectAddress, now: number): Authorization {
  const header = headers.get("authorization");
  // Another scheme may belong to a proxy.
  const isSigned = header !== null && /^AWS4?[- ]/.test(header);
  const inQuery = address.query.has("X-Amz-Algorithm");
  if (isSigned && inQuery) throw new S3Error("InvalidArgument", "Sign the header or the URL, not both.");
  if (!isSigned && !inQuery) {
    const old = address.query.has("Signature");
    throw old ? oldVersion() : new S3Error("AccessDenied", "Sign the request with an access key.");
  }
  const found = isSigned ? fromHeader(headers, header) : fromQuery(headers, address);
  requireTime(found, now);
  requireSigned(headers, found);
  return found;
}

function fromHeader(headers: Headers, header: string): Authorization {
  if (header.startsWith("AWS ")) throw oldVersion();
  const [, list] = HEADER.exec(header) ?? [];
  if (list === undefined) throw malformed(`Authorization must begin with ${ALGORITHM}.`);
  const fields = new Map(list.split(",").map((one) => one.trim().split("=", 2) as [string, string]));
  const payloadHash = headers.get("x-amz-content-sha256");
  if (payloadHash === null) throw new S3Error("InvalidRequest", "The header x-amz-content-sha256 is missing.");
  const time = headers.get("x-amz-date") ?? timeOfDate(headers.get("date"));
  return authorization(
    {
      credential: fields.get("Credential"),
      signedHeaders: fields.get("SignedHeaders"),
      signature: fields.get("Signature"),
      time,
    },
    { payloadHash, expiresIn: undefined },
    malformed,
  );
}

function fromQuery(headers: Headers, { query, rawQuery }: ObjectAddress): Authorization {
  const names = pairsIn(rawQuery).map(([name]) => name);
  const twice = names.find((name, i) => name.startsWith("X-Amz-") && names.indexOf(name) !== i);
  if (twice !== undefined) throw malformedQuery(`${twice} stands in the URL twice.`);
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) throw malformedQuery(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  const expires = query.get("X-Amz-Expires") ?? "";
  const expiresIn = /^\d{1,7}$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(expiresIn >= 1 && expiresIn <= MOST_SECONDS))
    throw malformedQuery(`X-Amz-Expires must be 1 to ${MOST_SECONDS} seconds.`);
  const hash = headers.get("x-amz-content-sha256") ?? query.get("X-Amz-Content-Sha256");
  return authorization(
    {
      credential: query.get("X-Amz-Credential"),
      signedHeaders: query.get("X-Amz-SignedHeaders"),
      signature: query.get("X-Amz-Signature"),
      time: query.get("X-Amz-Date"),
    },
    { payloadHash: hash ?? UNSIGNED, expiresIn },
    malformedQuery,
  );
}

interface SignatureFields {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly time: string | undefined;
}

function authorization(
  { credential = "", signedHeaders = "", signature = "", time = "" }: SignatureFields,
  more: Pick<Authorization, "payloadHash" | "expiresIn">,
  refuse: (message: string) => S3Error,
): Authorization {
  const [, accessKey, date, region] = CREDENTIAL.exec(credential) ?? [];
  if (accessKey === undefined) throw refuse("The credential must be KEY/YYYYMMDD/REGION/s3/aws4_request.");
  if (!HEADER_NAMES.test(signedHeaders))
    throw refuse("SignedHeaders must be names in lower case, with ; between them.");
  if (!SIGNATURE.test(signature)) throw refuse("The signature must be 64 hexadecimal digits.");
  if (!TIME.test(time))
    throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header.");
  if (!time.startsWith(date!)) throw refuse("The date of the credential is not that of X-Amz-Date.");
  return {
    accessKey,
    scope: { date: date!, region: region! },
    time,
    signedHeaders: signedHeaders.split(";"),
    signature,
    ...more,
  };
}

function requireTime({ time, expiresIn }: Authorization, now: number): void {
  const at = Date.parse(time.replace(TIME, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at)) throw new S3Error("AccessDenied", "X-Amz-Date is no time.");
  if (at > now + SKEW_MS || (expiresIn === undefined && at < now - SKEW_MS)) {
    const message = `The request was signed at ${time}, and the server's time is ${new Date(now).toISOString()}.`;
    throw new S3Error("RequestTimeTooSkewed", message);
  }
  if (expiresIn !== undefined && now > at + expiresIn * 1000)
    throw new S3Error("AccessDenied", "The signed URL has expired.");
}

/** Whoever passes a request on, or has a signed URL, must not be able to change what it does. */
function requireSigned(headers: Headers, { signedHeaders }: Authorization): void {
  if (!signedHeaders.includes("host")) throw new S3Error("AccessDenied", "The header host must be signed.");
  for (const [name] of headers) {
    if (!name.startsWith("x-amz-") || ADDED_ON_THE_WAY.has(name) || signedHeaders.includes(name)) continue;
    throw new S3Error("AccessDenied", "There were headers present in the request which were not signed");
  }
}

/** A client that cannot set `x-amz-date` signs `date`. */
function timeOfDate(header: string | null): string | undefined {
  const time = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
}

const malformed = (message: string): S3Error => new S3Error("AuthorizationHeaderMalformed", message);
const malformedQuery = (message: string): S3Error => new S3Error("AuthorizationQueryParametersError", message);
const oldVersion = (): S3Error =>
  new S3Error(
    "InvalidRequest",
    `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  );

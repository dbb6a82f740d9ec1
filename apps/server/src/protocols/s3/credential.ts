import type { S3Error } from "./errors.ts";
import type { SigningScope } from "./signing.ts";

/** What a credential says: `KEY/YYYYMMDD/REGION/s3/aws4_request`. */
export interface S3Credential {
  readonly accessKey: string;
  readonly scope: SigningScope;
}

const PARTS = 5;
const DATE = /^\d{8}$/;

/** Throws with the texts that AWS has for what is wrong in it. Any region is right. */
export function credentialIn(text: string, refuse: (message: string) => S3Error): S3Credential {
  const parts = text.split("/");
  const [accessKey = "", date = "", region = "", service = "", end = ""] = parts;
  if (parts.length !== PARTS || accessKey === "")
    throw refuse('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  if (end !== "aws4_request") throw refuse(`incorrect terminal "${end}". This endpoint uses "aws4_request".`);
  if (service !== "s3") throw refuse(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (!DATE.test(date))
    throw refuse(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  return { accessKey, scope: { date, region } };
}

import type { S3Keys } from "../../../apps/server/src/testing/s3-client.ts";
import type { Call } from "../scenario.ts";

/** What is known of a file by which somebody may try to reach it. */
export interface SoughtFile {
  readonly bucket: string;
  readonly folder: string;
  /** Below its bucket. */
  readonly path: string;
  /** A picture in the same folder. */
  readonly picture: string;
  readonly id: string;
  /** The id of its bytes, which is its `ETag` and its version. */
  readonly content: string;
  readonly sha256: string;
  /** An item of `door_cards` that refers to the file, and is readable. */
  readonly card: string;
  /** An upload by tus that is not complete, and one by URLs. */
  readonly tus: string;
  readonly upload: string;
}

/** A way by which a file's bytes, or what is known of it, may leave the server. */
export interface Door {
  /** As the table of routes has it, such as `GET /api/files/:bucket/:path+`. */
  readonly route: string;
  readonly tries: string;
  /** `keys` are the caller's own for S3. */
  readonly call: (file: SoughtFile, keys: S3Keys) => Call | Promise<Call>;
  /** The owner gets another answer than those who may not read the file. Such a request changes nothing. */
  readonly opens?: true;
}

/** Several requests of one route. */
export function doors(
  route: string,
  calls: Readonly<Record<string, Door["call"]>>,
  more: Pick<Door, "opens"> = {},
): Door[] {
  return Object.entries(calls).map(([tries, call]) => ({ route, tries, call, ...more }));
}

export const OPENS = { opens: true } as const;

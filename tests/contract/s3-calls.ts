import { type S3Call, type S3Keys, signedRequest } from "../../apps/server/src/testing/s3-client.ts";
import { type Call, dataOf, type Reply } from "./scenario.ts";

/** A host that no target has: a signature is right whatever proxies make of the host. */
const HOST = "s3.example";

/** A request that `keys` sign; it is sent without other credentials. `path` begins with `/s3`. */
export async function s3Call(
  keys: S3Keys,
  method: string,
  path: string,
  { raw, headers }: { readonly raw?: string; readonly headers?: S3Call["headers"] } = {},
): Promise<Call> {
  const { init } = await signedRequest(keys, path, {
    ...{ method, as: { host: HOST }, added: { "x-original-host": HOST } },
    ...(headers && { headers }),
    ...(raw !== undefined && { body: raw }),
  });
  return { method, path, headers: init.headers as Record<string, string>, ...(raw !== undefined && { raw }) };
}

/** The keys that an answer shows. */
export const s3KeysIn = (made: Reply): S3Keys => ({
  access_key_id: dataOf(made, "access_key_id"),
  secret_access_key: dataOf(made, "secret_access_key"),
});

/** The suite as a Worker, which runs the case that a request names. */
import { fileStoreCases, runSuite } from "@plinth/conformance";
import { type R2BucketLike, r2FileStore } from "../src/index.ts";

export default {
  async fetch(request: Request, env: { FILES: R2BucketLike }): Promise<Response> {
    const name = new URL(request.url).searchParams.get("case");
    const cases = fileStoreCases({ open: () => r2FileStore({ bucket: env.FILES }) });
    return Response.json(await runSuite(cases.filter((one) => one.name === name)));
  },
};

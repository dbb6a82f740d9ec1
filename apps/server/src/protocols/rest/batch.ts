import { runBatch } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { answerWrite } from "../../http/answer-write.ts";
import { readJson } from "../../http/body.ts";
import { parseBatchBody } from "../../http/query/index.ts";

/** `/api/batch`: writes over several collections, all or nothing. */
export function batchRoutes(app: Hono<AppEnv>): void {
  app.post("/api/batch", (c) =>
    answerWrite(c, async (scope) => ({
      status: 200,
      body: { ...(await runBatch(scope, parseBatchBody(await readJson(c)))) },
    })),
  );
}

import { PlinthClientError } from "../index.ts";
import { applyAnswer, dropShapes, forgetSettled, trimBases } from "./apply-answer.ts";
import { isHidden } from "./errors.ts";
import type { ReplicaContext } from "./replica-context.ts";
import type { SyncAnswer } from "./wire.ts";

/**
 * `more`: another request has to follow. The others: the replica is up to date, after changes or as it was; `quiet`: as it
 * was, and the server says when there is news.
 */
export type PullResult = "more" | "news" | "nothing" | "quiet";

/** Reads what has changed, answer by answer. */
export interface Puller {
  /** One request, and what it says. Throws what has to be waited for, or is wrong with the request. */
  pull(wait: boolean, signal?: AbortSignal): Promise<PullResult>;
}

export function createPuller(context: ReplicaContext): Puller {
  const { replica, shapes, transport, now } = context;
  /** Answers that belong to one write, of which the rest is still to come. */
  let partial: SyncAnswer[] = [];
  /** When the first request was made since the replica was last up to date. */
  let begunAt: number | undefined;

  return {
    async pull(wait, signal) {
      const askedAt = now();
      const after = partial.at(-1)?.next ?? replica.position;
      let answer: SyncAnswer;
      try {
        answer = await transport.pull(shapes, after, wait, signal);
      } catch (error) {
        if (!(error instanceof PlinthClientError)) throw error;
        if (isHidden(error)) await context.commit((set) => dropShapes(replica, set, error));
        if (error.code !== "INVALID_CURSOR") throw error;
        partial = [];
        await context.commit((set) => set("meta", "position"));
        return "more";
      }
      begunAt ??= askedAt;
      if (answer.partial) {
        partial.push(answer);
        return "more";
      }
      const answers = [...partial, answer];
      partial = [];
      const since = begunAt;
      await context.commit((set) => {
        for (const each of answers) applyAnswer(replica, set, each);
        if (answer.more) return;
        // What was made before a write was taken says nothing about it.
        if (!answer.streamed) forgetSettled(replica, set, since);
        trimBases(replica, set);
      });
      if (answer.more) return "more";
      begunAt = undefined;
      if (answers.some(({ changes, snapshots }) => changes.length > 0 || snapshots)) return "news";
      return answer.streamed ? "quiet" : "nothing";
    },
  };
}

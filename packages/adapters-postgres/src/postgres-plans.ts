/**
 * Decides for which statements the server keeps a plan. A statement is prepared at its second use, so that SQL used
 * only once does not fill the server's memory. During its first preparation, others with the same text run unprepared,
 * since each would be prepared under its own name.
 */
export interface QueryPlan {
  readonly sql: string;
  /** Let the server keep the plan under a name for the next time. */
  readonly prepare: boolean;
  /** Called when a statement was prepared: whether the server accepted it. */
  readonly done?: (ok: boolean) => void;
}

/** Statements of one connection, and whether the server has answered their first use. */
export type QueryPlans = Map<string, boolean>;

const MAX_SEEN = 2000;

export function planner() {
  const seen = new Set<string>();
  /** Part of the text of prepared statements: a new number abandons all plans that a schema change made stale. */
  let suffix = "";
  let epoch = 0;

  return {
    plan(plans: QueryPlans, sql: string): QueryPlan {
      if (!seen.has(sql)) {
        if (seen.size >= MAX_SEEN) seen.clear();
        seen.add(sql);
        return { sql, prepare: false };
      }
      const text = suffix === "" ? sql : sql + suffix;
      const known = plans.get(text);
      if (known !== undefined) return known ? { sql: text, prepare: true } : { sql, prepare: false };
      plans.set(text, false);
      const done = (ok: boolean) => void (ok ? plans.set(text, true) : plans.delete(text));
      return { sql: text, prepare: true, done };
    },
    forget() {
      epoch++;
      suffix = `\n--${epoch}`;
    },
  };
}

import type { SqlDriver } from "@plinth/core";
import { consumerLags } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { admin } from "../../middleware/admin.ts";

interface Metric {
  name: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

/** `/api/metrics`: figures of a workspace in the text form that Prometheus reads; for operators, of all of them. */
export function metricsRoutes(app: Hono<AppEnv>): void {
  app.get("/api/metrics", admin, async (c) => {
    const { principal } = c.var;
    const metrics = await consumerMetrics(c.var.driver, principal.operator ? undefined : principal.workspaceId);
    return c.body(metrics.map(text).join(""), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}

async function consumerMetrics(driver: SqlDriver, workspaceId: string | undefined): Promise<Metric[]> {
  const lags = await consumerLags(driver, workspaceId);
  const metric = (name: string, help: string, figure: (lag: (typeof lags)[number]) => number): Metric => ({
    name,
    help,
    samples: lags.map((lag) => ({
      labels: { workspace: lag.workspaceId, consumer: lag.name },
      value: figure(lag),
    })),
  });
  return [
    metric("plinth_consumer_lag_changes", "Changes that a consumer has not dealt with, up to 10000.", (l) => l.changes),
    metric("plinth_consumer_lag_seconds", "Age of the oldest of them.", (lag) => lag.ms / 1000),
    metric("plinth_consumer_held", "1 while a reader holds the consumer.", (lag) => (lag.held ? 1 : 0)),
  ];
}

function text({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, label]) => `${key}="${label.replace(/["\\\n]/g, "_")}"`);
    return `${name}{${pairs.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

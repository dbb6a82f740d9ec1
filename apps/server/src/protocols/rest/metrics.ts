import type { LoadFigures } from "../../context.ts";
import { answer } from "../../http/answer.ts";
import { defineRoute } from "../../http/define-route.ts";
import { TEXT } from "../../http/openapi/json-schema.ts";
import { type Figures, figuresFor, type ServerFigures } from "./figures.ts";

interface Metric {
  name: string;
  help: string;
  type: "gauge" | "counter";
  samples: { labels: Record<string, string>; value: number }[];
}

/** `/api/metrics`: metrics of a workspace in Prometheus' text format; for operators, of all workspaces. */
export const metricsRoute = defineRoute("GET /api/metrics", {
  id: "readMetrics",
  tag: "Server",
  summary: "Figures of the workspace for Prometheus; for operators, of all workspaces",
  access: "admin",
  scope: "server",
  response: () => TEXT,
  responseTypes: ["text/plain"],
  async handle(c) {
    const { consumers, server } = await figuresFor(c.env);
    const metrics = consumerMetrics(consumers);
    if (server) metrics.push(...loadMetrics(server.load));
    if (server?.streams) metrics.push(...streamMetrics(server.streams));
    if (server) metrics.push(...syncMetrics(server.sync));
    return answer(c, metrics.map(text).join(""), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  },
});

function consumerMetrics(lags: Figures["consumers"]): Metric[] {
  const metric = (name: string, help: string, figure: (lag: (typeof lags)[number]) => number): Metric => ({
    name,
    help,
    type: "gauge",
    samples: lags.map((lag) => ({
      labels: { workspace: lag.workspaceId, consumer: lag.name },
      value: figure(lag),
    })),
  });
  return [
    metric(
      "plinth_consumer_lag_changes",
      "Changes that a consumer has not handled yet, up to 10000.",
      (l) => l.changes,
    ),
    metric("plinth_consumer_lag_seconds", "Age of the oldest change that is not handled yet.", (lag) => lag.ms / 1000),
    metric("plinth_consumer_held", "1 while a process reads for the consumer.", (lag) => (lag.held ? 1 : 0)),
  ];
}

/** Of this process: what may be slow. */
function loadMetrics(byLoad: ServerFigures["load"]): Metric[] {
  const loads = Object.entries(byLoad);
  const metric = (name: string, type: Metric["type"], help: string, figure: keyof LoadFigures): Metric => ({
    name,
    help,
    type,
    samples: loads.map(([load, figures]) => ({ labels: { load }, value: figures[figure] })),
  });
  return [
    metric("plinth_requests_running", "gauge", "Lists, exports and aggregates, and imports in progress.", "running"),
    metric("plinth_requests_waiting", "gauge", "Those that wait for their turn.", "waiting"),
    metric("plinth_requests_refused_total", "counter", "Those refused because too many wait.", "refused"),
    metric("plinth_requests_dropped_total", "counter", "Those whose client left before their turn.", "dropped"),
  ];
}

function metric(name: string, type: Metric["type"], help: string, value: number): Metric {
  return { name, help, type, samples: [{ labels: {}, value }] };
}

/** Of this process, over all workspaces. */
function streamMetrics({ open, refused, live }: NonNullable<ServerFigures["streams"]>): Metric[] {
  const { reads, refills, snapshots, diffs } = live;
  return [
    metric("plinth_stream_subscribers", "gauge", "Open streams of this process.", open),
    metric("plinth_streams_refused_total", "counter", "Streams refused because too many are open.", refused),
    metric("plinth_live_reads_total", "counter", "Results of live queries that were read from the database.", reads),
    metric("plinth_live_refills_total", "counter", "Reads of rows that were missing at the end of a result.", refills),
    metric("plinth_live_snapshots_total", "counter", "Whole results sent.", snapshots),
    metric("plinth_live_diffs_total", "counter", "Differences between results sent.", diffs),
  ];
}

/** The same for copies. */
function syncMetrics({ answers, changes, rows, snapshots }: ServerFigures["sync"]): Metric[] {
  return [
    metric("plinth_sync_answers_total", "counter", "Answers to those who sync that told anything.", answers),
    metric("plinth_sync_changes_total", "counter", "Changes in these answers.", changes),
    metric("plinth_sync_rows_total", "counter", "Rows of snapshots in these answers.", rows),
    {
      ...metric("plinth_sync_snapshots_total", "counter", "Snapshots that began, by reason.", 0),
      samples: Object.entries(snapshots).map(([reason, value]) => ({ labels: { reason }, value })),
    },
  ];
}

function text({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, label]) => `${key}="${label.replace(/["\\\n]/g, "_")}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

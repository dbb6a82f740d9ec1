import type { PlinthError } from "@plinth/core";
import { type Engine, Lru, latencyStep, service } from "@plinth/engine";
import type { RequestState, TrackedRoute } from "../../context.ts";
import type { Route } from "../route.ts";
import { Failures } from "./failures.ts";
import { TrafficWindow } from "./traffic-window.ts";

/** Beyond this, the workspace that was seen first is forgotten: its requests count among those of all only. */
const MAX_WORKSPACES = 50;
/** Requests that no route of a protocol answers, such as pages and unknown paths. */
const OTHER = "Other";

const NO_ROUTE: TrackedRoute = { name: "no route", group: 0, timed: true };

/** The requests of this process. Recording one allocates nothing, except for the first of a workspace or a group. */
export class Traffic {
  readonly groups: string[] = [OTHER];
  readonly failures = new Failures();
  /** When it began, in milliseconds since the Unix epoch. */
  readonly since: number;
  readonly #all = new TrafficWindow();
  readonly #workspaces = new Lru<string, TrafficWindow>(MAX_WORKSPACES);

  constructor(private readonly clock: Engine["clock"]) {
    this.since = clock.now();
  }

  get minute(): number {
    return Math.floor(this.clock.now() / 60_000);
  }

  tracked(route: Route): TrackedRoute {
    const name = groupNameOf(route);
    if (!this.groups.includes(name)) this.groups.push(name);
    const timed = name !== "Realtime" && route.waits === undefined;
    return { name: `${route.method.toUpperCase()} ${route.path}`, group: this.groups.indexOf(name), timed };
  }

  record({ route = NO_ROUTE, began, principal }: RequestState, status: number): void {
    const { minute } = this;
    const step = route.timed ? latencyStep(performance.now() - began) : -1;
    this.#all.add(minute, route.group, status, step);
    // Of a request that was refused before its caller was known, nobody knows the workspace.
    const workspace = (principal as typeof principal | undefined)?.workspaceId;
    if (workspace !== undefined) this.#windowOf(workspace).add(minute, route.group, status, step);
  }

  #windowOf(workspace: string): TrafficWindow {
    let window = this.#workspaces.get(workspace);
    if (!window) {
      window = new TrafficWindow();
      this.#workspaces.set(workspace, window);
    }
    return window;
  }

  failed({ id, route = NO_ROUTE, principal }: RequestState, { code, status }: PlinthError): void {
    const workspace = (principal as typeof principal | undefined)?.workspaceId;
    this.failures.add({ workspace, code, status, route: route.name, request_id: id }, this.clock.now());
  }

  /** Of one workspace, or of all. */
  windowOf(workspace: string | undefined): TrafficWindow {
    return workspace === undefined ? this.#all : (this.#workspaces.get(workspace) ?? new TrafficWindow());
  }
}

export const trafficOf = service("traffic", ({ clock }: Engine) => new Traffic(clock));

/** Reads and writes of items differ in everything, so they are two groups; of all others, the tag of the document is one. */
function groupNameOf({ tag, method, idempotent }: Route): string {
  const name = typeof tag === "string" ? tag : "Items";
  if (name !== "Items") return name;
  return idempotent || (method !== "get" && method !== "post") ? "Item writes" : "Item reads";
}

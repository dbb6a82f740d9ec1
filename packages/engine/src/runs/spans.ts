import { JobSuspended, type JsonObject } from "@plinth/core";
import type { RunRow, RunSpanRow } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { newSpanId, type TraceContext } from "../kernel/trace.ts";
import { boundedAttributes, plainMessage } from "./attributes.ts";

/** Of one run. Those beyond are counted. */
export const MOST_SPANS = 200;
const MAX_NAME = 200;
const MAX_ERROR = 1000;

/** A part of a run that is under way. */
export interface OpenSpan {
  /** What belongs to it has it as its parent. */
  readonly trace: TraceContext;
  /** Adds attributes. */
  set(attributes: JsonObject): void;
  /** A part of this part. */
  span: WithSpan;
}

/** Runs work as a span: it fails where the work throws, unless its job sleeps. `kind`: `client` where it asks somebody else. */
export type WithSpan = <T>(
  name: string,
  attributes: JsonObject,
  work: (span: OpenSpan) => T | Promise<T>,
  kind?: SpanKind,
) => Promise<T>;

export type SpanKind = "internal" | "client";

/** The spans of one run: `store` gets each of them when it ends. */
export class SpanLog {
  readonly #base: { readonly us: number; readonly at: number };
  #stored: number;
  #lastUs = 0;
  leftOut = 0;

  constructor(
    { clock }: Engine,
    private readonly run: Pick<RunRow, "id" | "workspaceId" | "traceId" | "spanId">,
    private readonly store: (row: RunSpanRow) => void | Promise<void>,
    stored = 0,
  ) {
    this.#stored = stored;
    this.#base = { us: clock.now() * 1000, at: performance.now() };
  }

  readonly span: WithSpan = (name, attributes, work, kind) => this.#span(this.run.spanId, name, attributes, work, kind);

  /** Later than that of the span before, also where clocks stand still while code computes. */
  #nowUs(): number {
    const { us, at } = this.#base;
    this.#lastUs = Math.max(this.#lastUs + 1, Math.round(us + (performance.now() - at) * 1000));
    return this.#lastUs;
  }

  async #span<T>(
    parentSpanId: string,
    name: string,
    attributes: JsonObject,
    work: (span: OpenSpan) => T | Promise<T>,
    kind: SpanKind = "internal",
  ): Promise<T> {
    const { id: runId, workspaceId, traceId } = this.run;
    const spanId = newSpanId();
    const startedUs = this.#nowUs();
    const began = performance.now();
    let known = attributes;
    const end = (error: string | null): void | Promise<void> => {
      if (this.#stored >= MOST_SPANS) {
        this.leftOut++;
        return;
      }
      this.#stored++;
      return this.store({
        ...{ runId, spanId, workspaceId, parentSpanId, name: plainMessage(name, MAX_NAME), kind },
        ...{ status: error === null ? "ok" : "error", error, startedUs },
        ...{ durationUs: Math.round((performance.now() - began) * 1000), attributes: boundedAttributes(known) },
      });
    };
    try {
      const result = await work({
        trace: { traceId, spanId },
        set: (more) => (known = { ...known, ...more }),
        span: (...of) => this.#span(spanId, ...of),
      });
      await end(null);
      return result;
    } catch (error) {
      await end(error instanceof JobSuspended ? null : plainMessage(messageOf(error), MAX_ERROR));
      throw error;
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

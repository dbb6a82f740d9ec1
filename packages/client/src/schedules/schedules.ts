import { adminRequests } from "../admin-requests.ts";
import type { Client } from "../client.ts";
import type { Job } from "../items/job.ts";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import type { PartOptions } from "../part-requester.ts";
import type { CronTrigger, NewSchedule, Schedule } from "./types.ts";

/** Jobs that are stored at times, by changes, or on dates of items, for programs with a secret key. */
export interface Schedules {
  list(page?: PageOptions, options?: RequestOptions): Promise<Page<Schedule>>;
  get(id: string, options?: RequestOptions): Promise<Schedule>;
  /**
   * @example
   * const when = { type: "cron", schedule: "0 7 * * mon-fri", zone: "Europe/Berlin" } as const;
   * await schedules(client).create({ name: "Morning report", when, job: { name: "report" } });
   */
  create(schedule: NewSchedule, options?: WriteOptions): Promise<Schedule>;
  update(id: string, changes: Partial<NewSchedule>, options?: WriteOptions): Promise<Schedule>;
  /** What is due meanwhile is left out. */
  pause(id: string, options?: WriteOptions): Promise<Schedule>;
  /** From now on. */
  resume(id: string, options?: WriteOptions): Promise<Schedule>;
  /** Stores its job now. */
  run(id: string, options?: WriteOptions): Promise<Job>;
  /** Its jobs stay. */
  delete(id: string, options?: WriteOptions): Promise<void>;
  /** The next five times, after now or another time. */
  preview(when: CronTrigger, after?: Date, options?: RequestOptions): Promise<Date[]>;
}

const PATH = "api/schedules";

/**
 * The schedules of the client's workspace, with the credentials of the client.
 *
 * @example
 * await schedules(client).pause(id);
 */
export function schedules(client: Pick<Client, "request">, options: PartOptions = {}): Schedules {
  const { ask, at, page, read, write } = adminRequests(client, options, "schedules", PATH);
  const change = (id: string, body: Partial<NewSchedule>, options: WriteOptions, method: string) =>
    write<Schedule>({ method: "PATCH", path: at(id), body }, options, method);
  return {
    list: async (query = {}, options = {}) => page(PATH, pageQuery(query, "schedules.list"), options, "list"),
    get: async (id, options = {}) => read(at(id), options, "get"),
    create: async (body, options = {}) => write({ method: "POST", path: PATH, body }, options, "create"),
    update: async (id, body, options = {}) => change(id, body, options, "update"),
    pause: async (id, options = {}) => change(id, { enabled: false }, options, "pause"),
    resume: async (id, options = {}) => change(id, { enabled: true }, options, "resume"),
    run: async (id, options = {}) => write({ method: "POST", path: at(id, "run") }, options, "run"),
    async delete(id, options = {}) {
      await write({ method: "DELETE", path: at(id) }, options, "delete");
    },
    async preview(when, after, options = {}) {
      const body = { when, ...(after && { after: after.toISOString() }) };
      const asked = { method: "POST", path: "api/schedule-preview", body } as const;
      return (await ask<{ times: string[] }>(asked, options, "preview")).times.map((time) => new Date(time));
    },
  };
}

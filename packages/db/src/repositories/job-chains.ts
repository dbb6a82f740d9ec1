import type { SqlDriver } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** How many jobs of a workspace wait; `most` means that many or more. */
export async function countJobsThatWait(driver: SqlDriver, workspaceId: string, most: number): Promise<number> {
  const text = `select count(*) as waiting from (select 1 from plinth_jobs where workspace_id = ?1
    and state in ('pending', 'scheduled') limit ?2) j`;
  const [row] = await driver.all(numbered(dialectOf(driver), text, [workspaceId, most]));
  return Number(row!.waiting);
}

/** How many jobs there are from one back to the first, each of which has stored the next one; at most so many are looked at. */
export async function lengthOfJobChain(
  driver: SqlDriver,
  workspaceId: string,
  { jobId, most }: { readonly jobId: string; readonly most: number },
): Promise<number> {
  const text = `with recursive chain(request_id, place) as (
    select request_id, 1 from plinth_jobs where workspace_id = ?1 and id = ?2 union all
    select j.request_id, chain.place + 1 from chain join plinth_jobs j
      on j.workspace_id = ?1 and j.id = substr(chain.request_id, 5)
      where chain.request_id like 'job:%' and chain.place < ?3)
    select max(place) as length from chain`;
  const [row] = await driver.all(numbered(dialectOf(driver), text, [workspaceId, jobId, most]));
  return Number(row!.length ?? 0);
}

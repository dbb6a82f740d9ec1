import type { Api } from "../api/api.ts";

export interface FoundUser {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
}

/** Users of one search: whoever is not among them is found by more letters. */
const MOST = 20;

/** Users whose address or name contains the text; the newest for none. */
export async function searchUsers(api: Api, text: string, signal?: AbortSignal): Promise<readonly FoundUser[]> {
  const query = { limit: MOST, ...(text !== "" && { search: text }) };
  return (await api.list<FoundUser>("users", query, signal)).data;
}

export type DateTimeKind = "date" | "time" | "datetime";

const two = (value: number): string => String(value).padStart(2, "0");

/** A UTC time such as `2026-11-29T18:30:00.000Z` as `<input type="datetime-local">` shows it in the browser's zone. */
export function toLocalInput(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const date = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const seconds = at.getSeconds() + at.getMilliseconds() / 1000;
  const tail = seconds === 0 ? "" : `:${seconds % 1 === 0 ? two(seconds) : seconds.toFixed(3).padStart(6, "0")}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}${tail}`;
}

/** The UTC time of a local one. `null` if it is empty or no time. */
export function fromLocalInput(local: string): string | null {
  if (local === "") return null;
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

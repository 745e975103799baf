/** A message's `ts` (seconds since 1970, as text) on the reader's clock. */

export function instant(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts: string): string {
  return instant(ts).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

export function fullTime(ts: string): string {
  return instant(ts).toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

export function dayName(ts: string, now: Date = new Date()): string {
  const at = instant(ts);
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return at.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
}

export function isSameDay(ts: string, other: string): boolean {
  return midnight(instant(ts)) === midnight(instant(other));
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

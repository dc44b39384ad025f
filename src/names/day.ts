/** Days as `YYYY-MM-DD`, in UTC. */

export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether the last day on which something holds has passed. */
export function hasPassed(until: string, now: Date = new Date()): boolean {
  return until < now.toISOString().slice(0, 10);
}

import { zoneOffset } from './format.ts';

/** Instants as fields hold them: wall time of a zone, `2025-01-27T21:00`. Pure. */

export function toLocalInput(at: number, zone: string): string {
  return new Date(at + zoneOffset(at, zone)).toISOString().slice(0, 16);
}

/** The instant of a wall time; null when it is not one. In the hour that clocks repeat: the first of the two. */
export function fromLocalInput(text: string, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const wall = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (Number.isNaN(wall)) return null;
  const guess = wall - zoneOffset(wall, zone);
  return wall - zoneOffset(guess, zone);
}

/** The calendar day of an instant in a zone: `2025-01-27`. */
export function localDay(at: number, zone: string): string {
  return toLocalInput(at, zone).slice(0, 10);
}

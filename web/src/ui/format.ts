import { prefs } from '../state/prefs.ts';
import { meta, serverZone } from '../state/session.ts';
import {
  type TimeStyle,
  formatChange,
  formatCount,
  formatDuration,
  formatShare,
  formatTime,
  styleWithYear,
} from '../i18n/format.ts';

/** `i18n/format.ts` bound to the user's language and zone. Components that call these redraw when they change. */

/** The zone all times are shown in. */
export function zone(): string {
  return prefs.zone.value || serverZone.value;
}
export function time(at: number | string, style: TimeStyle = 'dayMinute'): string {
  const instant = typeof at === 'string' ? Date.parse(at) : at;
  if (Number.isNaN(instant)) return '';
  const now = meta.value === null ? instant : Date.parse(meta.value.clock.now);
  const dated = styleWithYear(style, instant, now, zone());
  return formatTime(instant, dated, prefs.language.value, zone());
}
export function count(value: number, exact = false): string {
  return formatCount(value, prefs.language.value, exact);
}
export function share(value: number): string {
  return formatShare(value, prefs.language.value);
}
export function change(now: number, before: number): string | null {
  return formatChange(now, before, prefs.language.value);
}
export function duration(ms: number): string {
  return formatDuration(ms, prefs.language.value);
}
/** 1 decimal at most, in the language's own form. */
export function decimal(value: number, digits = 1): string {
  return value.toLocaleString(prefs.language.value === 'zh' ? 'zh-CN' : 'en-GB', {
    maximumFractionDigits: digits,
  });
}
/** Names one after another, with the comma of the language. */
export function listed(names: readonly string[]): string {
  return names.join(prefs.language.value === 'zh' ? '、' : ', ');
}

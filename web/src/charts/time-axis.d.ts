import type { Language } from '../i18n/words.ts';
/** Round instants of the zone inside [from, to], at most `most`: 09:00, 10:00 …, midnights for days. */
export declare function timeTicks(from: number, to: number, most: number, zone: string): number[];
/** 10:30, or the day where one begins; days only over long spans. */
export declare function tickLabel(at: number, span: number, language: Language, zone: string): string;

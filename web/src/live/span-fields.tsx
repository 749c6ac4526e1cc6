import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { fromLocalInput, toLocalInput } from '../i18n/local-time.ts';
import { DateField } from '../ui/date-field.tsx';
import { zone } from '../ui/format.ts';
import type { Span } from './live-url.ts';
import { words } from './words.ts';

interface Fields {
  from: string;
  to: string;
  setFrom: (value: string) => void;
  setTo: (value: string) => void;
}

/** Two ends being typed, and the span between them; null while an end is missing or they stand in the wrong order. */
export function useSpanFields(start: Span): Fields & { span: Span | null } {
  const [from, setFrom] = useState(() => toLocalInput(start.from, zone()));
  const [to, setTo] = useState(() => toLocalInput(start.to, zone()));
  const [first, last] = [fromLocalInput(from, zone()), fromLocalInput(to, zone())];
  const span = first === null || last === null || first >= last ? null : { from: first, to: last };
  return { from, to, setFrom, setTo, span };
}

export function SpanFields({ from, to, setFrom, setTo }: Fields) {
  const wrongOrder = from !== '' && to !== '' && from >= to;
  return (
    <>
      <DateField withTime label={t(words.from)} value={from} onValue={setFrom} />
      <DateField
        withTime
        label={t(words.to)}
        value={to}
        onValue={setTo}
        hint={t(words.zoneNote, { zone: zone() })}
        error={wrongOrder ? t(words.rangeOrder) : undefined}
      />
    </>
  );
}

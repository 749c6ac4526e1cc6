import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import {
  addMonths,
  dayAfterKey,
  isDay,
  monthWeeks,
  readMoment,
  showMoment,
  tidyMoment,
} from '../i18n/calendar.ts';
import { t } from '../i18n/i18n.ts';
import { localDay } from '../i18n/local-time.ts';
import { localeOf } from '../i18n/words.ts';
import { prefs } from '../state/prefs.ts';
import { viewNow } from '../state/view-now.ts';
import { Button, IconButton } from './button.tsx';
import './date-field.css';
import { Field, type FieldProps, pickField } from './form.tsx';
import { zone } from './format.ts';
import { dateWords as words } from './words.ts';

/**
 * A day (`2025-01-20`), or with `withTime` a minute (`2025-01-20T21:00`, on the clock of the user's zone): typed, or
 * chosen in a calendar. Our own, because a native one speaks the browser's language and writes dates in its order.
 * `onValue` gets '' while the text is none, so a form cannot send what stood there before.
 */
export function DateField(
  props: FieldProps & {
    value: string;
    onValue: (value: string) => void;
    withTime?: boolean;
    required?: boolean;
  },
) {
  const { value, onValue, withTime = false } = props;
  const [text, setText] = useState(showMoment(value));
  const [known, setKnown] = useState(value);
  const [left, setLeft] = useState(false);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const read = readMoment(text, withTime);
  // A value from outside replaces the text; the echo of what is being typed does not.
  if (value !== known) {
    setKnown(value);
    if (value !== read) setText(showMoment(value));
  }
  const write = (next: string) => {
    setText(next);
    const moment = readMoment(next, withTime);
    if (moment !== value) onValue(moment);
  };
  const tidy = () => {
    const next = tidyMoment(text, withTime);
    if (next !== text) write(next);
    return next !== text;
  };
  const unreadable = left && text.trim() !== '' && read === '';
  const error = unreadable ? t(withTime ? words.noMinute : words.noDay) : props.error;
  return (
    <Field {...pickField({ ...props, error })}>
      {(control) => (
        <span ref={box} class={withTime ? 'date-field date-field-time' : 'date-field'}>
          <input
            {...control}
            class="input num"
            autocomplete="off"
            spellcheck={false}
            maxLength={24}
            placeholder={t(withTime ? words.minuteShape : words.dayShape)}
            required={props.required === true}
            value={text}
            onInput={(event) => {
              setLeft(false);
              write(event.currentTarget.value);
            }}
            onBlur={() => {
              tidy();
              setLeft(true);
            }}
            onKeyDown={(event) => {
              if (event.isComposing || event.key !== 'Enter') return;
              // The form would be sent before what was tidied has reached it.
              if (tidy() || read === '') event.preventDefault();
              setLeft(true);
            }}
          />
          <IconButton
            size="s"
            icon="calendar"
            label={t(words.open)}
            aria-describedby={`${control.id}-label`}
            aria-haspopup="dialog"
            aria-expanded={open}
            onClick={() => setOpen(true)}
          />
          {open && (
            <Calendar
              box={box}
              label={props.label}
              chosen={read.slice(0, 10)}
              note={withTime ? t(words.keepsTime, { time: timeOf(read), zone: zone() }) : undefined}
              onClose={() => setOpen(false)}
              onChoose={(day) => write(withTime ? `${day} ${timeOf(read)}` : day)}
            />
          )}
        </span>
      )}
    </Field>
  );
}

function timeOf(moment: string): string {
  return moment.slice(11) || '00:00';
}

/** The date picker dialog of WAI-ARIA: a month as a grid, one day in the tab order, all of it by keyboard. */
function Calendar(props: {
  box: RefObject<HTMLElement | null>;
  label: string;
  chosen: string;
  note: ComponentChildren;
  onChoose: (day: string) => void;
  onClose: () => void;
}) {
  const today = localDay(viewNow() ?? Date.now(), zone());
  // A signal, since keys may come faster than frames: each moves on from where the last one led.
  const day = useSignal(isDay(props.chosen) ? props.chosen : today);
  const dialog = useRef<HTMLDialogElement>(null);
  /** Whether the focus follows the day: with keys in the grid, not with the buttons above it. */
  const follow = useRef(true);
  const titleId = useId();
  useModalAt(dialog, props.box);
  useLayoutEffect(() => {
    if (follow.current) dialog.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [day.value]);
  const close = () => {
    dialog.current?.close();
    props.box.current?.querySelector('button')?.focus();
    props.onClose();
  };
  const choose = (chosen: string) => {
    props.onChoose(chosen);
    close();
  };
  const turn = (months: number) => {
    follow.current = false;
    const next = addMonths(day.value, months);
    if (isDay(next)) day.value = next;
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(day.value);
      return;
    }
    const next = dayAfterKey(day.value, event.key, event.shiftKey);
    if (next === null) return;
    event.preventDefault();
    follow.current = true;
    day.value = next;
  };
  return (
    <dialog
      ref={dialog}
      class="calendar"
      aria-label={t(words.choose, { label: props.label })}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div class="calendar-body">
        <header class="calendar-head">
          <IconButton
            size="s"
            icon="chevronsLeft"
            label={t(words.yearBefore)}
            onClick={() => turn(-12)}
          />
          <IconButton
            size="s"
            icon="chevronLeft"
            label={t(words.monthBefore)}
            onClick={() => turn(-1)}
          />
          <b id={titleId} aria-live="polite">
            {dayText(day.value, { year: 'numeric', month: 'long' })}
          </b>
          <IconButton
            size="s"
            icon="chevronRight"
            label={t(words.monthAfter)}
            onClick={() => turn(1)}
          />
          <IconButton
            size="s"
            icon="chevronsRight"
            label={t(words.yearAfter)}
            onClick={() => turn(12)}
          />
        </header>
        <MonthGrid
          day={day.value}
          chosen={props.chosen}
          today={today}
          titleId={titleId}
          onKeyDown={press}
          onChoose={choose}
        />
        <footer class="calendar-foot">
          <span class="grow">{props.note}</span>
          <Button size="s" variant="ghost" onClick={() => choose(today)}>
            {t(words.today)}
          </Button>
        </footer>
      </div>
    </dialog>
  );
}

function MonthGrid(props: {
  day: string;
  chosen: string;
  today: string;
  titleId: string;
  onKeyDown: (event: KeyboardEvent) => void;
  onChoose: (day: string) => void;
}) {
  const weeks = monthWeeks(props.day);
  const month = props.day.slice(0, 7);
  return (
    <table
      class="calendar-grid"
      role="grid"
      aria-labelledby={props.titleId}
      onKeyDown={props.onKeyDown}
    >
      <thead>
        <tr>
          {(weeks[0] ?? []).map((day) => (
            <th key={day} scope="col" abbr={dayText(day, { weekday: 'long' })}>
              {dayText(day, { weekday: prefs.language.value === 'zh' ? 'narrow' : 'short' })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <td
                key={day}
                tabIndex={day === props.day ? 0 : -1}
                class={day.slice(0, 7) === month ? undefined : 'calendar-other'}
                aria-label={dayText(day, { dateStyle: 'full' })}
                aria-selected={day === props.chosen}
                aria-current={day === props.today ? 'date' : undefined}
                onClick={() => props.onChoose(day)}
              >
                {Number(day.slice(8))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Opens a modal dialog below (or above) a box, and keeps it there while the page moves; phones centre it. */
function useModalAt(
  dialog: RefObject<HTMLDialogElement | null>,
  box: RefObject<HTMLElement | null>,
): void {
  useLayoutEffect(() => {
    const place = () => {
      const [modal, at] = [dialog.current, box.current?.getBoundingClientRect()];
      if (modal === null || at === undefined) return;
      const centred = innerWidth <= 640;
      const below = at.bottom + 6;
      const fits = below + modal.offsetHeight <= innerHeight - 8;
      const top = fits ? below : Math.max(8, at.top - modal.offsetHeight - 6);
      const leftMost = Math.max(8, Math.min(at.left, innerWidth - modal.offsetWidth - 8));
      Object.assign(
        modal.style,
        centred
          ? { margin: 'auto', top: '0', left: '0' }
          : { margin: '0', top: `${top}px`, left: `${leftMost}px` },
      );
    };
    dialog.current?.showModal();
    place();
    addEventListener('scroll', place, true);
    addEventListener('resize', place);
    return () => {
      removeEventListener('scroll', place, true);
      removeEventListener('resize', place);
    };
  }, [dialog, box]);
}

/** A calendar day in the product's language, whatever the zone: days have none. */
function dayText(day: string, style: Intl.DateTimeFormatOptions): string {
  const format = new Intl.DateTimeFormat(localeOf(prefs.language.value), {
    ...style,
    timeZone: 'UTC',
  });
  return format.format(Date.parse(`${day}T00:00:00Z`));
}

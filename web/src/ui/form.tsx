import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface Option<T extends string> {
  value: T;
  label: string;
  /** Longer explanation, shown as a tooltip. */
  hint?: string;
  disabled?: boolean;
}

export interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
}

/** Label, control, hint and error, tied together. `children` gets the attributes the control must carry. */
export function Field(
  props: FieldProps & {
    children: (control: {
      id: string;
      'aria-describedby': string | undefined;
      'aria-invalid': boolean;
    }) => ComponentChildren;
  },
) {
  const id = useId();
  const described = [
    props.hint === undefined ? '' : `${id}-hint`,
    props.error === undefined ? '' : `${id}-error`,
  ]
    .filter((part) => part !== '')
    .join(' ');
  return (
    <div class="field">
      <label
        id={`${id}-label`}
        for={id}
        class={props.hideLabel === true ? 'sr-only' : 'field-label'}
      >
        {props.label}
      </label>
      {props.children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': props.error !== undefined,
      })}
      {props.hint !== undefined && (
        <div id={`${id}-hint`} class="field-hint">
          {props.hint}
        </div>
      )}
      {props.error !== undefined && (
        <div id={`${id}-error`} class="field-error" role="alert">
          <Icon name="warning" size={14} /> {props.error}
        </div>
      )}
    </div>
  );
}

/** What our inputs take of the native attributes. */
interface InputAttributes {
  type?: 'text' | 'password' | 'url' | 'search' | 'email' | 'time';
  name?: string;
  placeholder?: string;
  autocomplete?: string;
  required?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  minLength?: number;
  maxLength?: number;
  min?: string | number;
  max?: string | number;
  step?: string | number;
  spellcheck?: boolean;
  onKeyDown?: (event: KeyboardEvent) => void;
  onBlur?: (event: FocusEvent) => void;
}

/** One line of text. `onValue` gets every change. */
export function TextField(
  props: FieldProps & InputAttributes & { value: string; onValue: (value: string) => void },
) {
  const { label, hint, error, hideLabel, value, onValue, type = 'text', ...rest } = props;
  return (
    <Field {...pickField({ label, hint, error, hideLabel })}>
      {(control) => (
        <input
          // Preact types each kind of input on its own; here they all take the same attributes.
          type={type as 'text'}
          autocomplete="off"
          {...rest}
          {...control}
          class="input"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function NumberField(
  props: FieldProps &
    Omit<InputAttributes, 'type'> & {
      value: number | null;
      onValue: (value: number | null) => void;
      /** Unit behind the input, e.g. `min`. */
      unit?: string;
    },
) {
  const { label, hint, error, hideLabel, value, onValue, unit, ...rest } = props;
  return (
    <Field {...pickField({ label, hint, error, hideLabel })}>
      {(control) => (
        <span class="input-group">
          <input
            type="number"
            inputmode="decimal"
            {...rest}
            {...control}
            class="input input-number"
            value={value === null ? '' : String(value)}
            onInput={(event) => {
              const number = event.currentTarget.valueAsNumber;
              onValue(Number.isNaN(number) ? null : number);
            }}
          />
          {unit !== undefined && <span class="input-unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

export function TextArea(
  props: FieldProps &
    Omit<InputAttributes, 'type'> & {
      rows?: number;
      value: string;
      onValue: (value: string) => void;
    },
) {
  const { label, hint, error, hideLabel, value, onValue, ...rest } = props;
  return (
    <Field {...pickField({ label, hint, error, hideLabel })}>
      {(control) => (
        <textarea
          rows={3}
          {...rest}
          {...control}
          class="input textarea"
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Native select in our clothes: the best one on phones, and always accessible. */
export function Select<T extends string>(
  props: FieldProps & {
    value: T;
    options: readonly Option<T>[];
    onValue: (value: T) => void;
    disabled?: boolean;
  },
) {
  const { label, hint, error, hideLabel, value, options, onValue, disabled = false } = props;
  return (
    <Field {...pickField({ label, hint, error, hideLabel })}>
      {(control) => (
        <span class="select">
          <select
            {...control}
            class="input"
            value={value}
            disabled={disabled}
            onChange={(event) => onValue(event.currentTarget.value as T)}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled === true}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" size={14} />
        </span>
      )}
    </Field>
  );
}

export function Switch(props: {
  label: string;
  hint?: string;
  checked: boolean;
  onValue: (checked: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={props.checked}
        disabled={props.disabled === true}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      {props.hint !== undefined && (
        <div id={`${id}-hint`} class="field-hint">
          {props.hint}
        </div>
      )}
    </div>
  );
}

export function Checkbox(props: {
  label: ComponentChildren;
  checked: boolean;
  onValue: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label class="checkbox">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled === true}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** One of a few, all visible. Arrow keys move, as in any radio group. */
export function Segmented<T extends string>(props: {
  label: string;
  value: T | null;
  options: readonly Option<T>[];
  onValue: (value: T) => void;
  size?: 's' | 'm';
}) {
  const group = useRef<HTMLDivElement>(null);
  const chosen = props.options.findIndex((option) => option.value === props.value);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (chosen + step + props.options.length) % props.options.length;
    const option = props.options[next];
    if (option === undefined) return;
    props.onValue(option.value);
    group.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div
      ref={group}
      class={`segmented segmented-${props.size ?? 'm'}`}
      role="radiogroup"
      aria-label={props.label}
      onKeyDown={move}
    >
      {props.options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          tabIndex={index === chosen || (chosen === -1 && index === 0) ? 0 : -1}
          title={option.hint}
          disabled={option.disabled === true}
          onClick={() => props.onValue(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

/** Words typed one by one (aliases, exclusions, topics): Enter or a comma adds, Backspace takes the last back. */
export function TagsField(
  props: FieldProps & {
    value: readonly string[];
    onValue: (value: string[]) => void;
    placeholder?: string;
    removeLabel: (tag: string) => string;
    maxLength?: number;
  },
) {
  const add = (input: HTMLInputElement) => {
    const words = input.value
      .split(/[,，、\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== '' && !props.value.includes(word));
    if (words.length > 0) props.onValue([...props.value, ...new Set(words)]);
    input.value = '';
  };
  return (
    <Field {...pickField(props)}>
      {(control) => (
        <div class="tags">
          {props.value.map((tag) => (
            <span key={tag} class="chip">
              <bdi>{tag}</bdi>
              <button
                type="button"
                class="chip-remove"
                aria-label={props.removeLabel(tag)}
                onClick={() => props.onValue(props.value.filter((other) => other !== tag))}
              >
                <Icon name="close" size={12} />
              </button>
            </span>
          ))}
          <input
            {...control}
            class="tags-input"
            autocomplete="off"
            placeholder={props.placeholder}
            maxLength={props.maxLength}
            onKeyDown={(event) => {
              if (event.isComposing) return;
              if (event.key === 'Enter' || event.key === ',') {
                event.preventDefault();
                add(event.currentTarget);
              } else if (event.key === 'Backspace' && event.currentTarget.value === '') {
                props.onValue(props.value.slice(0, -1));
              }
            }}
            onBlur={(event) => add(event.currentTarget)}
          />
        </div>
      )}
    </Field>
  );
}

/** exactOptionalPropertyTypes: pass on only what was given. */
export function pickField(props: {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  hideLabel?: boolean | undefined;
}): FieldProps {
  return {
    label: props.label,
    ...(props.hint === undefined ? {} : { hint: props.hint }),
    ...(props.error === undefined ? {} : { error: props.error }),
    ...(props.hideLabel === undefined ? {} : { hideLabel: props.hideLabel }),
  };
}

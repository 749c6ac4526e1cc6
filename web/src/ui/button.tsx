import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type ButtonAttributes = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'size'>;

export interface ButtonProps extends ButtonAttributes {
  /** primary: the one thing to do here · quiet (default): outlined · ghost: text only · danger: destroys */
  variant?: 'primary' | 'quiet' | 'ghost' | 'danger';
  size?: 's' | 'm';
  icon?: IconName;
  /** Shows that the action runs and blocks a second click. */
  busy?: boolean;
  children?: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const {
    variant = 'quiet',
    size = 'm',
    icon,
    busy = false,
    children,
    class: extra,
    ...rest
  } = props;
  return (
    <button
      type="button"
      {...rest}
      class={`button button-${variant} button-${size} ${typeof extra === 'string' ? extra : ''}`}
      aria-busy={busy}
      disabled={rest.disabled === true || busy}
    >
      {busy ? (
        <span class="spinner" aria-hidden="true" />
      ) : (
        icon !== undefined && <Icon name={icon} size={16} />
      )}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton(
  props: Pick<ButtonProps, 'variant' | 'size' | 'icon' | 'children'> & {
    href: string;
    download?: string | boolean;
    target?: string;
    rel?: string;
    onClick?: () => void;
  },
) {
  const { variant = 'quiet', size = 'm', icon, children, ...rest } = props;
  return (
    <a {...rest} class={`button button-${variant} button-${size}`}>
      {icon !== undefined && <Icon name={icon} size={16} />}
      {children}
    </a>
  );
}

/** Only an icon on screen; `label` is its name and its tooltip. */
export function IconButton(
  props: ButtonAttributes & { icon: IconName; label: string; size?: 's' | 'm'; pressed?: boolean },
) {
  const { icon, label, size = 'm', pressed, class: extra, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button icon-button-${size} ${typeof extra === 'string' ? extra : ''}`}
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    >
      <Icon name={icon} size={size === 's' ? 16 : 18} />
    </button>
  );
}

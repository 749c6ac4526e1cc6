import type { ComponentChildren } from 'preact';
import './bars.css';

/** Small bars; `label` says in words what they show, each bar its own figure on hover. Below: where they begin and end. */
export function Bars(props: {
  values: readonly { key: string; n: number; title: string }[];
  label: string;
  axis: { from: ComponentChildren; middle: ComponentChildren; to: ComponentChildren };
}) {
  const most = Math.max(1, ...props.values.map((value) => value.n));
  return (
    <div>
      <div class="bars" role="img" aria-label={props.label}>
        {props.values.map((value) => (
          <span
            key={value.key}
            title={value.title}
            style={{ height: `${Math.max(value.n === 0 ? 0 : 4, (value.n / most) * 100)}%` }}
          />
        ))}
      </div>
      <p class="bars-axis muted" aria-hidden="true">
        <span>{props.axis.from}</span>
        <span>{props.axis.middle}</span>
        <span>{props.axis.to}</span>
      </p>
    </div>
  );
}

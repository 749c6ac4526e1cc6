import './bars.css';

/** Small bars without axes; `label` says in words what they show, each bar its own figure on hover. */
export function Bars(props: {
  values: readonly { key: string; n: number; title: string }[];
  label: string;
}) {
  const most = Math.max(1, ...props.values.map((value) => value.n));
  return (
    <div class="bars" role="img" aria-label={props.label}>
      {props.values.map((value) => (
        <span
          key={value.key}
          title={value.title}
          style={{ height: `${Math.max(value.n === 0 ? 0 : 4, (value.n / most) * 100)}%` }}
        />
      ))}
    </div>
  );
}

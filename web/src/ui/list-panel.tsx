import type { ComponentChildren } from 'preact';
import type { QueryState } from '../api/use-query.ts';
import type { IconName } from './icon.tsx';
import { Panel } from './layout.tsx';
import { EmptyState, Loaded } from './state.tsx';

/**
 * A list of things that people make: loading, failed, empty with what to do next, or rows. The button that adds one
 * stands in the empty list, and above the rows once there are some.
 */
export function ListPanel<T>(props: {
  title: string;
  hint?: ComponentChildren;
  query: QueryState<{ items: T[] }>;
  empty: { icon: IconName; title: string; text: ComponentChildren };
  /** Null for whoever may not add. */
  add: ComponentChildren;
  children: (items: T[]) => ComponentChildren;
}) {
  const { query, empty } = props;
  return (
    <Panel
      title={props.title}
      {...(props.hint === undefined ? {} : { hint: props.hint })}
      flush
      actions={(query.data?.items.length ?? 0) > 0 && props.add}
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? <EmptyState {...empty} action={props.add} /> : props.children(items)
        }
      </Loaded>
    </Panel>
  );
}

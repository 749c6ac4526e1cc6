import { useEffect, useRef } from 'preact/hooks';
import './subnav.css';

/** Parts of one page, each with its own address. Links, not tabs: they open in new windows and step back. */
export function SubNav(props: {
  label: string;
  items: readonly { href: string; label: string; count?: number | undefined }[];
  current: string;
}) {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    // On phones the bar scrolls sideways: the part one is in must be seen.
    bar.current
      ?.querySelector('[aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [props.current]);
  return (
    <nav ref={bar} class="subnav" aria-label={props.label}>
      {props.items.map((item) => (
        <a
          key={item.href}
          href={item.href}
          class="subnav-link"
          {...(item.href === props.current ? { 'aria-current': 'page' as const } : {})}
        >
          {item.label}
          {item.count !== undefined && item.count > 0 && (
            <span class="tab-count">{item.count}</span>
          )}
        </a>
      ))}
    </nav>
  );
}

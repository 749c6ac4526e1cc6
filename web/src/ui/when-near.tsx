import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { printing } from '../state/prefs.ts';

/** How far below the screen a part is already built. */
const AHEAD = '500px';

/** Builds what lies far below the fold only when the reader comes near: the first view stays light. Paper gets all. */
export function WhenNear(props: { height: number; children: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null || near) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);
  if (near || printing.value) return <>{props.children}</>;
  return <div ref={place} class="later" style={{ minHeight: `${props.height}px` }} />;
}

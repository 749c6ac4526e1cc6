import { PostDetailView } from '../posts/post-detail.tsx';
import type { MentionView } from '../posts/evidence.tsx';
import { t } from '../i18n/i18n.ts';
import { Drawer } from '../ui/overlay.tsx';
import { words } from './words.ts';
import '../posts/posts.css';

/** One post with everything that explains its mood, beside the page it was found on. `postRef` null: closed. */
export function PostDrawer(props: {
  postRef: string | null;
  /** Topic whose mood is looked at first. */
  topic: string;
  onClose: () => void;
  onCorrected?: (ref: string, mention: MentionView) => void;
}) {
  return (
    <Drawer open={props.postRef !== null} title={t(words.title)} onClose={props.onClose}>
      {props.postRef !== null && (
        <PostDetailView
          key={props.postRef}
          postRef={props.postRef}
          topic={props.topic}
          {...(props.onCorrected === undefined ? {} : { onCorrected: props.onCorrected })}
        />
      )}
    </Drawer>
  );
}

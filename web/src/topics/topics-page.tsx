import type { PageProps } from '../router/routes.ts';
import './topics.css';
import { NEW_TOPIC, TopicEditor } from './topic-editor.tsx';
import { TopicList } from './topic-list.tsx';

export { NEW_TOPIC };

/** /topics: all of them with their day; /topics/:id: one to edit; /topics/~new: one to make. */
export function TopicsPage({ params }: PageProps) {
  const id = params['id'];
  return id === undefined ? <TopicList /> : <TopicEditor key={id} id={id} />;
}

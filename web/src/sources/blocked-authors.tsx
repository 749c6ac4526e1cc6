import type { BlockedAuthor } from '#shared/wire/api.ts';
import { send } from '../api/client.ts';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { canEdit } from '../state/session.ts';
import { Button } from '../ui/button.tsx';
import { Table, Time } from '../ui/data.tsx';
import { Panel } from '../ui/layout.tsx';
import { toast, toastError } from '../ui/toast.tsx';
import { words } from './words.ts';

/** Whose posts are dropped on arrival, and the way back. Nothing while nobody is blocked. */
export function BlockedAuthors() {
  const blocked = useQuery<{ items: BlockedAuthor[] }>('/blocked-authors');
  const items = blocked.data?.items ?? [];
  if (items.length === 0) return null;
  const release = async (author: BlockedAuthor) => {
    try {
      await send('DELETE', `/blocked-authors/${author.author}`);
      toast(t(words.unblocked, { name: author.name }));
      blocked.reload();
    } catch (cause) {
      toastError(cause);
    }
  };
  return (
    <Panel title={t(words.blocked)} hint={t(words.blockedHint)} flush>
      <Table
        caption={t(words.blocked)}
        rows={items}
        rowKey={(author) => author.author}
        columns={[
          {
            key: 'name',
            title: t(words.mAuthor),
            primary: true,
            cell: (author) => <bdi>{author.name}</bdi>,
          },
          { key: 'at', title: t(words.blockedAt), cell: (author) => <Time at={author.at} /> },
          { key: 'by', title: t(words.blockedBy), cell: (author) => <bdi>{author.by}</bdi> },
          {
            key: 'release',
            title: t(words.unblock),
            hideTitle: true,
            cell: (author) =>
              canEdit.value && (
                <Button
                  size="s"
                  aria-label={`${t(words.unblock)}: ${author.name}`}
                  onClick={() => void release(author)}
                >
                  {t(words.unblock)}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  );
}

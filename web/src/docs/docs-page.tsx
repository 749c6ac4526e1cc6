import { useMemo } from 'preact/hooks';
import { useQuery } from '../api/use-query.ts';
import { t } from '../i18n/i18n.ts';
import { useUrlState } from '../router/router.ts';
import { text } from '../router/url-state.ts';
import { LinkButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { TextField } from '../ui/form.tsx';
import { Page } from '../ui/layout.tsx';
import { EmptyState, Loaded, Skeleton } from '../ui/state.tsx';
import {
  type Content,
  type OpenApi,
  type Parameter,
  type Route,
  curlOf,
  fieldsOf,
  limitsText,
  routesOf,
  typeText,
} from './openapi.ts';
import { words } from './words.ts';
import './docs.css';

const docsUrl = { find: text() };

/** /docs: the API as the server describes it. Nothing comes from elsewhere. */
export function DocsPage() {
  const document = useQuery<OpenApi>('/openapi.json');
  return (
    <Page
      title={t(words.title)}
      lead={t(words.lead)}
      wide
      actions={
        <LinkButton icon="download" href="/api/v1/openapi.json" target="_blank">
          {t(words.raw)}
        </LinkButton>
      }
    >
      <Loaded query={document} skeleton={<Skeleton lines={12} />}>
        {(data) => <Document document={data} />}
      </Loaded>
    </Page>
  );
}

function Document({ document }: { document: OpenApi }) {
  const [url, setUrl] = useUrlState(docsUrl);
  const groups = useMemo(() => routesOf(document), [document]);
  const wanted = url.find.trim().toLowerCase();
  const shown = [...groups]
    .map(([tag, routes]) => ({ tag, routes: routes.filter((route) => fits(route, wanted)) }))
    .filter((group) => group.routes.length > 0);
  return (
    <div class="docs">
      <nav class="docs-nav" aria-label={t(words.toc)}>
        <TextField
          label={t(words.find)}
          hideLabel
          type="search"
          placeholder={t(words.find)}
          value={url.find}
          onValue={(find) => setUrl({ find }, { replace: true })}
        />
        {shown.map((group) => (
          <section key={group.tag}>
            <h2>{group.tag === '' ? t(words.other) : group.tag}</h2>
            <ul>
              {group.routes.map((route) => (
                <li key={route.id}>
                  <a href={`#${route.id}`}>
                    <Method name={route.method} /> <span>{shortPath(route.path)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <div class="docs-body">
        <div class="docs-intro">
          <p>{t(words.authText)}</p>
          <p>{t(words.errors)}</p>
          <p>{t(words.lists)}</p>
        </div>
        {shown.length === 0 && <EmptyState title={t(words.none, { q: url.find })} />}
        {shown.map((group) => (
          <section key={group.tag} class="docs-group">
            <h2>{group.tag === '' ? t(words.other) : group.tag}</h2>
            {group.routes.map((route) => (
              <RouteCard key={route.id} document={document} route={route} />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function RouteCard({ document, route }: { document: OpenApi; route: Route }) {
  const { operation } = route;
  const curl = curlOf(document, route, location.origin);
  const answers = Object.entries(operation.responses ?? {});
  return (
    <article id={route.id} class="docs-route">
      <h3>
        <Method name={route.method} /> <code>{route.path}</code>
      </h3>
      {operation.summary !== undefined && <p>{operation.summary}</p>}
      {operation.description !== undefined && <p class="muted">{operation.description}</p>}
      {operation.parameters !== undefined && operation.parameters.length > 0 && (
        <ParameterTable document={document} parameters={operation.parameters} />
      )}
      <Body
        document={document}
        title={t(words.body)}
        content={operation.requestBody?.content}
        open
      />
      {answers.map(([status, answer]) => (
        <Body
          key={status}
          document={document}
          title={`${t(words.answer)} ${status}`}
          content={answer.content}
        />
      ))}
      <div class="docs-example">
        <CopyButton text={curl} label={t(words.copyExample, { path: route.path })} />
        <pre tabIndex={0} aria-label={`${t(words.example)} ${route.method} ${route.path}`}>
          {curl}
        </pre>
      </div>
    </article>
  );
}

function ParameterTable(props: { document: OpenApi; parameters: readonly Parameter[] }) {
  const where: Readonly<Record<string, string>> = {
    path: t(words.inPath),
    query: t(words.inQuery),
    header: t(words.inHeader),
  };
  return (
    <FieldTable
      title={t(words.parameters)}
      rows={props.parameters.map((parameter) => ({
        path: parameter.name,
        depth: 0,
        required: parameter.required === true,
        type: typeText(props.document, parameter.schema),
        limits: [limitsText(props.document, parameter.schema), where[parameter.in] ?? parameter.in]
          .filter((part) => part !== '')
          .join(' · '),
      }))}
    />
  );
}

function Body(props: {
  document: OpenApi;
  title: string;
  content: Content | undefined;
  open?: boolean;
}) {
  const entries = Object.entries(props.content ?? {});
  const [first] = entries;
  if (first === undefined) return null;
  const [mediaType, { schema }] = first;
  const rows = fieldsOf(props.document, schema);
  const title = `${props.title} · ${entries.map(([type]) => type).join(', ')} · ${typeText(props.document, schema)}`;
  if (rows.length === 0) return <p class="docs-title muted">{title}</p>;
  return (
    <details open={props.open === true} key={mediaType}>
      <summary class="docs-title">{title}</summary>
      <FieldTable title={props.title} hideTitle rows={rows} />
    </details>
  );
}

function FieldTable(props: {
  title: string;
  hideTitle?: boolean;
  rows: readonly {
    path: string;
    depth: number;
    required: boolean;
    type: string;
    limits: string;
  }[];
}) {
  return (
    <div class="docs-fields">
      <table class="table table-dense table-plain">
        <caption class={props.hideTitle === true ? 'sr-only' : 'docs-title'}>{props.title}</caption>
        <thead class="sr-only">
          <tr>
            <th scope="col">{t(words.name)}</th>
            <th scope="col">{t(words.type)}</th>
            <th scope="col">{t(words.where)}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row, index) => (
            <tr key={index}>
              <td style={{ paddingLeft: `${8 + row.depth * 18}px` }}>
                <code>{row.path}</code>
                {row.required && <span class="docs-required"> {t(words.required)}</span>}
              </td>
              <td>
                <code class="muted">{row.type}</code>
              </td>
              <td class="muted">{row.limits}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Method({ name }: { name: string }) {
  return <span class={`docs-method docs-${name}`}>{name.toUpperCase()}</span>;
}

function fits(route: Route, wanted: string): boolean {
  if (wanted === '') return true;
  return `${route.method} ${route.path} ${route.tag} ${route.operation.summary ?? ''}`
    .toLowerCase()
    .includes(wanted);
}

function shortPath(path: string): string {
  return path.replace('/api/v1', '');
}

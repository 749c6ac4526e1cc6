import { XMLParser } from 'fast-xml-parser';
import type { FeedItem } from '#shared/post/native/feed-item.ts';
import { decodeEntities } from '#shared/post/native/html.ts';
import { FormatError } from './format.ts';

/** A feed is a page of news, not an archive. */
export const FEED_MAX_LENGTH = 20_000_000;

/**
 * Entries of an RSS 2.0, RSS 1.0 or Atom document. No entity is ever expanded and a document that declares its own
 * (`<!ENTITY`) is refused: that excludes XXE and entity bombs.
 */
export function parseFeed(xml: string): FeedItem[] {
  if (xml.length > FEED_MAX_LENGTH)
    throw new FormatError('format/too-large', 'The feed is larger than 20 MB');
  if (/<!ENTITY/i.test(xml))
    throw new FormatError('format/broken', 'The feed declares entities of its own and is refused');
  const root = readXml(xml);
  const rss = child(root, 'rss') ?? child(root, 'rdf:RDF');
  if (rss) {
    const channel = child(rss, 'channel') ?? {};
    return [...children(channel, 'item'), ...children(rss, 'item')].map(rssItem);
  }
  const atom = child(root, 'feed');
  if (atom) return children(atom, 'entry').map(atomEntry);
  throw new FormatError('format/unknown', 'This XML is neither RSS nor Atom');
}

type XmlNode = Readonly<Record<string, unknown>>;

/** Text elements stay raw so that CDATA and escaped HTML are told apart below. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: true,
  stopNodes: ['title', 'description', 'content', 'summary', 'content:encoded', 'dc:creator'].map(
    (name) => `*.${name}`,
  ),
});

function readXml(xml: string): XmlNode {
  try {
    return parser.parse(xml) as XmlNode;
  } catch (cause) {
    throw new FormatError('format/broken', 'The feed is no well-formed XML', { cause });
  }
}

function rssItem(item: XmlNode): FeedItem {
  return {
    id: textIn(item, 'guid'),
    url: textIn(item, 'link'),
    title: textIn(item, 'title'),
    html: textIn(item, 'content:encoded') ?? textIn(item, 'description'),
    createdAt: textIn(item, 'pubDate') ?? textIn(item, 'dc:date'),
    author: textIn(item, 'author') ?? textIn(item, 'dc:creator'),
    tags: tagsOf(children(item, 'category').map(plainText)),
  };
}

function atomEntry(entry: XmlNode): FeedItem {
  const links = children(entry, 'link');
  const link =
    links.find((each) => each['@rel'] === undefined || each['@rel'] === 'alternate') ?? links[0];
  const author = child(entry, 'author');
  return {
    id: textIn(entry, 'id'),
    url: attribute(link, 'href'),
    title: textIn(entry, 'title'),
    html: textIn(entry, 'content') ?? textIn(entry, 'summary'),
    createdAt: textIn(entry, 'published') ?? textIn(entry, 'updated'),
    author: author === undefined ? undefined : textIn(author, 'name'),
    tags: tagsOf(children(entry, 'category').map((each) => attribute(each, 'term'))),
  };
}

function tagsOf(tags: (string | undefined)[]): string[] | undefined {
  const named = tags.filter((tag) => tag !== undefined && tag !== '');
  return named.length > 0 ? (named as string[]) : undefined;
}

function attribute(node: XmlNode | undefined, name: string): string | undefined {
  const value = node?.[`@${name}`];
  return typeof value === 'string' && value !== '' ? decodeEntities(value) : undefined;
}

function textIn(parent: XmlNode, name: string): string | undefined {
  const first = children(parent, name)[0];
  return first === undefined ? undefined : plainText(first);
}

/** The text of an element. CDATA is taken as it stands, everything else unescaped once. */
function plainText(node: XmlNode): string | undefined {
  const raw = node['#text'];
  if (typeof raw !== 'string') return undefined;
  const type = node['@type'];
  if (type === 'xhtml') return raw.trim();
  const pieces = raw.split('<![CDATA[');
  const text = pieces
    .map((piece, index) => {
      if (index === 0) return decodeEntities(piece);
      const end = piece.indexOf(']]>');
      return end < 0 ? piece : piece.slice(0, end) + decodeEntities(piece.slice(end + 3));
    })
    .join('')
    .trim();
  return text === '' ? undefined : text;
}

function child(parent: XmlNode, name: string): XmlNode | undefined {
  return children(parent, name)[0];
}

/** Children of one name as nodes; an element without attributes comes as a bare string from the parser. */
function children(parent: XmlNode, name: string): XmlNode[] {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) =>
    typeof each === 'object' && each !== null ? (each as XmlNode) : { '#text': String(each) },
  );
}

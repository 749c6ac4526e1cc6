/**
 * Text to token ids as BERT models for Chinese expect them: the basic split (lower case, each Han character
 * and each punctuation mark alone, the rest by spaces), then the longest known pieces of each word.
 */
export interface BertTokenizer {
  /** [CLS] text [SEP] topic [SEP], cut to `most` tokens; `types` is 1 from the topic on. */
  encode(text: string, topic: string, most: number): { ids: number[]; types: number[] };
}

/** Longer words are one unknown token, as in the original. */
const LONGEST_WORD = 100;

/** `vocabulary`: one token per line, its line number is its id. */
export function createBertTokenizer(vocabulary: string): BertTokenizer {
  const ids = new Map<string, number>();
  vocabulary.split(/\r?\n/).forEach((token, id) => {
    if (token !== '') ids.set(token, id);
  });
  const special = (token: string): number => {
    const id = ids.get(token);
    if (id === undefined) throw new Error(`the vocabulary has no ${token}`);
    return id;
  };
  const [unknown, start, end] = [special('[UNK]'), special('[CLS]'), special('[SEP]')] as const;

  function pieces(text: string): number[] {
    const found: number[] = [];
    for (const word of text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}\p{M}]+|[^\s]/gu) ?? [])
      found.push(...piecesOf(word));
    return found;
  }

  function piecesOf(word: string): number[] {
    if (word.length > LONGEST_WORD) return [unknown];
    const found: number[] = [];
    for (let at = 0; at < word.length;) {
      let to = word.length;
      let id: number | undefined;
      for (; to > at; to--) {
        id = ids.get((at > 0 ? '##' : '') + word.slice(at, to));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      at = to;
    }
    return found;
  }

  return {
    encode(text, topic, most) {
      // At most a third for the topic: its name is short, and the text must not vanish.
      const about = pieces(topic).slice(0, Math.max(1, Math.floor(most / 3)));
      const said = pieces(text).slice(0, most - about.length - 3);
      return {
        ids: [start, ...said, end, ...about, end],
        types: [
          ...Array<number>(said.length + 2).fill(0),
          ...Array<number>(about.length + 1).fill(1),
        ],
      };
    },
  };
}

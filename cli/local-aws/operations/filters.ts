import type { Filter, FilterNameStringType } from '@aws-sdk/client-secrets-manager';
import { Context } from '../context';
import type { Secret } from '../store/secret';

type Matcher = (pattern: string, secret: Secret, context: Context) => boolean;

/** All filters must match, and of each filter one value. */
export function matchesFilters(secret: Secret, filters: readonly Filter[], context: Context): boolean {
  return filters.every(({ Key: key, Values: values }) => {
    const matches = MATCHERS[key!];
    return values!.some((value) => value.startsWith('!') ? !matches(value.slice(1), secret, context) : matches(value, secret, context));
  });
}

const MATCHERS: { readonly [key in FilterNameStringType]: Matcher } = {
  'name': (pattern, { name }) => name.startsWith(pattern),
  'tag-key': (pattern, { tags }) => [...tags?.keys() ?? []].some((key) => key.startsWith(pattern)),
  'tag-value': (pattern, { tags }) => [...tags?.values() ?? []].some((value) => value.startsWith(pattern)),
  'primary-region': (pattern, { replicas }, { settings }) => replicas !== undefined && settings.region.startsWith(pattern),
  // Secrets that another service manages do not exist here.
  'owning-service': () => false,
  // The reference calls it a prefix match; the recorded service matches word by word.
  'description': (pattern, { description }) => description !== undefined && matchesWords(pattern, description),
  'all': (pattern, { name, description, tags }) => [name, description ?? '', ...[...tags ?? []].flat()].some((text) => matchesWords(pattern, text)),
};

/** Each word of the pattern must be the start of a word of the text. */
function matchesWords(pattern: string, text: string): boolean {
  const words = wordsOf(text);
  const patterns = wordsOf(pattern);
  return patterns.length > 0 && patterns.every((start) => words.some((word) => word.startsWith(start)));
}

/** Words end at blanks, at special characters (unless the text mixes several kinds) and before upper case letters. */
function wordsOf(text: string): string[] {
  const kinds = new Set(text.match(/[/_+=.@-]/g));
  const parts = kinds.size > 1 ? [text] : text.split(/[\s/_+=.@-]+/);
  return parts
    .flatMap((part) => kinds.size > 1 ? [part] : part.split(/([^a-z][a-z]+)/))
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

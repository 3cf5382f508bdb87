import { Json } from './vocabulary';

/** What a newer CDK writes otherwise without our doing. */
const BOOTSTRAP = ['BootstrapVersion', 'CheckBootstrapVersion'];

/** A template without what changes with the bundled code or with the CDK. */
export function stable(template: Json): Json {
  const { Parameters = {}, Rules = {}, ...rest } = template;
  return withoutHashes({
    ...rest,
    ...optional('Parameters', Parameters),
    ...optional('Rules', Rules),
  });
}

function optional(name: string, section: Json): Json {
  const entries = Object.entries(section).filter(([id]) => !BOOTSTRAP.includes(id));
  return entries.length > 0 ? { [name]: Object.fromEntries(entries) } : {};
}

function withoutHashes(value: Json): Json {
  return JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{64}/g, 'HASH-OF-THE-ASSET'));
}

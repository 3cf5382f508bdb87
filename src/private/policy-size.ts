/**
 * The characters of a policy document once it is deployed, estimated from below: what only a deployment knows counts as
 * nothing, so that no policy is refused which the service would take.
 *
 * @param document a document whose tokens are resolved
 */
export function leastPolicySize(document: unknown): number {
  return JSON.stringify(known(document)).length;
}

function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument]] = entries.length === 1 ? entries : [['', undefined]];
  if (name === 'Fn::Join') return (known(argument[1]) as string[]).join(argument[0]);
  if (name === 'Ref' || name.startsWith('Fn::')) return '';
  return Object.fromEntries(entries.map(([key, item]) => [key, known(item)]));
}

/** How long the values are that only a deployment knows. */
type LengthOf = (functionName: string, argument: unknown) => number;

/** The longest ones there are now. */
const PSEUDO_PARAMETERS: { readonly [name: string]: number } = { 'AWS::AccountId': 12, 'AWS::Partition': 10, 'AWS::Region': 14 };

/** As long as the ARN of a key, or the name of an alias of ours. */
const UNKNOWN_VALUE = 130;

/**
 * The characters of a policy document once it is deployed, estimated from below: what only a deployment knows counts as
 * nothing, so that no policy is refused which the service would take.
 *
 * @param document a document whose tokens are resolved
 */
export function leastPolicySize(document: unknown): number {
  return sizeOf(document, () => 0);
}

/**
 * The same estimated from above, to decide whether something still fits in.
 *
 * @param document a document, or a part of one, whose tokens are resolved
 */
export function greatestPolicySize(document: unknown): number {
  return sizeOf(document, (name, argument) => (name === 'Ref' ? PSEUDO_PARAMETERS[String(argument)] : undefined) ?? UNKNOWN_VALUE);
}

function sizeOf(document: unknown, lengthOf: LengthOf): number {
  return JSON.stringify(withoutFunctions(document, (name, argument) => '?'.repeat(lengthOf(name, argument)))).length;
}

/**
 * A part of a template with texts in the place of its functions. What is joined of known texts is known.
 *
 * @param textFor the text for a value that only a deployment knows
 */
export function withoutFunctions(value: unknown, textFor: (functionName: string, argument: unknown) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutFunctions(item, textFor));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument]] = entries.length === 1 ? entries : [['', undefined]];
  if (name === 'Fn::Join' && Array.isArray(argument[1])) return (withoutFunctions(argument[1], textFor) as string[]).join(argument[0]);
  if (name === 'Ref' || name.startsWith('Fn::')) return textFor(name, argument);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutFunctions(item, textFor)]));
}

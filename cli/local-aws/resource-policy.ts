import type { ValidationErrorsEntry } from '@aws-sdk/client-secrets-manager';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: unknown } };
}

/** Condition keys that name who or where the caller is. A statement for everybody is not public if one has fixed values. */
const LIMITING_KEYS = new Set([
  'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount', 'aws:sourcearn',
  'aws:sourceip', 'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:userid', 'aws:username',
]);
const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined];

/** Errors of syntax; an empty list for a document that can be stored. */
export function syntaxErrors(text: string): ValidationErrorsEntry[] {
  const error = (message: string) => [{ CheckName: 'POLICY_SYNTAX', ErrorMessage: message }];
  let document: { Version?: unknown; Statement?: unknown };
  try {
    document = JSON.parse(text);
  } catch {
    return error('This policy has invalid syntax.');
  }
  const statements = statementsOf(document);
  const valid = typeof document === 'object' && document !== null && VERSIONS.includes(document.Version) && statements.length > 0
    && statements.every(isStatement);
  return valid ? [] : error('This policy has invalid syntax.');
}

export function grantsPublicAccess(text: string): boolean {
  return statementsOf(JSON.parse(text)).some((statement) => statement.Effect === 'Allow'
    && principals(statement.Principal).includes('*')
    && !isLimited(statement));
}

function statementsOf(document: { Statement?: unknown } | null): Statement[] {
  const statement = document?.Statement;
  return statement === undefined ? [] : Array.isArray(statement) ? statement : [statement as Statement];
}

function isStatement(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null) return false;
  const has = (...names: string[]) => names.some((name) => name in statement);
  const { Effect: effect } = statement as Statement;
  return (effect === 'Allow' || effect === 'Deny') && has('Principal', 'NotPrincipal') && has('Action', 'NotAction') && has('Resource', 'NotResource');
}

function principals(principal: unknown): unknown[] {
  if (typeof principal === 'string') return [principal];
  if (typeof principal !== 'object' || principal === null) return [];
  return Object.values(principal).flat();
}

function isLimited({ Condition: condition = {} }: Statement): boolean {
  return Object.entries(condition).some(([operator, keys]) => !/Not|Null|IfExists/.test(operator)
    && Object.entries(keys).some(([key, values]) => LIMITING_KEYS.has(key.toLowerCase()) && isFixed(values)));
}

function isFixed(values: unknown): boolean {
  return [values].flat().every((value) => typeof value === 'string' && value !== '' && !value.startsWith('*') && !value.startsWith('0.0.0.0/0'));
}

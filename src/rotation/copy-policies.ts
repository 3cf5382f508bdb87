import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { attach } from '../private/attach-policies';
import { Conditions } from '../private/conditions';
import { greatestPolicySize } from '../private/policy-size';

/** What IAM takes for a managed policy. */
const MAXIMUM_SIZE = 6144;

const EMPTY_SIZE = '{"Version":"2012-10-17","Statement":[]}'.length;

/** Where a statement names keys by their aliases; others name them as resources. */
const ALIAS_OPERATOR = 'ForAnyValue:StringEquals';
const ALIAS_KEY = 'kms:ResourceAliases';

/** Quotes and comma of a key in a list, and the brackets of the list. */
const LIST_OVERHEAD = 5;

interface CopyPolicy {
  readonly policy: iam.ManagedPolicy;

  /** The statements, by what they say beside the names of keys. */
  readonly statements: Map<string, iam.PolicyStatement>;

  /** The characters, estimated from above. */
  size: number;
}

/**
 * The policies of a function about the keys of replicas: as many as it takes, since one holds about ten Regions.
 *
 * Keys whose statements differ in nothing else share one: those of a Region that are named in the same way.
 */
export class CopyPolicies {
  private readonly policies: CopyPolicy[] = [];
  private readonly known = new Set<string>();

  public constructor(private readonly scope: Construct, private readonly role: iam.IRole) {}

  /** Adds a statement about one key, which is named as resource or by its alias. */
  public add(statement: iam.PolicyStatement): void {
    const group = JSON.stringify(Stack.of(this.scope).resolve(withoutKeys(statement)));
    // Not resolved: keys of two stacks may have the same logical id.
    const text = `${group} ${JSON.stringify(keysOf(statement))}`;
    if (this.known.has(text)) return;
    this.known.add(text);
    if (!this.addToShared(group, statement)) this.addStatement(group, statement);
  }

  private addToShared(group: string, statement: iam.PolicyStatement): boolean {
    const size = this.sizeOf(keysOf(statement));
    const policy = this.policies.find((candidate) => candidate.statements.has(group) && candidate.size + size <= MAXIMUM_SIZE);
    if (!policy) return false;
    addKeys(policy.statements.get(group)!, statement);
    policy.size += size;
    return true;
  }

  private addStatement(group: string, statement: iam.PolicyStatement): void {
    const size = this.sizeOf(statement.toStatementJson());
    const policy = this.policies.find((candidate) => !candidate.statements.has(group) && candidate.size + size <= MAXIMUM_SIZE) ?? this.definePolicy();
    policy.policy.addStatements(statement);
    policy.statements.set(group, statement);
    policy.size += size;
  }

  private definePolicy(): CopyPolicy {
    const number = this.policies.length + 1;
    const policy = new iam.ManagedPolicy(this.scope, number === 1 ? 'ReplicationPolicy' : `ReplicationPolicy${number}`, {
      description: 'The keys of the replicas of the secrets that the function rotates',
    });
    attach(this.scope, this.role, [policy]);
    const defined = { policy, statements: new Map<string, iam.PolicyStatement>(), size: EMPTY_SIZE };
    this.policies.push(defined);
    return defined;
  }

  private sizeOf(part: unknown): number {
    return greatestPolicySize(Stack.of(this.scope).resolve(part)) + LIST_OVERHEAD;
  }
}

function aliasesOf({ conditions }: iam.PolicyStatement): unknown[] | undefined {
  const aliases = (conditions as Conditions)[ALIAS_OPERATOR]?.[ALIAS_KEY];
  return aliases === undefined ? undefined : [aliases].flat();
}

function keysOf(statement: iam.PolicyStatement): unknown[] {
  return aliasesOf(statement) ?? statement.resources;
}

function withoutKeys(statement: iam.PolicyStatement): object {
  const { Resource, Condition, ...rest } = statement.toStatementJson();
  if (!aliasesOf(statement)) return { ...rest, Condition };
  return { ...rest, Resource, Condition: { ...Condition, [ALIAS_OPERATOR]: ALIAS_KEY } };
}

function addKeys(shared: iam.PolicyStatement, statement: iam.PolicyStatement): void {
  const aliases = aliasesOf(shared);
  if (aliases) shared.addCondition(ALIAS_OPERATOR, { [ALIAS_KEY]: [...aliases, ...keysOf(statement)] });
  else shared.addResources(...statement.resources);
}

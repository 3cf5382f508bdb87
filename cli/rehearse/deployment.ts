import { AssemblyStack } from './assembly';
import { keyOf, Located, resourcesOf } from './resources';
import { Substitutions, TemplateValues, Unresolved } from './template-values';

export const REGION = 'us-east-1';
export const ACCOUNT = '123456789012';

/** What stands for a database of the app. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A variable whose value only AWS knows, and which part of it. */
export interface UnresolvedVariable {
  readonly name: string;
  readonly reason: string;
}

export interface FunctionEnvironment {
  readonly variables: { readonly [name: string]: string };
  readonly unresolved: readonly UnresolvedVariable[];
}

/** Resolves templates as if they had been deployed, with the given secrets and databases. */
export class Deployment {
  private readonly imports = new Map<string, string>();

  public constructor(
    stacks: readonly AssemblyStack[],
    /** By secret, or by the database whose administrator's secret the service manages. */
    private readonly secretArns: ReadonlyMap<string, string>,
    private readonly endpoints: ReadonlyMap<string, Endpoint>,
  ) {
    // An export may be made of an import of another stack, so one more round for each stack.
    for (let round = 0; round < stacks.length; round++) stacks.forEach((stack) => this.readExports(stack));
  }

  public values(stack: AssemblyStack): TemplateValues {
    return new TemplateValues(stack.template, this.substitutions(stack));
  }

  /** The environment of a function, and the variables that only AWS knows. */
  public environment({ stack, resource }: Located): FunctionEnvironment {
    const { Environment } = (resource.Properties ?? {}) as { readonly Environment?: { readonly Variables?: { readonly [name: string]: unknown } } };
    const values = this.values(stack);
    const variables: { [name: string]: string } = {};
    const unresolved: UnresolvedVariable[] = [];
    for (const [name, value] of Object.entries(Environment?.Variables ?? {})) {
      try {
        // AWS::NoValue leaves the variable out.
        if (values.resolve(value) !== undefined) variables[name] = values.text(value);
      } catch (error) {
        if (!(error instanceof Unresolved)) throw error;
        unresolved.push({ name, reason: error.message });
      }
    }
    return { variables, unresolved };
  }

  private substitutions(stack: AssemblyStack): Substitutions {
    const known = new Map<string, string>([
      ['AWS::Region', REGION], ['AWS::AccountId', ACCOUNT], ['AWS::Partition', 'aws'], ['AWS::URLSuffix', 'amazonaws.com'],
      ['AWS::StackName', stack.name], ['AWS::StackId', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack.name}/rehearsal`],
      ...[...this.imports].map(([name, value]): [string, string] => [`import ${name}`, value]),
    ]);
    for (const { id } of resourcesOf(stack, 'AWS::SecretsManager::Secret')) {
      const arn = this.secretArns.get(keyOf({ stack, id }));
      if (arn === undefined) continue;
      known.set(id, arn).set(`${id}.Id`, arn);
      for (const attachment of resourcesOf(stack, 'AWS::SecretsManager::SecretTargetAttachment')) {
        if ((attachment.resource.Properties?.SecretId as { readonly Ref?: string } | undefined)?.Ref === id) known.set(attachment.id, arn).set(`${attachment.id}.Id`, arn);
      }
    }
    for (const database of resourcesOf(stack, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster')) {
      const { id } = database;
      const endpoint = this.endpoints.get(keyOf(database));
      if (endpoint) known.set(id, id.toLowerCase()).set(`${id}.Endpoint.Address`, endpoint.host).set(`${id}.Endpoint.Port`, String(endpoint.port));
      const managedSecret = this.secretArns.get(keyOf(database));
      if (managedSecret) known.set(`${id}.MasterUserSecret.SecretArn`, managedSecret);
    }
    return known;
  }

  private readExports(stack: AssemblyStack): void {
    const values = this.values(stack);
    for (const { Value, Export } of Object.values(stack.template.Outputs ?? {})) {
      if (typeof Export?.Name !== 'string') continue;
      try {
        this.imports.set(Export.Name, values.text(Value));
      } catch (error) {
        if (!(error instanceof Unresolved)) throw error;
      }
    }
  }
}

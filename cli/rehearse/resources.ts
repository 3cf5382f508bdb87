import { AssemblyStack, TemplateResource } from './assembly';

/** A resource, and where it is. */
export interface Located {
  readonly stack: AssemblyStack;
  readonly id: string;
  readonly resource: TemplateResource;
}

/** Tells resources of different stacks apart. */
export function keyOf({ stack, id }: { readonly stack: AssemblyStack; readonly id: string }): string {
  return `${stack.name}/${id}`;
}

/** The path in the app, where the template has it. */
export function nameOf({ stack, id, resource }: Located): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : `${stack.name}/${id}`;
}

/** All resources of one of the types in a stack. */
export function resourcesOf(stack: AssemblyStack, ...types: string[]): Located[] {
  return Object.entries(stack.template.Resources ?? {})
    .filter(([, resource]) => types.includes(resource.Type))
    .map(([id, resource]) => ({ stack, id, resource }));
}

/** The resource that a Ref, a GetAtt or an import of one names. */
export function follow(stacks: readonly AssemblyStack[], stack: AssemblyStack, value: unknown): Located | undefined {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = (value ?? {}) as { readonly [name: string]: unknown };
  if (typeof imported === 'string') {
    for (const other of stacks) {
      const output = Object.values(other.template.Outputs ?? {}).find(({ Export }) => Export?.Name === imported);
      if (output) return follow(stacks, other, output.Value);
    }
    return undefined;
  }
  const id = Ref ?? (Array.isArray(attribute) ? attribute[0] : String(attribute).split('.')[0]);
  const resource = stack.template.Resources?.[String(id)];
  return resource && { stack, id: String(id), resource };
}

const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';

/** What writes the address of a database into a secret. */
export function attachmentOf(stacks: readonly AssemblyStack[], secret: Located): Located | undefined {
  return stacks.flatMap((stack) => resourcesOf(stack, ATTACHMENT)).find(({ stack, resource }) => {
    const attached = follow(stacks, stack, resource.Properties?.SecretId);
    return attached?.stack === secret.stack && attached.id === secret.id;
  });
}

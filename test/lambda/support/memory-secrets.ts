import { randomUUID } from 'crypto';
import { FunctionProcess } from './process';
import { SecretsClient } from '../../../lambda/core/secret-store';

export const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:login-AbCdEf';

/** The secret of an administrator. */
export const ADMIN_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-GhIjKl';

interface StoredVersion {
  text?: string;
  created?: Date;
  readonly labels: Set<string>;
}

type Input = { readonly [name: string]: unknown };

/** Once: `throw` instead of the call, or after it. */
export interface Fault {
  readonly operation: string;
  readonly error: Error;
  readonly moment: 'before' | 'after';
  readonly always?: boolean;
}

/** A service exception as the SDK throws it. */
export function serviceException(name: string, message: string = name, status: number = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** One secret, with the rules of the service for values and labels. */
export class MemorySecrets {
  public readonly versions = new Map<string, StoredVersion>();
  public readonly calls: string[] = [];
  public readonly inputs: Input[] = [];
  public readonly faults: Fault[] = [];
  public rotationEnabled = true;
  /** The value of the administrator's secret, by label. */
  public readonly admin = new Map<string, object>();

  public constructor(value: object | string) {
    this.versions.set('version-0', { text: typeof value === 'string' ? value : JSON.stringify(value), labels: new Set(['AWSCURRENT']) });
  }

  public holder(label: string): string | undefined {
    return [...this.versions].find(([, { labels }]) => labels.has(label))?.[0];
  }

  public value(id: string | undefined): { [name: string]: string } {
    return JSON.parse(this.versions.get(id ?? '')?.text ?? '{}');
  }

  public get current(): { [name: string]: string } {
    return this.value(this.holder('AWSCURRENT'));
  }

  /** Passwords that can be found by a label. */
  public labelled(): string[] {
    return [...this.versions].filter(([, { labels, text }]) => labels.size > 0 && text !== undefined).map(([id]) => this.value(id).password);
  }

  /** What the service does first: a version without a value. @returns its id, which is the token of the rotation */
  public startRotation(id: string = randomUUID()): string {
    this.rotationEnabled = true;
    if (!this.versions.has(id)) this.versions.set(id, { labels: new Set() });
    this.attach('AWSPENDING', id);
    return id;
  }

  /** What an operator does whose rotation hangs. */
  public removeLabel(label: string): void {
    this.versions.get(this.holder(label) ?? '')?.labels.delete(label);
  }

  /** What a person does in the console. */
  public edit(id: string, value: object): void {
    this.put(id, JSON.stringify(value), ['AWSCURRENT']);
  }

  public client(process: FunctionProcess = new FunctionProcess()): SecretsClient {
    const send = async (command: { constructor: { name: string }; input: Input }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      return process.effect(operation, () => this.handle(operation, command.input));
    };
    return { send } as unknown as SecretsClient;
  }

  private handle(operation: string, input: Input): object {
    this.calls.push(operation);
    this.inputs.push(input);
    const index = this.faults.findIndex((fault) => fault.operation === operation);
    const fault = this.faults[index];
    if (fault && !fault.always) this.faults.splice(index, 1);
    if (fault?.moment === 'before') throw fault.error;
    const answer = this.perform(operation, input);
    if (fault) throw fault.error;
    return answer;
  }

  private perform(operation: string, input: Input): object {
    const id = String(input.VersionId ?? input.ClientRequestToken ?? '');
    switch (operation) {
      case 'DescribeSecret':
        return {
          RotationEnabled: this.rotationEnabled,
          VersionIdsToStages: Object.fromEntries([...this.versions].flatMap(([key, { labels }]) => (labels.size > 0 ? [[key, [...labels]]] : []))),
        };
      case 'GetSecretValue':
        return input.SecretId === ADMIN_SECRET ? this.getAdmin(String(input.VersionStage)) : this.get(id || this.holder(String(input.VersionStage)));
      case 'PutSecretValue':
        this.put(id, String(input.SecretString), input.VersionStages as string[]);
        return {};
      case 'UpdateSecretVersionStage':
        this.updateStage(String(input.VersionStage), input.MoveToVersionId as string | undefined, input.RemoveFromVersionId as string | undefined);
        return {};
      default:
        throw new Error(`unexpected ${operation}`);
    }
  }

  private get(id: string = ''): object {
    const version = this.versions.get(id);
    if (version?.text === undefined) throw serviceException('ResourceNotFoundException');
    return { SecretString: version.text, VersionId: id, VersionStages: [...version.labels], CreatedDate: version.created };
  }

  private getAdmin(label: string): object {
    const value = this.admin.get(label);
    if (value === undefined) throw serviceException('ResourceNotFoundException');
    return { SecretString: JSON.stringify(value), VersionId: `admin-${label}`, VersionStages: [label] };
  }

  private put(id: string, text: string, labels: string[]): void {
    const existing = this.versions.get(id);
    if (existing?.text !== undefined && existing.text !== text) throw serviceException('ResourceExistsException');
    this.versions.set(id, { text, labels: existing?.labels ?? new Set() });
    labels.forEach((label) => this.attach(label, id));
  }

  private updateStage(label: string, to: string | undefined, from: string | undefined): void {
    const holder = this.holder(label);
    if (holder !== from && !(from === undefined && holder === undefined)) throw serviceException('InvalidParameterException');
    if (to === undefined) this.removeLabel(label);
    else this.attach(label, to);
  }

  private attach(label: string, id: string): void {
    const holder = this.holder(label);
    this.versions.get(holder ?? '')?.labels.delete(label);
    this.versions.get(id)?.labels.add(label);
    if (label === 'AWSCURRENT' && holder !== undefined && holder !== id) this.attach('AWSPREVIOUS', holder);
  }
}

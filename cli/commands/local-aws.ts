import { Command, InvalidArgumentError } from 'commander';
import { CommandInvoker, firstOf, LambdaInvoker, LocalSecretsManager, RotationInvoker } from '../local-aws';

interface LocalAwsOptions {
  readonly port: number;
  readonly region: string;
  readonly account: string;
  readonly function: ReadonlyMap<string, string>;
}

export function localAwsCommand(): Command {
  return new Command('local-aws')
    .description('serve a local Secrets Manager that any AWS SDK can talk to')
    .option('--port <number>', 'port on 127.0.0.1, a free one by default', parsePort, 0)
    .option('--region <region>', 'Region in the ARNs', parseRegion, 'us-east-1')
    .option('--account <id>', 'account in the ARNs', parseAccount, '123456789012')
    .option('--function <name=command>', 'run a rotation function (name or ARN) as a command: event on standard input, payload on standard output; can be repeated',
      parseFunction, new Map<string, string>())
    .action(serve);
}

async function serve(options: LocalAwsOptions): Promise<void> {
  const aws = await start(options);
  const stop = () => void aws.close();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  console.log(aws.url);
  console.log(`Use it with: export AWS_ENDPOINT_URL_SECRETS_MANAGER=${aws.url} AWS_REGION=${options.region}`);
}

async function start({ port, region, account, function: commands }: LocalAwsOptions): Promise<LocalSecretsManager> {
  const invokers: RotationInvoker[] = [new CommandInvoker(commands, () => environmentOf(aws.url, region))];
  const lambda = process.env.AWS_ENDPOINT_URL_LAMBDA;
  if (lambda) invokers.push(new LambdaInvoker(lambda));
  let aws: LocalSecretsManager;
  try {
    aws = await LocalSecretsManager.start({ port, region, accountId: account, invoker: tellingSteps(firstOf(invokers)) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Error(`port ${port} is in use; choose another one with --port, or leave it out for a free one`);
    if (code === 'EACCES') throw new Error(`port ${port} needs more permissions than this user has; choose one above 1023 with --port`);
    throw error;
  }
  return aws;
}

/** Secrets Manager tells nobody why a step failed; here a person watches. */
function tellingSteps(invoker: RotationInvoker): RotationInvoker {
  return {
    canInvoke: (functionArn) => invoker.canInvoke?.(functionArn) ?? true,
    invoke: async (functionArn, event) => {
      const result = await invoker.invoke(functionArn, event);
      const message = (result.payload as { readonly errorMessage?: unknown } | undefined)?.errorMessage ?? '';
      console.error(`${event.Step} of ${event.SecretId}: ${result.functionError === undefined ? 'succeeded' : `failed, ${result.functionError} ${String(message)}`}`);
      return result;
    },
  };
}

/** A command finds the local server, and an SDK in it something to sign with. */
function environmentOf(url: string, region: string): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_REGION: process.env.AWS_REGION ?? region,
    AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? 'local',
    AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseRegion(text: string): string {
  if (!/^([a-z]+-)+\d+$/.test(text)) throw new InvalidArgumentError('A Region looks like eu-central-1.');
  return text;
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account has twelve digits.');
  return text;
}

function parseFunction(text: string, previous: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, command] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Write it as name=command, for example --function "rotate=node rotate.js".');
  return new Map([...previous, [name, command]]);
}

import { Command } from 'commander';
import { localAwsCommand } from './commands/local-aws';
import { lockCommand } from './commands/lock';
import { rehearseCommand } from './commands/rehearse';

/** Set when the tool is bundled. */
declare const GUARDED_SECRETS_VERSION: string | undefined;

// The AWS SDK warns of Node.js versions on standard error; which ones this tool supports stands in its README.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main(): Promise<void> {
  const program = new Command('guarded-secrets')
    .description('Tools around the secrets of a CDK app')
    .version(typeof GUARDED_SECRETS_VERSION === 'string' ? GUARDED_SECRETS_VERSION : 'unbundled')
    .option('--verbose', 'show where an error came from')
    .addCommand(rehearseCommand())
    .addCommand(localAwsCommand())
    .addCommand(lockCommand());
  try {
    await program.parseAsync();
  } catch (error) {
    const verbose = program.opts<{ verbose?: boolean }>().verbose;
    console.error(verbose && error instanceof Error ? error.stack : `guarded-secrets: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

void main();

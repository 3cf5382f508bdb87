/**
 * Measures the cold start of each bundled function under Lambda's own runtime client: from the start of the process to
 * its first request for an event. Needs the folder of an installed `aws-lambda-ric` and the Node.js of the runtime:
 *
 *   npx tsx scripts/cold-start.ts <node> <folder with node_modules/aws-lambda-ric> [certificates.pem]
 */
import { spawn } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';
import { ROOT } from './lib/root';

const RUNS = 15;

function coldStart(node: string, client: string, taskRoot: string, certificates: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const start = process.hrtime.bigint();
    const server = createServer((request, response) => {
      if (request.url?.endsWith('/invocation/next')) {
        const init = Number(process.hrtime.bigint() - start) / 1e6;
        child.kill('SIGKILL');
        server.close();
        resolve(init);
        return;
      }
      request.on('data', (chunk) => (output += chunk));
      request.on('end', () => response.writeHead(202).end());
    });
    let child: ReturnType<typeof spawn>;
    server.listen(0, '127.0.0.1', () => {
      child = spawn(node, [path.join(client, 'node_modules', 'aws-lambda-ric', 'index.mjs')], {
        cwd: taskRoot,
        env: {
          AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
          LAMBDA_TASK_ROOT: taskRoot,
          _HANDLER: 'index.handler',
          AWS_REGION: 'eu-central-1',
          GUARDED_SECRET_00000000: JSON.stringify({ secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:login-AbCdEf', strategy: 'single-user', host: 'localhost', port: '5432' }),
          ...(certificates && { NODE_EXTRA_CA_CERTS: certificates }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout?.on('data', (chunk) => (output += chunk));
      child.stderr?.on('data', (chunk) => (output += chunk));
      child.on('exit', (code) => {
        if (!code) return;
        server.close();
        reject(new Error(`the function ended with exit code ${code}: ${output}`));
      });
    });
  });
}

async function main(): Promise<void> {
  const [node, client, certificates] = process.argv.slice(2);
  if (!client || !existsSync(path.join(client, 'node_modules', 'aws-lambda-ric'))) {
    throw new Error('usage: tsx scripts/cold-start.ts <node> <folder with node_modules/aws-lambda-ric> [certificates.pem]');
  }
  const assets = path.join(ROOT, 'assets', 'lambda');
  for (const name of readdirSync(assets)) {
    const inits: number[] = [];
    for (let run = 0; run < RUNS; run++) inits.push(await coldStart(node, path.resolve(client), path.join(assets, name), certificates));
    inits.sort((a, b) => a - b);
    console.log(`${name}: cold start ${inits[0].toFixed(0)} / ${inits[Math.floor(RUNS / 2)].toFixed(0)} / ${inits[RUNS - 1].toFixed(0)} ms (minimum / median / maximum of ${RUNS})`);
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

import { spawnSync } from 'child_process';
import { existsSync } from 'fs';
import * as path from 'path';
import { ROOT } from './app';

/** The bundled command line tool. */
export const TOOL = path.join(ROOT, 'assets', 'cli', 'guarded-secrets.js');

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param cwd the folder of the user's project */
export function guardedSecrets(args: string[], cwd: string = ROOT, environment: NodeJS.ProcessEnv = {}): Run {
  if (!existsSync(TOOL)) throw new Error('the tool is not bundled; run `npx projen bundle` first');
  const { status, stdout, stderr } = spawnSync(process.execPath, [TOOL, ...args], { cwd, encoding: 'utf8', env: { ...process.env, ...environment } });
  return { status, stdout, stderr };
}

/** How a function calls Secrets Manager without an SDK. */
export const CALL = `
  const call = (operation, input) => fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
    method: 'POST', body: JSON.stringify(input),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.' + operation, authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/x' },
  }).then((response) => response.json());
`;
